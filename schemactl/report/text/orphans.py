"""Orphans of a plan for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.model.difference import Orphan
from schemactl.report.orphans import WAY_OUT, group_orphans, heading_of_orphans, removed_lines
from schemactl.report.style import Style
from schemactl.report.text.layout import note
from schemactl.report.text.lines import Line, Span, line
from schemactl.report.text.wrapping import wrap_list

_INDENT: Final = 4
_MAX_LINES: Final = 3
"""Lines of names of one apply, unless everything is listed."""
_MAX_REMOVED: Final = 12
"""Lines to paste, unless everything is listed."""


def orphan_lines(
    orphans: Sequence[Orphan], *, prunes: bool, width: int, verbose: bool
) -> Iterator[Line]:
    """Yield the lines of orphans under a heading of their own; no orphans, no lines."""
    if not orphans:
        return
    yield line(Span(heading_of_orphans(orphans), Style.BOLD))
    for group in group_orphans(orphans):
        yield line(" " * _INDENT, f"{group.origin}:")
        names = wrap_list(
            group.names, width - 2 * _INDENT, max_lines=None if verbose else _MAX_LINES
        )
        yield from (line(" " * 2 * _INDENT, text) for text in names)
        for text in group.kept:
            yield from note("", text, indent=2 * _INDENT, width=width, style=Style.PLAIN)
    lines = () if prunes else removed_lines(orphans)
    if lines and (verbose or len(lines) <= _MAX_REMOVED):
        yield line(" " * _INDENT, f"{WAY_OUT}:")
        yield from (line(" " * 2 * _INDENT, text) for text in lines)
    elif lines:
        yield line(" " * _INDENT, "To remove them, use --prune (--verbose: all names).")
