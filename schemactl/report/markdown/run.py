"""The result of an apply as Markdown, for the summary of a job: why it stopped comes first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemactl.model.plan import Plan
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.report.changes import change_in_words, object_of
from schemactl.report.markdown.plan import ending_block
from schemactl.report.markdown.syntax import COMMENT_MAX, capped, code, document, prose, row
from schemactl.report.plan_index import PlanIndex
from schemactl.report.protection import heading_of_ended
from schemactl.report.run_summary import run_totals, without_calls_words

_MADE_MAX: Final = COMMENT_MAX // 4
_OPEN_MAX: Final = COMMENT_MAX // 2


def run_markdown(plan: Plan, run: Run) -> str:
    """Write an apply as Markdown that fits into a comment; what does not fit is counted."""
    index = PlanIndex(plan)
    is_open = {True: _OPEN_MAX, False: _MADE_MAX}
    tables = (
        _table(
            [one for one in run.verdicts if (one.status is not VerdictStatus.APPLIED) is open_],
            index,
            room=room,
        )
        for open_, room in is_open.items()
    )
    return document(
        [f"### schemactl apply to {code(plan.account)}"],
        list(_state(plan, run)),
        *tables,
        ending_block(
            heading_of_ended(run.ended_protection), run.ended_protection, room=_MADE_MAX
        ),
        [] if run.status is RunStatus.NOTHING_TO_DO else [f"**{run_totals(plan, run)}**"],
    )


def _state(plan: Plan, run: Run) -> Iterator[str]:
    match run.status:
        case RunStatus.COMPLETED:
            yield "Done: proved by reading the account back."
        case RunStatus.NOTHING_TO_DO:
            yield prose(without_calls_words(plan))
        case RunStatus.INCOMPLETE | RunStatus.STOPPED | RunStatus.INTERRUPTED:
            yield "> [!CAUTION]"
            yield f"> **{run.status}:** {prose(run.reason)}"
    if run.id:
        yield ""
        yield f"Call by call: {code(f'schemactl journal {run.id}')}"


def _table(verdicts: list[Verdict], index: PlanIndex, *, room: int) -> list[str]:
    if not verdicts:
        return []
    rows = [verdict_row(verdict, index) for verdict in verdicts]
    more = row("", "… and {} more", "")
    return [
        row("verdict", "what", "details"),
        row(*["---"] * 3),
        *capped(rows, room=room, more=more),
    ]


def verdict_row(verdict: Verdict, index: PlanIndex) -> str:
    """Return one change and what became of it as a row of a table."""
    change = index.changes.get(verdict.change)
    about = verdict.change if change is None else object_of(change)
    details = verdict.detail
    if change is not None and verdict.status is VerdictStatus.BY_HAND:
        details = change_in_words(change, index)
    return row(verdict.status, code(about), prose(details))
