"""`schemactl show`: show a saved plan; no project is needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from schemactl.cli.options import ProjectCommand, Settings, render_options, verbosity_options
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.model.plan import Plan

STDIN: Final = Path("-")


@click.command(
    cls=ProjectCommand,
    name="show",
    epilog="""\b
Examples:
  schemactl plan --out plan.json && schemactl show plan.json
  schemactl show plan.json --format markdown
  schemactl show plan.json --output html=plan.html
  ssh ci cat plan.json | schemactl show -
""",
)
@click.argument(
    "plan_file",
    metavar="PLANFILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@output_options(*REPORTS)
@verbosity_options
def command(*, settings: Settings, plan_file: Path, output: Output) -> ExitCode:
    """Show a saved plan.

    PLANFILE is a file that `plan --out` wrote, or `-` for standard input. A file that is
    truncated, edited by hand or not a plan is refused. Needs no project and no network: only
    apply compares a plan with the files and the account.
    """
    from schemactl.report.formats import write_plan
    from schemactl.report.permit_command import PermitCommand
    from schemactl.store.plan import plan_digest
    from schemactl.text import date_and_time, short_hash

    plan = _read(plan_file)
    out = "plan.json" if plan_file == STDIN else str(plan_file)
    permit = PermitCommand(
        before=("schemactl", "plan", "-a", plan.account), after=("--out", out)
    )
    output.write(
        settings.terminal,
        render_options(settings, permit=permit),
        lambda form, look: write_plan(plan, form, look),
    )
    settings.terminal.note(
        f"Plan {short_hash(plan_digest(plan))}, made on {date_and_time(plan.made.at)}."
    )
    settings.terminal.note(
        "Not verified against the files and the account: apply does that before it sends."
    )
    return ExitCode.OK


def _read(plan_file: Path) -> Plan:
    from schemactl.pipeline import show_plan

    if plan_file == STDIN:
        return show_plan(sys.stdin.buffer, file="standard input")
    return show_plan(plan_file, file=str(plan_file))
