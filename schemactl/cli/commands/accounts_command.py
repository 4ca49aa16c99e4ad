"""`schemactl accounts`: list accounts of the project."""

from __future__ import annotations

import click

from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, every_account_options
from schemactl.errors import ExitCode


@click.command(
    cls=ProjectCommand,
    name="accounts",
    epilog="""\b
Examples:
  schemactl accounts
  schemactl accounts -a @dental
  schemactl accounts --changed-since origin/main
  schemactl accounts --shard 1/4 --format json | jq '.accounts | length'
""",
)
@format_option("text", "json")
@every_account_options
def command(*, settings: Settings, form: str) -> ExitCode:
    """List accounts of the project.

    Without a choice, lists all. With --changed-since, lists those that a branch changed,
    and what it changed of each: its entry in the project, the rules for all accounts, its
    base in git, or the schema that its files declare together. Comments and moved lines do
    not count. An account whose files cannot be read, at that commit or now, counts as
    changed. Needs no network.
    """
    from schemactl.cli.target import chosen_or_all, open_project
    from schemactl.model.log_commands import disarm_json
    from schemactl.report.accounts import accounts_json, accounts_text

    chosen = chosen_or_all(open_project(settings), settings)
    terminal = settings.terminal
    if form == "json":
        terminal.write(disarm_json(accounts_json(chosen.accounts, chosen.changes)))
    else:
        terminal.write_lines(accounts_text(chosen.accounts, chosen.changes))
    return ExitCode.OK
