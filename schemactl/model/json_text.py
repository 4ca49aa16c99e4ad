"""Parts that several JSON documents share, and conversion of documents to text.

The text is canonical: sorted keys, two spaces of indentation, a line break at the end. Names
are unchanged; code that shows them must make them safe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from schemactl.errors import Location
from schemactl.model.characters import escape_invisible_in_json
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.difference import Notice, Orphan, Unmanaged
from schemactl.model.plan import Call, JsonObject, JsonValue
from schemactl.model.schema import CONTACTS, Field

FORMAT_VERSION: Final = 1


def canonical_json(document: JsonValue) -> str:
    """Return a document as text; equal documents have equal text.

    Invisible characters and those that change the direction of text are escaped, so the text
    has the same values and shows all characters.
    """
    text = json.dumps(
        document, default=_plain_mapping, ensure_ascii=False, indent=2, sort_keys=True
    )
    return escape_invisible_in_json(text) + "\n"


def compact_json(document: Mapping[str, object]) -> str:
    """Return a document on one line without spaces, for comparing and hashing."""
    return json.dumps(
        document,
        default=_plain_mapping,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def frozen_json(value: object) -> JsonValue:
    """Return a value that `json` has read in the form of plans, where lists are tuples.

    Raises:
        TypeError: The value is not JSON.
    """
    match value:
        case list():
            return tuple(frozen_json(item) for item in value)
        case dict():
            return {str(name): frozen_json(member) for name, member in value.items()}
        case bool() | int() | float() | str() | None:
            return value
        case _:
            message = f"{type(value).__name__} is not a JSON type"
            raise TypeError(message)


def location_json(location: Location | None) -> JsonValue:
    """Return a position, and those of layers below it; line and column count from 1."""
    if location is None:
        return None
    place: JsonObject = {
        "file": location.file,
        "line": location.line,
        "column": location.column,
    }
    if not location.below:
        return place
    return {**place, "below": tuple(map(location_json, location.below))}


def field_json(field: Field) -> JsonObject:
    """Return a field, as in snapshots; settings that its API does not report are omitted."""
    settings = {"required": field.required, "unique": field.unique}
    return {
        "name": field.name,
        "type": field.type,
        "options": field.options,
        "custom": field.custom,
        **{name: value for name, value in settings.items() if value is not None},
    }


def object_json(custom_object: str) -> JsonObject:
    """Return the label of a custom object; nothing for contacts."""
    return {} if custom_object == CONTACTS else {"custom_object": custom_object}


def unmanaged_json(thing: Unmanaged) -> JsonObject:
    """Return an object that the files do not mention."""
    return {
        **object_json(thing.custom_object),
        "kind": thing.kind,
        "section": thing.section,
        "name": thing.name,
        "type": thing.type,
    }


def orphan_json(orphan: Orphan) -> JsonObject:
    """Return an object that an apply created and no file declares any more."""
    kept = orphan.kept
    return {
        **unmanaged_json(orphan.thing),
        "at": orphan.at,
        "commit": orphan.commit,
        "kept": None if kept is None else {"why": kept.why, "advice": kept.advice},
    }


def notice_json(notice: Notice) -> JsonObject:
    """Return a notice."""
    return {
        "code": notice.code,
        "about": notice.about,
        "message": notice.message,
        "location": location_json(notice.location),
    }


def _plain_mapping(value: object) -> dict[object, object]:
    """Return a read-only mapping as a dict, for `json`."""
    if isinstance(value, Mapping):
        return dict(value)
    message = f"{type(value).__name__} is not a JSON type"
    raise TypeError(message)


def call_json(call: Call) -> JsonObject:
    """Return a call, as plans and journals hold it."""
    return {
        "number": call.number,
        "request": call.request,
        "arguments": call.arguments,
        "serves": call.serves,
        "needs": call.needs,
    }


def cleanup_json(cleanup: PendingCleanup) -> JsonObject:
    """Return the tags that an earlier run left on the carrier."""
    return {"run": cleanup.run, "contact": cleanup.contact, "tags": cleanup.tags}
