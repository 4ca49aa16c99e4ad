"""`schemactl version`: print the version."""

from __future__ import annotations

import click

import schemactl
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.errors import ExitCode


@click.command(
    cls=ProjectCommand,
    name="version",
    epilog="""\b
Examples:
  schemactl version
""",
)
@verbosity_options
def command(*, settings: Settings) -> ExitCode:
    """Print the version.

    The same as `schemactl --version`.
    """
    settings.terminal.write_text(f"schemactl, version {schemactl.__version__}\n")
    return ExitCode.OK
