"""The program itself: a table of commands, each imported only when it is called.

Options that stand before the command's name become defaults of the command, which
checks them as if they stood behind it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

import click
from click.shell_completion import CompletionItem

import schemactl
from schemactl.cli.options import (
    account_option,
    folder_option,
    format_anywhere_option,
    refuse_repeated,
    talk_options,
)

PROGRAM: Final = "schemactl"
COMMANDS: Final = MappingProxyType(
    {
        "init": "Write a small project that runs at once.",
        "validate": "Check the files alone, without an account.",
        "lint": "Tell what in the files is valid and yet unwise.",
        "fmt": "Put schema files into the canonical style.",
        "plan": "Show what would change; change nothing.",
        "show": "Show a saved plan, as plan showed it.",
        "apply": "Change the account as the files say.",
        "drift": "Find what in the account is not as the files say.",
        "compare": "Tell in what two accounts or snapshots differ.",
        "docs": "Write a data dictionary of the account from the files.",
        "import": "Write a schema file from a live account.",
        "snapshot": "Write the live account down as JSON.",
        "journal": "Tell what applies did.",
        "emulator": "Serve a stand-in account on this machine.",
        "schema": "Print a JSON Schema.",
        "explain": "Tell what a code means and what to do.",
    }
)
"""Every command with its line in the list; module `commands.NAME_command` holds it."""


class CommandTable(click.Group):
    """A group that knows its commands by name and imports one when it is needed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an option of one value that stands twice before the command's name."""
        if not ctx.resilient_parsing:
            refuse_repeated(self, ctx, args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order in which people need them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"schemactl.cli.commands.{cmd_name}_command")
        command: object = module.command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called, or name the nearest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            near = get_close_matches(name, COMMANDS, n=1)
            meant = f" Did you mean '{near[0]}'?" if near else ""
            msg = f"There is no command '{name}'.{meant}"
            raise click.UsageError(msg, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing one."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands without importing one, and options."""
        names = [
            CompletionItem(name, help=about)
            for name, about in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]


def pass_on(ctx: click.Context, given: Mapping[str, object]) -> None:
    """Make options that stood before the command's name its defaults."""
    if ctx.invoked_subcommand is not None:
        defaults = {name: value for name, value in given.items() if value not in (None, False)}
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

The options may stand before or after the command. Every command has --help.
""",
)
@folder_option
@account_option
@format_anywhere_option
@talk_options
@click.version_option(schemactl.__version__, "-V", "--version", prog_name=PROGRAM)
@click.pass_context
def root(ctx: click.Context, /, **given: object) -> None:
    """Keep an Ontraport account's sections, fields and tags as files.

    Files say what the account should have; plan shows what differs, apply makes it so,
    drift finds what somebody changed by hand.
    """
    pass_on(ctx, given)
