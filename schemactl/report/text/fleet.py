"""Results of many accounts as text: a line for each, and each report if all is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    AccountFailure,
    AccountResult,
    AppliedPlan,
    Checked,
    FleetResult,
    WrittenFile,
)
from schemactl.model.plan import Plan
from schemactl.model.usage import Usage
from schemactl.report.fleet_words import (
    fleet_totals,
    is_different,
    is_unfinished,
    outcome_words,
    rollout_words,
)
from schemactl.report.permit_command import PermitCommand
from schemactl.report.style import Style
from schemactl.report.text.drift import drift_text
from schemactl.report.text.layout import note
from schemactl.report.text.lines import BLANK, Line, Span, line, paragraphs
from schemactl.report.text.plan import plan_text
from schemactl.report.text.problems import problems_text
from schemactl.report.text.run import run_text
from schemactl.report.usage import UsageFormat, write_usage
from schemactl.text import visible

_MAX_NAME: Final = 30
"""A longer name moves the words of its own line only."""


def fleet_text(
    fleet: FleetResult, *, width: int, verbose: bool, permit: PermitCommand
) -> tuple[Line, ...]:
    """Return a line for each account in order, then the numbers of the run.

    Args:
        fleet: The results.
        width: Cells of a line.
        verbose: Whether the report of each account follows its line.
        permit: The command that applies a plan with permissions, without an account.
    """
    names = (len(result.account) for result in fleet.results)
    column = min(max(names, default=0), _MAX_NAME) + 2
    lines: list[Line] = []
    for result in fleet.results:
        lines.append(_line(result, column, strict=fleet.strict))
        lines.extend(_reasons(result, width))
        if verbose and not result.failed:
            report = _report(result, fleet, width=width, permit=permit)
            lines.extend((BLANK, *report, BLANK) if report else ())
    problems = {
        problem: None
        for result in fleet.results
        if isinstance(result.outcome, AccountFailure | Checked)
        for problem in result.outcome.problems
    }
    if lines and lines[-1] == BLANK:
        lines.pop()
    return paragraphs(
        lines,
        problems_text(problems, width=width, verbose=verbose),
        [
            row
            for words in rollout_words(fleet)
            for row in note("", words, indent=0, width=width, style=Style.WARNING)
        ],
        [line(Span(f"{fleet_totals(fleet)}.", Style.BOLD))],
    )


def _line(result: AccountResult, column: int, *, strict: bool) -> Line:
    words = outcome_words(result, strict=strict)
    style = Style.PLAIN if is_different(result, strict=strict) else Style.DIM
    if is_unfinished(result.outcome):
        style = Style.ERROR
    if result.failed:
        words, style = f"failed: {words}", Style.ERROR
    return line(f"{result.account:<{column}}", Span(words, style))


def _reasons(result: AccountResult, width: int) -> Iterator[Line]:
    """Yield what else is to know about an account."""
    failure = result.outcome
    if isinstance(failure, AccountFailure):
        rest = "" if failure.problems else failure.message.partition("\n")[2]
        for words in (*rest.splitlines(), failure.hint or ""):
            if words.strip():
                yield from note("", words.strip(), indent=2, width=width, style=Style.DIM)
    if result.reminder:
        yield from note("! ", result.reminder, indent=2, width=width, style=Style.WARNING)


def _report(
    result: AccountResult, fleet: FleetResult, *, width: int, permit: PermitCommand
) -> tuple[Line, ...]:
    match result.outcome:
        case AccountFailure() | Checked() | WrittenFile():  # All is in its line, and below.
            return ()
        case Usage():
            report = write_usage(result.outcome, UsageFormat.TEXT)
            return tuple(line(visible(row)) for row in report.splitlines())
        case AppliedPlan(plan=plan, run=run):
            return run_text(plan, run, width=width, verbose=True)
        case Drift():
            return drift_text(result.outcome, width=width, verbose=True, strict=fleet.strict)
        case Plan():
            own = permit.for_account(result.account)
            return plan_text(result.outcome, width=width, verbose=True, permit=own)
