"""Apply to many accounts: plan each, have all plans reviewed at once, then apply each.

Each plan is applied as a saved one is: verified again, under the lock of its account, so that
what changed since the review stops that account and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.apply.circumstances import run_without_calls
from schemactl.apply.saved_plan import held_to_itself
from schemactl.errors import ExitCode, RefusedError
from schemactl.fleet.apply_work import ApplyWork, ReviewWork
from schemactl.fleet.brake import Brake
from schemactl.fleet.work import HELD_BACK, INTERRUPTED, Engine, result_of
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    AccountFailure,
    AccountResult,
    AppliedPlan,
    Checked,
    FleetCommand,
    FleetResult,
    WrittenFile,
)
from schemactl.model.plan import Plan
from schemactl.model.twins import find_twins
from schemactl.model.usage import Usage
from schemactl.safety.twins import refuse_twin
from schemactl.store.fleet_plan import FleetPlan, has_work
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTask:
    """What to apply to one account.

    Attributes:
        target: The account.
        options: How to apply it.
        prepare: Returns the plan, before it is reviewed; None where `options` say all. It can
            be sent to another machine.
    """

    target: Target
    options: ApplyOptions
    prepare: Callable[[Target], Plan] | None = None

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
        return result_of(self.task.target, self.plan, code)


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


def review_fleet(run: Engine, tasks: Sequence[AccountTask]) -> FleetReview:
    """Plan each account, or verify its saved plan. Changes no account.

    Where nothing is to be called, the apply is complete at once, as it is for one account.
    """
    by_name = {task.name: task for task in tasks}
    work = ReviewWork(
        options={task.name: _patient(task.options, run) for task in tasks},
        prepare={task.name: task.prepare for task in tasks if task.prepare is not None},
        twins=find_twins((task.name, task.target.identity_at_hand) for task in tasks),
    )
    found = tuple(run.each([task.target for task in tasks], work))
    results: list[AccountResult] = []
    waiting: list[ReviewedTask] = []
    for result in _without_twins(found, by_name):
        results.append(replace(result, review=None))
        if result.review is not None and isinstance(result.outcome, Plan):
            task, review = by_name[result.account], result.review
            own = replace(task, options=replace(task.options, plan=review.plan))
            waiting.append(ReviewedTask(task=own, plan=result.outcome, calls=review.calls))
    return FleetReview(results=tuple(results), waiting=tuple(waiting))


def _patient(options: ApplyOptions, run: Engine) -> ApplyOptions:
    """Return the options with the time that an apply must wait for another one to end."""
    return replace(options, wait_s=max(options.wait_s, run.min_wait_s))


def _without_twins(
    results: Sequence[AccountResult], tasks: Mapping[str, AccountTask]
) -> Iterator[AccountResult]:
    """Yield the results; of accounts that their plans show to be one, none is applied.

    Where other machines plan, only these have the credentials that show it.
    """
    known = ((one.account, _identity(one, tasks[one.account].target)) for one in results)
    twins = find_twins((name, identity) for name, identity in known if identity is not None)
    for result in results:
        try:
            if result.review is not None:
                refuse_twin(result.account, twins)
            yield result
        except RefusedError as error:
            failure = AccountFailure(message=str(error), hint=error.hint)
            yield result_of(tasks[result.account].target, failure, error.exit_code)


def _identity(result: AccountResult, target: Target) -> AccountIdentity | None:
    match result.outcome:
        case Plan():
            return _identity_of(result.outcome, target)
        case AppliedPlan(plan=plan):
            return _identity_of(plan, target)
        case Drift() | Checked() | Usage() | WrittenFile() | AccountFailure():
            return None


def _identity_of(plan: Plan, target: Target) -> AccountIdentity:
    same = frozenset(target.account.app_ids)
    return AccountIdentity(address=plan.address, app_id=plan.app_id, same_app_ids=same)


def apply_reviewed(
    run: Engine, tasks: Sequence[ReviewedTask], *, brake: Brake
) -> tuple[AccountResult, ...]:
    """Apply each plan that was agreed to.

    Args:
        run: How to work through them; its `halt` finishes the calls in progress.
        tasks: The plans.
        brake: Counts failures, and keeps other accounts from being started.
    """
    work = ApplyWork(options={one.task.name: _patient(one.task.options, run) for one in tasks})
    results = run.each([one.task.target for one in tasks], work, brake=brake)
    return tuple(_settled(result, one, run) for result, one in zip(results, tasks, strict=True))


def _settled(result: AccountResult, one: ReviewedTask, run: Engine) -> AccountResult:
    """Return the result; of an account that was held back, its plan."""
    if result.outcome == HELD_BACK:
        return one.not_started(ExitCode.STOPPED)
    if result.outcome == INTERRUPTED:
        return replace(result, outcome=run.cut_off)
    return result


def with_results(
    command: FleetCommand, review: FleetReview, applied: Sequence[AccountResult]
) -> FleetResult:
    """Return the results of all accounts, those of the apply in place of the plans."""
    by_name = {result.account: result for result in applied}
    results = tuple(by_name.get(one.account, one) for one in review.results)
    return FleetResult(command=command, results=results)


def with_nothing_applied(
    command: FleetCommand, review: FleetReview, code: ExitCode
) -> FleetResult:
    """Return the results of all accounts, with the exit status of those that wait for an apply.

    Args:
        command: The command.
        review: What was reviewed.
        code: Why nothing was applied.
    """
    waiting = {one.task.name for one in review.waiting}
    results = (one for one in review.results if one.account in waiting)
    return with_results(command, review, [replace(one, exit_code=code) for one in results])


def review_saved(
    run: Engine, targets: Sequence[Target], saved: FleetPlan, options: ApplyOptions
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
            settled[one.account] = result_of(target, one.plan, ExitCode.FAILED)
            continue
        plan = held_to_itself(one.plan)
        if has_work(plan):
            tasks.append(AccountTask(target=target, options=replace(options, plan=plan)))
        else:
            outcome = AppliedPlan(plan=plan, run=run_without_calls(plan))
            settled[one.account] = result_of(target, outcome, ExitCode.OK)
    review = review_fleet(run, tasks)
    found = settled | {result.account: result for result in review.results}
    ordered = tuple(found[target.account.name] for target in targets)
    return FleetReview(results=ordered, waiting=review.waiting)
