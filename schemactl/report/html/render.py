"""From a page to HTML: one file with its styles and its script, which loads nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from schemactl import __version__
from schemactl.report.html.page import Page
from schemactl.report.sentences import sentence_parts
from schemactl.text import visible

_FOLDER: Final = Path(__file__).parent / "template"


def page_html(page: Page) -> str:
    """Write a page; whatever an account or a file says in it is text, never markup."""
    return _template().render(page=page, version=__version__)


def _visible_lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["visible"] = visible
    environment.filters["parts"] = sentence_parts
    environment.filters["visible_lines"] = _visible_lines
    return environment.get_template("page.html")
