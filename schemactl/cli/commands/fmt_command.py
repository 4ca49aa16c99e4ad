"""`schemactl fmt`: format schema files in the canonical style."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.choice_options import folder_option
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.desired.rewrite.formatted import Formatted


@click.command(
    cls=ProjectCommand,
    name="fmt",
    epilog="""\b
Examples:
  schemactl fmt
  schemactl fmt --check
  schemactl fmt --diff crm/sales.yaml
""",
)
@click.argument(
    "files",
    metavar="[FILE...]",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--check", is_flag=True, help="Write nothing, and exit with 2 if a file would change."
)
@click.option(
    "--diff", is_flag=True, help="Write nothing, and show the lines that would change."
)
@folder_option
@verbosity_options
def command(
    *, settings: Settings, files: tuple[Path, ...], check: bool, diff: bool
) -> ExitCode:
    """Format schema files in the canonical style.

    Formats the given files, or all schema files of the project. Comments and content are
    preserved exactly. A file for which this is not possible is reported and not changed. If a
    file does not have the form of a schema file, that is an error and no file is changed.
    """
    from schemactl.cli.target import report_project
    from schemactl.pipeline import format_files
    from schemactl.report.text.edits import edits_text
    from schemactl.store.files import rewrite_files

    terminal = settings.terminal
    if not files:
        report_project(settings)
    found = format_files(settings.folder, files)
    changed = [one for one in found if one.after != one.before]
    if diff:
        terminal.write_lines(
            edits_text((str(one.path), one.before, one.after) for one in changed)
        )
    for one in found:
        if one.reason:
            terminal.note(f"{one.path} is skipped: {one.reason}")
    if not (check or diff):
        rewrite_files([(one.path, one.before, one.after) for one in changed])
    for one in changed:
        terminal.say(f"{'would reformat' if check or diff else 'reformatted'} {one.path}")
    terminal.note(_summary(found, would=check or diff))
    return ExitCode.DIFFERENT if check and changed else ExitCode.OK


def _summary(found: tuple[Formatted, ...], *, would: bool) -> str:
    """Return how many files were or would be reformatted, and how many were not."""
    from schemactl.text import counted

    changed = sum(one.after != one.before for one in found)
    skipped = sum(bool(one.reason) for one in found)
    numbers = {
        "would be reformatted" if would else "reformatted": changed,
        "unchanged": len(found) - changed - skipped,
        "skipped": skipped,
    }
    parts = [f"{number:,} {what}" for what, number in numbers.items() if number]
    return f"{counted(len(found), 'file')}: {', '.join(parts)}" if parts else "no files"
