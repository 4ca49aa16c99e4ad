"""A field in a plan, a base or a snapshot; `model.json_text.field_json` writes it."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from schemactl.model.schema import Field


class FieldDocument(TypedDict):
    """A field; a setting that its API does not report is missing."""

    name: str
    type: str
    options: list[str] | None
    custom: bool
    required: NotRequired[bool]
    unique: NotRequired[bool]


def field_from(document: FieldDocument) -> Field:
    """Return the field that a document describes."""
    options = document["options"]
    return Field(
        document["name"],
        document["type"],
        None if options is None else tuple(options),
        document["custom"],
        document.get("required"),
        document.get("unique"),
    )
