"""Detection of texts that an unintended comment cuts short.

In YAML, a `#` after a space begins a comment, so `name: Fax #2` declares the name "Fax". In an
intended comment there is usually a space after the `#`, or several before it. This module finds
the other cases. Callers know which texts are names and decide whether it is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import yaml
from yaml.events import ScalarEvent

from schemactl.document.problem_list import MAX_WARNINGS
from schemactl.errors import Location

_CUT: Final = re.compile(r" (#(?<=\S #)\w[^\s,\]}]*)")
"""One space, then `#` and a word, which ends as it would in a list or mapping.

It begins with what is rare, which is found four times as fast as what is not a space."""
_LINE_BREAK: Final = re.compile("\r\n|\r|\n")


def cut_texts(text: str, *, file: str) -> tuple[tuple[Location, str], ...]:
    """Return positions of plain texts before such a comment, and the comment's first word.

    Args:
        text: The whole file, which must be valid YAML.
        file: Its name, for the positions.
    """
    if not has_cut(text):
        return ()
    # One more than the maximum, so that callers know that there are more.
    return tuple(islice(_cut_texts(text, file=file), MAX_WARNINGS + 1))


def _cut_texts(text: str, *, file: str) -> Iterator[tuple[Location, str]]:
    comments = {
        (number, match.start()): match[1]
        for number, line in enumerate(_LINE_BREAK.split(text))
        for match in _CUT.finditer(line)
    }
    for event in iter(yaml.CLoader(text).get_event, None):
        start, end = event.start_mark, event.end_mark
        if isinstance(event, ScalarEvent) and event.implicit[0] and start and end:
            word = comments.get((end.line, end.column))
            if word is not None:
                yield Location(file, start.line + 1, start.column + 1), word


def has_cut(text: str) -> bool:
    """Whether a part of a file has such a pattern, which may also be in quotes."""
    return _CUT.search(text) is not None
