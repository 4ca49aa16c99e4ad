"""`schemactl undo`: make the account what it was before an apply."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.commands.apply_command import run_apply
from schemactl.cli.ineffective import Excludes
from schemactl.cli.numbers import Number
from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    allow_option,
    identity_option,
    no_count_option,
    project_options,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.model.plan import Permission
    from schemactl.store.state.interface import StateFile


@click.command(
    cls=ProjectCommand,
    name="undo",
    rules=(
        Excludes(
            options=("yes", "wait_s", "form", "outputs"),
            beside="out",
            why="the plan is only written, and `schemactl apply FILE` takes this option",
        ),
    ),
    epilog="""\b
Examples:
  schemactl undo
  schemactl undo 20260101T120000Z-1a2b3c --allow writes-contacts
  schemactl undo --identity ~/.config/age/key.txt
  schemactl undo --out undo.json && schemactl apply undo.json
""",
)
@click.argument("run", required=False, default="last")
@click.option("--yes", is_flag=True, help="Undo without asking.")
@click.option(
    "--overwrite",
    is_flag=True,
    help="Restore a value also where a contact holds a newer one.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Only write the plan, for `schemactl apply FILE`.",
)
@click.option(
    "--wait",
    "wait_s",
    metavar="SECONDS",
    type=Number(min=0, max=86_400),
    default=0.0,
    help="Wait for another apply on the account to end instead of failing.",
)
@identity_option
@no_count_option
@allow_option
@output_options(*REPORTS)
@project_options
def command(
    *,
    settings: Settings,
    run: str,
    yes: bool,
    overwrite: bool,
    out: Path | None,
    wait_s: float,
    identity: Path | None,
    no_count: bool,
    allow: tuple[str, ...],
    output: Output,
) -> ExitCode:
    """Make the account what it was before an apply.

    RUN is the id of an apply, the start of its id, or 'last', the default. Removes what it
    added, makes again what it removed, changes back what it altered, and fills values in from
    the backup. Shows the plan, asks, and proves each change, as apply does. What somebody
    changed since is left to you. The files stay as they are: revert them too.
    """
    from schemactl.apply import ApplyOptions
    from schemactl.cli.target import open_target, permissions_of
    from schemactl.report.permit_command import PermitCommand

    target = open_target(settings, counts=not no_count)
    plan = _plan(target, run, permissions_of(allow, settings), out, overwrites=overwrite)
    words = settings.project_words
    if plan is None:
        command = " ".join(("schemactl", "apply", *words, str(out)))
        settings.terminal.note(f"Wrote the plan to {out}. To apply it: {command}")
        return ExitCode.OK
    options = ApplyOptions(
        plan_file=plan, wait_s=wait_s, counts=not no_count, identity=identity
    )
    permit = PermitCommand(
        before=("schemactl", "undo", *words, plan.stem.removeprefix("undo-")),
        after=("--identity", str(identity)) if identity else (),
    )
    return run_apply(settings, options, output, yes=yes, permit=permit)


def _plan(
    target: Target,
    word: str,
    permissions: frozenset[Permission],
    out: Path | None,
    *,
    overwrites: bool,
) -> StateFile | None:
    """Write the plan that undoes a run; take up the kept one if its apply was interrupted.

    Returns:
        The file in the state store; None if it was written to `out`.
    """
    from schemactl.drift.undo import Undoing
    from schemactl.pipeline import plan_account, read_journals
    from schemactl.store.files import write_file
    from schemactl.store.kept_plans import undo_file, unfinished_undo
    from schemactl.store.plan import plan_text

    runs = read_journals([target])
    run = _find([one.id for one in runs if one.calls], word)
    file = undo_file(target.plans_folder, run)
    if out is None and unfinished_undo(file, runs):
        return file
    undoing = Undoing(run=run, overwrites=overwrites)
    planned = plan_account(target, permissions=permissions, undoing=undoing)
    if out is None:
        file.write(plan_text(planned.plan))
        return file
    write_file(out, plan_text(planned.plan))
    return None


def _find(runs: list[str], word: str) -> str:
    """Return the one run that a word means.

    Raises:
        UsageError: There is none, or more than one.
    """
    found = runs[-1:] if word == "last" else [run for run in runs if run.startswith(word)]
    if len(found) == 1:
        return found[0]
    how_many = "no apply is" if not found else f"{len(found)} applies are"
    msg = f"{how_many} named '{word}'"
    raise UsageError(msg, hint="`schemactl journal` lists all applies")
