"""Cells of a CSV file that a spreadsheet opens safely."""

from __future__ import annotations

from typing import Final

from schemactl.text import visible

_FORMULA_STARTS: Final = ("=", "+", "-", "@")


def cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    shown = "\n".join(map(visible, text.split("\n")))
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown
