"""`schemactl journal`: what applies did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemactl.model.recorded import RecordedRun


@click.command(
    cls=ProjectCommand,
    name="journal",
    epilog="""\b
Examples:
  schemactl journal
  schemactl journal last
  schemactl journal 20260101T120000Z-1a2b3c --format json
""",
)
@click.argument("run", required=False)
@format_option("text", "json")
@project_options
def command(*, settings: Settings, run: str | None, form: str) -> ExitCode:
    """Show the history of applies.

    Without RUN, lists the applies of this project, newest first. RUN is the id of one, the
    start of its id, or 'last', and shows each of its calls. Needs no network.
    """
    from schemactl.cli.target import open_target
    from schemactl.pipeline import read_journals
    from schemactl.report.text.journal import run_record_text, runs_text

    target = open_target(settings)
    terminal, account = settings.terminal, target.account.name
    runs = read_journals(target)
    settled = frozenset(name for one in runs for name in one.settled)
    chosen = runs if run is None else (_choose(runs, run),)
    if form == "json":
        from schemactl.model.log_commands import disarm_json
        from schemactl.report.json.journal import journal_json

        terminal.write(disarm_json(journal_json(chosen, account=account, settled=settled)))
    elif run is None:
        terminal.write_lines(runs_text(chosen, account=account))
    else:
        is_settled = chosen[0].id in settled
        terminal.write_lines(
            run_record_text(chosen[0], width=terminal.width, is_settled=is_settled)
        )
    return ExitCode.OK


def _choose(runs: Sequence[RecordedRun], word: str) -> RecordedRun:
    """Find the one run that is meant.

    Raises:
        UsageError: There is none, or more than one.
    """
    found = runs[-1:] if word == "last" else [run for run in runs if run.id.startswith(word)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(run.id for run in found[:5])
        msg = f"'{word}' may mean {len(found)} runs: {names}"
        raise UsageError(msg, hint="write more of the name")
    if not runs:
        msg = "no apply to this account is recorded in this folder yet"
        raise UsageError(msg, hint="schemactl apply records one")
    msg = f"no apply is named '{word}'"
    raise UsageError(msg, hint="schemactl journal lists those there are")
