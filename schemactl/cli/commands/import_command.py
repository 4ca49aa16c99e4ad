"""`schemactl import`: write a schema file from the live account."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from schemactl.cli.ineffective import Requires
from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    fleet_options_but_all,
    jobs_option,
)
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode, InvalidFilesError, RefusedError

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.desired.importable import Imported

_MAX_SHOWN: Final = 20
"""Skipped objects that are named at most; -v names all."""


@click.command(
    cls=ProjectCommand,
    name="import",
    rules=(Requires(options=("force",), other="out"),),
    epilog="""\b
Examples:
  schemactl import
  schemactl import -a production --out production/account.yaml
  schemactl import -a production --all --out production/account.yaml --force
  schemactl import -a '*' --out imported
""",
)
@out_option("Write to a new file instead of standard output; for several accounts, a folder.")
@click.option(
    "--all",
    "include_system",
    is_flag=True,
    help="Also declare system fields, so that plans check them.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Let --out overwrite an existing file, unless it has what import cannot write, "
    "such as was:.",
)
@jobs_option
@fleet_options_but_all
def command(
    *, settings: Settings, out: Path | None, include_system: bool, force: bool, jobs: int
) -> ExitCode:
    """Write a schema file from the live account.

    The file declares the account's custom sections, fields, options and tags, so that a plan
    right afterwards is empty. What a schema file cannot declare is listed in a comment at its
    top and on standard error. For every account: -a '*'.
    """
    from schemactl.cli.target import open_target
    from schemactl.pipeline import import_account
    from schemactl.store.files import write_file

    if settings.choice.is_fleet:
        return _import_many(
            settings, out, include_system=include_system, force=force, jobs=jobs
        )
    target = open_target(settings)
    imported = import_account(target, include_system=include_system)
    text = skipped_comment(imported) + imported.text
    if out is None:
        settings.terminal.write(text)
    else:
        text = for_editors(text, out, project=settings.folder)
        if force:
            _refuse_loss(out, text)
        write_file(out, text, overwrite=force, make_folders=True)
        settings.terminal.note(f"Wrote the schema to {out}.")
        _report_reading(target, out, settings)
    _report_skipped(imported, settings)
    return ExitCode.OK


def _import_many(
    settings: Settings, out: Path | None, *, include_system: bool, force: bool, jobs: int
) -> ExitCode:
    """Write a schema file for each account; none is replaced without --force."""
    from schemactl.cli.fleet import FleetFiles, write_each
    from schemactl.fleet.commands import FileText
    from schemactl.model.fleet import FleetCommand
    from schemactl.pipeline import import_account
    from schemactl.text import counted

    def text_for(target: Target, path: Path) -> FileText:
        imported = import_account(target, include_system=include_system)
        text = skipped_comment(imported) + imported.text
        text = for_editors(text, path, project=settings.folder)
        if force:
            _refuse_loss(path, text)
        skipped = len(imported.skipped)
        remark = f"{counted(skipped, 'object')} skipped, see its top" if skipped else ""
        return FileText(text=text, remark=remark)

    files = FleetFiles(
        command=FleetCommand.IMPORT,
        suffix=".yaml",
        text_for=text_for,
        overwrite=force,
        schema_files=False,
    )
    return write_each(settings, out, files, jobs=jobs)


def _refuse_loss(out: Path, text: str) -> None:
    """Refuse to replace a file with keys or comments that no account has.

    Raises:
        RefusedError: It has such keys, or comments.
    """
    from schemactl.desired.rewrite.replaced import find_replaced
    from schemactl.text import and_list

    lost = find_replaced(out.read_bytes(), text) if out.is_file() else ()
    if lost:
        msg = f"{out} has {and_list(lost)}, which import cannot write; nothing was written"
        hint = "write to another file and merge by hand, or delete this one to lose them"
        raise RefusedError(msg, hint=hint)


def _report_reading(target: Target, out: Path, settings: Settings) -> None:
    """Report if the account does not read the new file, or cannot read it beside the others."""
    from schemactl.cli.inputs import is_same_file
    from schemactl.document.find import find_files
    from schemactl.pipeline import validate_account

    terminal, account = settings.terminal, target.account
    names = find_files(target.folder, account.schema, (), [], skipped=account.not_schema)
    if not any(is_same_file(target.folder / name, out) for name in names):
        terminal.say(
            f"warning: no pattern under schema: of {account.name} matches {out}, so it is not "
            "read: add it in schemactl.yaml"
        )
        return
    try:
        validate_account(target)
    except InvalidFilesError as error:
        first = error.problems[0]
        terminal.say(
            f"warning: the schema files of {account.name} contradict each other now: {first}"
        )
        terminal.say("Declare each thing in one file; `schemactl validate` lists all problems.")


def for_editors(text: str, out: Path, *, project: Path) -> str:
    """Add the comment by which editors find the JSON Schema, if the project has one."""
    from schemactl.project.starter import SCHEMA_FILE_SCHEMA, schema_comment

    schema = project / SCHEMA_FILE_SCHEMA
    if not schema.is_file():
        return text
    way = os.path.relpath(schema.resolve(), out.resolve().parent)
    return schema_comment(Path(way).as_posix()) + text


def skipped_comment(imported: Imported) -> str:
    """Return comment lines that list what the file does not declare."""
    from schemactl.text import named

    if not imported.skipped:
        return ""
    lines = [f"#   {named(one.about)}: {one.reason}\n" for one in imported.skipped]
    return "".join(("# Skipped by `schemactl import`, and not managed by this file:\n", *lines))


def _report_skipped(imported: Imported, settings: Settings) -> None:
    from schemactl.text import counted, named

    skipped = imported.skipped
    if not skipped:
        return
    terminal = settings.terminal
    terminal.note(f"Skipped, and not managed: {counted(len(skipped), 'item')}")
    shown = skipped if settings.verbose else skipped[:_MAX_SHOWN]
    for one in shown:
        terminal.note(f"  {named(one.about)}: {one.reason}")
    if len(shown) < len(skipped):
        terminal.note(f"  … and {counted(len(skipped) - len(shown), 'other')}; -v names all")
