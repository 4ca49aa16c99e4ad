"""`schemactl completion`: print the script for shell completion."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.errors import ExitCode

_SHELLS: Final[Mapping[str, type[ShellComplete]]] = MappingProxyType(
    {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
)


@click.command(
    cls=ProjectCommand,
    name="completion",
    epilog="""\b
Examples:
  source <(schemactl completion bash)
  schemactl completion zsh > ~/.zfunc/_schemactl
  schemactl completion fish > ~/.config/fish/completions/schemactl.fish
""",
)
@click.argument("shell", metavar="bash|zsh|fish", type=click.Choice(list(_SHELLS)))
@verbosity_options
def command(*, settings: Settings, shell: str) -> ExitCode:
    """Print the script for shell completion.

    Completes commands, options, accounts, formats, permissions and codes. Load the script
    at once, or write it to where your shell looks for such scripts. Bash must be version 4.4 or
    newer.
    """
    from schemactl.cli.group import PROGRAM, root

    completer = _SHELLS[shell](root, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
    # Not the `source` of its own class: that of bash starts a shell to check its version.
    settings.terminal.write(ShellComplete.source(completer))
    return ExitCode.OK
