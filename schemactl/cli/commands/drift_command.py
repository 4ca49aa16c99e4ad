"""`schemactl drift`: what in the account is not as the files say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
  schemactl drift --accept 'Sales Pipeline / Lead Status' --accept 'tag: VIP'
""",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Count what the files do not manage as a difference too.",
)
@click.option(
    "--accept",
    "accepted",
    metavar="NAME",
    multiple=True,
    help="Write what the account has of this item into the files; may be repeated.",
)
@click.option("--yes", is_flag=True, help="With --accept: do not ask.")
@output_options(*REPORTS)
@project_options
def command(
    *,
    settings: Settings,
    strict: bool,
    accepted: tuple[str, ...],
    yes: bool,
    output: Output,
) -> ExitCode:
    """Find what in the account is not as the files say.

    Lists what is missing, altered, unmanaged or ambiguous, and exits with 2 where something
    differs. What is only unmanaged is no difference, unless --strict is given.

    With --accept, takes items into the files instead, by the names that the report gives them:
    shows the lines that would change and the other accounts that share the file, asks, and
    writes them. All other lines stay to the letter.
    """
    if accepted:
        return _accept(accepted, settings, yes=yes)
    from schemactl.cli.target import open_target
    from schemactl.pipeline import drift_account
    from schemactl.report.formats import write_drift

    folder = "" if settings.folder == Path() else str(settings.folder)
    drift = replace(drift_account(open_target(settings)), folder=folder)
    output.write(
        settings.terminal,
        look_of(settings, strict=strict, schema=drift.live),
        lambda form, look: write_drift(drift, form, look),
    )
    return ExitCode.DIFFERENT if drift.differs(strict=strict) else ExitCode.OK


def _accept(titles: tuple[str, ...], settings: Settings, *, yes: bool) -> ExitCode:
    """Show what the files would say, ask, and write it."""
    from schemactl.cli.target import open_target
    from schemactl.errors import RefusedError
    from schemactl.pipeline import accept_drift
    from schemactl.report.text.edits import edits_text
    from schemactl.store.files import rewrite_files
    from schemactl.text import and_list, named

    terminal = settings.terminal
    edits = accept_drift(open_target(settings), titles)
    terminal.write_lines(edits_text((one.file, one.before, one.after) for one in edits))
    if not edits:
        terminal.note("The files say it already.")
        return ExitCode.OK
    for edit in edits:
        if edit.shared_with:
            names = and_list([named(name) for name in edit.shared_with])
            terminal.say(f"{edit.file} is also a schema file of {names}: it changes there too.")
    if not yes:
        if not terminal.input.isatty():
            msg = "there is no terminal to ask on; nothing was written"
            raise RefusedError(msg, hint="look at the lines, then add --yes to write them")
        if terminal.ask("\nWrite these lines? Only 'yes' will do:") != "yes":
            terminal.say("Nothing was written.")
            return ExitCode.REFUSED
    rewrite_files([(edit.path, edit.before, edit.after) for edit in edits])
    files = ", ".join(edit.file for edit in edits)
    terminal.note(f"Wrote {files}. Look at the change with git before you commit it.")
    return ExitCode.OK
