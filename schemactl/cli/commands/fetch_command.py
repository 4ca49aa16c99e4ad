"""`schemactl fetch`: fetch the packages of the project."""

from __future__ import annotations

import click

from schemactl.cli.choice_options import folder_option
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.errors import ExitCode, UsageError


@click.command(
    cls=ProjectCommand,
    name="fetch",
    epilog="""\b
Examples:
  schemactl fetch
  schemactl fetch --locked
  schemactl fetch --update
""",
)
@click.option(
    "--locked", is_flag=True, help="Fail instead of changing schemactl.lock, as in CI."
)
@click.option(
    "--update", is_flag=True, help="Take the content that the sources have now, and lock it."
)
@folder_option
@verbosity_options
def command(*, settings: Settings, locked: bool, update: bool) -> ExitCode:
    """Fetch the packages of the project.

    Gets the schema files of each package under packages: into .schemactl/packages, and
    writes the checksum of each into schemactl.lock, which you commit. A package that is
    already there is not fetched again, and no other command needs the network for packages.
    Only YAML files are taken; no code of a package is run.
    """
    from schemactl.cli.process import this_host
    from schemactl.cli.target import open_project
    from schemactl.store.packages.installing import fetch_all
    from schemactl.text import counted

    if locked and update:
        msg = "--locked and --update exclude each other"
        raise UsageError(msg, hint="omit one of them")
    project = open_project(settings)
    terminal = settings.terminal
    if not project.packages:
        terminal.note("This project has no packages.")
        return ExitCode.OK
    fetched = fetch_all(
        project.folder,
        project.packages,
        environ=this_host().environ,
        is_locked=locked,
        updates=update,
    )
    for one in fetched:
        how = "fetched" if one.is_new else "is there already"
        source = one.package.source
        terminal.say(f"{one.package.name} {how}: {counted(one.files, 'file')} of {source}")
    return ExitCode.OK
