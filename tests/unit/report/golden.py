"""Texts that somebody has read and found good, kept in `tests/data/report`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "data" / "report"


def golden(name: str) -> str:
    """Return the text of one file; read a new one before you replace the old."""
    return (FOLDER / name).read_text(encoding="utf-8")
