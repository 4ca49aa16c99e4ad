"""`schemactl drift`: what in the account is not as the files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from schemactl.cli.options import ProjectCommand, Settings, format_option, project_options
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.model.drift import Drift


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
@format_option("text", "json", "markdown")
@project_options
def command(*, settings: Settings, strict: bool, form: str) -> ExitCode:
    """Find what in the account is not as the files say.

    Lists what is missing, altered, unmanaged or ambiguous, and exits with 2 where something
    differs. What is only unmanaged is no difference, unless --strict is given.
    """
    from schemactl.cli.target import open_target
    from schemactl.pipeline import drift_account

    drift = drift_account(open_target(settings))
    _write(drift, form, settings, strict=strict)
    return ExitCode.DIFFERENT if drift.differs(strict=strict) else ExitCode.OK


def _write(drift: Drift, form: str, settings: Settings, *, strict: bool) -> None:
    terminal = settings.terminal
    match form:
        case "json":
            from schemactl.report.drift_json import drift_json

            terminal.write(drift_json(drift, strict=strict))
        case "markdown":
            from schemactl.report.drift_markdown import drift_markdown

            terminal.write(drift_markdown(drift, strict=strict))
        case _:
            from schemactl.report.drift_text import drift_text

            terminal.write_lines(
                drift_text(drift, width=terminal.width, verbose=settings.verbose, strict=strict)
            )
