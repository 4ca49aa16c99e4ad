"""A place in the user's files, as a plan holds it: `json_text.location_json` writes it."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from schemactl.errors import Location


class LocationDocument(TypedDict):
    """A place in one of the user's files; `below` is missing where no layer is below it."""

    file: str
    line: int
    column: int
    below: NotRequired[list[LocationDocument]]


class Located(TypedDict):
    """What has a place, or null where no file asks for it."""

    location: LocationDocument | None


def location_from(document: LocationDocument | None) -> Location | None:
    """Return a place; None where there is none."""
    if document is None:
        return None
    below = (
        Location(one["file"], one["line"], one["column"]) for one in document.get("below", ())
    )
    return Location(document["file"], document["line"], document["column"], tuple(below))
