"""`schemactl schema`: prints a JSON Schema."""

from __future__ import annotations

from typing import Final

import click

from schemactl.cli.options import NamesFrom, ProjectCommand, Settings, talk_options
from schemactl.document import resources
from schemactl.errors import ExitCode

_NAMES: Final = NamesFrom(resources.schema_names)


@click.command(
    cls=ProjectCommand,
    name="schema",
    epilog="""\b
Examples:
  schemactl schema
  schemactl schema plan
  schemactl schema schema-file > .schemas/schema-file.schema.json
""",
)
@click.argument(
    "name",
    required=False,
    callback=_NAMES.check,
    shell_complete=_NAMES.complete,
)
@talk_options
def command(*, settings: Settings, name: str | None) -> ExitCode:
    """Print a JSON Schema.

    Prints the JSON Schema NAME, as files are checked by it and as editors read it. Without
    NAME, lists the names.
    """
    if name is None:
        settings.terminal.write_text(
            "".join(f"{known}\n" for known in resources.schema_names())
        )
    else:
        settings.terminal.write(resources.schema_text(name))
    return ExitCode.OK
