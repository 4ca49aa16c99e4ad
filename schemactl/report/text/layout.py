"""Rows in columns, wrapped to a width.

A name is never cut; if it is too long for its column, the rest of the row moves to the
right or to the next line. A list that is cut ends with the number of missing names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from schemactl.report.changes import Detail
from schemactl.report.style import Style
from schemactl.report.text.lines import Line, Span, line
from schemactl.report.text.wrapping import cell_width, wrap_list, wrap_words
from schemactl.text import visible
from schemactl.values import dataclass

GAP: Final = 2
MIN_WIDTH: Final = 40
"""Narrower terminals get lines of this width."""
_LINES_OF_LIST: Final = 2
_LINES_OF_LOSS: Final = 5
_SEPARATOR: Final = ", "


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One object, on one line if it fits.

    Attributes:
        indent: Cells before the sign.
        sign: One cell, or empty for none.
        style: Of the sign, and of the name where it is bold.
        name: In the first column.
        what: In the second column; `headline` rows have it in the third.
        details: In the third column.
        place: Where the files declare it, at the right; empty for none.
        headline: Whether the row heads a group.
    """

    indent: int
    sign: str
    style: Style
    name: str
    what: str = ""
    details: tuple[Detail, ...] = ()
    place: str = ""
    headline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Positions of the columns of a report, and whether lists are shown in full.

    Attributes:
        width: Cells of a line.
        what: First cell of the second column.
        detail: First cell of the third column.
        full: Whether nothing is shortened.
    """

    width: int
    what: int
    detail: int
    full: bool = False


def fit_columns(rows: Sequence[Row], *, width: int, full: bool = False) -> Columns:
    """Return columns as wide as their words, but at most a share of the line."""
    width = max(width, MIN_WIDTH)
    inner = [row for row in rows if not row.headline]
    start = max((_name_start(row) for row in inner), default=0)
    longest = _widest((row.name for row in inner), limit=width * 3 // 10)
    what = start + longest + GAP
    kinds = _widest((row.what for row in inner), limit=width // 5)
    detail = what + kinds + GAP if kinds else what
    return Columns(width=width, what=what, detail=detail, full=full)


def lay_out(row: Row, columns: Columns) -> list[Line]:
    """Return the lines of one row; the place is at the right of its last line, or below it."""
    head: list[Span | str] = [" " * row.indent, Span(_sign(row), row.style), _name_span(row)]
    used = _name_start(row) + cell_width(row.name)
    if row.what and not row.headline:
        head.append(" " * _space_to(columns.what, used))
        head.append(row.what)
        used += _space_to(columns.what, used) + cell_width(row.what)
    return _with_details(head, used, row, columns)


def note(
    mark: str,
    text: str | Sequence[str],
    *,
    indent: int,
    width: int,
    style: Style,
    aside: str = "",
) -> list[Line]:
    """Return a sentence below a row, wrapped.

    Args:
        mark: Text before it, safe for a terminal.
        text: Broken at its spaces, or given as words that are not to be broken.
        indent: Cells before the first line; the others have two more.
        width: Cells of a line.
        style: Of all of it.
        aside: Text at the right edge, or below if there is no room.
    """
    width = max(width, MIN_WIDTH)
    inner = indent + 2
    words = text.split(" ") if isinstance(text, str) else text
    pieces = wrap_words([mark + visible(words[0]), *map(visible, words[1:])], width - inner)
    lines = [
        line(" " * (indent if number == 0 else inner), Span(piece, style))
        for number, piece in enumerate(pieces)
    ]
    return put_right(lines, aside, width=width, style=style) if aside else lines


def put_right(
    lines: list[Line], aside: str, *, width: int, style: Style = Style.DIM
) -> list[Line]:
    """Add text at the right edge of the last line, or on a line below if there is no room."""
    room = width - cell_width(aside)
    last, used = lines[-1], lines[-1].width
    if used + GAP <= room:
        return [*lines[:-1], line(*last.spans, " " * (room - used), Span(aside, style))]
    return [*lines, line(" " * max(room, 0), Span(aside, style))]


def _with_details(head: list[Span | str], used: int, row: Row, columns: Columns) -> list[Line]:
    whole = _on_one_line(row)
    size = sum(cell_width(span.text) for span in whole)
    start = used + _space_to(columns.detail, used)
    if not whole:
        lines = [line(*head)]
    elif start + size <= columns.width:
        lines = [line(*head, " " * (start - used), *whole)]
    else:
        blocks = _in_blocks(row, columns)
        if start == columns.detail:
            lines = [line(*head, " " * (start - used), *blocks[0].spans)]
            blocks = blocks[1:]
        else:
            lines = [line(*head)]
        lines.extend(line(" " * columns.detail, *block.spans) for block in blocks)
    return put_right(lines, row.place, width=columns.width) if row.place else lines


def _on_one_line(row: Row) -> list[Span]:
    """Return the third column on one line: two spaces between its parts."""
    spans = [Span(row.what)] if row.headline and row.what else []
    for detail in row.details:
        if spans:
            spans.append(Span(" " * GAP))
        spans.append(Span(_lead(detail) + _SEPARATOR.join(detail.words), detail.style))
    return spans


def _in_blocks(row: Row, columns: Columns) -> list[Line]:
    """Return the third column with each part on lines of its own."""
    lines = [line(row.what)] if row.headline and row.what else []
    for detail in row.details:
        lead = _lead(detail)
        for number, text in enumerate(_wrap(detail, columns, room=len(lead))):
            start = lead if number == 0 else " " * len(lead)
            lines.append(line(Span(start + text, detail.style)))
    return lines


def _wrap(detail: Detail, columns: Columns, *, room: int) -> list[str]:
    width = columns.width - columns.detail - room
    if not detail.is_list:
        return wrap_words(detail.words[0].split(" "), width)
    shortest = _LINES_OF_LOSS if detail.style is Style.REMOVE else _LINES_OF_LIST
    return wrap_list(detail.words, width, max_lines=None if columns.full else shortest)


def _lead(detail: Detail) -> str:
    return f"{detail.sign} " if detail.sign else ""


def _widest(words: Iterable[str], *, limit: int) -> int:
    """Return the cells of the longest word within the limit, or half of the limit."""
    sizes = [cell_width(word) for word in words]
    longest = max(sizes, default=0)
    if longest <= limit:
        return longest
    return max((size for size in sizes if size <= limit), default=0) or limit // 2


def _sign(row: Row) -> str:
    return f"{row.sign} " if row.sign else ""


def _name_start(row: Row) -> int:
    return row.indent + len(_sign(row))


def _name_span(row: Row) -> Span:
    return Span(row.name, Style.BOLD if row.headline else row.style)


def _space_to(column: int, used: int) -> int:
    return max(column - used, GAP)
