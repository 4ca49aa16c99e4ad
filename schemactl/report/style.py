"""What a piece of text means; each format decides how to show that."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Style(StrEnum):
    """A meaning, never a colour."""

    PLAIN = "plain"
    BOLD = "bold"
    DIM = "dim"
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    MANUAL = "manual"
    WARNING = "warning"
    ERROR = "error"
    GOOD = "good"
