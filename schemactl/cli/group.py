"""The program: a table of commands, each imported only when it is called.

Options before the command's name become defaults of the command, which checks them as if
they came after it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

import schemactl
from schemactl.cli.choice_options import account_option, folder_option
from schemactl.cli.names import describe_unknown_command
from schemactl.cli.options import (
    format_anywhere_option,
    refuse_repeated,
    verbosity_options,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM: Final = "schemactl"
COMMANDS: Final = MappingProxyType(
    {
        "init": "Create a sample project that works without a network.",
        "validate": "Check the files without contacting an account.",
        "fetch": "Fetch the packages of the project.",
        "lint": "Report what is valid but risky.",
        "fmt": "Format schema files in the canonical style.",
        "plan": "Show the changes that apply would make.",
        "show": "Show a saved plan.",
        "apply": "Make the account match the files.",
        "undo": "Make the account what it was before an apply.",
        "drift": "Report where the account differs from the files.",
        "compare": "Compare two accounts or snapshots.",
        "report": "Merge the results of shards into one report.",
        "usage": "Count who holds each custom field, option and tag.",
        "accounts": "List accounts of the project.",
        "render": "Print the effective schema of an account.",
        "values": "List, export and delete the values that applies backed up.",
        "docs": "Write a data dictionary of the account.",
        "import": "Write a schema file from the live account.",
        "snapshot": "Save the live account as JSON.",
        "journal": "Show the history of applies.",
        "state": "Show where state is kept, and move it.",
        "probe": "Find out how the account's server behaves.",
        "emulator": "Serve an emulated account on this machine.",
        "schema": "Print a JSON Schema.",
        "explain": "Explain a code of a report.",
        "completion": "Print the script for shell completion.",
        "version": "Print the version.",
        "help": "Show the help of a command.",
    }
)
"""Every command with its line in the list; its module is `commands.NAME_command`."""


class CommandTable(click.Group):
    """A group that knows its commands by name and imports one when it is needed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an option of one value that is given twice before the command's name."""
        if not ctx.resilient_parsing:
            refuse_repeated(self, ctx, args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which people need them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None if the name is unknown."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"schemactl.cli.commands.{cmd_name}_command")
        command: object = module.command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; refuse an unknown one and suggest the nearest."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(describe_unknown_command(name, COMMANDS), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing one."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the completions of command names, without importing one, and of options."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=about)
            for name, about in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]


def pass_on(ctx: click.Context, given: Mapping[str, object]) -> None:
    """Make the options before the command's name its defaults."""
    if ctx.invoked_subcommand is not None:
        defaults = {
            name: value for name, value in given.items() if value not in (None, False, ())
        }
        ctx.default_map = {ctx.invoked_subcommand: defaults}


@click.group(
    cls=CommandTable,
    name=PROGRAM,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  schemactl init my-project
  schemactl -C my-project plan
  schemactl -C my-project apply

Options can be before or after the command. Every command has --help.
""",
)
@folder_option
@account_option
@format_anywhere_option
@verbosity_options
@click.version_option(schemactl.__version__, "-V", "--version", prog_name=PROGRAM)
@click.pass_context
def root(ctx: click.Context, /, **given: object) -> None:
    """Manage an Ontraport account's sections, fields and tags as files.

    The files declare what the account should have. `plan` shows the differences, `apply`
    resolves them, and `drift` reports what somebody changed in the account.
    """
    pass_on(ctx, given)
