"""Make the notices that journals of earlier applies add to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemactl.model.change import Change
from schemactl.model.change_title import title_of_change
from schemactl.model.cleanup import PendingCleanup, PendingProbe
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.plan import Plan
from schemactl.model.run import VerdictStatus
from schemactl.store.journal.history import History
from schemactl.text import capitalised
from schemactl.values import replace


def with_history(plan: Plan, history: History) -> Plan:
    """Return the plan with what earlier runs left to do, and notices of what they met."""
    notices = (*left_behind_notices(history), *ignored_notices(history, plan.changes))
    pending = history.pending
    return replace(
        plan,
        notices=(*plan.notices, *notices),
        pending_cleanups=pending,
        pending_probes=tuple(PendingProbe(run=run) for run in history.unfinished_probes),
    )


def left_behind_notices(history: History) -> Iterator[Notice]:
    """Yield a notice for each contact that keeps tags because no apply may take them off."""
    for one in history.left_behind:
        place = f" of {one.elsewhere}" if one.elsewhere else ""
        rest = f"No apply takes them off, because {one.why}. {capitalised(one.remedy)}"
        yield _notice(one.cleanup, rest, place=place)


def not_reviewed_notices(
    pending: Iterable[PendingCleanup], *, made: Iterable[PendingCleanup]
) -> Iterator[Notice]:
    """Yield a notice for each cleanup that a saved plan does not show, and so does not make."""
    reviewed = frozenset(made)
    for cleanup in pending:
        if cleanup not in reviewed:
            yield _notice(
                cleanup,
                "The reviewed plan does not show that, so it is not done now: plan again "
                "after it",
            )


def ignored_notices(history: History, changes: Iterable[Change]) -> Iterator[Notice]:
    """Yield a notice for each planned change that the account ignored in the last apply.

    The call would be the same again, and so, most likely, would be its effect.
    """
    last = history.runs[-1] if history.runs else None
    if last is None or last.end is None:
        return
    ignored = {
        verdict.change
        for verdict in last.end.verdicts
        if verdict.status is VerdictStatus.IGNORED
    }
    for change in changes:
        if change.id in ignored:
            yield Notice(
                code=NoticeCode.IGNORED_LAST_TIME,
                about=title_of_change(change.id),
                message=f"in the apply {last.id} the account reported success and did not "
                "change; if that happens again, make the change in the web interface",
                location=change.location,
            )


def _notice(cleanup: PendingCleanup, rest: str, *, place: str = "") -> Notice:
    tags = ", ".join(f'"{tag}"' for tag in cleanup.tags)
    return Notice(
        code=NoticeCode.TAGS_LEFT_ON_CONTACT,
        about=f"contact {cleanup.contact}{place}",
        message=f"the apply {cleanup.run} put {tags} on it and may not have taken them off. "
        f"{rest}",
    )
