"""`schemactl schema`: print a JSON Schema."""

from __future__ import annotations

from typing import Final

import click

from schemactl.cli.names import NamesFrom
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
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
@verbosity_options
def command(*, settings: Settings, name: str | None) -> ExitCode:
    """Print a JSON Schema.

    schemactl checks files against these JSON Schemas, and editors can use them. Without NAME,
    lists all names.
    """
    if name is None:
        settings.terminal.write_text(
            "".join(f"{known}\n" for known in resources.schema_names())
        )
    else:
        settings.terminal.write(resources.schema_text(name))
    return ExitCode.OK
