"""Names, lists and numbers as text for people: every message and report builds on these.

A name comes from an account or a file, so it can hold anything: escape sequences for the
terminal, marks that reverse the text, spaces that nobody sees, a megabyte of letters. These
functions make all of it visible, and shorten it only with a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from schemactl.model.characters import spell_out

MAX_SHOWN_LENGTH: Final = 60
"""Characters of a text that a message quotes."""
MAX_LINE_LENGTH: Final = 200
"""Characters of a server's answer that a message shows."""
MIN_RENAME_SIMILARITY: Final = 0.6
"""Ratio at which two names are similar enough to ask whether one was renamed."""
MIN_SHORTENED: Final = 16
"""Characters that a shortened name has at least."""
_OWN_SIGNS: Final = frozenset('+-~?!±…"')
"""Signs of our own reports: a name that starts with one is quoted."""
_CUT: Final = "…#"
_HASH: Final = r"[0-9a-f]{40,}"
_HASH_DIGITS: Final = 12
_MIN_TYPO_SIMILARITY: Final = 0.7
"""Ratio at which a word is similar enough to be a misspelling of another."""
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def visible(text: str) -> str:
    """Return text with an escape for each character that is invisible or acts on a terminal."""
    return spell_out(text)


def one_line(text: str, *, max_length: int = MAX_LINE_LENGTH) -> str:
    """Return text in one line of at most `max_length` characters, invisible ones escaped."""
    line = spell_out(" ".join(text.split())[: max_length + 1])
    return line if len(line) <= max_length else line[: max_length - 1] + "…"


def quoted(text: str) -> str:
    """Return text in quotes; quotes and backslashes in it get a backslash."""
    return '"' + spell_out(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def quoted_short(text: str) -> str:
    """Return the start of a text in quotes, at most `MAX_SHOWN_LENGTH` characters of it."""
    is_short = len(text) <= MAX_SHOWN_LENGTH
    return quoted(text if is_short else f"{text[: MAX_SHOWN_LENGTH - 1]}…")


def named(name: str) -> str:
    """Return a name, in quotes if it could be misread without them.

    Quoted are empty names, names with surrounding spaces or invisible characters, and names
    that start with a sign of our own reports.
    """
    is_plain = spell_out(name) == name == name.strip() and name
    return name if is_plain and name[0] not in _OWN_SIGNS else quoted(name)


def named_title(title: str) -> str:
    """Return `Section / Field` as `named`, and in quotes also if it has spaces in a row."""
    return quoted(title) if "  " in title else named(title)


def named_each(names: Iterable[str]) -> Iterator[str]:
    """Yield each name for a list with commas; names that hold a comma are quoted."""
    for name in names:
        yield quoted(name) if "," in name else named(name)


def shortened(name: str, max_length: int) -> str:
    """Return a name in at most `max_length` characters, or a few more if it holds our mark.

    A longer name keeps its start, followed by a mark and a checksum of the whole name, so that
    two names with the same start stay different. A name that holds the mark itself is quoted.

    Args:
        name: As it is.
        max_length: At least `MIN_SHORTENED`.
    """
    shown = named(name)
    if len(shown) <= max_length:
        return quoted(name) if _CUT in shown else shown
    import hashlib

    checksum = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{shown[: max_length - len(_CUT) - len(checksum)]}{_CUT}{checksum}"


def short_hash(text: str) -> str:
    """Return a commit or digest as 12 digits; what follows, such as `-dirty`, stays."""
    return re.sub(_HASH, lambda found: found[0][:_HASH_DIGITS], visible(text))


def created_by_apply(at: str, commit: str) -> str:
    """Return which apply created something: `created by the apply of … from commit …`.

    Args:
        at: When, as ISO 8601 writes it.
        commit: What git had checked out then; empty outside of git.
    """
    origin = f" from commit {short_hash(commit)}" if commit else ""
    return f"created by the apply of {date_and_time(at)}{origin}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number and its noun: `1 call`, `1,000 calls`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capitalised(sentence: str) -> str:
    """Return a sentence with a capital first letter; the rest stays as it is."""
    return sentence[:1].upper() + sentence[1:]


def and_list(words: Iterable[str], *, link: str = "and") -> str:
    """Return words joined as in a sentence: `a, b and c`."""
    *head, last = tuple(words) or ("",)
    return f"{', '.join(head)} {link} {last}" if head else last


def about_duration(seconds: float) -> str:
    """Return an estimated duration: `under 1 s`, `about 20 min`."""
    shortest = 0.5
    return "under 1 s" if seconds < shortest else f"about {duration(seconds)}"


def duration(seconds: float) -> str:
    """Return a duration in the unit that people would choose."""
    minute, hour = 60, 3600
    if seconds < 2 * minute:
        return f"{round(seconds):,} s"
    if seconds < 2 * hour:
        return f"{round(seconds / minute):,} min"
    return f"{seconds / hour:,.1f} h"


def date_and_time(iso: str) -> str:
    """Return an ISO 8601 time as people write it: `2 January 2026 at 09:30 UTC`.

    What is no such time is returned as it is.
    """
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return visible(iso)
    zone = "UTC" if not at.utcoffset() else at.strftime("%z")
    return f"{date_in_words(at.date())} at {at:%H:%M}{f' {zone}' if at.tzinfo else ''}"


def day_in_words(iso: str) -> str:
    """Return the day of an ISO 8601 time as people write it; other text as it is."""
    try:
        return date_in_words(datetime.fromisoformat(iso).date())
    except ValueError:
        return visible(iso)


def date_in_words(day: date) -> str:
    """Return a day as people write it: `2 January 2026`."""
    # `strftime` would depend on the locale.
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def nearest(
    word: str, choices: Iterable[str], *, synonyms: Mapping[str, str] | None = None
) -> str | None:
    """Return the right word that was most likely meant; None if none is similar.

    Args:
        word: As written.
        choices: The right words.
        synonyms: Other words, in lower case, and the right word for each.
    """
    if len(word) > MAX_SHOWN_LENGTH:
        return None
    folded = word.strip().casefold()
    by_folded = {choice.casefold(): choice for choice in choices} | dict(synonyms or {})
    if folded in by_folded:
        return by_folded[folded]
    from difflib import get_close_matches

    close = get_close_matches(folded, by_folded, n=1, cutoff=_MIN_TYPO_SIMILARITY)
    return by_folded[close[0]] if close else None


def most_similar(text: str, others: Sequence[str], *, min_ratio: float) -> int | None:
    """Return the index of the most similar text, the first of equals; None if none is similar.

    Args:
        text: The text to compare with.
        others: The texts to choose from.
        min_ratio: The similarity from 0 to 1 that a text must have.
    """
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=text, autojunk=False)
    best, best_ratio = None, min_ratio
    for index, other in enumerate(others):
        matcher.set_seq1(other)
        # The quick ratios are upper bounds, which rule out most texts.
        if best is not None and (
            matcher.real_quick_ratio() <= best_ratio or matcher.quick_ratio() <= best_ratio
        ):
            continue
        ratio = matcher.ratio()
        if ratio > best_ratio or (best is None and ratio >= best_ratio):
            best, best_ratio = index, ratio
    return best


def same_start(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def same_end(one: str, other: str, most: int) -> int:
    """Return how many characters two texts have in common at their end, up to `most`."""
    low, high, ends = 0, min(most, len(other)), (len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[ends[0] - middle : ends[0] - low] == other[ends[1] - middle : ends[1] - low]:
            low = middle
        else:
            high = middle - 1
    return low
