"""`schemactl init`: a small project that runs at once."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from schemactl.cli.options import ProjectCommand, Settings, folder_option, talk_options
from schemactl.errors import ExitCode


@click.command(
    cls=ProjectCommand,
    name="init",
    epilog="""\b
Examples:
  schemactl init
  schemactl init my-project && cd my-project && schemactl plan
""",
)
@click.argument(
    "folder_to_fill",
    metavar="[DIR]",
    required=False,
    type=click.Path(file_okay=False, path_type=Path),
)
@folder_option
@talk_options
def command(*, settings: Settings, folder_to_fill: Path | None) -> ExitCode:
    """Write a small project that runs at once.

    Puts an agency's sales pipeline into DIR or the current folder, on the embedded account:
    no network, no key. Overwrites nothing: where one of its files exists, nothing at all is
    written.
    """
    from schemactl.starter import write_starter

    folder = settings.folder / (folder_to_fill or "")
    written = write_starter(folder)
    terminal = settings.terminal
    terminal.write_text("".join(f"wrote {folder / name}\n" for name in written.files))
    if written.lines_to_ignore:
        lines = " and ".join(written.lines_to_ignore)
        terminal.note(f"Add these lines to {folder / '.gitignore'}: {lines}")
    terminal.note("")
    for words in _next_steps(folder):
        terminal.note(words)
    return ExitCode.OK


def _next_steps(folder: Path) -> tuple[str, ...]:
    where = "" if folder == Path() else f"-C {shlex.quote(str(folder))} "
    return (
        "Next, on the embedded account, where nothing can be broken:",
        f"  schemactl {where}plan",
        f"  schemactl {where}apply",
        f"  schemactl {where}drift",
    )
