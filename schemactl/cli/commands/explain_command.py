"""`schemactl explain`: print the page about a code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    """Return all codes with one line each, under headings by where people meet them."""
    codes = resources.code_names()
    column = max(map(len, codes), default=0) + 2
    parts = []
    for heading, group in _groups(codes):
        lines = [f"  {code:<{column}}{_in_a_line(code)}\n" for code in group]
        parts.append("".join([f"{heading}:\n", *lines]))
    return "\n".join(parts)


def _groups(codes: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the codes by kind; each is in the first of its kinds."""
    from schemactl.desired.lint.rules import DEFAULTS
    from schemactl.document.codes import ProblemCode
    from schemactl.model.difference import NoticeCode
    from schemactl.model.plan import ManualCode, Permission
    from schemactl.report.cleanup import CODE

    left = dict.fromkeys(codes)
    for heading, kind in (
        ("Hazards of a plan, for --allow", Permission),
        ("Steps by hand", ManualCode),
        ("Worth knowing about a plan or drift", (*NoticeCode, CODE)),
        ("Warnings of lint", DEFAULTS),
        ("Problems of the files", ProblemCode),
    ):
        names = {str(code) for code in kind}
        group = [code for code in left if code in names]
        for code in group:
            del left[code]
        yield heading, group
    yield "Reasons for a refusal, and others", list(left)


def _in_a_line(code: str) -> str:
    """Return what a page's heading says after its code."""
    heading, _, _ = resources.code_page(code).partition("\n")
    return heading.lstrip("# ").removeprefix(code).lstrip(": ")
