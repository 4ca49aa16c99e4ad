"""`schemactl compare`: compare two accounts or snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    complete_account,
    folder_option,
    render_options,
    verbosity_options,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from schemactl.drift.sides import Side


@click.command(
    cls=ProjectCommand,
    name="compare",
    epilog="""\b
Examples:
  schemactl compare staging production
  schemactl compare production last-month.json --output html=changes.html
  schemactl compare before.json after.json --format markdown
""",
)
@click.argument("one", metavar="A", shell_complete=complete_account)
@click.argument("other", metavar="B", shell_complete=complete_account)
@output_options(*REPORTS)
@folder_option
@verbosity_options
def command(*, settings: Settings, one: str, other: str, output: Output) -> ExitCode:
    """Compare two accounts or snapshots.

    A and B are accounts of the project, or files that `snapshot` wrote. Everything is compared,
    including what no file manages, except ids and order. Exits with 2 if something differs. Two
    snapshots need no project and no network. Read both sides over the same API: the two APIs
    describe some of Ontraport's own fields differently.
    """
    from schemactl.pipeline import compare_sides
    from schemactl.report.formats import write_drift

    sides = _sides(one, other, settings)
    found = compare_sides(*sides)
    if len({each.api for each in sides if each.api}) > 1:
        settings.terminal.note(
            "The sides were read over different APIs, which describe some of the vendor's own "
            "fields differently."
        )
    output.write(
        settings.terminal,
        render_options(settings, strict=True, schema=found.live),
        lambda form, look: write_drift(found, form, look),
    )
    return ExitCode.DIFFERENT if found.differs(strict=True) else ExitCode.OK


def _sides(one: str, other: str, settings: Settings) -> tuple[Side, Side]:
    """Return both sides; the project file is read if one of them is an account."""
    from schemactl.cli.target import open_project, open_target
    from schemactl.drift.sides import Side

    are_files = _is_file(one) and _is_file(other)
    project = None if are_files else open_project(settings)

    def side(name: str) -> Side:
        if _is_file(name):
            return Side(name=name, source=Path(name))
        named = settings.for_account(name)
        return Side(name=name, source=open_target(named, project=project))

    sides = side(one), side(other)
    if one == other and not are_files:
        msg = "A and B are the same account: there is nothing to compare"
        raise UsageError(msg, hint="name two accounts, two snapshots, or one of each")
    return sides


def _is_file(name: str) -> bool:
    """Whether a name is that of a snapshot: an existing file, or a name that looks like one."""
    path = Path(name)
    return path.is_file() or path.suffix == ".json" or len(path.parts) > 1
