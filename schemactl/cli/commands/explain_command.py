"""`schemactl explain`: print the page about a code."""

from __future__ import annotations

from typing import Final

import click

from schemactl.cli.names import NamesFrom
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.document import resources
from schemactl.errors import ExitCode

_NAMES: Final = NamesFrom(resources.code_names, listed_by="schemactl explain")


@click.command(
    cls=ProjectCommand,
    name="explain",
    epilog="""\b
Examples:
  schemactl explain
  schemactl explain removes-field
""",
)
@click.argument(
    "code",
    required=False,
    callback=_NAMES.check,
    shell_complete=_NAMES.complete,
)
@verbosity_options
def command(*, settings: Settings, code: str | None) -> ExitCode:
    """Explain a code of a report.

    CODE is the code of a problem, hazard, manual step or notice. Without CODE, lists all codes
    with one line each.
    """
    terminal = settings.terminal
    if code is None:
        terminal.write_text(_list_of_codes())
    elif terminal.shows_colours(terminal.out):
        from schemactl.cli.colours import coloured_markdown

        terminal.write_text(coloured_markdown(resources.code_page(code), width=terminal.width))
    else:
        terminal.write_text(resources.code_page(code))
    return ExitCode.OK


def _list_of_codes() -> str:
    codes = resources.code_names()
    column = max(map(len, codes), default=0) + 2
    return "".join(f"{code:<{column}}{_in_a_line(code)}\n" for code in codes)


def _in_a_line(code: str) -> str:
    """Return what a page's heading says after its code."""
    heading, _, _ = resources.code_page(code).partition("\n")
    return heading.lstrip("# ").removeprefix(code).lstrip(": ")
