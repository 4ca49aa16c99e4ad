"""Places in files, as reports name them."""

from __future__ import annotations

from schemactl.errors import Location
from schemactl.text import visible


def place(location: Location | None) -> str:
    """Name a place as `file:line`; empty for none."""
    return "" if location is None else f"{visible(location.file)}:{location.line}"
