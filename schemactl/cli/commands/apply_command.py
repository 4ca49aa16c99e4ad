"""`schemactl apply`: shows a plan, asks, has it carried out, tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    allow_option,
    look_of,
    project_options,
    prune_option,
)
from schemactl.cli.output import REPORTS, Output, output_options
from schemactl.errors import ExitCode, RefusedError, UsageError

if TYPE_CHECKING:
    from schemactl.cli.interruption import Interruption
    from schemactl.model.plan import Permission, Plan
    from schemactl.model.recorded import FoundRun
    from schemactl.model.run import Run
    from schemactl.pipeline import Applied, ApplyOptions, Planned


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
""",
)
@click.argument(
    "plan_file",
    metavar="[PLANFILE]",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--yes", is_flag=True, help="Do not ask: make the calls of the plan.")
@click.option(
    "--stop-at-first",
    is_flag=True,
    help="Leave out all the rest once a call fails, not only what needs it.",
)
@click.option(
    "--wait",
    "wait_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0, max=86_400),
    default=0.0,
    help="Wait for another apply on the account to end, instead of refusing.",
)
@prune_option
@allow_option
@output_options(*REPORTS)
@project_options
def command(
    *,
    settings: Settings,
    plan_file: Path | None,
    yes: bool,
    stop_at_first: bool,
    wait_s: float,
    prune: bool,
    allow: tuple[str, ...],
    output: Output,
) -> ExitCode:
    """Change the account as the files say.

    Plans, or takes the plan that `plan --out` saved as PLANFILE; shows it, asks, makes its
    calls, and proves each change by reading the account back. What destroys data is refused
    unless --allow permits it; a saved plan holds its permissions. Ctrl-C finishes the call
    under way and stops there. An apply that was cut off is finished by the next one.
    """
    from schemactl.cli.interruption import Interruption
    from schemactl.pipeline import ApplyOptions

    _refuse_prune(plan_file, prune=prune)
    options = ApplyOptions(
        permissions=_permissions(allow, plan_file),
        plan_file=plan_file,
        stop_at_first=stop_at_first,
        wait_s=wait_s,
    )
    with Interruption(settings.terminal.err) as interruption:
        reviewer = TerminalReviewer(
            settings=settings, interruption=interruption, yes=yes, form=output.form
        )
        try:
            applied = _apply(settings, reviewer, options, prune=prune)
        except KeyboardInterrupt:
            if not interruption.armed:
                raise
            return _tell_cut(settings)
    return _tell_end(applied, settings, output)


def _permissions(allow: tuple[str, ...], plan_file: Path | None) -> frozenset[Permission]:
    """Take the permissions that were given.

    Raises:
        UsageError: A saved plan has its own.
    """
    from schemactl.cli.target import permissions_of

    if plan_file is not None and allow:
        msg = "a saved plan holds its permissions, so --allow has no place beside it"
        raise UsageError(msg, hint="schemactl plan --allow … --out FILE makes one with them")
    return permissions_of(allow)


def _refuse_prune(plan_file: Path | None, *, prune: bool) -> None:
    """Stop where a saved plan was reviewed as it is.

    Raises:
        UsageError: It is to be pruned now.
    """
    if plan_file is not None and prune:
        msg = "a saved plan prunes if it was made so: --prune has no place beside it"
        raise UsageError(msg, hint="schemactl plan --prune --out FILE makes one that prunes")


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalReviewer:
    """Shows a plan and asks whoever sits at the terminal.

    Attributes:
        settings: Where to show it.
        interruption: Told when calls may be under way.
        yes: Whether the answer was given beforehand.
        form: Format of the result; a plan is no part of a JSON result.
    """

    settings: Settings
    interruption: Interruption
    yes: bool
    form: str

    def show(self, planned: Planned, found: FoundRun | None) -> None:
        """Write the plan: with the result, and also wherever the question will stand."""
        from schemactl.cli.target import tell_warnings
        from schemactl.report.found_text import found_text
        from schemactl.report.plan_text import plan_text

        terminal, verbose = self.settings.terminal, self.settings.verbose
        tell_warnings(planned.warnings, self.settings)
        if found is not None:
            terminal.say_lines(found_text(found, width=terminal.error_width))
        is_result = self.form == "text"
        if is_result:
            terminal.write_lines(plan_text(planned.plan, width=terminal.width, verbose=verbose))
        if not is_result or (self._will_ask(planned.plan) and not terminal.out.isatty()):
            terminal.say_lines(
                plan_text(planned.plan, width=terminal.error_width, verbose=verbose)
            )

    def agrees(self, plan: Plan, *, calls: int) -> bool:
        """Ask for the word `yes`.

        Raises:
            RefusedError: There is nobody to ask.
        """
        if not self.yes:
            if not self.settings.terminal.input.isatty():
                msg = "there is no terminal to ask on; nothing was changed"
                raise RefusedError(msg, hint="read the plan, then add --yes to apply it")
            if self.settings.terminal.ask(_question(plan, calls)) != "yes":
                return False
        self.interruption.arm()
        return True

    def _will_ask(self, plan: Plan) -> bool:
        asks = bool(plan.calls or plan.pending_cleanups or plan.ends_protection)
        return asks and not self.yes and self.settings.terminal.input.isatty()


def _question(plan: Plan, calls: int) -> str:
    from schemactl.report.wording import count

    these = "this" if calls == 1 else "these"
    asked = [f"apply {these} {count(calls, 'call')} to {plan.account}"] if calls else []
    if plan.ends_protection:
        fields = count(len(plan.ends_protection), "field")
        of = "" if calls else f" of {plan.account}"
        asked.append(f"end the protection of {fields}{of}")
    question = " and ".join(asked)
    return f"\n{question[0].upper()}{question[1:]}? Only 'yes' will do:"


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
        )
        return apply_account(target, options=options, reviewer=reviewer)


def _tell_end(applied: Applied, settings: Settings, output: Output) -> ExitCode:
    from functools import partial

    from schemactl.report.formats import write_run
    from schemactl.report.lines import BLANK
    from schemactl.report.run_text import run_text

    terminal, plan, run = settings.terminal, applied.planned.plan, applied.run
    if run is None:
        terminal.say("Nothing was changed.")
        return ExitCode.REFUSED
    rendered = partial(write_run, plan, run)
    look = look_of(settings, schema=applied.planned.live)
    if output.form == "text":
        lines = run_text(plan, run, width=look.width, verbose=look.verbose)
        terminal.write_lines((BLANK, *lines) if lines else ())
        output.write_files(look, rendered)
    else:
        output.write(terminal, look, rendered)
    if applied.applied_by:
        terminal.note(
            f"This plan was already applied by the run {applied.applied_by}: nothing was sent."
        )
    if applied.base_problem:
        terminal.note(
            "How the account was left is not kept, so that drift cannot tell who moved: "
            f"{applied.base_problem}"
        )
    return exit_code_of(run)


def exit_code_of(run: Run) -> ExitCode:
    """Give the exit status that tells how a run ended."""
    from schemactl.model.run import RunStatus

    match run.status:
        case RunStatus.COMPLETED | RunStatus.NOTHING_TO_DO:
            return ExitCode.OK
        case RunStatus.STOPPED | RunStatus.INCOMPLETE:
            return ExitCode.STOPPED
        case RunStatus.INTERRUPTED:
            return ExitCode.INTERRUPTED


def _tell_cut(settings: Settings) -> ExitCode:
    settings.terminal.say_error(
        "stopped at once; the call under way may have been carried out",
        hint="the next apply reads journal and account, and goes on from there",
    )
    return ExitCode.INTERRUPTED
