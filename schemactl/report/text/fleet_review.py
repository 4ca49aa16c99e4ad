"""The plans of many accounts before they are applied: losses first, equal plans together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.model.fleet import AccountFailure, AccountResult
from schemactl.model.plan import Plan
from schemactl.report.fleet_words import failure_words
from schemactl.report.plan_index import LOSSES
from schemactl.report.style import Style
from schemactl.report.text.calls import calls_lines
from schemactl.report.text.layout import note
from schemactl.report.text.lines import Line, Span, line, paragraphs
from schemactl.report.text.plan import changes_text
from schemactl.report.text.wrapping import wrap_parts
from schemactl.text import counted

_MAX_NAMES: Final = 30
"""Accounts of a group that are named without --verbose."""


def review_text(
    results: Sequence[AccountResult], *, width: int, verbose: bool
) -> tuple[Line, ...]:
    """Return everything that an apply to many accounts would do.

    Args:
        results: For each account its plan, or why there is none.
        width: Cells of a line.
        verbose: Whether to list the calls, and the name of every account.
    """
    plans = [one for one in results if isinstance(one.outcome, Plan)]
    calm = [
        one.account for one in results if not isinstance(one.outcome, AccountFailure | Plan)
    ]
    groups = _equal_plans(plans, width=width, verbose=verbose)
    return paragraphs(
        _losses(plans, width, verbose=verbose),
        list(_failures(results, width)),
        *(
            paragraphs(_heading(names, width, verbose=verbose), body)
            for body, names in sorted(groups.items(), key=lambda one: -len(one[1]))
        ),
        list(_notes("No call is left to make in", calm, width, verbose=verbose)),
    )


def review_totals(plans: Sequence[Plan], *, calls: int) -> str:
    """Return what the plans of some accounts do together, in numbers."""
    numbers = (
        (sum(plan.summary.add for plan in plans), "to add"),
        (sum(plan.summary.change for plan in plans), "to change"),
        (sum(plan.summary.remove for plan in plans), "to remove"),
    )
    parts = [", ".join(f"{number:,} {word}" for number, word in numbers if number)]
    if calls:
        parts.append(counted(calls, "call"))
    if losses := sum(_destroyed(plan) for plan in plans):
        where = counted(sum(bool(_destroyed(plan)) for plan in plans), "account")
        verb = "DESTROYS" if losses == 1 else "DESTROY"
        parts.append(f"{counted(losses, 'change')} {verb} DATA in {where}")
    if ended := sum(len(plan.ends_protection) for plan in plans):
        parts.append(f"ends the protection of {counted(ended, 'field')}")
    return "; ".join(part for part in parts if part)


def _destroyed(plan: Plan) -> int:
    from schemactl.report.plan_index import PlanIndex

    return len(PlanIndex(plan).destroying)


def _equal_plans(
    plans: Sequence[AccountResult], *, width: int, verbose: bool
) -> dict[tuple[Line, ...], list[str]]:
    """Return the accounts of each plan: those are equal of which everything shown is equal."""
    groups: dict[tuple[Line, ...], list[str]] = {}
    for one in plans:
        if isinstance(one.outcome, Plan):
            plan = one.outcome
            body = paragraphs(
                changes_text(plan, width=width, verbose=verbose),
                calls_lines(plan.calls, width=width) if verbose else (),
                note("! ", one.reminder, indent=0, width=width, style=Style.WARNING)
                if one.reminder
                else (),
            )
            groups.setdefault(body, []).append(one.account)
    return groups


def _heading(names: Sequence[str], width: int, *, verbose: bool) -> list[Line]:
    texts = wrap_parts((counted(len(names), "account"), _listed(names, verbose=verbose)), width)
    return [line(Span(text, Style.BOLD)) for text in texts]


def _losses(plans: Sequence[AccountResult], width: int, *, verbose: bool) -> list[Line]:
    accounts: dict[str, list[str]] = {}
    for one in plans:
        if isinstance(one.outcome, Plan):
            for hazard in one.outcome.hazards:
                if hazard.code in LOSSES:
                    accounts.setdefault(hazard.message, []).append(one.account)
    if not accounts:
        return []
    lines = [line(Span("Destroyed permanently:", Style.REMOVE))]
    for message, names in accounts.items():
        text = f"{_listed(dict.fromkeys(names), verbose=verbose)}: {message}"
        lines.extend(note("! ", text, indent=2, width=width, style=Style.REMOVE))
    return lines


def _failures(results: Sequence[AccountResult], width: int) -> Iterator[Line]:
    failed = [one for one in results if isinstance(one.outcome, AccountFailure)]
    if failed:
        yield line(Span("Not applied:", Style.ERROR))
    for one in failed:
        if isinstance(one.outcome, AccountFailure):
            text = f"{one.account}: {failure_words(one.outcome)}"
            yield from note("! ", text, indent=2, width=width, style=Style.ERROR)
            for rest in (*_rest(one.outcome), one.outcome.hint or ""):
                if rest:
                    yield from note("", rest, indent=4, width=width, style=Style.DIM)


def _rest(failure: AccountFailure) -> Iterator[str]:
    if failure.problems:
        yield from map(str, failure.problems)
    else:
        yield from (row.strip() for row in failure.message.splitlines()[1:])


def _notes(words: str, names: Sequence[str], width: int, *, verbose: bool) -> Iterator[Line]:
    if names:
        number = counted(len(names), "account")
        text = f"{words} {number}: {_listed(names, verbose=verbose)}"
        yield from note("", text, indent=0, width=width, style=Style.DIM)


def _listed(names: Sequence[str] | dict[str, None], *, verbose: bool) -> str:
    every = list(names)
    shown = every if verbose else every[:_MAX_NAMES]
    rest = len(every) - len(shown)
    more = f" and {rest:,} more (-v names all)" if rest else ""
    return f"{', '.join(shown)}{more}"
