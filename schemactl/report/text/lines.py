"""Lines of styled text: what a terminal shows, before anybody knows of a terminal.

A style is a meaning, not a colour; whoever prints chooses one, or writes
`plain_text`, which loses nothing: every meaning has its symbol or word too.
Line breaks inside a span are a mistake of the caller's, hence `wording.visible`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from schemactl.report.style import Style
from schemactl.report.text.wrapping import cell_width


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its line break."""

    spans: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The line without its styles."""
        return "".join(span.text for span in self.spans)

    @property
    def width(self) -> int:
        """Terminal cells that it takes."""
        return cell_width(self.text)


BLANK: Final = Line()


def line(*parts: Span | str) -> Line:
    """Make a line of spans and plain words; blanks at its end are dropped."""
    spans = [Span(part) if isinstance(part, str) else part for part in parts]
    while spans and not spans[-1].text.rstrip():
        spans.pop()
    if spans:
        spans[-1] = Span(spans[-1].text.rstrip(), spans[-1].style)
    return Line(tuple(spans))


def plain_text(lines: Iterable[Line]) -> str:
    """Write lines without styles, each ended by a line break; no lines give no text."""
    return "".join(f"{one.text}\n" for one in lines)


def paragraphs(*groups: Iterable[Line]) -> tuple[Line, ...]:
    """Join groups of lines with one blank line between them; empty groups leave no gap."""
    joined: list[Line] = []
    for group in groups:
        lines = tuple(group)
        if lines and joined:
            joined.append(BLANK)
        joined.extend(lines)
    return tuple(joined)
