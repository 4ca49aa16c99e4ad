"""`schemactl drift`: report where the account differs from the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from schemactl.cli.ineffective import Excludes, Requires
from schemactl.cli.options import (
    EngineOptions,
    ProjectCommand,
    Settings,
    engine_options,
    fleet_options,
    refuse_cluster,
    render_options,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.desired.rewrite.working_copy import FileEdit


@click.command(
    cls=ProjectCommand,
    name="drift",
    rules=(
        Requires(options=("yes", "layer"), other="accepted"),
        Excludes(options=("strict", "form", "outputs"), beside="accepted"),
    ),
    epilog="""\b
Status of an item:
  missing    in the files, but not in the account
  altered    not as the files declare it
  unwanted   in the account, though the files remove it
  ambiguous  several fields of the account have its name
  unmanaged  in the account, and in no file; counts only with --strict
  orphan     created by an apply, and in no file any longer
\b
Examples:
  schemactl drift
  schemactl drift --strict --format markdown >> "$GITHUB_STEP_SUMMARY"
  schemactl drift -a production --format json | jq .summary
  schemactl drift --all --output html=drift.html
  schemactl drift --accept 'Sales Pipeline / Lead Status' --accept 'tag: VIP'
""",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Count unmanaged items as differences.",
)
@click.option(
    "--accept",
    "accepted",
    metavar="NAME",
    multiple=True,
    help="Write what the account has of this item into the files. Can be repeated.",
)
@click.option(
    "--layer",
    metavar="FILE",
    help="With --accept: the schema file to write into. [default: a layer that no other "
    "account has, or else the file that decides]",
)
@click.option("--yes", is_flag=True, help="With --accept: write without asking.")
@engine_options
@output_options(*REPORTS)
@fleet_options
def command(
    *,
    settings: Settings,
    strict: bool,
    accepted: tuple[str, ...],
    layer: str | None,
    yes: bool,
    output: Output,
    **engine: Unpack[EngineOptions],
) -> ExitCode:
    """Report where the account differs from the files.

    Exits with 2 if something differs.

    With --accept NAME, writes what the account has of that item into the files instead.
    NAME is the item's name in the report. Shows the lines that would change and which other
    accounts share the file, with what changes in their plans, and asks. No other line
    changes. If a shared file or a package declares the item, the change is written into a
    layer that only this account has, if there is one; --layer chooses another file.
    """
    if settings.choice.is_fleet:
        return _drift_of_many(settings, output, accepted, engine, strict=strict)
    refuse_cluster(engine)
    if accepted:
        return _accept(accepted, settings, layer=layer, yes=yes)
    return _drift_of_one(settings, output, strict=strict)


def _drift_of_one(settings: Settings, output: Output, *, strict: bool) -> ExitCode:
    from schemactl.cli.target import open_target
    from schemactl.pipeline import drift_account
    from schemactl.report.formats import write_drift

    folder = "" if settings.chdir is None else str(settings.chdir)
    drift = replace(drift_account(open_target(settings)), folder=folder)
    output.write(
        settings.terminal,
        render_options(settings, strict=strict, schema=drift.live),
        lambda form, look: write_drift(drift, form, look),
    )
    return ExitCode.DIFFERENT if drift.differs(strict=strict) else ExitCode.OK


def _drift_of_many(
    settings: Settings,
    output: Output,
    accepted: tuple[str, ...],
    engine: EngineOptions,
    *,
    strict: bool,
) -> ExitCode:
    from schemactl.cli.fleet import engine_of, open_fleet, refuse_for_fleet, report_fleet
    from schemactl.fleet.commands import drift_fleet

    refuse_for_fleet(settings, accept=accepted)
    call = open_fleet(settings, output, jobs=engine["jobs"])
    folder = "" if settings.chdir is None else str(settings.chdir)
    with engine_of(call, engine) as run:
        fleet = drift_fleet(
            run, call.targets, strict=strict, folder=folder, in_full=settings.verbose
        )
    return report_fleet(fleet, settings, output, whole=call.whole)


def _accept(
    titles: tuple[str, ...], settings: Settings, *, layer: str | None, yes: bool
) -> ExitCode:
    """Show what the files would say, ask, and write it."""
    from schemactl.cli.target import open_target
    from schemactl.errors import RefusedError
    from schemactl.pipeline import accept_drift
    from schemactl.store.files import rewrite_files

    terminal, target = settings.terminal, open_target(settings)
    while True:
        edits = accept_drift(target, titles, layer=layer)
        _show_edits(edits, target, settings)
        if not edits or yes:
            break
        if not terminal.input.isatty():
            msg = "there is no terminal to ask on; nothing was written"
            raise RefusedError(msg, hint="look at the lines, then add --yes to write them")
        _show_other_files(edits, target, settings)
        answer = terminal.ask(
            "\nWrite these lines? Type 'yes' to continue, or the schema file of another layer:"
        )
        if answer == "yes":
            break
        if answer not in target.schema_file_names:
            terminal.say("Nothing was written.")
            return ExitCode.REFUSED
        layer = answer
    rewrite_files([(edit.path, edit.before, edit.after) for edit in edits])
    if edits:
        files = ", ".join(edit.file for edit in edits)
        terminal.note(f"Wrote {files}. Look at the change with git before you commit it.")
    return ExitCode.OK


def _show_other_files(edits: tuple[FileEdit, ...], target: Target, settings: Settings) -> None:
    """List the files that the question takes as an answer, too."""
    from schemactl.model.package import is_of_package
    from schemactl.project.settings import listed

    written = {edit.file for edit in edits}
    names = [name for name in target.schema_file_names if not is_of_package(name)]
    if others := [name for name in names if name not in written]:
        settings.terminal.say(f"Other schema files of this account: {listed(others)}.")


def _show_edits(edits: tuple[FileEdit, ...], target: Target, settings: Settings) -> None:
    """Show the lines that change, and what they mean for other accounts."""
    from schemactl.drift.touched import find_touched
    from schemactl.report.text.edits import edits_text
    from schemactl.text import and_list, named

    terminal = settings.terminal
    terminal.write_lines(edits_text((one.file, one.before, one.after) for one in edits))
    if not edits:
        terminal.note("The files say it already.")
    touched = find_touched(target, edits)
    for edit in edits:
        if edit.shared_with:
            names = and_list([named(name) for name in edit.shared_with])
            terminal.say(f"{edit.file} is also a schema file of {names}: it changes there too.")
    if touched:
        counts = and_list(tuple(map(str, touched)))
        terminal.say(f"What that means for the next plan of each: {counts}.")
