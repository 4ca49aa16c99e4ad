"""JSON values in Python, and the forms in which clients write one value."""

from __future__ import annotations

import json
from typing import NamedTuple, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


class JsonText(NamedTuple):
    """A value that is written as JSON already."""

    text: str


MAX_DIGITS = 15
TRUE_WORDS = frozenset({"1", "true"})


def written(value: Json | JsonText) -> str:
    """Return a value as JSON."""
    return value.text if isinstance(value, JsonText) else json.dumps(value)


def text_of(value: Json) -> str | None:
    """Return a value as text; None for null, a list and a map."""
    if value is None or isinstance(value, dict | list):
        return None
    return str(int(value)) if isinstance(value, bool) else str(value)


def number_of(value: Json) -> int | None:
    """Return a whole number of at least 0, however it was sent; None for anything else."""
    text = (text_of(value) or "").strip()
    is_whole = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    return int(text) if is_whole else None


def flag_of(value: Json) -> bool | None:
    """Return a flag that was sent as a boolean, a number or a word; None if it was not."""
    text = text_of(value)
    return None if text is None else text.strip().lower() in TRUE_WORDS
