"""`schemactl report`: merge the results of shards into the report of the whole run."""

from __future__ import annotations

from pathlib import Path

import click

from schemactl.cli.choice_options import folder_option
from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    render_options,
    verbosity_options,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode
from schemactl.values import replace


@click.command(
    cls=ProjectCommand,
    name="report",
    epilog="""\b
Examples:
  schemactl drift --all --shard 1/2 --format json > drift-1.json
  schemactl drift --all --shard 2/2 --format json > drift-2.json
  schemactl report merge drift-1.json drift-2.json
  schemactl report merge drift-*.json --output html=drift.html
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
@output_options(*REPORTS)
@folder_option
@verbosity_options
def command(
    *, settings: Settings, action: str, files: tuple[Path, ...], output: Output
) -> ExitCode:
    """Merge the results of shards into one report.

    Each FILE is what a command with --shard printed with --format json. The report and the exit
    status are those of one run on all accounts; as JSON, they are equal byte by byte. Files
    that are not one run together are refused with 64. Needs no network; the project's folder is
    only the start of the paths in reports.
    """
    del action
    from schemactl.fleet.merging import merge_shards
    from schemactl.model.drift import Drift
    from schemactl.report.formats import write_fleet
    from schemactl.report.permit_command import PermitCommand

    fleet = merge_shards(files)
    folder = "" if settings.chdir is None else str(settings.chdir)
    results = (
        replace(one, outcome=replace(one.outcome, folder=folder))
        if isinstance(one.outcome, Drift)
        else one
        for one in fleet.results
    )
    fleet = replace(fleet, results=tuple(results))
    permit = PermitCommand(before=("schemactl", "apply", *settings.project_words), after=())
    look = render_options(settings, strict=fleet.strict, permit=permit)
    output.write(settings.terminal, look, lambda form, given: write_fleet(fleet, form, given))
    return fleet.exit_code
