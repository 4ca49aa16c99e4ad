"""Split the JSON text of an answer at the members of one map in it, without their values.

Nearly all of an answer is the same from one read of an account to the next. What a value means
depends only on its own text, and what follows a place in a text only on what is after it. So of
a text that starts and ends like the one before, only what is between is parsed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from schemactl.account.http.json_body import JSON_DECODER
from schemactl.text import same_end, same_start
from schemactl.values import NamedTuple

_SPACES: Final = r"[ \t\n\r]*"
_KEY: Final = rf'{_SPACES}"([^"\\\x00-\x1f]*)"{_SPACES}:{_SPACES}'
_FIRST: Final = re.compile(rf"\{{(?:{_KEY}|{_SPACES}(\}}))")
_NEXT: Final = re.compile(rf"{_SPACES}(?:,{_KEY}|(\}}))")


class SplitText(NamedTuple):
    """An answer as two parts.

    Attributes:
        text: The whole text.
        start: Where the map starts that was split.
        end: Where it ends.
        keys: The key of each member, in the order of the text.
        texts: The text of each member; each is a map.
        ends: Where each of them ends.
    """

    text: str
    start: int
    end: int
    keys: list[str]
    texts: list[str]
    ends: list[int]

    @property
    def rest(self) -> str:
        """The whole text with an empty map in place of the one that was split."""
        return f"{self.text[: self.start]}{{}}{self.text[self.end :]}"

    def members(self) -> dict[str, str]:
        """Return the text of each member by its key."""
        return dict(zip(self.keys, self.texts, strict=True))


NOTHING: Final = SplitText("", 0, 0, [], [], [])


class UnsplittableError(Exception):
    """The text has another form; what is wrong with it, if anything, is found by parsing it."""


def split_text(text: str, path: Sequence[str], before: SplitText = NOTHING) -> SplitText:
    """Split a text at the members of the map that `path` leads to.

    The parts are checked as thoroughly as by parsing: a member that `before` does not have in
    the same surroundings is parsed, and whoever uses `rest` parses that.

    Args:
        text: JSON of a map.
        path: The keys that lead from map to map, the outermost first.
        before: Another text, split at the same path.

    Raises:
        UnsplittableError: There is no such map, a value in it is no map, a key is written
            with escapes or is there twice, or the text is not JSON up to its end.
    """
    common_start = same_start(text, before.text)
    common_end = same_end(text, before.text, len(text) - common_start)
    # Members that end in what is the same are the same, and so is what leads to them.
    kept = bisect_right(before.ends, common_start) if before.start < common_start else 0
    start = before.start if kept else _start_of(text, path)
    keys, texts, ends = before.keys[:kept], before.texts[:kept], before.ends[:kept]
    place = ends[-1] if kept else start
    shift = len(text) - len(before.text)
    while (found := (_NEXT if keys else _FIRST).match(text, place)) is not None:
        if found.group(2) is not None:
            return _checked(SplitText(text, start, found.end(), keys, texts, ends))
        place = _end_of_map(text, found.end())
        keys.append(found.group(1))
        texts.append(text[found.end() : place])
        ends.append(place)
        last = bisect_left(before.ends, place - shift)
        if place >= len(text) - common_end and before.ends[last : last + 1] == [place - shift]:
            # From here on, the text is that of `before`, which ends a member here too.
            keys += before.keys[last + 1 :]
            texts += before.texts[last + 1 :]
            ends += [end + shift for end in before.ends[last + 1 :]]
            return _checked(SplitText(text, start, before.end + shift, keys, texts, ends))
    raise UnsplittableError


def _checked(found: SplitText) -> SplitText:
    if len(set(found.keys)) != len(found.keys):
        raise UnsplittableError
    return found


def _start_of(text: str, path: Sequence[str]) -> int:
    """Return where the map starts that `path` leads to."""
    start = 0
    for key in path:
        start = _value_of(text, start, key)
    return start


def _value_of(text: str, start: int, wanted: str) -> int:
    """Return where the value of a key starts, in the map that starts at `start`."""
    found = _FIRST.match(text, start)
    while found is not None and found.group(2) is None:
        if found.group(1) == wanted:
            return found.end()
        found = _NEXT.match(text, _end_of_value(text, found.end()))
    raise UnsplittableError


def _end_of_map(text: str, start: int) -> int:
    if not text.startswith("{", start):
        raise UnsplittableError
    return _end_of_value(text, start)


def _end_of_value(text: str, start: int) -> int:
    try:
        _, end = JSON_DECODER.raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        raise UnsplittableError from error
    return end
