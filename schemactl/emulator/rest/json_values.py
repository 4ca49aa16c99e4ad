"""What JSON can say, as Python has it, and the few ways in which clients write one thing."""

from __future__ import annotations

from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MOST_DIGITS = 15
TRUE_WORDS = frozenset({"1", "true"})


def text_of(value: Json) -> str | None:
    """Give a value as text; None for null, and for what holds other values."""
    if value is None or isinstance(value, dict | list):
        return None
    return str(int(value)) if isinstance(value, bool) else str(value)


def number_of(value: Json) -> int | None:
    """Give a whole number from 0, however it was sent; None for anything else."""
    text = (text_of(value) or "").strip()
    is_whole = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_whole else None


def flag_of(value: Json) -> bool | None:
    """Give a flag that was sent as a truth value, a number or a word; None where it was not."""
    text = text_of(value)
    return None if text is None else text.strip().lower() in TRUE_WORDS
