"""Digests of every object that a plan touches: what it relies on, in a form to compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Final

from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeOptions,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    ResolveDuplicate,
)
from schemactl.model.plan import Seen
from schemactl.model.schema import Field, FieldKey

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_changes(changes: Sequence[Change]) -> tuple[Seen, ...]:
    """Give one entry an object, sorted by name; an object of several changes has the last.

    A section, a field and a tag may have the same name and are three objects.
    """
    entries: dict[tuple[str, int, tuple[str, ...]], Seen] = {}
    for change in changes:
        entry = _digest(change)
        entries[entry.object, _sort_of(change), change.path] = entry
    return tuple(entries[place] for place in sorted(entries))


def _sort_of(change: Change) -> int:
    match change:
        case AddSection() | RenameSection() | RemoveSection():
            return 0
        case AddTag() | RemoveTag():
            return 2
        case _:
            return 1


def _digest(change: Change) -> Seen:
    match change:
        case AddSection():
            return _seen(change.section, desired=change.section)
        case RenameSection():
            return _seen(change.section, live=change.was, desired=change.section)
        case RemoveSection():
            return _seen(change.section, live=change.section)
        case AddTag():
            return _seen(change.tag, desired=change.tag)
        case RemoveTag():
            return _seen(change.tag, live=change.tag)
        case AddField() | RemoveField() | ResolveDuplicate():
            return _digest_field(change)
        case RenameField() | MoveField() | ChangeType() | ChangeOptions():
            name = str(FieldKey(change.section, change.name))
            return _seen(name, live=_plain(change.before), desired=_plain(change.after))


def _digest_field(change: AddField | RemoveField | ResolveDuplicate) -> Seen:
    name = str(FieldKey(change.section, change.name))
    match change:
        case AddField():
            return _seen(name, desired=_plain(change.after))
        case RemoveField():
            return _seen(name, live=_plain(change.before))
        case ResolveDuplicate():
            wanted = None if change.after is None else _plain(change.after)
            return _seen(name, live=[_plain(field) for field in change.found], desired=wanted)


def _plain(field: Field) -> dict[str, object]:
    options: Iterable[str] | None = field.options
    return {
        "name": field.name,
        "type": field.type,
        "options": None if options is None else sorted(options),
    }


def _seen(name: str, *, live: object = None, desired: object = None) -> Seen:
    return Seen(object=name, live=_sha256(live), desired=_sha256(desired))


def _sha256(value: object) -> str | None:
    if value is None:
        return None
    return hashlib.sha256(_CANONICAL.encode(value).encode()).hexdigest()
