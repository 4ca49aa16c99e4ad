"""`schemactl init`: a small project that runs at once."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.accounts.entries import PROJECT_FILE
from schemactl.cli.options import ProjectCommand, Settings, folder_option, talk_options
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.starter import Written


@click.command(
    cls=ProjectCommand,
    name="init",
    epilog="""\b
Examples:
  schemactl init
  schemactl init my-project && cd my-project && schemactl plan
  schemactl init --ci github
""",
)
@click.argument(
    "folder_to_fill",
    metavar="[DIR]",
    required=False,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option(
    "--ci",
    "service",
    type=click.Choice(["github", "gitlab"]),
    help="Write a recipe for this CI service too: plans on requests, applies, drift reports.",
)
@folder_option
@talk_options
def command(
    *, settings: Settings, folder_to_fill: Path | None, service: str | None
) -> ExitCode:
    """Write a small project that runs at once.

    Puts an agency's sales pipeline into DIR or the current folder, on the embedded account:
    no network, no key. Overwrites nothing: where one of its files exists, nothing at all is
    written. With --ci, a project that is there already gets the recipe alone.
    """
    from schemactl.files import remove_made
    from schemactl.starter import write_starter

    folder = settings.folder / (folder_to_fill or "")
    is_new = service is None or not (folder / PROJECT_FILE).exists()
    written = write_starter(folder) if is_new else None
    try:
        recipe = _write_recipe(folder, service)
    except BaseException:
        remove_made(written.made if written is not None else ())
        raise
    if written is not None:
        _tell_project(written, folder, settings)
    if recipe:
        _tell_recipe(recipe, settings)
    return ExitCode.OK


def _write_recipe(folder: Path, service: str | None) -> tuple[Path, ...]:
    from schemactl.recipes import Service, write_recipe

    return () if service is None else write_recipe(Service(service), folder)


def _tell_project(written: Written, folder: Path, settings: Settings) -> None:
    terminal = settings.terminal
    terminal.write_text("".join(f"wrote {folder / name}\n" for name in written.files))
    if written.lines_to_ignore:
        lines = " and ".join(written.lines_to_ignore)
        terminal.note(f"Add these lines to {folder / '.gitignore'}: {lines}")
    terminal.note("")
    for words in _next_steps(folder):
        terminal.note(words)


def _tell_recipe(written: tuple[Path, ...], settings: Settings) -> None:
    terminal = settings.terminal
    terminal.write_text("".join(f"wrote {os.path.relpath(path)}\n" for path in written))
    terminal.note("")
    terminal.note("The first lines of the recipe tell which secrets it needs.")


def _next_steps(folder: Path) -> tuple[str, ...]:
    where = "" if folder == Path() else f"-C {shlex.quote(str(folder))} "
    return (
        "Next, on the embedded account, where nothing can be broken:",
        f"  schemactl {where}plan",
        f"  schemactl {where}apply",
        f"  schemactl {where}drift",
    )
