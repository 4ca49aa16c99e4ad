"""Snapshots: a live account's schema as a file, and read back from one.

The text is canonical, so equal accounts make equal files and git shows what moved.
It holds no ids, no credentials and no contact data.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Final, NotRequired, TypedDict, TypeGuard

from schemactl.document.resources import schema_text
from schemactl.errors import SchemactlError
from schemactl.model.schema import CustomObject, Field, Schema, Section

FORMAT_VERSION: Final = 1

_MAX_FAULTS_SHOWN = 3
_FAULT_LENGTH = 200
_HINT = "write it again with `schemactl snapshot --out FILE`"


class SnapshotError(SchemactlError):
    """A file that should hold a snapshot does not; nothing was read from an account."""


class _FieldDocument(TypedDict):
    name: str
    type: str
    custom: bool
    options: list[str] | None
    required: NotRequired[bool]
    unique: NotRequired[bool]


class _SectionDocument(TypedDict):
    name: str
    custom: bool
    description: NotRequired[str]
    fields: list[_FieldDocument]


class _ObjectDocument(TypedDict):
    label: str
    sections: list[_SectionDocument]


class _SnapshotDocument(TypedDict):
    objects: NotRequired[list[_ObjectDocument]]
    account: str
    backend: str
    format_version: int
    kind: str
    sections: list[_SectionDocument]
    tags: list[str]


def snapshot_text(schema: Schema, *, account: str, backend: str) -> str:
    """Write a schema as canonical JSON: sorted keys, two spaces, a line break at the end.

    Sections, fields and tags keep the account's order, which people arrange by hand. What
    the API does not tell is left out: so a reader can tell it from what is not so.

    Args:
        schema: What the account has.
        account: Its name in the project file.
        backend: The API that it was read over.
    """
    document: _SnapshotDocument = {
        "account": account,
        "backend": backend,
        "format_version": FORMAT_VERSION,
        "kind": "snapshot",
        "sections": [_section_document(section) for section in schema.sections],
        "tags": list(schema.tags),
    }
    if schema.objects:
        document["objects"] = [
            {"label": each.label, "sections": list(map(_section_document, each.sections))}
            for each in schema.objects
        ]
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def read_snapshot(path: Path) -> Schema:
    """Read the snapshot in a file.

    Raises:
        SnapshotError: The file cannot be read, or holds no snapshot.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
        raise SnapshotError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path} cannot be read: {error}"
        raise SnapshotError(msg) from error
    return schema_from_snapshot(text, file=str(path))


def schema_from_snapshot(text: str, *, file: str) -> Schema:
    """Read a snapshot back.

    Args:
        text: The content of the file.
        file: Its name, for messages only.

    Raises:
        SnapshotError: It is no JSON, no snapshot, one of a newer program, or breaks
            the JSON Schema `snapshot`; the message says where.
    """
    document = _parse(text, file)
    _check_kind(document, file)
    if not _is_snapshot(document):
        raise _invalid(document, file)
    return Schema(
        sections=tuple(_section(section) for section in document["sections"]),
        tags=tuple(document["tags"]),
        objects=tuple(
            CustomObject(label=each["label"], sections=tuple(map(_section, each["sections"])))
            for each in document.get("objects", ())
        ),
    )


def _section_document(section: Section) -> _SectionDocument:
    document: _SectionDocument = {
        "name": section.name,
        "custom": section.custom,
        "fields": [_field_document(field) for field in section.fields],
    }
    if section.description is not None:
        document["description"] = section.description
    return document


def _field_document(field: Field) -> _FieldDocument:
    document: _FieldDocument = {
        "name": field.name,
        "type": field.type,
        "custom": field.custom,
        "options": None if field.options is None else list(field.options),
    }
    if field.required is not None:
        document["required"] = field.required
    if field.unique is not None:
        document["unique"] = field.unique
    return document


def _section(document: _SectionDocument) -> Section:
    return Section(
        name=document["name"],
        custom=document["custom"],
        fields=tuple(_field(field) for field in document["fields"]),
        description=document.get("description"),
    )


def _field(document: _FieldDocument) -> Field:
    options = document["options"]
    return Field(
        name=document["name"],
        type=document["type"],
        custom=document["custom"],
        options=None if options is None else tuple(options),
        required=document.get("required"),
        unique=document.get("unique"),
    )


def _parse(text: str, file: str) -> object:
    try:
        document: object = json.loads(text)
        if "\\u" in text:
            # An escape may stand for half a character, which no later output could bear.
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        message = f"{file} is no snapshot: not JSON that can be read ({error})"
        raise SnapshotError(message, hint=_HINT) from error
    return document


def _check_kind(document: object, file: str) -> None:
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind != "snapshot":
        told = f', but of kind "{kind}"' if isinstance(kind, str) else ""
        message = f'{file} is no snapshot{told}: its JSON must have the kind "snapshot"'
        raise SnapshotError(message, hint=_HINT)
    version = document.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        message = (
            f"{file} is a snapshot of format {version}; "
            f"this schemactl reads formats up to {FORMAT_VERSION}"
        )
        raise SnapshotError(message, hint="use a newer schemactl, or " + _HINT)


def _is_snapshot(document: object) -> TypeGuard[_SnapshotDocument]:
    """Check with the compiled validator: 10,000 fields in milliseconds, but without reasons."""
    # Imported here, for only a run that reads a snapshot should wait for it.
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(_rules()).is_valid(document)
    except ValueError:
        # Numbers without bounds, such as 1e999: none stands in a snapshot.
        return False


def _invalid(document: object, file: str) -> SnapshotError:
    """Explain with `jsonschema`, which is slow and knows the place of each fault."""
    # Imported here, for only a broken snapshot should wait for it.
    import jsonschema

    faults = jsonschema.Draft202012Validator(_rules()).iter_errors(document)
    told = [
        f"{fault.json_path}: {_shortened(fault.message)}"
        for fault in islice(faults, _MAX_FAULTS_SHOWN)
    ]
    more = " (and more)" if next(faults, None) is not None else ""
    return SnapshotError(f"{file} is no valid snapshot: {'; '.join(told)}{more}", hint=_HINT)


def _shortened(message: str) -> str:
    return message if len(message) <= _FAULT_LENGTH else message[:_FAULT_LENGTH] + " …"


def _rules() -> dict[str, object]:
    rules: dict[str, object] = json.loads(schema_text("snapshot"))
    return rules
