"""`schemactl report`: merge the results of shards into the report of the whole run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.choice_options import folder_option
from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    render_options,
    verbosity_options,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode, UsageError
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.model.fleet import AccountResult


@click.command(
    cls=ProjectCommand,
    name="report",
    epilog="""\b
Examples:
  schemactl drift --all --shard 1/2 --format json > drift-1.json
  schemactl drift --all --shard 2/2 --format json > drift-2.json
  schemactl report merge drift-1.json drift-2.json
  schemactl report merge drift-*.json --output html=drift.html
  schemactl report merge plan-*.json --out plans && schemactl apply plans
  schemactl report merge apply-*.json --output markdown=applied.md
""",
)
@click.argument("action", type=click.Choice(["merge"]))
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--out",
    "plans_folder",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also save the plans of all shards to a folder for apply.",
)
@output_options(*REPORTS)
@folder_option
@verbosity_options
def command(
    *,
    settings: Settings,
    action: str,
    files: tuple[Path, ...],
    plans_folder: Path | None,
    output: Output,
) -> ExitCode:
    """Merge the results of shards into one report.

    Each FILE is what a command with --shard printed with --format json. The report and the
    exit status are those of one run on all accounts; as JSON, they are equal byte by byte.
    Files that do not form one complete run are refused with 64. Needs no network; the
    project's folder is only the start of the paths in reports.
    """
    del action
    from schemactl.cli.plan_folder import save_plans
    from schemactl.fleet.merging import merge_shards
    from schemactl.model.fleet import FleetCommand, MappedResults
    from schemactl.report.formats import write_fleet
    from schemactl.report.permit_command import PermitCommand

    fleet = merge_shards(files)
    if plans_folder is not None:
        if fleet.command is not FleetCommand.PLAN:
            msg = f"--out saves plans, and these are results of {fleet.command}"
            raise UsageError(msg, hint="omit --out; --output html=FILE writes a report")
        save_plans(fleet, plans_folder, settings)
    folder = "" if settings.chdir is None else str(settings.chdir)
    fleet = replace(
        fleet, results=MappedResults(fleet.results, partial(_in_folder, folder=folder))
    )
    permit = PermitCommand(before=("schemactl", "apply", *settings.project_words), after=())
    look = render_options(settings, strict=fleet.strict, permit=permit)
    output.write(settings.terminal, look, lambda form, given: write_fleet(fleet, form, given))
    return fleet.exit_code


def _in_folder(result: AccountResult, *, folder: str) -> AccountResult:
    """Return a result whose commands work in the current folder."""
    from schemactl.model.drift import Drift

    outcome = result.outcome
    if not isinstance(outcome, Drift):
        return result
    return replace(result, outcome=replace(outcome, folder=folder))
