"""Text wrapped to a width in terminal cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def cell_width(text: str) -> int:
    """Return the terminal cells of printable text."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def padded(text: str, width: int) -> str:
    """Return text padded with spaces to `width` cells; longer text is unchanged."""
    return text + " " * (width - cell_width(text))


def wrap_words(words: Iterable[str], width: int) -> list[str]:
    """Return words, joined by spaces, in lines of at most `width` cells.

    No word is broken, so a long one makes its line longer.
    """
    return [" ".join(line) for line in _fill_lines(words, width, gap=1)]


def wrap_parts(parts: Iterable[str], width: int) -> list[str]:
    """Return parts, joined by ` · `, in lines of at most `width` cells; no part is broken."""
    return [" · ".join(line) for line in _fill_lines(parts, width, gap=len(" · "))]


def wrap_list(words: Sequence[str], width: int, *, max_lines: int | None = None) -> list[str]:
    """Return words, joined by commas, in lines of at most `width` cells.

    No word is broken. If more than `max_lines` are needed, the last line ends with the
    number of missing words; None means no limit.
    """
    lines = _fill_lines(words, width - len(","), gap=len(", "))
    texts = [", ".join(line) for line in lines]
    if max_lines is None or len(lines) <= max_lines:
        return [*(text + "," for text in texts[:-1]), texts[-1]]
    shown = [text + "," for text in texts[: max_lines - 1]]
    rest = words[sum(len(line) for line in lines[: max_lines - 1]) :]
    return [*shown, _shortened(rest, width)]


def _shortened(words: Sequence[str], width: int) -> str:
    """Return the words that fit into one line, at least one, and the number of the rest."""
    shown, used = 1, cell_width(words[0])
    while shown < len(words):
        used += len(", ") + cell_width(words[shown])
        if used + len(_more(len(words) - shown - 1)) > width:
            break
        shown += 1
    return ", ".join(words[:shown]) + _more(len(words) - shown)


def _more(number: int) -> str:
    return f" … and {number:,} more (-v)" if number else ""


def _fill_lines(words: Iterable[str], width: int, *, gap: int) -> list[list[str]]:
    """Distribute words to lines of at most `width` cells, at least one word per line."""
    lines: list[list[str]] = [[]]
    used = 0
    for word in words:
        size = cell_width(word)
        if lines[-1] and used + gap + size > width:
            lines.append([])
        used = used + gap + size if lines[-1] else size
        lines[-1].append(word)
    return lines


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
