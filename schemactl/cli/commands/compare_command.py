"""`schemactl compare`: compare two accounts or snapshots."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.choice_options import complete_account
from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    fleet_options,
    jobs_option,
    render_options,
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
  schemactl compare template.json -a @dental --output html=dental.html
""",
)
@click.argument("one", metavar="A", shell_complete=complete_account)
@click.argument("other", metavar="[B]", required=False, shell_complete=complete_account)
@jobs_option
@output_options(*REPORTS)
@fleet_options
def command(
    *, settings: Settings, one: str, other: str | None, output: Output, jobs: int
) -> ExitCode:
    """Compare two accounts or snapshots.

    A and B are accounts of the project, or files that `snapshot` wrote. Everything is compared,
    including what no file manages, except ids and order. Exits with 2 if something differs. Two
    snapshots need no project and no network. Read both sides over the same API: the two APIs
    describe some system fields differently.

    With -a or --all instead of B, compares each of these accounts with A.
    """
    from schemactl.pipeline import compare_sides
    from schemactl.report.formats import write_drift

    choice = settings.choice
    if choice.is_fleet or choice.excluded or (choice.words and other is not None):
        return _compare_each(one, other, settings, output, jobs=jobs)
    if choice.words:
        one, other = choice.words[0], one
    if other is None:
        msg = f"there is nothing to compare {one} with"
        raise UsageError(msg, hint="name B, or choose accounts with -a or --all")
    sides = _sides(one, other, settings)
    found = compare_sides(*sides)
    _note_apis(settings, {each.api for each in sides})
    output.write(
        settings.terminal,
        render_options(settings, strict=True, schema=found.live),
        lambda form, look: write_drift(found, form, look),
    )
    return ExitCode.DIFFERENT if found.differs(strict=True) else ExitCode.OK


def _note_apis(settings: Settings, apis: AbstractSet[str]) -> None:
    if len(apis - {""}) > 1:
        settings.terminal.note(
            "The sides were read over different APIs, which describe some system fields "
            "differently."
        )


def _compare_each(
    reference: str, other: str | None, settings: Settings, output: Output, *, jobs: int
) -> ExitCode:
    """Compare each chosen account with one account or snapshot.

    Raises:
        UsageError: It is unclear what is compared with what, or nothing is left to compare.
    """
    from schemactl.cli.fleet import open_fleet, report_fleet
    from schemactl.cli.target import open_target
    from schemactl.drift.sides import Side
    from schemactl.fleet.commands import compare_fleet

    if other is not None:
        msg = "B and a choice of accounts both say what A is compared with"
        raise UsageError(msg, hint="omit B, or omit -a, --all and --except")
    call = open_fleet(settings, output, jobs=jobs)
    if _is_file(reference):
        side = Side(name=reference, source=Path(reference))
    else:
        project = call.targets[0].project
        named = settings.for_account(reference)
        side = Side(name=reference, source=open_target(named, project=project))
    targets = [each for each in call.targets if each.account.name != reference]
    if len(targets) < len(call.targets):
        settings.terminal.note(f"{reference} is not compared with itself.")
    if not targets:
        msg = f"{reference} is the only account that is chosen: there is nothing to compare"
        raise UsageError(msg, hint="choose other accounts")
    fleet = compare_fleet(call.run, targets, side)
    _note_apis(settings, {side.api, *(target.dialect.name for target in targets)})
    return report_fleet(fleet, settings, output, whole=call.whole)


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
