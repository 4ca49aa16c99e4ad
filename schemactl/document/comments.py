"""Where a `#` that was meant as a part of a text has cut it short.

YAML takes a `#` after a blank for a comment, so that `name: Fax #2` names a field "Fax". People
who mean a comment write a blank behind the `#` or several before it; who does neither gets a
place noted here. What to make of it is for those to say who know which texts are names.
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

_CUT: Final = re.compile(r"(?<=\S) (#\w[^\s,\]}]*)")
"""One blank, then `#` and a word, which ends where it would end in a list or mapping."""
_LINE_BREAK: Final = re.compile("\r\n|\r|\n")


def cut_texts(text: str, *, file: str) -> tuple[tuple[Location, str], ...]:
    """Give where plain texts begin that such a comment follows, and the comment's first word.

    Args:
        text: A whole file that the parser takes without complaint.
        file: Its name, for the places.
    """
    if not has_cut(text):
        return ()
    # One more than warnings are kept, so that it is known that there are more.
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
    """Say whether anything in a part of a file looks so; it may also stand in quotes."""
    return _CUT.search(text) is not None
