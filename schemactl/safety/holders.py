"""Compare the counts of a reviewed plan with those of now: no more may be held."""

from __future__ import annotations

from schemactl.errors import RefusedError
from schemactl.model.count import (
    DESTROYED,
    Count,
    Counted,
    NotCounted,
    NotCountedReason,
    Question,
)
from schemactl.model.plan import Plan
from schemactl.safety.count_words import more_held_text
from schemactl.safety.questions import find_questions
from schemactl.values import replace


class MoreHeldError(RefusedError):
    """More records hold what a plan destroys than when it was reviewed; nothing was changed."""


def with_current_counts(plan: Plan, fresh: Plan) -> Plan:
    """Return a saved plan with what was counted now of all that was not counted then.

    A reviewed number stays: it is what was agreed to, and each call is held to it.

    Args:
        plan: The saved plan.
        fresh: The plan that files and account lead to now, with its counts.

    Raises:
        MoreHeldError: More is held than was reviewed, or it cannot be counted any more.
    """
    now = {one.key: one.count for one in fresh.counts}
    reviewed = {one.key: one.count for one in plan.counts}
    grown = [
        text
        for question in find_questions(plan)
        if (text := _growth(question, reviewed.get(question.key), now.get(question.key)))
    ]
    if grown:
        msg = "stale-plan: more is held than was reviewed; nothing was changed\n  "
        raise MoreHeldError(msg + "\n  ".join(grown), hint="plan again and review what is new")
    counts = tuple(
        replace(one, count=_current(one.count, now.get(one.key))) for one in plan.counts
    )
    return replace(plan, counts=counts or fresh.counts)


def _growth(question: Question, reviewed: Count | None, now: Count | None) -> str:
    """Return how much more is held than was reviewed; empty where no more is."""
    if question.key.subject not in DESTROYED or not isinstance(reviewed, Counted):
        return ""
    if now is None or _is_disabled(now):
        return ""
    held = now.held if isinstance(now, Counted) else None
    is_more = held is None or held > reviewed.held
    return more_held_text(question, reviewed, held) if is_more else ""


def _current(reviewed: Count, now: Count | None) -> Count:
    if now is None:
        return reviewed
    if isinstance(reviewed, Counted) and isinstance(now, Counted):
        # Whether it is counted again is for the account to say, not for the file.
        return replace(reviewed, by_reading=now.by_reading)
    return reviewed if isinstance(reviewed, Counted) and not _is_disabled(now) else now


def _is_disabled(count: Count) -> bool:
    return isinstance(count, NotCounted) and count.why is NotCountedReason.DISABLED
