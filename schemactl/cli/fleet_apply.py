"""An apply to many accounts at the terminal: one summary, one question, one report."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemactl.cli.fleet import (
    FleetCall,
    engine_of,
    open_fleet,
    permissions_for_fleet,
    report_fleet,
    scheduler_of,
)
from schemactl.cli.interruption import Interruption
from schemactl.cli.options import EngineOptions, Settings, render_options
from schemactl.cli.output import Output
from schemactl.errors import ExitCode, OutputError, RefusedError, UnreportedError, UsageError
from schemactl.report.text.lines import BLANK
from schemactl.text import counted, quoted_short
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemactl.apply import ApplyOptions
    from schemactl.fleet.applying import FleetReview
    from schemactl.fleet.rollout import RolledOut, Rollout
    from schemactl.fleet.work import Engine
    from schemactl.model.fleet import FleetCommand, FleetResult
    from schemactl.model.rollout import Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetApply:
    """One apply to many accounts, as the command line asks for it.

    Attributes:
        settings: The shared options.
        output: Where the result goes.
        call: The accounts.
        engine: What works through them.
        command: The command, for the report.
        yes: Whether --yes was given.
        one_wave: Whether to apply only one wave.
    """

    settings: Settings
    output: Output
    call: FleetCall
    engine: Engine
    command: FleetCommand
    yes: bool
    one_wave: bool = False

    def execute(self, review: FleetReview) -> ExitCode:
        """Show all plans, ask once, and apply those that need calls, wave by wave.

        Raises:
            RefusedError: There is nobody to ask.
            UnreportedError: Calls were made, and the report cannot be written.
        """
        from schemactl.fleet.applying import with_nothing_applied
        from schemactl.fleet.rollout import open_rollout, without_waves
        from schemactl.model.fleet import FleetCommand

        run = self.engine
        # Accounts may be missing from what the progress counts: then its table is still there.
        self.call.progress.close()
        if run.halt.is_set() or not review.waiting:
            fleet = with_nothing_applied(self.command, review, ExitCode.INTERRUPTED)
            return self._report(replace(fleet, waves=self.call.waves_of_shard))
        err, says = self.settings.terminal.err, self.call.progress.will_say
        with Interruption(err, on_request=run.halt.set, says=says) as interruption:
            if self.command is FleetCommand.UNDO:
                rollout = without_waves(self.call.targets, review)
            else:
                rules = self.call.project.rollout
                rollout = open_rollout(self.call.targets, review, rules)
            self._show(review)
            if not self._agrees(rollout):
                self.settings.terminal.say("Nothing was changed.")
                self._report_plans(review)
                return ExitCode.REFUSED
            interruption.arm()
            done = self._apply(rollout, interruption)
            # A signal from now on must not take away the report of what was done.
            return self._report_done(rollout, done)

    def _report_done(self, rollout: Rollout, done: RolledOut) -> ExitCode:
        from schemactl.fleet.applying import with_results

        if self.output.form == "text":
            self.settings.terminal.write_lines((BLANK,))
        fleet = with_results(self.command, rollout.review, done.results)
        is_divided = len(rollout.waves) > 1 or bool(done.stopped)
        waves = rollout.waves if is_divided else self.call.waves_of_shard
        return self._report(replace(fleet, waves=waves, stopped=done.stopped))

    def _apply(self, rollout: Rollout, interruption: Interruption) -> RolledOut:
        from schemactl.fleet.rollout import BetweenWaves, roll_out

        progress = self.call.progress
        progress.restart(len(rollout.review.waiting))
        # A second signal ends the wait for the calls in progress.
        run = self.engine.without_grace()

        def ask(wave: Wave, number: int) -> bool:
            progress.close()
            interruption.disarm()
            question = (
                f"\nWave {wave.number - 1} is done. Next is wave {wave.number} of "
                f"{len(rollout.waves)} ({wave.name}): {counted(number, 'account')}.\n"
                "Type the number of accounts to continue:"
            )
            agrees = self._is_number(question, number)
            interruption.arm()
            return agrees

        between = BetweenWaves(
            ask=ask if self.settings.terminal.input.isatty() else None,
            now=self.call.targets[0].host.now,
            one_wave=self.one_wave,
        )
        try:
            return roll_out(run, rollout, between)
        finally:
            progress.close()

    def _show(self, review: FleetReview) -> None:
        """Write the plans to where the result goes, and to where the question will be.

        Raises:
            OutputError: They destroy something, and nobody can see them.
        """
        from functools import partial

        from schemactl.report.text.fleet_review import review_text

        terminal = self.settings.terminal
        show = partial(review_text, review.results, verbose=self.settings.verbose)
        is_result, is_shown = self.output.form == "text", False
        if is_result:
            is_shown = terminal.write_lines(show(width=terminal.width))
        will_ask = not self.yes and terminal.input.isatty()
        if not is_result or (will_ask and not terminal.out.isatty()):
            is_shown |= terminal.say_lines(show(width=terminal.error_width))
        destroys = any(plan.hazards or plan.ends_protection for plan in review.plans)
        if destroys and not is_shown:
            stream = "output" if is_result else "error"
            msg = f"the plans destroy and could not be shown: standard {stream} is closed"
            hint = "keep it open, or send it to a file or to /dev/null; nothing was changed"
            raise OutputError(msg, hint=hint)

    def _agrees(self, rollout: Rollout) -> bool:
        """Ask for the number of accounts that will be changed.

        Raises:
            RefusedError: There is nobody to ask.
        """
        if self.yes:
            return True
        if not self.settings.terminal.input.isatty():
            self._report_plans(rollout.review)
            msg = "there is no terminal to ask on; nothing was changed"
            raise RefusedError(msg, hint="read the plans, then add --yes to apply them")
        try:
            return self._is_number(_question(rollout), len(rollout.review.waiting))
        except KeyboardInterrupt:
            self.settings.terminal.note("\nNothing was changed.")
            raise

    def _is_number(self, question: str, number: int) -> bool:
        """Ask for a number of accounts; whether the answer is this one."""
        terminal = self.settings.terminal
        answer = terminal.ask(question)
        if answer and answer != str(number):
            terminal.note(f"You typed {quoted_short(answer)}, not {number}.")
        return answer == str(number)

    def _report_plans(self, review: FleetReview) -> None:
        """Write the plans in place of a result; as text, they were shown before."""
        from schemactl.fleet.applying import with_nothing_applied
        from schemactl.report.formats import write_fleet

        fleet = replace(
            with_nothing_applied(self.command, review, ExitCode.REFUSED),
            waves=self.call.waves_of_shard,
            whole=self.call.whole,
        )
        if self.output.form != "text":
            self._report(fleet)
            return
        look = render_options(self.settings)
        self.output.write_files(look, lambda form, given: write_fleet(fleet, form, given))

    def _report(self, fleet: FleetResult) -> ExitCode:
        """Write the results.

        Raises:
            UnreportedError: That fails, and calls were made.
        """
        from schemactl.model.fleet import AppliedPlan

        try:
            return report_fleet(fleet, self.settings, self.output, whole=self.call.whole)
        except OutputError as error:
            runs = [
                one.outcome for one in fleet.results if isinstance(one.outcome, AppliedPlan)
            ]
            if not any(applied.run.id for applied in runs):
                raise
            msg = f"calls were made, but not all of their report could be written: {error}"
            raise UnreportedError(
                msg, hint="to see what they did: schemactl journal"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetOptions:
    """How an apply to many accounts is run.

    Attributes:
        each: How each account is applied, without its plan and permissions.
        allow: The permissions with their accounts, as the command line has them.
        prune: Whether orphans are removed.
        engine: What works through the accounts, and how many at a time.
        yes: Whether --yes was given.
        one_wave: Whether to apply only one wave.
    """

    each: ApplyOptions
    allow: tuple[str, ...] = ()
    prune: bool = False
    engine: EngineOptions
    yes: bool
    one_wave: bool = False


def apply_many(settings: Settings, output: Output, options: FleetOptions) -> ExitCode:
    """Plan each chosen account, and apply the plans that somebody agreed to.

    Raises:
        UsageError: A permission names no accounts.
    """
    from schemactl.fleet.applying import AccountTask, review_fleet
    from schemactl.model.fleet import FleetCommand

    call = _opened(settings, output, options)
    _check_waves(call, options)
    permissions = permissions_for_fleet(options.allow, call, settings, must_name=True)
    tasks = []
    for target in call.targets:
        given = permissions.get(target.account.name, frozenset())
        own = replace(options.each, permissions=given)
        tasks.append(AccountTask(target=target, options=own))
    with _apply_of(settings, output, options, call, FleetCommand.APPLY) as apply:
        return apply.execute(review_fleet(apply.engine, tasks))


def undo_many(
    settings: Settings, output: Output, options: FleetOptions, *, overwrites: bool
) -> ExitCode:
    """Undo what the last roll-out to the chosen accounts did in each of them.

    Raises:
        UsageError: None is recorded, or a permission names no accounts.
    """
    from schemactl.fleet.applying import review_fleet
    from schemactl.fleet.undoing import undo_tasks
    from schemactl.model.fleet import FleetCommand
    from schemactl.project.settings import listed

    call = _opened(settings, output, options)
    if not call.targets:
        return ExitCode.OK
    permissions = permissions_for_fleet(options.allow, call, settings, must_name=True)
    found = undo_tasks(call.targets, options.each, permissions, overwrites=overwrites)
    if found.untouched:
        names = listed(found.untouched)
        settings.terminal.note(f"Nothing of that apply is left to undo in: {names}.")
    own = {task.name for task in found.tasks}
    targets = tuple(one for one in call.targets if one.account.name in own)
    # Which accounts it is about is found out in each: there is no whole run.
    call = replace(call, targets=targets, whole=None)
    call.progress.expect(len(targets))
    with _apply_of(settings, output, options, call, FleetCommand.UNDO) as apply:
        return apply.execute(review_fleet(apply.engine, found.tasks))


def apply_saved(
    settings: Settings, output: Output, options: FleetOptions, folder: Path
) -> ExitCode:
    """Apply the saved plans of a folder, of all its accounts or the chosen ones.

    Raises:
        PlanFileError: A plan is missing, added, exchanged or changed.
        UsageError: A chosen account has no plan.
    """
    from schemactl.fleet.applying import review_saved
    from schemactl.model.fleet import FleetCommand
    from schemactl.store.fleet_plan import load_fleet_plan

    saved = load_fleet_plan(folder)
    names = tuple(one.account for one in saved.plans)
    chosen = _with_accounts(settings, names)
    call = _opened(chosen, output, options)
    _check_waves(call, options)
    missing = [one.account.name for one in call.targets if one.account.name not in names]
    if missing:
        msg = f"{folder} has no plan for the account {missing[0]}"
        raise UsageError(msg, hint="choose accounts of the saved plans, or plan again")
    with _apply_of(chosen, output, options, call, FleetCommand.APPLY) as apply:
        return apply.execute(review_saved(apply.engine, call.targets, saved, options.each))


def _opened(settings: Settings, output: Output, options: FleetOptions) -> FleetCall:
    """Return the chosen accounts.

    Raises:
        UsageError: Engine and scheduler do not fit together, or an option names a file of this
            machine that workers would need.
    """
    identity, jobs = options.each.identity, options.engine["jobs"]
    if scheduler_of(options.engine) is not None and identity is not None:
        from schemactl.store.vault.encryption import IDENTITY_VARIABLE

        msg = "--identity names a private key on this machine, and no key is sent to a cluster"
        hint = f"omit it, and set {IDENTITY_VARIABLE} for the workers, to a file that they have"
        raise UsageError(msg, hint=hint)
    counts = options.each.counts
    return open_fleet(settings, output, jobs=jobs, prune=options.prune, counts=counts)


@contextmanager
def _apply_of(
    settings: Settings,
    output: Output,
    options: FleetOptions,
    call: FleetCall,
    command: FleetCommand,
) -> Iterator[FleetApply]:
    """Yield the apply to accounts, while what works through them is open."""
    prune, counts = options.prune, options.each.counts
    with engine_of(call, options.engine, prune=prune, counts=counts, writes=True) as engine:
        yield FleetApply(
            settings=settings,
            output=output,
            call=call,
            engine=engine,
            command=command,
            yes=options.yes,
            one_wave=options.one_wave,
        )


def _check_waves(call: FleetCall, options: FleetOptions) -> None:
    if options.one_wave and call.project.rollout is None:
        msg = "--one-wave applies a wave, and schemactl.yaml has no rollout: with waves"
        raise UsageError(msg, hint="omit it, or write rollout: into schemactl.yaml")


def _with_accounts(settings: Settings, names: tuple[str, ...]) -> Settings:
    """Return the settings with the accounts of saved plans, unless some are chosen.

    Raises:
        RefusedError: The project does not have one of them.
    """
    from schemactl.cli.target import refuse_foreign
    from schemactl.project import load_project

    known = {account.name for account in load_project(settings.folder).accounts}
    for name in names:
        if name not in known:
            refuse_foreign(name)
    choice = settings.choice
    if choice.words or choice.everything:
        return settings
    return replace(settings, choice=replace(choice, words=names))


def _question(rollout: Rollout) -> str:
    """Return the question before the first call; it repeats that data is destroyed."""
    from schemactl.fleet.rollout import waves_in_words
    from schemactl.report.text.fleet_review import review_totals

    review = rollout.review
    calls = sum(one.calls for one in review.waiting)
    what = review_totals(review.plans, calls=calls)
    waves = waves_in_words(rollout)
    where = f"{counted(len(review.waiting), 'account')} {waves}".rstrip()
    return f"\nApply to {where}: {what}.\nType the number of accounts to continue:"
