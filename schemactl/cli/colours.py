"""Styled lines as text with the escape codes of a terminal.

Lines are neither wrapped nor cut here, so that ten thousand of them are fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from types import MappingProxyType
from typing import Final

from rich.color import ColorSystem
from rich.style import Style as RichStyle

from schemactl.report.style import Style
from schemactl.report.text.lines import Line

_LOOKS: Final = MappingProxyType(
    {
        Style.PLAIN: RichStyle(),
        Style.BOLD: RichStyle(bold=True),
        Style.DIM: RichStyle(dim=True),
        Style.ADD: RichStyle(color="green"),
        Style.CHANGE: RichStyle(color="yellow"),
        Style.REMOVE: RichStyle(color="red"),
        Style.MANUAL: RichStyle(color="cyan"),
        Style.WARNING: RichStyle(color="yellow", bold=True),
        Style.ERROR: RichStyle(color="red", bold=True),
        Style.GOOD: RichStyle(color="green", bold=True),
    }
)
"""Only the 16 colours that users of every terminal can choose."""


def coloured_text(lines: Iterable[Line]) -> str:
    """Write lines with the colours of their styles, each ended by a line break."""
    return "".join(
        "".join(
            _LOOKS[span.style].render(span.text, color_system=ColorSystem.STANDARD)
            for span in one.spans
        )
        + "\n"
        for one in lines
    )


def coloured_markdown(text: str, *, width: int) -> str:
    """Lay out a page of Markdown for a terminal."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(
        file=StringIO(), force_terminal=True, color_system="standard", width=width
    )
    with console.capture() as captured:
        console.print(Markdown(text))
    return captured.get()
