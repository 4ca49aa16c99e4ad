"""How a user's own words are shown in a message, and what they may have meant.

Text from a file can be a megabyte long or hold an escape sequence for the terminal:
nothing of it gets into a message but through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from schemactl.model.characters import spell_out

SHOWN_LENGTH: Final = 60
_NEAR_ENOUGH: Final = 0.7


def quoted(text: str) -> str:
    """Put text in quotes, cut to a readable length, with escapes for what cannot be seen."""
    shown = text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 1]}…"
    return f'"{spell_out(shown)}"'


def counted(number: int, noun: str) -> str:
    """Say a number with its noun: `1 field`, `2 fields`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Iterable[str], *, link: str = "and") -> str:
    """Join words, at least one, as a sentence does: `a, b and c`."""
    *head, last = words
    return f"{', '.join(head)} {link} {last}" if head else last


def nearest(
    word: str, choices: Iterable[str], *, synonyms: Mapping[str, str] | None = None
) -> str | None:
    """Find the right word that was most likely meant; None where nothing comes near.

    Args:
        word: What was written.
        choices: The right words.
        synonyms: Right words by other words for the same, in lower case.
    """
    if len(word) > SHOWN_LENGTH:
        return None
    folded = word.strip().casefold()
    by_folded = {choice.casefold(): choice for choice in choices} | dict(synonyms or {})
    if folded in by_folded:
        return by_folded[folded]
    close = get_close_matches(folded, by_folded, n=1, cutoff=_NEAR_ENOUGH)
    return by_folded[close[0]] if close else None
