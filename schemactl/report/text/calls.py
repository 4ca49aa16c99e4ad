"""The calls of a plan, one per line: number, request, arguments in full."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.model.plan import Call
from schemactl.report.call_words import arguments_in_words
from schemactl.report.style import Style
from schemactl.report.text.lines import Line, Span, line
from schemactl.report.text.wrapping import cell_width, padded, wrap_words
from schemactl.text import counted

_INDENT = 4


def calls_lines(calls: Sequence[Call], *, width: int) -> list[Line]:
    """Return calls under a heading, in the order in which they are made."""
    if not calls:
        return []
    digits = len(str(calls[-1].number))
    longest = max(cell_width(call.request) for call in calls)
    lines = [line(Span(counted(len(calls), "call"), Style.BOLD), ", in this order")]
    for call in calls:
        head = f"{call.number:>{digits}}  {padded(call.request, longest)}  "
        room = max(width - _INDENT - cell_width(head), _INDENT)
        words = arguments_in_words(call.arguments).split(" ")
        for number, text in enumerate(wrap_words(words, room)):
            start = head if number == 0 else " " * cell_width(head)
            lines.append(line(" " * _INDENT, start, text))
    return lines
