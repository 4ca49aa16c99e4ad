"""`schemactl snapshot`: save the live account as canonical JSON."""

from __future__ import annotations

from pathlib import Path

import click

from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode


@click.command(
    cls=ProjectCommand,
    name="snapshot",
    epilog="""\b
Examples:
  schemactl snapshot --out live.json
  schemactl snapshot -a production | diff - yesterday.json
  schemactl emulator --seed live.json
""",
)
@out_option("File to write or overwrite, instead of standard output.")
@project_options
def command(*, settings: Settings, out: Path | None) -> ExitCode:
    """Save the live account as JSON.

    A snapshot contains all sections, fields, options and tags, including those that the files
    do not manage, and no contact data. Equal accounts have equal snapshots.
    """
    from schemactl.cli.target import open_target
    from schemactl.model.log_commands import disarm_json
    from schemactl.pipeline import snapshot_account
    from schemactl.store.files import write_file

    text = disarm_json(snapshot_account(open_target(settings)))
    if out is None:
        settings.terminal.write(text)
    else:
        write_file(out, text)
        settings.terminal.note(f"Wrote the snapshot to {out}.")
    return ExitCode.OK
