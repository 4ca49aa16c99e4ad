"""`schemactl help`: show the help of a command."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from schemactl.cli.names import describe_unknown_command
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.errors import ExitCode


def complete_command(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the commands whose name starts with the text."""
    del ctx, param
    from schemactl.cli.group import COMMANDS

    return [
        CompletionItem(name, help=about)
        for name, about in COMMANDS.items()
        if name.startswith(incomplete)
    ]


@click.command(
    cls=ProjectCommand,
    name="help",
    epilog="""\b
Examples:
  schemactl help
  schemactl help plan
""",
)
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=complete_command)
@verbosity_options
def command(*, settings: Settings, name: str | None) -> ExitCode:
    """Show the help of a command.

    The same as `schemactl COMMAND --help`. Without COMMAND, lists all commands.
    """
    from schemactl.cli.group import COMMANDS, PROGRAM, root

    top = click.Context(root, info_name=PROGRAM, **root.context_settings)
    if name is None:
        settings.terminal.write_text(f"{root.get_help(top)}\n")
        return ExitCode.OK
    found = root.get_command(top, name)
    if found is None:
        raise click.UsageError(describe_unknown_command(name, COMMANDS))
    of_command = click.Context(found, info_name=name, parent=top)
    settings.terminal.write_text(f"{found.get_help(of_command)}\n")
    return ExitCode.OK
