"""`schemactl plan`: what would change, told; nothing is changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    allow_option,
    format_option,
    project_options,
)
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.model.plan import Plan


@click.command(
    cls=ProjectCommand,
    name="plan",
    epilog="""\b
Examples:
  schemactl plan
  schemactl plan -a production --format markdown
  schemactl plan --detailed-exitcode --out plan.json
  schemactl snapshot --out live.json && schemactl plan --against live.json
""",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the plan as JSON to a file.",
)
@click.option(
    "--against",
    metavar="SNAPSHOT",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with a snapshot instead of the account; contacts nobody.",
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit with 2 where something differs, as drift does.",
)
@allow_option
@format_option("text", "json", "markdown")
@project_options
def command(
    *,
    settings: Settings,
    out: Path | None,
    against: Path | None,
    detailed_exitcode: bool,
    allow: tuple[str, ...],
    form: str,
) -> ExitCode:
    """Show what would change; change nothing.

    Tells what differs between the files and the account, which calls would close the gap, how
    long they take and what they risk. Only reads: a plan can change nothing.
    """
    from schemactl.cli.files import write_file
    from schemactl.cli.target import open_target, permissions_of, tell_warnings
    from schemactl.pipeline import plan_account, plan_against
    from schemactl.report.plan_json import plan_json

    target = open_target(settings)
    permissions = permissions_of(allow)
    if against is None:
        planned = plan_account(target, permissions=permissions)
    else:
        planned = plan_against(target, against, permissions=permissions)
    tell_warnings(planned.warnings, settings)
    _write(planned.plan, form, settings)
    if out is not None:
        write_file(out, plan_json(planned.plan))
        settings.terminal.note(f"The plan stands in {out}.")
    different = detailed_exitcode and not planned.plan.is_empty
    return ExitCode.DIFFERENT if different else ExitCode.OK


def _write(plan: Plan, form: str, settings: Settings) -> None:
    terminal = settings.terminal
    match form:
        case "json":
            from schemactl.report.plan_json import plan_json

            terminal.write(plan_json(plan))
        case "markdown":
            from schemactl.report.plan_markdown import plan_markdown

            terminal.write(plan_markdown(plan))
        case _:
            from schemactl.report.plan_text import plan_text

            terminal.write_lines(
                plan_text(plan, width=terminal.width, verbose=settings.verbose)
            )
