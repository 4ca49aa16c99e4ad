"""`schemactl drift`: what in the account is not as the files say."""

from __future__ import annotations

import click

from schemactl.cli.options import ProjectCommand, Settings, look_of, project_options
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode


@click.command(
    cls=ProjectCommand,
    name="drift",
    epilog="""\b
Examples:
  schemactl drift
  schemactl drift --strict --format markdown >> "$GITHUB_STEP_SUMMARY"
  schemactl drift -a production --format json | jq .summary
""",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Count what the files do not manage as a difference too.",
)
@output_options(*REPORTS)
@project_options
def command(*, settings: Settings, strict: bool, output: Output) -> ExitCode:
    """Find what in the account is not as the files say.

    Lists what is missing, altered, unmanaged or ambiguous, and exits with 2 where something
    differs. What is only unmanaged is no difference, unless --strict is given.
    """
    from schemactl.cli.target import open_target
    from schemactl.pipeline import drift_account
    from schemactl.report.formats import write_drift

    drift = drift_account(open_target(settings))
    output.write(
        settings.terminal,
        look_of(settings, strict=strict, schema=drift.live),
        lambda form, look: write_drift(drift, form, look),
    )
    return ExitCode.DIFFERENT if drift.differs(strict=strict) else ExitCode.OK
