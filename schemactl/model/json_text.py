"""Parts that several JSON documents share, and how each becomes text.

The text is canonical: sorted keys, two spaces, nothing but JSON, a line break at
the end. Names stand as they are; whoever shows them must make them safe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from schemactl.errors import Location
from schemactl.model.characters import escape_invisible_in_json
from schemactl.model.difference import Notice, Orphan, Unmanaged
from schemactl.model.plan import JsonObject, JsonValue
from schemactl.model.schema import CONTACTS, Field

FORMAT_VERSION: Final = 1


def canonical_json(document: JsonValue) -> str:
    """Write a document as text; equal documents give equal text.

    Characters that people cannot see, and those that turn the direction of what follows, are
    written as escapes: a text holds the very same name, and shows what is in it.
    """
    text = json.dumps(
        document, default=_plain_mapping, ensure_ascii=False, indent=2, sort_keys=True
    )
    return escape_invisible_in_json(text) + "\n"


def compact_json(document: Mapping[str, object]) -> str:
    """Write a document on one line without blanks, as programs compare and digest it."""
    return json.dumps(
        document,
        default=_plain_mapping,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def frozen_json(value: object) -> JsonValue:
    """Give what `json` has read as plans hold it, where a list is a tuple.

    Raises:
        TypeError: It is something that JSON has no word for.
    """
    match value:
        case list():
            return tuple(frozen_json(item) for item in value)
        case dict():
            return {str(name): frozen_json(member) for name, member in value.items()}
        case bool() | int() | float() | str() | None:
            return value
        case _:
            message = f"no JSON for {type(value).__name__}"
            raise TypeError(message)


def location_json(location: Location | None) -> JsonValue:
    """Give a place with line and column from 1."""
    if location is None:
        return None
    return {"file": location.file, "line": location.line, "column": location.column}


def field_json(field: Field) -> JsonObject:
    """Give a field as it stands in snapshots too; what its API does not tell is left out."""
    settings = {"required": field.required, "unique": field.unique}
    return {
        "name": field.name,
        "type": field.type,
        "options": field.options,
        "custom": field.custom,
        **{name: value for name, value in settings.items() if value is not None},
    }


def object_json(custom_object: str) -> JsonObject:
    """Name the custom object that something is of; contacts need no name."""
    return {} if custom_object == CONTACTS else {"custom_object": custom_object}


def unmanaged_json(thing: Unmanaged) -> JsonObject:
    """Give what the files leave alone."""
    return {
        **object_json(thing.custom_object),
        "kind": thing.kind,
        "section": thing.section,
        "name": thing.name,
        "type": thing.type,
    }


def orphan_json(orphan: Orphan) -> JsonObject:
    """Return what an apply created and no file declares any longer."""
    kept = orphan.kept
    return {
        **unmanaged_json(orphan.thing),
        "at": orphan.at,
        "commit": orphan.commit,
        "kept": None if kept is None else {"why": kept.why, "advice": kept.advice},
    }


def notice_json(notice: Notice) -> JsonObject:
    """Give what is told and is no difference."""
    return {
        "code": notice.code,
        "about": notice.about,
        "message": notice.message,
        "location": location_json(notice.location),
    }


def _plain_mapping(value: object) -> dict[object, object]:
    """Take read-only mappings, which `json` does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    message = f"no JSON for {type(value).__name__}"
    raise TypeError(message)
