"""Results of many accounts in words, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from schemactl.errors import ExitCode
from schemactl.model.count import Counted
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    CUT_OFF,
    LEFT_RUNNING,
    AccountFailure,
    AccountResult,
    AppliedPlan,
    Checked,
    FleetCommand,
    FleetResult,
    Outcome,
    WrittenFile,
)
from schemactl.model.plan import Plan
from schemactl.model.run import RunStatus
from schemactl.model.usage import Usage
from schemactl.report.plan_index import PlanIndex
from schemactl.report.plan_summary import losses_in_words
from schemactl.report.run_summary import verdicts_in_words
from schemactl.text import and_list, counted, visible

_NOT_STARTED: Final = frozenset({ExitCode.STOPPED, ExitCode.REFUSED, ExitCode.INTERRUPTED})


def outcome_words(result: AccountResult, *, strict: bool) -> str:
    """Return what came of one account in a line."""
    match result.outcome:
        case AccountFailure():
            return failure_words(result.outcome)
        case Drift():
            return _drift_words(result.outcome, strict=strict)
        case Plan():
            words = _plan_words(result.outcome)
            return f"not started: {words}" if result.exit_code in _NOT_STARTED else words
        case AppliedPlan():
            return _applied_words(result.outcome)
        case Checked():
            return _checked_words(result.outcome)
        case Usage():
            return _usage_words(result.outcome)
        case WrittenFile(file=file, remark=remark):
            return f"{file}; {remark}" if remark else file


def failure_words(failure: AccountFailure) -> str:
    """Return why an account has no result, in a line."""
    if failure.problems:
        return f"the files are not valid: {counted(len(failure.problems), 'problem')}"
    return visible(failure.message.partition("\n")[0])


def is_different(result: AccountResult, *, strict: bool) -> bool:
    """Whether an account has a result with something to do."""
    match result.outcome:
        case AccountFailure():
            return False
        case Drift():
            return result.outcome.differs(strict=strict)
        case Plan():
            return not result.outcome.leaves_nothing
        case AppliedPlan(run=run):
            return run.status is not RunStatus.NOTHING_TO_DO
        case Checked():
            return bool(result.outcome.problems)
        case Usage() | WrittenFile():
            return False


def fleet_totals(fleet: FleetResult) -> str:
    """Return the whole run in a sentence without its full stop."""
    number = len(fleet.results)
    failed = sum(result.failed for result in fleet.results)
    differ = sum(is_different(result, strict=fleet.strict) for result in fleet.results)
    calm = number - failed - differ
    words = _numbers_in_words(fleet, differ, calm)
    shard = "" if fleet.whole is None else f" of shard {fleet.whole.shard}"
    return f"{counted(number, 'account')}{shard}: {words}, {failed:,} failed"


def rollout_words(fleet: FleetResult) -> tuple[str, ...]:
    """Return how far a roll-out is, as sentences; nothing for one that came to its end."""
    if not fleet.stopped:
        return ()
    groups: dict[str, list[str]] = {"Done": [], "Half-done": [], "Failed": [], "Untouched": []}
    for result in fleet.results:
        groups[_progress(result)].append(result.account)
    numbers = (f"{name}: {_some_names(names)}." for name, names in groups.items() if names)
    return (
        f"The roll-out is not finished: {fleet.stopped}.",
        *numbers,
        "Run the same command to continue.",
    )


_MAX_NAMES: Final = 20


def _some_names(names: list[str]) -> str:
    rest = len(names) - _MAX_NAMES
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"{counted(len(names), 'account')} ({', '.join(names[:_MAX_NAMES])}{more})"


def _progress(result: AccountResult) -> str:
    """Return how far an account is in a roll-out."""
    outcome = result.outcome
    if outcome in (CUT_OFF, LEFT_RUNNING) or result.exit_code is ExitCode.BUG:
        return "Half-done"
    if isinstance(outcome, AccountFailure):
        if result.exit_code is ExitCode.STOPPED:
            # Its worker was lost, and may have made calls.
            return "Half-done"
        is_untouched = result.exit_code is ExitCode.INTERRUPTED
        return "Untouched" if is_untouched else "Failed"
    if isinstance(outcome, AppliedPlan):
        return "Done" if outcome.is_complete else "Half-done"
    return "Untouched"


def is_unfinished(outcome: Outcome) -> bool:
    """Whether an apply did not do all that it planned."""
    return isinstance(outcome, AppliedPlan) and not outcome.is_complete


def is_open(fleet: FleetResult) -> bool:
    """Whether an apply of one of the accounts did not do all that it planned."""
    return any(is_unfinished(result.outcome) for result in fleet.results)


def _numbers_in_words(fleet: FleetResult, differ: int, calm: int) -> str:
    match fleet.command:
        case FleetCommand.PLAN:
            return f"{differ:,} with changes, {calm:,} without"
        case FleetCommand.DRIFT | FleetCommand.COMPARE:
            return f"{differ:,} with differences, {calm:,} without"
        case FleetCommand.VALIDATE | FleetCommand.LINT:
            return f"{differ:,} with problems, {calm:,} without"
        case FleetCommand.USAGE:
            return f"{calm:,} counted"
        case FleetCommand.APPLY | FleetCommand.UNDO:
            return _applied_in_words(fleet, differ, calm)
        case FleetCommand.SNAPSHOT | FleetCommand.DOCS | FleetCommand.IMPORT:
            return f"{calm:,} written"


def _applied_in_words(fleet: FleetResult, differ: int, calm: int) -> str:
    """Return how many accounts were changed, or would have been."""
    waiting = sum(
        isinstance(one.outcome, Plan) and is_different(one, strict=False)
        for one in fleet.results
    )
    unfinished = sum(is_unfinished(one.outcome) for one in fleet.results)
    parts = [
        f"{differ - unfinished - waiting:,} changed",
        *([f"{unfinished:,} not finished"] if unfinished else []),
        *([f"{waiting:,} with changes not applied"] if waiting else []),
        *([f"{calm:,} with nothing to do"] if calm else []),
    ]
    return ", ".join(parts)


def _applied_words(applied: AppliedPlan) -> str:
    run = applied.run
    match run.status:
        case RunStatus.COMPLETED:
            return verdicts_in_words(applied.plan, run)
        case RunStatus.NOTHING_TO_DO:
            by_hand = applied.plan.summary.by_hand
            return f"no calls; {by_hand:,} by hand" if by_hand else "nothing to do"
        case RunStatus.INCOMPLETE | RunStatus.STOPPED | RunStatus.INTERRUPTED:
            words = verdicts_in_words(applied.plan, run)
            return f"{run.status}: {words}; {visible(run.reason)}"


def _checked_words(checked: Checked) -> str:
    errors = checked.errors
    warnings = len(checked.problems) - errors
    parts = [
        counted(number, what)
        for number, what in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    return ", ".join(parts) or "no problems"


def _usage_words(usage: Usage) -> str:
    known = [item for item in usage.items if isinstance(item.count, Counted)]
    unheld = sum(item.is_held_by_nobody for item in known)
    words = f"{unheld:,} of {counted(len(known), 'counted item')} held by nobody"
    missing = len(usage.items) - len(known)
    words = f"{words}; {missing:,} not counted" if missing else words
    return words if usage.is_complete else f"{words}; interrupted"


def _drift_words(drift: Drift, *, strict: bool) -> str:
    counting, other = [], []
    for item in drift.items:
        if item.counts or (strict and not item.is_acknowledged):
            counting.append(item)
        else:
            other.append("acknowledged" if item.is_acknowledged else str(item.status))
    rest = f" (not counted: {_numbers(other)})" if other else ""
    if not counting:
        return f"no differences{rest}"
    return f"{_numbers(str(item.status) for item in counting)}{rest}"


def _plan_words(plan: Plan) -> str:
    if plan.leaves_nothing:
        return "nothing to do"
    summary = plan.summary
    parts = [
        f"{number:,} {what}"
        for number, what in (
            (summary.add, "to add"),
            (summary.change, "to change"),
            (summary.remove, "to remove"),
            (summary.by_hand - plan.waiting, "by hand"),
            (plan.waiting, "waiting"),
        )
        if number
    ]
    words = ", ".join(parts) or "something to put right first"
    if losses := losses_in_words(PlanIndex(plan)):
        words = f"{words}; {losses.partition(', permanently')[0]}"
    needed = [one for one in plan.needed_permissions if one not in plan.permissions]
    return f"{words}; needs --allow {','.join(needed)}" if needed else words


def _numbers(words: Iterable[str]) -> str:
    return and_list([f"{number:,} {word}" for word, number in Counter(words).items()])
