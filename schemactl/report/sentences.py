"""Our own sentences with code in them: messages write commands and keys between backticks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from schemactl.values import NamedTuple

_CODE: Final = re.compile('"[^"]*"|(?<!`)`([^`]+)`(?!`)')
"""A name in quotes, in which backticks mean nothing, or code."""


class Part(NamedTuple):
    """A part of a sentence: text, or code without its backticks."""

    text: str
    is_code: bool


def sentence_parts(text: str) -> Iterator[Part]:
    """Yield the parts of a sentence in order.

    Backticks in a name in quotes are part of the name. A name can have quotes as well, so no
    part is safe before it is escaped.
    """
    end = 0
    for match in _CODE.finditer(text):
        if match[1] is None:
            continue
        if match.start() > end:
            yield Part(text[end : match.start()], is_code=False)
        yield Part(match[1], is_code=True)
        end = match.end()
    if end < len(text):
        yield Part(text[end:], is_code=False)
