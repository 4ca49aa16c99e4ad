"""Changes of files as a unified diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import islice

from schemactl.report.style import Style
from schemactl.report.text.lines import Line, Span, line
from schemactl.text import visible

_STYLES = {"+": Style.ADD, "-": Style.REMOVE, "@": Style.DIM}


def edits_text(edits: Iterable[tuple[str, str, str]]) -> tuple[Line, ...]:
    """Return the diff of each file, given its name and its text before and after."""
    return tuple(one for edit in edits for one in _edit(*edit))


def _edit(file: str, before: str, after: str) -> Iterator[Line]:
    yield line(Span(visible(file), Style.BOLD))
    # The first two lines name the files, as the heading does.
    lines = islice(unified_diff(before.splitlines(), after.splitlines(), lineterm=""), 2, None)
    for text in lines:
        yield line(Span(visible(text), _STYLES.get(text[:1], Style.PLAIN)))
