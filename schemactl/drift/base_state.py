"""Which state of an account an apply leaves as its base. Pure.

What is as the files say is kept as it is. What still differs is kept as it was before: it
was left to a person, or failed, and whoever moved it first moved it last too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    by_object,
)
from schemactl.model.schema import CONTACTS, CustomObject, Field, Schema, Section


def state_to_keep(live: Schema, left: Iterable[Change], before: Schema | None) -> Schema:
    """Give what the next drift is to be measured by.

    Args:
        live: The account after the apply.
        left: In what it still differs from the files.
        before: The last base; None where there was none, and all is kept as it is.
    """
    if before is None:
        return live
    parts = by_object(left)
    contacts = _keep(live.of(CONTACTS), parts[CONTACTS], before.of(CONTACTS))
    known = {each.label for each in before.objects}
    return replace(
        contacts,
        objects=tuple(
            CustomObject(
                label=each.label,
                sections=_keep(
                    live.of(each.label), parts.get(each.label, ()), before.of(each.label)
                ).sections
                if each.label in known
                else each.sections,
            )
            for each in live.objects
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unsettled:
    """Names about which files and account do not agree, as either side has them."""

    sections: frozenset[str]
    fields: frozenset[tuple[str, str]]
    tags: frozenset[str]


def _keep(live: Schema, left: Iterable[Change], before: Schema) -> Schema:
    changes = tuple(left)
    if not changes:
        return live
    unsettled = _Unsettled(
        sections=frozenset(name for change in changes for name in _sections_of(change)),
        fields=frozenset(place for change in changes for place in _fields_of(change)),
        tags=frozenset(name for change in changes for name in _tags_of(change)),
    )
    return Schema(
        sections=tuple(_sections(live, before, unsettled)),
        tags=(
            *(tag for tag in live.tags if tag not in unsettled.tags),
            *(tag for tag in before.tags if tag in unsettled.tags),
        ),
    )


def _sections(live: Schema, before: Schema, unsettled: _Unsettled) -> Iterator[Section]:
    """Give sections in the account's order, then those that only the base had."""
    earlier: dict[str, Section] = {section.name: section for section in before.sections}
    seen: set[str] = set()
    for section in live.sections:
        known = None if section.name in seen else earlier.get(section.name)
        seen.add(section.name)
        if section.name not in unsettled.sections:
            yield _section(section, known, unsettled)
        elif known is not None:
            yield known
    for section in before.sections:
        if section.name in unsettled.sections and section.name not in seen:
            yield section


def _section(now: Section, before: Section | None, unsettled: _Unsettled) -> Section:
    def is_settled(field: Field) -> bool:
        return (now.name, field.name) not in unsettled.fields

    known = () if before is None else before.fields
    left = tuple(field for field in known if not is_settled(field))
    return replace(now, fields=(*filter(is_settled, now.fields), *left))


def _sections_of(change: Change) -> Iterator[str]:
    match change:
        case RenameSection():
            yield from (change.section, change.was)
        case AddSection() | ChangeDescription() | RemoveSection():
            yield change.section
        case _:
            pass


def _fields_of(change: Change) -> Iterator[tuple[str, str]]:
    match change:
        case MoveField():
            yield from ((change.section, change.name), (change.source, change.before.name))
        case RenameField():
            yield from ((change.section, change.name), (change.section, change.before.name))
        case (
            AddField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | RemoveField()
            | ResolveDuplicate()
        ):
            yield change.section, change.name
        case _:
            pass


def _tags_of(change: Change) -> Iterator[str]:
    match change:
        case RenameTag():
            yield from (change.tag, change.was)
        case AddTag() | RemoveTag():
            yield change.tag
        case _:
            pass
