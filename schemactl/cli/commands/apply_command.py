"""`schemactl apply`: show a plan, ask, apply it and report the result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

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
    prune_option,
    refuse_cluster,
    render_options,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.cli.reviewer import TerminalReviewer
from schemactl.errors import (
    ExitCode,
    MissingPermissionError,
    OutputError,
    RefusedError,
    UnreportedError,
    UsageError,
)

if TYPE_CHECKING:
    from schemactl.apply import ApplyOptions
    from schemactl.apply.review import Applied
    from schemactl.cli.terminal import Terminal
    from schemactl.model.plan import Permission, Plan
    from schemactl.model.run import Run
    from schemactl.report.formats import RenderOptions
    from schemactl.report.permit_command import PermitCommand
    from schemactl.store.state.interface import StateFile


class _Asked(EngineOptions):
    """Options of an apply, as the command line has them."""

    plan_file: Path | None
    yes: bool
    one_wave: bool
    stop_at_first: bool
    wait_s: float
    prune: bool
    identity: Path | None
    no_count: bool
    allow: tuple[str, ...]


@click.command(
    cls=ProjectCommand,
    name="apply",
    epilog="""\b
Examples:
  schemactl apply
  schemactl apply -a production --yes
  schemactl apply --allow removes-field,removes-option
  schemactl plan --out plan.json && schemactl apply plan.json
  schemactl apply --yes --format json > run.json
  schemactl plan --all --out plans && schemactl apply plans
  schemactl apply -a @canary --allow removes-field=acme
""",
)
@click.argument(
    "plan_file",
    metavar="[PLANFILE]",
    required=False,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option(
    "--one-wave",
    is_flag=True,
    help="Apply only the next wave of a roll-out, and exit with 0 once it is done.",
)
@click.option(
    "--stop-at-first",
    is_flag=True,
    help="Skip all other calls once one fails, not only those that need it.",
)
@click.option(
    "--wait",
    "wait_s",
    metavar="SECONDS",
    type=Number(min=0, max=86_400),
    default=0.0,
    help="Wait for another apply on the account to end instead of failing.",
)
@prune_option
@identity_option
@no_count_option
@allow_option
@engine_options
@output_options(*REPORTS)
@fleet_options
def command(*, settings: Settings, output: Output, **asked: Unpack[_Asked]) -> ExitCode:
    """Make the account match the files.

    Makes a plan, or reads PLANFILE: a plan that `plan --out` saved, or the folder of plans
    that `plan --all --out` saved. Shows the plan, asks, makes its calls and proves each
    change by reading the account. A change that destroys data is refused unless --allow
    permits it. A saved plan names its account and contains its permissions. Ctrl-C finishes
    the current call and stops. The next apply completes an interrupted one.

    For several accounts, shows all plans together, and asks you to type the number of
    accounts. Each permission names its accounts: --allow removes-field=acme, or =@label.
    """
    from schemactl.apply import ApplyOptions

    plan_file, prune = asked["plan_file"], asked["prune"]
    if settings.choice.is_fleet or (plan_file is not None and plan_file.is_dir()):
        return _apply_fleet(settings, output, asked)
    refuse_cluster(asked)
    if asked["one_wave"]:
        msg = "--one-wave is for a roll-out to several accounts, and one is chosen"
        raise UsageError(msg, hint="omit it, or choose the accounts with --all or -a @label")
    settings, plan = _with_account(settings, plan_file)
    options = ApplyOptions(
        permissions=_permissions(asked["allow"], plan_file, settings, prune=prune),
        plan_file=plan_file,
        plan=plan,
        stop_at_first=asked["stop_at_first"],
        wait_s=asked["wait_s"],
        counts=not asked["no_count"],
        identity=asked["identity"],
    )
    return run_apply(settings, options, output, yes=asked["yes"], prune=prune)


def _apply_fleet(settings: Settings, output: Output, asked: _Asked) -> ExitCode:
    """Apply to each chosen account, or the saved plans of a folder.

    Raises:
        UsageError: A plan of one account is given.
    """
    from schemactl.apply import ApplyOptions
    from schemactl.cli.fleet_apply import FleetOptions, apply_many, apply_saved

    options = FleetOptions(
        each=ApplyOptions(
            stop_at_first=asked["stop_at_first"],
            wait_s=asked["wait_s"],
            counts=not asked["no_count"],
            identity=asked["identity"],
        ),
        allow=asked["allow"],
        prune=asked["prune"],
        engine=asked,
        yes=asked["yes"],
        one_wave=asked["one_wave"],
    )
    plans = asked["plan_file"]
    if plans is None:
        return apply_many(settings, output, options)
    if not plans.is_dir():
        msg = f"{plans} is the plan of one account, and several are chosen"
        raise UsageError(msg, hint="omit the choice: a plan names its account")
    _permissions(asked["allow"], plans, settings, prune=asked["prune"])
    return apply_saved(settings, output, options, plans)


def run_apply(
    settings: Settings,
    options: ApplyOptions,
    output: Output,
    *,
    yes: bool,
    prune: bool = False,
    permit: PermitCommand | None = None,
) -> ExitCode:
    """Apply and report, unless the user stops it before the first call."""
    from schemactl.cli.interruption import Interruption

    with Interruption(settings.terminal.err) as interruption:
        permit = permit or _permit(settings, options, output, yes=yes)
        reviewer = TerminalReviewer(
            settings=settings, interruption=interruption, yes=yes, output=output, permit=permit
        )
        try:
            applied = _apply(settings, reviewer, options, prune=prune)
        except KeyboardInterrupt:
            if not interruption.armed:
                raise
            return _report_interruption(settings)
        # A signal from now on must not take away the report of what was done.
        return _report_result(applied, settings, output)


def _with_account(settings: Settings, plan_file: Path | None) -> tuple[Settings, Plan | None]:
    """Return the settings with the account that a saved plan is for, and the plan.

    With -a, the plan is read later, and None.

    Raises:
        PlanFileError: The plan cannot be read.
        RefusedError: The project has no such account.
    """
    if plan_file is None or settings.choice.is_made:
        return settings, None
    from schemactl.cli.completion import account_names
    from schemactl.cli.target import refuse_foreign
    from schemactl.pipeline import show_plan

    plan = show_plan(plan_file, file=str(plan_file))
    account = plan.account
    names = account_names(settings.folder)
    if names and account not in names:
        refuse_foreign(account)
    return settings.for_account(account), plan


def _permissions(
    allow: tuple[str, ...], plan_file: Path | None, settings: Settings, *, prune: bool
) -> frozenset[Permission]:
    """Return the permissions that were given.

    Raises:
        UsageError: A saved plan contains its own, and whether it prunes.
    """
    from schemactl.cli.target import permissions_of

    _refuse_prune(plan_file, settings, prune=prune)
    if plan_file is not None and allow:
        msg = "--allow cannot be used with a saved plan, which contains its own permissions"
        again = _plan_again(settings, plan_file).with_permissions(dict.fromkeys(allow))
        raise UsageError(msg, hint=f"make one with them, and review it: {again}")
    return permissions_of(allow, settings)


def _refuse_prune(plan_file: Path | None, settings: Settings, *, prune: bool) -> None:
    """Refuse --prune for a saved plan, which was reviewed as it is.

    Raises:
        UsageError: Both are given.
    """
    if plan_file is not None and prune:
        msg = "--prune cannot be used with a saved plan: it prunes if it was made with --prune"
        again = _plan_again(settings, plan_file).with_permissions((), prune=True)
        raise UsageError(msg, hint=f"make one that prunes, and review it: {again}")


def _plan_again(settings: Settings, plan_file: Path | StateFile) -> PermitCommand:
    from schemactl.report.permit_command import PermitCommand

    before = ("schemactl", "plan", *settings.project_words)
    return PermitCommand(before=before, after=("--out", str(plan_file)))


def _permit(
    settings: Settings, options: ApplyOptions, output: Output, *, yes: bool
) -> PermitCommand:
    """Return the command to add permissions to: this one, or one that saves a plan."""
    from schemactl.report.permit_command import PermitCommand

    if options.plan_file is not None:
        return _plan_again(settings, options.plan_file)
    return PermitCommand(
        before=("schemactl", "apply", *settings.project_words),
        after=(
            *(("--quiet",) if settings.terminal.quiet else ()),
            *(("--verbose",) if settings.verbose else ()),
            *(("--yes",) if yes else ()),
            *(("--stop-at-first",) if options.stop_at_first else ()),
            *(() if options.counts else ("--no-count",)),
            *(("--identity", str(options.identity)) if options.identity else ()),
            *(("--wait", f"{options.wait_s:g}") if options.wait_s else ()),
            *output.words,
        ),
    )


def _apply(
    settings: Settings, reviewer: TerminalReviewer, options: ApplyOptions, *, prune: bool
) -> Applied:
    from schemactl.cli.progress import progress
    from schemactl.cli.target import open_target
    from schemactl.pipeline import apply_account

    with progress(settings.terminal) as listener:
        target = open_target(
            settings,
            listener=listener,
            is_interrupted=reviewer.interruption.is_asked,
            prune=prune,
            counts=options.counts,
        )
        try:
            return apply_account(target, options=options, reviewer=reviewer)
        except MissingPermissionError as error:
            command = reviewer.permit.with_permissions(error.permissions, prune=error.prune)
            first = "plan again, and review it" if options.plan_file else "run"
            hint = f"to permit all of it, {first}: {command}"
            raise RefusedError(str(error), hint=hint) from error


def _report_result(applied: Applied, settings: Settings, output: Output) -> ExitCode:
    terminal, plan, run = settings.terminal, applied.planned.plan, applied.run
    if run is None:
        terminal.say("Nothing was changed.")
        return ExitCode.REFUSED
    look = render_options(settings, schema=applied.planned.live)
    _write_report(plan, run, look, terminal, output, applied_by=applied.applied_by)
    if applied.base_problem:
        terminal.note(
            "The base was not written, so drift cannot report which side changed: "
            f"{applied.base_problem}"
        )
    return run.exit_code


def _write_report(
    plan: Plan,
    run: Run,
    look: RenderOptions,
    terminal: Terminal,
    output: Output,
    *,
    applied_by: str,
) -> None:
    """Write the result of a plan to standard output and to files.

    Raises:
        UnreportedError: That fails, and calls were made: the account may have changed.
        OutputError: That fails, and no call was made.
    """
    from functools import partial

    from schemactl.report.formats import write_run
    from schemactl.report.text.lines import BLANK, line
    from schemactl.report.text.run import run_text

    rendered = partial(write_run, plan, run)
    try:
        if output.form == "text":
            lines = run_text(plan, run, width=look.width, verbose=look.verbose)
            if applied_by:
                before = f"Nothing to do: the run {applied_by} already applied this plan."
                lines = (line(before),)
            terminal.write_lines((BLANK, *lines) if lines else ())
            output.write_files(look, rendered)
        else:
            output.write(terminal, look, rendered)
    except OutputError as error:
        if not run.id:
            raise
        msg = f"calls were made, but not all of their report could be written: {error}"
        hint = f"to see what they did: schemactl journal {run.id}"
        raise UnreportedError(msg, hint=hint) from error


def _report_interruption(settings: Settings) -> ExitCode:
    settings.terminal.say_error(
        "stopped immediately; the current call may have been executed",
        hint="the next apply reads the journal and the account, and continues",
    )
    return ExitCode.INTERRUPTED
