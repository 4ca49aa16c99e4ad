"""`schemactl render`: print the effective schema of an account."""

from __future__ import annotations

from pathlib import Path

import click

from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode


@click.command(
    cls=ProjectCommand,
    name="render",
    epilog="""\b
Examples:
  schemactl render
  schemactl render -a acme
  schemactl render -a acme --out acme-effective.yaml
""",
)
@out_option("File to write or overwrite, instead of standard output.")
@project_options
def command(*, settings: Settings, out: Path | None) -> ExitCode:
    """Print the effective schema of an account.

    Writes what all its schema files declare together as one schema file: what a later layer
    adds, overrides or omits is already applied. A comment after each section, field and tag
    names the file and line that decide it, and those of the layers below. Needs no network.
    """
    from schemactl.cli.target import open_target, report_warnings
    from schemactl.desired.rendered import rendered_text
    from schemactl.model.log_commands import disarm
    from schemactl.pipeline import validate_account
    from schemactl.store.files import write_file

    loaded = validate_account(open_target(settings))
    report_warnings(loaded.warnings, settings)
    text = disarm(rendered_text(loaded))
    if out is None:
        settings.terminal.write(text)
        return ExitCode.OK
    write_file(out, text)
    settings.terminal.note(f"Wrote the effective schema to {out}.")
    return ExitCode.OK
