"""Apply to many accounts: plan each, have all plans reviewed at once, then apply each.

Each plan is applied as a saved one is: verified again, under the lock of its account, so that
what changed since the review stops that account and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.apply.circumstances import run_without_calls
from schemactl.apply.review import Applied
from schemactl.apply.saved_plan import held_to_itself
from schemactl.errors import ExitCode, MissingPermissionError, RefusedError
from schemactl.fleet.brake import Brake
from schemactl.fleet.runner import INTERRUPTED, FleetRun
from schemactl.fleet.twins import find_twins, refuse_twin
from schemactl.model.fleet import (
    CUT_OFF,
    AccountFailure,
    AccountResult,
    AppliedPlan,
    FleetCommand,
    FleetResult,
    Outcome,
)
from schemactl.model.plan import Plan
from schemactl.model.recorded import FoundRun
from schemactl.pipeline import apply_account
from schemactl.planner import PlanResult
from schemactl.store.fleet_plan import FleetPlan, has_work
from schemactl.values import dataclass, replace

_NOT_STARTED: Final = AccountFailure(
    message="not started, because the apply was interrupted", hint="run the command again"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTask:
    """What to apply to one account.

    Attributes:
        target: The account.
        options: How to apply it.
        prepare: Makes the plan, before it is reviewed; None where `options` say all.
    """

    target: Target
    options: ApplyOptions
    prepare: Callable[[AccountTask], AccountTask] | None = None

    @property
    def name(self) -> str:
        """The name of the account."""
        return self.target.account.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedTask:
    """A task with the plan that somebody has to agree to.

    Attributes:
        task: The task; its options have the plan.
        plan: The plan as it is shown.
        calls: The number of calls that are left to make.
    """

    task: AccountTask
    plan: Plan
    calls: int

    def not_started(self, code: ExitCode) -> AccountResult:
        """Return the result of an account that is left as it is, with its plan."""
        return _result(self.task.target, self.plan, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetReview:
    """The plans of all accounts before anything is changed.

    Attributes:
        results: One for each account: its plan, or why there is none, or that nothing is to do.
        waiting: The tasks that need an agreement, in the same order.
    """

    results: tuple[AccountResult, ...]
    waiting: tuple[ReviewedTask, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that somebody has to agree to."""
        return tuple(one.plan for one in self.waiting)


def review_fleet(run: FleetRun, tasks: Sequence[AccountTask]) -> FleetReview:
    """Plan each account, or verify its saved plan. Changes no account.

    Where nothing is to be called, the apply is complete at once, as it is for one account.
    """
    by_name = {task.name: task for task in tasks}
    waiting: dict[str, ReviewedTask] = {}
    twins = find_twins(task.target for task in tasks)

    def act(target: Target) -> AccountResult:
        task, reviewer = by_name[target.account.name], _Recorder()
        refuse_twin(task.name, twins)
        task = task if task.prepare is None else task.prepare(task)
        try:
            applied = apply_account(target, options=task.options, reviewer=reviewer)
        except MissingPermissionError as error:
            raise _with_scope(error, task) from error
        result = _applied(target, applied)
        if applied.run is not None:
            return result
        plan = applied.planned.plan
        waiting[task.name] = ReviewedTask(
            task=_with_plan(task, plan), plan=plan, calls=reviewer.calls
        )
        return replace(result, reminder=reviewer.reminder)

    results = tuple(run.each([task.target for task in tasks], act))
    found = tuple(waiting[one.account] for one in results if isinstance(one.outcome, Plan))
    return FleetReview(results=results, waiting=found)


def apply_reviewed(
    run: FleetRun, tasks: Sequence[ReviewedTask], *, brake: Brake
) -> tuple[AccountResult, ...]:
    """Apply each plan that was agreed to.

    Args:
        run: How to work through them; its `halt` finishes the calls in progress.
        tasks: The plans.
        brake: Counts failures, and keeps other accounts from being started.
    """
    by_name = {one.task.name: one for one in tasks}
    started: set[str] = set()

    def act(target: Target) -> AccountResult:
        one, result = by_name[target.account.name], None
        if brake.reason:
            return one.not_started(ExitCode.STOPPED)
        started.add(target.account.name)
        try:
            applied = apply_account(target, options=one.task.options, reviewer=_Agreed())
            result = _applied(target, applied)
        finally:
            if result is None or result.exit_code is ExitCode.STOPPED:
                brake.count()
        return result

    results = run.each([one.task.target for one in tasks], act)
    return tuple(_settled(result, started) for result in results)


def with_results(
    command: FleetCommand, review: FleetReview, applied: Sequence[AccountResult]
) -> FleetResult:
    """Return the results of all accounts, those of the apply in place of the plans."""
    by_name = {result.account: result for result in applied}
    results = tuple(by_name.get(one.account, one) for one in review.results)
    return FleetResult(command=command, results=results)


def review_saved(
    run: FleetRun, targets: Sequence[Target], saved: FleetPlan, options: ApplyOptions
) -> FleetReview:
    """Verify the saved plans of some accounts; those with nothing to apply are not contacted.

    Args:
        run: How to work through them.
        targets: The accounts, each with a plan or the reason why there is none.
        saved: The plans, read and held to their list.
        options: How to apply each of them.

    Raises:
        PlanFileError: A plan contradicts itself.
    """
    by_name = {one.account: one for one in saved.plans}
    tasks: list[AccountTask] = []
    settled: dict[str, AccountResult] = {}
    for target in targets:
        one = by_name[target.account.name]
        if isinstance(one.plan, AccountFailure):
            settled[one.account] = _result(target, one.plan, ExitCode.FAILED)
            continue
        plan = held_to_itself(one.plan)
        if has_work(plan):
            own = replace(options, plan=plan, plan_file=one.path)
            tasks.append(AccountTask(target=target, options=own))
        else:
            outcome = AppliedPlan(plan=plan, run=run_without_calls(plan))
            settled[one.account] = _result(target, outcome, ExitCode.OK)
    review = review_fleet(run, tasks)
    found = settled | {result.account: result for result in review.results}
    ordered = tuple(found[target.account.name] for target in targets)
    return FleetReview(results=ordered, waiting=review.waiting)


class _Recorder:
    """A reviewer that agrees to nothing, and keeps what there is to agree to."""

    def __init__(self) -> None:
        self.calls = 0
        self.reminder = ""

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        """Keep that an earlier run is finished by this one."""
        del planned
        if found is not None:
            self.reminder = f"The apply {found.run.id} did not finish: this apply finishes it."

    def agrees(self, planned: PlanResult, *, calls: int) -> bool:
        """Refuse, and keep the number of calls."""
        del planned
        self.calls = calls
        return False


class _Agreed:
    """A reviewer who has seen the plan, and agrees."""

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        """Show nothing: the plan was shown with those of all accounts."""

    def agrees(self, planned: PlanResult, *, calls: int) -> bool:
        """Agree."""
        del planned, calls
        return True


def _with_plan(task: AccountTask, plan: Plan) -> AccountTask:
    """Return the task with the plan that was reviewed; a saved one stays as it was read."""
    options = task.options
    return (
        task if options.plan is not None else replace(task, options=replace(options, plan=plan))
    )


def _with_scope(error: MissingPermissionError, task: AccountTask) -> RefusedError:
    """Return the refusal with the permissions written for this account of several."""
    if task.options.plan is not None and task.prepare is None:
        return RefusedError(str(error), hint="plan again with the permissions, and review it")
    words = " ".join(f"--allow {each}={task.name}" for each in error.permissions)
    pruned = "--prune " if error.prune else ""
    return RefusedError(str(error), hint=f"to permit all of it: {pruned}{words}")


def _applied(target: Target, applied: Applied) -> AccountResult:
    """Return what came of an apply; its plan where the reviewer did not agree."""
    plan, run = applied.planned.plan, applied.run
    if run is None:
        result = _result(target, plan, ExitCode.OK)
    else:
        result = _result(target, AppliedPlan(plan=plan, run=run), run.exit_code)
    return replace(result, warnings=applied.planned.warnings, reminder=_reminder(applied))


def _reminder(applied: Applied) -> str:
    if applied.applied_by:
        return f"The run {applied.applied_by} already applied this plan."
    if applied.base_problem:
        return (
            "The base was not written, so drift cannot report which side changed: "
            f"{applied.base_problem}"
        )
    return ""


def _settled(result: AccountResult, started: set[str]) -> AccountResult:
    """Return the result; one that the run gave up says whether its account was started."""
    if result.outcome is not INTERRUPTED:
        return result
    outcome = CUT_OFF if result.account in started else _NOT_STARTED
    return replace(result, outcome=outcome)


def _result(target: Target, outcome: Outcome, code: ExitCode) -> AccountResult:
    account = target.account
    return AccountResult(
        account=account.name, labels=account.labels, outcome=outcome, exit_code=code
    )
