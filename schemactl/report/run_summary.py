"""An apply in numbers: the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from schemactl.model.plan import ManualCode, Plan
from schemactl.model.run import Run, Verdict, VerdictStatus
from schemactl.report.orphans import nothing_words
from schemactl.text import counted

_COUNTED: Final = MappingProxyType(
    {
        VerdictStatus.APPLIED: "done",
        VerdictStatus.ALTERED: "altered",
        VerdictStatus.OVERTAKEN: "overtaken",
        VerdictStatus.IGNORED: "ignored",
        VerdictStatus.UNKNOWN: "unknown",
        VerdictStatus.REFUSED: "refused",
        VerdictStatus.NOT_DONE: "not done",
        VerdictStatus.BY_HAND: "by hand",
    }
)


def without_calls_words(plan: Plan) -> str:
    """Return the result of an apply that had no call to make."""
    if plan.leaves_nothing:
        return nothing_words(plan.notices, plan.orphans)
    return "No call was made: what is left is for you to do."


def count_verdicts(verdicts: Sequence[Verdict]) -> Mapping[VerdictStatus, int]:
    """Return how often each verdict occurs, 0 included."""
    counts = Counter(verdict.status for verdict in verdicts)
    return {status: counts[status] for status in VerdictStatus}


def run_totals(plan: Plan, run: Run) -> str:
    """Return how many changes have each verdict, and how many calls and requests were made."""
    calls = f"{run.calls_made:,} of {counted(run.calls_planned, 'call')} made"
    if run.cleaned:
        calls = f"{counted(len(run.cleaned), 'cleanup')}, {calls}"
    if run.calls_earlier:
        calls += f", {run.calls_earlier:,} by an earlier apply"
    if run.requests_made:
        calls += f", {counted(run.requests_made, 'request')} in all"
    if 0 < run.requests_planned < run.requests_made:
        calls += f" ({run.requests_made - run.requests_planned:,} more than planned)"
    return f"{verdicts_in_words(plan, run)} · {calls}"


def count_waiting(plan: Plan, run: Run) -> int:
    """Return how many changes still wait for what is left to do by hand."""
    blocked = {step.change for step in plan.manual_steps if step.code is ManualCode.BLOCKED}
    return sum(
        one.status is VerdictStatus.BY_HAND and one.change in blocked for one in run.verdicts
    )


def verdicts_in_words(plan: Plan, run: Run) -> str:
    """Return how many changes have each verdict; those that wait are not counted as by hand."""
    counts, waiting = dict(count_verdicts(run.verdicts)), count_waiting(plan, run)
    counts[VerdictStatus.BY_HAND] -= waiting
    parts = [
        f"{counts[status]:,} {word}"
        for status, word in _COUNTED.items()
        if counts[status] or status is VerdictStatus.APPLIED
    ]
    return ", ".join([*parts, *([f"{waiting:,} waiting"] if waiting else [])])
