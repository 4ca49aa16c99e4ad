"""`schemactl snapshot`: save the live account as canonical JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.options import ProjectCommand, Settings, fleet_options, jobs_option
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.account.target import Target


@click.command(
    cls=ProjectCommand,
    name="snapshot",
    epilog="""\b
Examples:
  schemactl snapshot --out live.json
  schemactl snapshot -a production | diff - yesterday.json
  schemactl snapshot --all --out snapshots
  schemactl emulator --seed live.json
""",
)
@out_option(
    "File to write or overwrite, instead of standard output; for several accounts, a folder."
)
@jobs_option
@fleet_options
def command(*, settings: Settings, out: Path | None, jobs: int) -> ExitCode:
    """Save the live account as JSON.

    A snapshot contains all sections, fields, options and tags, including those that the files
    do not manage, and no contact data. Equal accounts have equal snapshots.
    """
    from schemactl.cli.target import open_target
    from schemactl.store.files import write_file

    if settings.choice.is_fleet:
        return _snapshot_many(settings, out, jobs=jobs)
    text = _text(open_target(settings))
    if out is None:
        settings.terminal.write(text)
    else:
        write_file(out, text)
        settings.terminal.note(f"Wrote the snapshot to {out}.")
    return ExitCode.OK


def _snapshot_many(settings: Settings, out: Path | None, *, jobs: int) -> ExitCode:
    from schemactl.cli.fleet import FleetFiles, write_each
    from schemactl.fleet.commands import FileText
    from schemactl.model.fleet import FleetCommand

    files = FleetFiles(
        command=FleetCommand.SNAPSHOT,
        suffix=".json",
        text_for=lambda target, _: FileText(text=_text(target)),
    )
    return write_each(settings, out, files, jobs=jobs)


def _text(target: Target) -> str:
    from schemactl.model.log_commands import disarm_json
    from schemactl.pipeline import snapshot_account

    return disarm_json(snapshot_account(target))
