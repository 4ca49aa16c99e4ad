"""Names, lists and numbers as words that are safe and true on a terminal.

A name comes from an account or a file, so it may hold anything: escape codes that
would move the cursor, marks that turn the text around, blanks that nobody sees.
Here each becomes visible. Nothing is cut without a mark that says how much.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemactl.model.characters import spell_out

_OWN_SIGNS: Final = frozenset('+-~?!±…"')
"""A name that starts with one of these is quoted, so that it is not taken for ours."""

_CUT: Final = "…#"
SHORTEST: Final = 16
"""Characters that a shortened name takes at least."""


def visible(text: str) -> str:
    """Spell out every character that hides something or would act on a terminal."""
    return spell_out(text)


def named(name: str) -> str:
    """Show a name; in quotes where it would otherwise be misread.

    Quoted are empty names, those with outer blanks, with characters that are spelled
    out, or that start like one of our own signs.
    """
    is_plain = spell_out(name) == name == name.strip() and name
    return name if is_plain and name[0] not in _OWN_SIGNS else quoted(name)


def quoted(name: str) -> str:
    """Show a name in quotes; quotes and backslashes in it are escaped with a backslash."""
    return '"' + visible(name.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def shortened(name: str, longest: int) -> str:
    """Show a name in at most so many characters, or a few more where it holds our mark.

    A longer name keeps its start, and gets a mark and a checksum of the whole name: two
    names that start alike stay two. A name that holds the mark itself is quoted.

    Args:
        name: As it is.
        longest: At least `SHORTEST`.
    """
    shown = named(name)
    if len(shown) <= longest:
        return quoted(name) if _CUT in shown else shown
    checksum = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{shown[: longest - len(_CUT) - len(checksum)]}{_CUT}{checksum}"


def listed(names: Iterable[str]) -> Iterator[str]:
    """Show each of several names; those that hold the comma of our lists are quoted."""
    for name in names:
        yield quoted(name) if "," in name else named(name)


def count(number: int, one: str, many: str | None = None) -> str:
    """Say a number with its noun: `1 call`, `1,000 calls`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def and_list(words: Sequence[str]) -> str:
    """Join words as people do: `a, b and c`."""
    return (
        " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
    )


def about(seconds: float) -> str:
    """Say how long something may take."""
    shortest = 0.5
    return "under 1 s" if 0 < seconds < shortest else f"about {duration(seconds)}"


def duration(seconds: float) -> str:
    """Say a time in the unit that people would choose."""
    minute, hour = 60, 3600
    if seconds < 2 * minute:
        return f"{round(seconds):,} s"
    if seconds < 2 * hour:
        return f"{round(seconds / minute):,} min"
    return f"{seconds / hour:,.1f} h"


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
    return f" … and {number:,} more" if number else ""


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
