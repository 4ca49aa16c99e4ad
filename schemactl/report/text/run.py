"""The result of an apply as text: what is done, why it stopped, how to continue.

Only what a read of the account has confirmed counts as done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Final

from schemactl.model.plan import Plan
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.report.changes import Detail, Sign, change_in_words, object_of, sign_of, style_of
from schemactl.report.cleanup import cleaned_words
from schemactl.report.plan_index import PlanIndex
from schemactl.report.protection import heading_of_ended
from schemactl.report.run_summary import run_totals
from schemactl.report.style import Style
from schemactl.report.text.layout import Row, fit_columns, lay_out, note
from schemactl.report.text.lines import Line, Span, line, paragraphs
from schemactl.report.text.plan import ending_lines
from schemactl.text import named, visible
from schemactl.values import replace

MAX_CHANGES_SHOWN: Final = 50
"""Changes of one verdict that are shown without --verbose."""
_INDENT: Final = 4
_AGAIN: Final = "likewise"
_HEADINGS: Final = MappingProxyType(
    {
        VerdictStatus.APPLIED: ("Done", "proved by reading the account back", Style.GOOD),
        VerdictStatus.ALTERED: ("Altered", "the server made something else of it", Style.ERROR),
        VerdictStatus.OVERTAKEN: ("Overtaken", "somebody else changed it", Style.ERROR),
        VerdictStatus.IGNORED: ("Ignored", "the account does not show it", Style.ERROR),
        VerdictStatus.UNKNOWN: ("Unknown", "it may have been done or not", Style.ERROR),
        VerdictStatus.REFUSED: ("Refused", "by the account", Style.ERROR),
        VerdictStatus.NOT_DONE: (
            "Not finished",
            "some calls of the change were not made",
            Style.WARNING,
        ),
        VerdictStatus.BY_HAND: ("By hand", "left for you to do", Style.MANUAL),
    }
)
_WAITING: Final = ("Waiting", "for what you do by hand; plan again after it", Style.MANUAL)
_MARKS: Final = MappingProxyType(
    {
        RunStatus.INCOMPLETE: "Incomplete",
        RunStatus.STOPPED: "Stopped",
        RunStatus.INTERRUPTED: "Interrupted",
    }
)


def run_text(plan: Plan, run: Run, *, width: int, verbose: bool = False) -> tuple[Line, ...]:
    """Return an apply as text, from what is done to what to do next.

    Args:
        plan: What was to be done; it was shown before, and is not shown again.
        run: The result.
        width: Cells of a line.
        verbose: Whether to list every change, however many there are.
    """
    cleaned = _cleaned(plan, run, width)
    if run.status is RunStatus.NOTHING_TO_DO:
        return paragraphs(cleaned, _no_calls(plan, width))
    index = PlanIndex(plan)
    groups = {
        status: _group(status, run.verdicts, index, width=width, verbose=verbose)
        for status in VerdictStatus
    }
    rest = tuple(status for status in _HEADINGS if status is not VerdictStatus.APPLIED)
    waiting = _waiting(run.verdicts, index, width=width, verbose=verbose)
    return paragraphs(
        cleaned,
        groups[VerdictStatus.APPLIED],
        _stop(run, width),
        *(groups[status] for status in rest),
        waiting,
        ending_lines(heading_of_ended(run.ended_protection), run.ended_protection, width),
        _next_step(plan, run, width),
        [line(Span(run_totals(plan, run), Style.BOLD))],
    )


def _cleaned(plan: Plan, run: Run, width: int) -> list[Line]:
    """Return what was cleaned up after interrupted runs."""
    done = [one for one in plan.first if one.run in run.cleaned]
    return [
        each
        for one in done
        for each in note(
            "Cleaned up: ", cleaned_words(one), indent=0, width=width, style=Style.GOOD
        )
    ]


def _no_calls(plan: Plan, width: int) -> tuple[Line, ...]:
    """Return the result of a plan without calls; nothing for an empty plan, which said so."""
    if plan.is_empty:
        return ()
    text = "No call was made: what is left is listed above, and is for you to do."
    return tuple(note("", text, indent=0, width=width, style=Style.MANUAL))


def _group(
    status: VerdictStatus,
    verdicts: Iterable[Verdict],
    index: PlanIndex,
    *,
    width: int,
    verbose: bool,
) -> list[Line]:
    found = [
        verdict
        for verdict in verdicts
        if verdict.status is status and not _waits(verdict, index)
    ]
    return _listed(found, _HEADINGS[status], index, width=width, verbose=verbose)


def _waiting(
    verdicts: Iterable[Verdict], index: PlanIndex, *, width: int, verbose: bool
) -> list[Line]:
    """Return what calls make once a step by hand is done."""
    found = [verdict for verdict in verdicts if _waits(verdict, index)]
    return _listed(found, _WAITING, index, width=width, verbose=verbose)


def _waits(verdict: Verdict, index: PlanIndex) -> bool:
    change = index.changes.get(verdict.change)
    is_by_hand = verdict.status is VerdictStatus.BY_HAND
    return is_by_hand and change is not None and index.waits(change)


def _listed(
    found: Sequence[Verdict],
    words: tuple[str, str, Style],
    index: PlanIndex,
    *,
    width: int,
    verbose: bool,
) -> list[Line]:
    if not found:
        return []
    heading, meaning, style = words
    shown = found if verbose else found[:MAX_CHANGES_SHOWN]
    # Many changes may share one call, and so one long reason.
    rows = [
        _row(replace(verdict, detail=_AGAIN) if is_again else verdict, index)
        for verdict, is_again in zip(shown, _repeats(shown), strict=True)
    ]
    columns = fit_columns(rows, width=width, full=True)
    lines = [line(Span(heading, style), f": {meaning}")]
    lines.extend(text for row in rows for text in lay_out(row, columns))
    if len(found) > len(shown):
        missing = f"… and {len(found) - len(shown):,} more: --verbose lists them"
        lines.append(line(" " * _INDENT, missing))
    return lines


def _repeats(verdicts: Sequence[Verdict]) -> Iterator[bool]:
    """Yield whether a detail repeats the one before and is worth shortening."""
    before = ""
    for verdict in verdicts:
        yield verdict.detail == before and len(verdict.detail) > len(_AGAIN)
        before = verdict.detail


def _row(verdict: Verdict, index: PlanIndex) -> Row:
    change = index.changes.get(verdict.change)
    sign = Sign.CHANGE if change is None else sign_of(change, index)
    detail = visible(verdict.detail)
    if change is not None and verdict.status is VerdictStatus.BY_HAND:
        detail = change_in_words(change, index)
    return Row(
        indent=_INDENT,
        sign=sign,
        style=style_of(sign),
        name=visible(verdict.change) if change is None else object_of(change),
        details=(Detail(words=(detail,)),) if detail else (),
    )


def _stop(run: Run, width: int) -> list[Line]:
    mark = _MARKS.get(run.status)
    if mark is None:
        return []
    return note(f"{mark}: ", run.reason, indent=0, width=width, style=Style.ERROR)


def _next_step(plan: Plan, run: Run, width: int) -> list[Line]:
    if run.status is RunStatus.COMPLETED:
        return []
    command = f"`schemactl plan -a {named(plan.account)}`,"
    text = "then apply again: finished changes are not repeated. Nothing is rolled back."
    words = ["To", "go", "on:", "look", "at", command, *text.split(" ")]
    if run.id:
        journal = f"`schemactl journal {run.id}`"
        words += [journal, "shows", "this", "run", "call", "by", "call."]
    return note("", words, indent=0, width=width, style=Style.PLAIN)
