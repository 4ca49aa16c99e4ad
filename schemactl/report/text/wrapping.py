"""Words in lines of a given width; the width of a character is what a terminal gives it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def cell_width(text: str) -> int:
    """Count the terminal cells that printable text takes."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def padded(text: str, width: int) -> str:
    """Fill text with blanks up to so many cells; longer text stays as it is."""
    return text + " " * (width - cell_width(text))


def wrap_words(words: Iterable[str], width: int) -> list[str]:
    """Write words with blanks between them into lines of at most so many cells.

    No word is broken, so a long one makes its line longer.
    """
    return [" ".join(line) for line in _fill_lines(words, width, gap=1)]


def wrap_parts(parts: Iterable[str], width: int) -> list[str]:
    """Write parts with ` · ` between them into lines of at most so many cells; breaks none."""
    return [" · ".join(line) for line in _fill_lines(parts, width, gap=len(" · "))]


def wrap_list(words: Sequence[str], width: int, *, max_lines: int | None = None) -> list[str]:
    """Write words with commas between them into lines of at most so many cells.

    No word is broken. Where more than `max_lines` would be needed, the last one ends by
    saying how many words are missing; None stands for no limit.
    """
    lines = _fill_lines(words, width - len(","), gap=len(", "))
    texts = [", ".join(line) for line in lines]
    if max_lines is None or len(lines) <= max_lines:
        return [*(text + "," for text in texts[:-1]), texts[-1]]
    shown = [text + "," for text in texts[: max_lines - 1]]
    rest = words[sum(len(line) for line in lines[: max_lines - 1]) :]
    return [*shown, _shortened(rest, width)]


def _shortened(words: Sequence[str], width: int) -> str:
    """Write as many words as fit into one line, at least one, and how many are missing."""
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
    """Share words out to lines of at most so many cells; each line has one at least."""
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
