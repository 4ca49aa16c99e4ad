"""Snapshots: a live account's schema as a file, and read back from one.

The text is canonical, so equal accounts make equal files and git shows what changed.
It holds no ids, no credentials and no contact data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NotRequired, TypedDict

from schemactl.errors import SchemactlError
from schemactl.model.json_text import field_json
from schemactl.model.plan import JsonObject
from schemactl.model.schema import CustomObject, Schema, Section
from schemactl.store.field_document import FieldDocument, field_from
from schemactl.store.own_file import OwnFile


class SnapshotError(SchemactlError):
    """A file that should hold a snapshot does not; nothing was read from an account."""


class _SectionDocument(TypedDict):
    name: str
    custom: bool
    description: NotRequired[str]
    fields: list[FieldDocument]


class _ObjectDocument(TypedDict):
    label: str
    sections: list[_SectionDocument]


class SnapshotDocument(TypedDict):
    """All that is read of a snapshot's document."""

    account: str
    backend: str
    sections: list[_SectionDocument]
    tags: list[str]
    objects: NotRequired[list[_ObjectDocument]]


SNAPSHOT_FILE: Final[OwnFile[SnapshotDocument]] = OwnFile(
    kind="snapshot",
    version=1,
    max_bytes=50_000_000,
    error=SnapshotError,
    remedy="write it again with `schemactl snapshot --out FILE`",
)


def snapshot_text(schema: Schema, *, account: str, backend: str) -> str:
    """Write a schema as canonical JSON; see `snapshot_members`."""
    return SNAPSHOT_FILE.text(snapshot_members(schema, account=account, backend=backend))


def snapshot_members(schema: Schema, *, account: str, backend: str) -> JsonObject:
    """Return what a snapshot holds beside its kind and format.

    Sections, fields and tags keep the account's order, which people arrange by hand. What
    the API does not report is missing, so that it differs from a false value.

    Args:
        schema: What the account has.
        account: Its name in the project file.
        backend: The API that it was read over.
    """
    members: JsonObject = {
        "account": account,
        "backend": backend,
        "sections": tuple(map(_section_json, schema.sections)),
        "tags": schema.tags,
    }
    if not schema.objects:
        return members
    return {**members, "objects": tuple(map(_object_json, schema.objects))}


def read_snapshot(path: Path) -> Schema:
    """Read the snapshot in a file.

    Raises:
        SnapshotError: The file cannot be read, or holds no snapshot.
    """
    return schema_from_document(SNAPSHOT_FILE.load(path))


def schema_from_snapshot(text: str, *, file: str) -> Schema:
    """Read a snapshot back.

    Args:
        text: The content of the file.
        file: Its name, for messages only.

    Raises:
        SnapshotError: It is not JSON, no snapshot, one of a newer program, or breaks
            the JSON Schema `snapshot`; the message shows where.
    """
    return schema_from_document(SNAPSHOT_FILE.read(text, file=file))


def schema_from_document(document: SnapshotDocument) -> Schema:
    """Return the schema that a snapshot's document describes."""
    return Schema(
        sections=tuple(map(_section, document["sections"])),
        tags=tuple(document["tags"]),
        objects=tuple(
            CustomObject(label=each["label"], sections=tuple(map(_section, each["sections"])))
            for each in document.get("objects", ())
        ),
    )


def _object_json(custom_object: CustomObject) -> JsonObject:
    sections = tuple(map(_section_json, custom_object.sections))
    return {"label": custom_object.label, "sections": sections}


def _section_json(section: Section) -> JsonObject:
    description = section.description
    return {
        "name": section.name,
        "custom": section.custom,
        **({} if description is None else {"description": description}),
        "fields": tuple(map(field_json, section.fields)),
    }


def _section(document: _SectionDocument) -> Section:
    return Section(
        name=document["name"],
        custom=document["custom"],
        fields=tuple(map(field_from, document["fields"])),
        description=document.get("description"),
    )
