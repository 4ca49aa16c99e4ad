"""Changes of files as people read them: lines that go and lines that come, with some around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import islice

from schemactl.report.style import Style
from schemactl.report.text.lines import Line, Span, line
from schemactl.text import visible

_STYLES = {"+": Style.ADD, "-": Style.REMOVE, "@": Style.DIM}


def edits_text(edits: Iterable[tuple[str, str, str]]) -> tuple[Line, ...]:
    """Tell each file's name, its text before and after, as the lines that differ."""
    return tuple(one for edit in edits for one in _edit(*edit))


def _edit(file: str, before: str, after: str) -> Iterator[Line]:
    yield line(Span(visible(file), Style.BOLD))
    # The first two name files, which stand above.
    told = islice(unified_diff(before.splitlines(), after.splitlines(), lineterm=""), 2, None)
    for text in told:
        yield line(Span(visible(text), _STYLES.get(text[:1], Style.PLAIN)))
