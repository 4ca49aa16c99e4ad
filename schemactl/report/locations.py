"""Places in files, as reports name them."""

from __future__ import annotations

from schemactl.errors import Location
from schemactl.text import visible


def place(location: Location | None) -> str:
    """Name a place as `file:line`, and those of the layers below it; empty for none."""
    return "" if location is None else f"{_place(location)}{over(location)}"


def over(location: Location) -> str:
    """Name the places of the layers below one, behind a comma; empty if there are none."""
    below = ", ".join(map(_place, location.below))
    return f", over {below}" if below else ""


def _place(location: Location) -> str:
    return f"{visible(location.file)}:{location.line}"
