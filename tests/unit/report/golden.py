"""Texts that somebody has read and found good, kept in `tests/data/report`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "data" / "report"


def golden(name: str) -> str:
    """Give the text of one file; read the new one with your own eyes before you replace it."""
    return (FOLDER / name).read_text(encoding="utf-8")
