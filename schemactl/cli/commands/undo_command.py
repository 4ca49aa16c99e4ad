"""`schemactl undo`: make the account what it was before an apply."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

import click

from schemactl.cli.commands.apply_command import run_apply
from schemactl.cli.fleet_apply import FleetOptions, undo_many
from schemactl.cli.ineffective import Excludes
from schemactl.cli.numbers import Number
from schemactl.cli.options import (
    EngineOptions,
    ProjectCommand,
    Settings,
    allow_option,
    engine_options,
    fleet_options,
    identity_option,
    no_count_option,
    refuse_cluster,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode, UsageError
from schemactl.values import replace

_LAST: Final = "last"

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.apply import ApplyOptions
    from schemactl.model.plan import Permission
    from schemactl.store.state.interface import StateFile


class _Asked(EngineOptions):
    """Options of an undo, as the command line has them."""

    run: str
    yes: bool
    overwrite: bool
    out: Path | None
    wait_s: float
    identity: Path | None
    no_count: bool
    allow: tuple[str, ...]


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
  schemactl undo --all --except sandbox
""",
)
@click.argument("run", required=False, default=_LAST)
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
@engine_options
@fleet_options
def command(*, settings: Settings, output: Output, **asked: Unpack[_Asked]) -> ExitCode:
    """Make the account what it was before an apply.

    RUN is the id of an apply, the start of its id, or 'last', the default. Removes what it
    added, creates again what it removed, changes back what it altered, and fills values in
    from the backup. Shows the plan, asks, and proves each change, as apply does. What
    somebody changed since stays, and is reported. The files stay as they are: revert them
    too.

    For several accounts, undoes the last apply to all of them together.
    """
    from schemactl.apply import ApplyOptions

    run, out, overwrites = asked["run"], asked["out"], asked["overwrite"]
    options = ApplyOptions(
        wait_s=asked["wait_s"], counts=not asked["no_count"], identity=asked["identity"]
    )
    if settings.choice.is_fleet:
        many = FleetOptions(each=options, allow=asked["allow"], engine=asked, yes=asked["yes"])
        return _undo_many(settings, output, many, run, out, overwrites=overwrites)
    refuse_cluster(asked)
    return _undo_one(settings, output, options, asked)


def _undo_one(
    settings: Settings, output: Output, options: ApplyOptions, asked: _Asked
) -> ExitCode:
    """Undo an apply of the chosen account, or only write the plan for it."""
    from schemactl.cli.target import open_target, permissions_of
    from schemactl.report.permit_command import PermitCommand

    out, identity = asked["out"], options.identity
    permissions = permissions_of(asked["allow"], settings)
    target = open_target(settings, counts=options.counts)
    plan = _plan(target, asked["run"], permissions, out, overwrites=asked["overwrite"])
    words = settings.project_words
    if plan is None:
        command = " ".join(("schemactl", "apply", *words, str(out)))
        settings.terminal.note(f"Wrote the plan to {out}. To apply it: {command}")
        return ExitCode.OK
    permit = PermitCommand(
        before=("schemactl", "undo", *words, plan.stem.removeprefix("undo-")),
        after=("--identity", str(identity)) if identity else (),
    )
    own = replace(options, plan_file=plan)
    return run_apply(settings, own, output, yes=asked["yes"], permit=permit)


def _undo_many(
    settings: Settings,
    output: Output,
    options: FleetOptions,
    run: str,
    out: Path | None,
    *,
    overwrites: bool,
) -> ExitCode:
    """Undo the last apply to the chosen accounts.

    Raises:
        UsageError: An option or argument is for one account.
    """
    from schemactl.cli.fleet import refuse_for_fleet

    refuse_for_fleet(settings, out=out)
    if run != _LAST:
        msg = f"{run} is the apply of one account, and several are chosen"
        raise UsageError(msg, hint="name its account with -a")
    return undo_many(settings, output, options, overwrites=overwrites)


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
    from schemactl.fleet.undoing import keep_undo_plan
    from schemactl.pipeline import plan_account, read_journals
    from schemactl.store.files import write_file
    from schemactl.store.plan import plan_text

    runs = [one for one in read_journals([target]) if one.calls]
    if word == _LAST:
        # The last one here may be of another account that had this name or address.
        owns = target.identify().owns
        runs = [one for one in runs if owns(one.identity)]
    run = _find([one.id for one in runs], word)
    if out is None:
        return keep_undo_plan(target, run, permissions, overwrites=overwrites)
    undoing = Undoing(run=run, overwrites=overwrites)
    planned = plan_account(target, permissions=permissions, undoing=undoing)
    write_file(out, plan_text(planned.plan))
    return None


def _find(runs: list[str], word: str) -> str:
    """Return the one run that a word means.

    Raises:
        UsageError: There is none, or more than one.
    """
    found = runs[-1:] if word == _LAST else [run for run in runs if run.startswith(word)]
    if len(found) == 1:
        return found[0]
    if not runs:
        msg = "no apply of this account that made a call is recorded in this project"
        raise UsageError(msg, hint="`schemactl journal` lists all applies")
    how_many = "no apply is" if not found else f"{len(found)} applies are"
    msg = f"{how_many} named '{word}'"
    raise UsageError(msg, hint="`schemactl journal` lists all applies")
