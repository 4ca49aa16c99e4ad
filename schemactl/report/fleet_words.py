"""Results of many accounts in words, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schemactl.model.drift import Drift
from schemactl.model.fleet import AccountFailure, AccountResult, FleetCommand, FleetResult
from schemactl.model.plan import Plan
from schemactl.report.plan_index import PlanIndex
from schemactl.report.plan_summary import losses_in_words
from schemactl.text import and_list, counted, visible


def outcome_words(result: AccountResult, *, strict: bool) -> str:
    """Return what came of one account in a line."""
    match result.outcome:
        case AccountFailure():
            return failure_words(result.outcome)
        case Drift():
            return _drift_words(result.outcome, strict=strict)
        case Plan():
            return _plan_words(result.outcome)


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


def fleet_totals(fleet: FleetResult) -> str:
    """Return the whole run in a sentence without its full stop."""
    number = len(fleet.results)
    failed = sum(result.failed for result in fleet.results)
    differ = sum(is_different(result, strict=fleet.strict) for result in fleet.results)
    calm = number - failed - differ
    what = _what_differs(fleet.command)
    words = f"{differ:,} with {what}, {calm:,} without, {failed:,} failed"
    shard = "" if fleet.whole is None else f" of shard {fleet.whole.shard}"
    return f"{counted(number, 'account')}{shard}: {words}"


def _what_differs(command: FleetCommand) -> str:
    match command:
        case FleetCommand.PLAN:
            return "changes"
        case FleetCommand.DRIFT:
            return "differences"


def _drift_words(drift: Drift, *, strict: bool) -> str:
    counting = [
        item for item in drift.items if item.counts or (strict and not item.is_acknowledged)
    ]
    other = len(drift.items) - len(counting)
    rest = f" ({other:,} more not counted)" if other else ""
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
            (summary.by_hand, "by hand"),
        )
        if number
    ]
    words = ", ".join(parts) or "something to put right first"
    if losses := losses_in_words(PlanIndex(plan)):
        words = f"{words}; {losses.partition(',')[0]}"
    needed = [one for one in plan.needed_permissions if one not in plan.permissions]
    return f"{words}; needs --allow {','.join(needed)}" if needed else words


def _numbers(words: Iterable[str]) -> str:
    return and_list([f"{number:,} {word}" for word, number in Counter(words).items()])
