"""The calls of a plan, one per line: number, request, short arguments.

Arguments are shown whole, whatever a backend puts into them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemactl.model.plan import Call, JsonValue
from schemactl.report.style import Style
from schemactl.report.text.lines import Line, Span, line
from schemactl.report.text.wrapping import cell_width, padded, wrap_words
from schemactl.text import counted, named

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


def arguments_in_words(arguments: Mapping[str, JsonValue]) -> str:
    """Return arguments as `section: Sales; fields: Status (tdrop), Value (price)`.

    Their order is always the same: a plan that was saved holds them in another one.
    """
    return "; ".join(
        f"{name}: {_in_words(value)}" for name, value in sorted(arguments.items(), key=_rank)
    )


def _rank(argument: tuple[str, JsonValue]) -> tuple[bool, bool, str]:
    """Return a sort key: the section first, as people name things, and lists last."""
    name, value = argument
    return isinstance(value, tuple), name != "section", name


def _in_words(value: JsonValue) -> str:
    match value:
        case str():
            return named(value)
        case tuple():
            return ", ".join(_in_words(item) for item in value) or "none"
        case Mapping():
            words = [_in_words(item) for _, item in sorted(value.items(), key=_rank)]
            first, *rest = words or ["none"]
            return f"{first} ({', '.join(rest)})" if rest else first
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
