"""Lines of styled text, independent of a terminal.

A style is a meaning; the printer chooses its colour. `plain_text` loses nothing, as every
meaning also has a symbol or word. A span must hold no line break (`text.visible`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemactl.report.style import Style
from schemactl.report.text.wrapping import cell_width
from schemactl.values import dataclass


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
        """Its terminal cells."""
        return cell_width(self.text)


BLANK: Final = Line()


def line(*parts: Span | str) -> Line:
    """Return a line of spans and plain text without spaces at its end."""
    spans = [Span(part) if isinstance(part, str) else part for part in parts]
    while spans and not spans[-1].text.rstrip():
        spans.pop()
    if spans:
        spans[-1] = Span(spans[-1].text.rstrip(), spans[-1].style)
    return Line(tuple(spans))


def plain_text(lines: Iterable[Line]) -> str:
    """Return lines without styles, each with a line break at its end."""
    return "".join(f"{one.text}\n" for one in lines)


def paragraphs(*groups: Iterable[Line]) -> tuple[Line, ...]:
    """Join groups of lines with one blank line between them; skip empty groups."""
    joined: list[Line] = []
    for group in groups:
        lines = tuple(group)
        if lines and joined:
            joined.append(BLANK)
        joined.extend(lines)
    return tuple(joined)
