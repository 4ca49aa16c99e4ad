"""A base as a file, and back: canonical JSON, small enough for git, without credentials.

It holds a snapshot, what the account calls its objects, and who left it so. Paths are the
callers' affair: nothing here opens a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from schemactl.document.resources import schema_text
from schemactl.errors import SchemactlError
from schemactl.model.base import Applied, Base, CreatedObject, ObjectPlace, ProtectedField
from schemactl.model.difference import UnmanagedKind
from schemactl.model.identity import FieldPlace, Ids, SectionPlace
from schemactl.store.snapshot import SnapshotError, schema_from_snapshot, snapshot_text

FORMAT_VERSION: Final = 1
_HINT: Final = "delete it: the next `schemactl apply` writes it anew"
_MAX_FAULTS_SHOWN: Final = 3


class BaseError(SchemactlError):
    """A file that should hold a base does not; nothing was read from an account."""


def base_text(base: Base) -> str:
    """Write a base as canonical JSON: sorted keys, two spaces, a line break at the end."""
    snapshot = snapshot_text(base.schema, account=base.account, backend=base.backend)
    applied = base.applied
    document = {
        "address": base.address,
        **({"app_id_fingerprint": base.app_id} if base.app_id else {}),
        "applied": {
            "at": applied.at,
            "by": applied.by,
            "commit": applied.commit,
            "run": applied.run,
        },
        "format_version": FORMAT_VERSION,
        "ids": {
            "fields": _rows(base.ids.fields),
            "sections": _rows(base.ids.sections),
            "tags": sorted([name, number] for name, number in base.ids.tags.items()),
        },
        "kind": "base",
        **_protected("protected", base.protected),
        **_protected("protected_elsewhere", base.protected_elsewhere),
        **_created(base),
        "snapshot": json.loads(snapshot),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def base_from_text(text: str, *, file: str) -> Base:
    """Read a base back.

    Args:
        text: The content of the file.
        file: Its name, for messages only.

    Raises:
        BaseError: It is no JSON, no base, one of a newer program, or breaks the JSON Schema
            `base`; the message says where.
    """
    document = _parse(text, file)
    snapshot = document["snapshot"]
    try:
        schema = schema_from_snapshot(json.dumps(snapshot), file=file)
    except SnapshotError as error:
        raise BaseError(str(error), hint=_HINT) from error
    applied = _texts(document["applied"])
    head = _texts(snapshot)
    return Base(
        account=head["account"],
        backend=head["backend"],
        address=str(document["address"]),
        app_id=str(document.get("app_id_fingerprint", "")),
        applied=Applied(
            at=applied["at"],
            by=applied["by"],
            commit=applied["commit"],
            run=applied["run"],
        ),
        schema=schema,
        ids=_ids(document["ids"]),
        protected=_protected_fields(document, "protected"),
        created=tuple(map(_created_object, _members(document, "created"))),
        protected_elsewhere=_protected_fields(document, "protected_elsewhere"),
    )


def _protected_fields(document: object, key: str) -> tuple[ProtectedField, ...]:
    return tuple(
        ProtectedField(custom_object=label, section=section, name=name, id=number)
        for label, section, name, number in _members(document, key)
    )


def _created_object(row: list[str]) -> CreatedObject:
    kind, label, section, name, number, field_type, at, commit, run = row
    place = ObjectPlace(UnmanagedKind(kind), label, section, name)
    return CreatedObject(place=place, id=number, type=field_type, at=at, commit=commit, run=run)


def _created(base: Base) -> dict[str, list[list[str]]]:
    """Return the key only where something was created: other bases stay as they are."""
    rows = sorted(
        [*one.place, one.id, one.type, one.at, one.commit, one.run] for one in base.created
    )
    return {"created": rows} if rows else {}


def _protected(key: str, fields: Iterable[ProtectedField]) -> dict[str, list[list[str]]]:
    """Return the key only where something is protected: other bases stay as they are."""
    rows = sorted([one.custom_object, one.section, one.name, one.id] for one in fields)
    return {key: rows} if rows else {}


def _rows(ids: Mapping[SectionPlace, str] | Mapping[FieldPlace, str]) -> list[list[str]]:
    return sorted([*place, number] for place, number in ids.items())


def _ids(document: object) -> Ids:
    return Ids(
        sections={
            (label, name): number for label, name, number in _members(document, "sections")
        },
        fields={
            (label, section, name): number
            for label, section, name, number in _members(document, "fields")
        },
        tags={row[0]: row[1] for row in _members(document, "tags")},
    )


def _members(document: object, name: str) -> Iterator[list[str]]:
    rows = document.get(name) if isinstance(document, dict) else None
    for row in rows if isinstance(rows, list) else ():
        yield [str(each) for each in row]


def _texts(document: object) -> dict[str, str]:
    if not isinstance(document, dict):
        return {}
    return {str(name): value for name, value in document.items() if isinstance(value, str)}


def _parse(text: str, file: str) -> dict[str, object]:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{file} is no base: not JSON that can be read ({error})"
        raise BaseError(msg, hint=_HINT) from error
    if not isinstance(document, dict) or document.get("kind") != "base":
        msg = f'{file} is no base: its JSON must have the kind "base"'
        raise BaseError(msg, hint=_HINT)
    version = document.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        msg = (
            f"{file} is a base of format {version}; this schemactl reads formats up to "
            f"{FORMAT_VERSION}"
        )
        raise BaseError(msg, hint="use a newer schemactl, or " + _HINT)
    _refuse_faults(document, file)
    return {str(name): value for name, value in document.items()}


def _refuse_faults(document: object, file: str) -> None:
    # Imported here, for only a run that reads a base should wait for them.
    import jsonschema
    import jsonschema_rs

    rules: dict[str, object] = json.loads(schema_text("base"))
    try:
        if jsonschema_rs.Draft202012Validator(rules).is_valid(document):
            return
    except ValueError:
        # Numbers without bounds, such as 1e999: `jsonschema` tells where.
        pass
    faults = jsonschema.Draft202012Validator(rules).iter_errors(document)
    told = "; ".join(
        f"{fault.json_path}: {fault.message[:200]}"
        for fault in islice(faults, _MAX_FAULTS_SHOWN)
    )
    msg = f"{file} is no valid base: {told or 'a number in it has no bounds'}"
    raise BaseError(msg, hint=_HINT)
