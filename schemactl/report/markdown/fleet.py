"""Many accounts in one comment: losses first, then accounts with equal results together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

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
from schemactl.model.usage import Usage
from schemactl.report.drift_groups import shown_items
from schemactl.report.fleet_words import (
    failure_words,
    fleet_totals,
    is_different,
    outcome_words,
    rollout_words,
)
from schemactl.report.markdown.drift import item_row
from schemactl.report.markdown.fleet_losses import account_names, fleet_losses
from schemactl.report.markdown.plan import change_row
from schemactl.report.markdown.run import verdict_row
from schemactl.report.markdown.syntax import (
    COMMENT_MAX,
    capped,
    code,
    document,
    folded,
    prose,
    row,
)
from schemactl.report.plan_index import PlanIndex
from schemactl.text import counted

_LOSSES_MAX: Final = COMMENT_MAX * 3 // 4
_FRAME: Final = 400
"""Characters of titles and of lines that count what is missing."""
_FAILED_MAX: Final = COMMENT_MAX // 10
_CALM_MAX: Final = COMMENT_MAX // 10
_GROUPS_MAX: Final = COMMENT_MAX // 4


def fleet_markdown(fleet: FleetResult) -> str:
    """Write the results as Markdown that fits into a comment; what does not fit is counted."""
    title = f"### schemactl {fleet.command} of {counted(len(fleet.results), 'account')}"
    above = [[title], fleet_losses(fleet, room=_LOSSES_MAX), _failed(fleet)]
    below = [
        _calm(fleet),
        [f"> {prose(words)}" for words in rollout_words(fleet)],
        [f"**{fleet_totals(fleet)}**"],
    ]
    left = COMMENT_MAX - len(document(*above, *below)) - _FRAME
    return document(*above, *_groups(fleet, room=min(left, _GROUPS_MAX)), *below)


def _failed(fleet: FleetResult) -> list[str]:
    accounts: dict[str, list[str]] = {}
    for result in fleet.results:
        if isinstance(result.outcome, AccountFailure):
            accounts.setdefault(failure_words(result.outcome), []).append(result.account)
    if not accounts:
        return []
    items = [f"> - {account_names(names)}: {prose(words)}" for words, names in accounts.items()]
    more = "> - … and {} more"
    return ["> [!WARNING]", "> Failed:", ">", *capped(items, room=_FAILED_MAX, more=more)]


def _groups(fleet: FleetResult, *, room: int) -> Iterator[list[str]]:
    """Yield accounts with equal results as one heading and one table, most accounts first."""
    groups: dict[tuple[str, tuple[str, ...]], list[AccountResult]] = {}
    for result in fleet.results:
        if is_different(result, strict=fleet.strict):
            words = outcome_words(result, strict=fleet.strict)
            groups.setdefault((words, _rows(result, fleet)), []).append(result)
    missing = 0
    for (words, rows), results in sorted(groups.items(), key=lambda one: -len(one[1])):
        names = [result.account for result in results]
        heading = (
            f"**{counted(len(names), 'account')}: {prose(words)}** · {account_names(names)}"
        )
        more = row("", "… and {} more", "", "", "")
        table = [*_table_heading(fleet), *capped(rows, room=room - len(heading), more=more)]
        room -= len(heading) + sum(map(len, table))
        if room <= 0:
            missing += len(names)
            continue
        yield [heading, "", *table]
    if missing:
        others = counted(missing, "more account")
        yield [f"**… and {others}, which do not fit here: see the text or the HTML page**"]


def _table_heading(fleet: FleetResult) -> tuple[str, str]:
    match fleet.command:
        case FleetCommand.PLAN:
            return row("", "item", "change", "details", "file"), row(*["---"] * 5)
        case FleetCommand.DRIFT | FleetCommand.COMPARE:
            return row("status", "what", "details", "declared in"), row(*["---"] * 4)
        case FleetCommand.APPLY | FleetCommand.UNDO:
            return row("verdict", "what", "details"), row(*["---"] * 3)
        case (
            FleetCommand.VALIDATE
            | FleetCommand.LINT
            | FleetCommand.USAGE
            | FleetCommand.SNAPSHOT
            | FleetCommand.DOCS
            | FleetCommand.IMPORT
        ):
            return row("", "problem", "file"), row(*["---"] * 3)


def _rows(result: AccountResult, fleet: FleetResult) -> tuple[str, ...]:
    match result.outcome:
        case AccountFailure() | Usage() | WrittenFile():
            return ()
        case Plan():
            index = PlanIndex(result.outcome)
            return tuple(change_row(change, index) for change in result.outcome.changes)
        case AppliedPlan(plan=plan, run=run):
            index = PlanIndex(plan)
            return tuple(verdict_row(verdict, index) for verdict in run.verdicts)
        case Drift():
            drift = result.outcome
            items = shown_items(drift, strict=fleet.strict)
            return tuple(item_row(item, drift) for item in items)
        case Checked():
            return tuple(
                row(one.severity, prose(one.message), code(str(one.location)))
                for one in result.outcome.problems
            )


def _calm(fleet: FleetResult) -> list[str]:
    names = [
        result.account
        for result in fleet.results
        if not result.failed and not is_different(result, strict=fleet.strict)
    ]
    if not names:
        return []
    summary = f"{counted(len(names), 'account')} with nothing to report"
    return folded(summary, [f"- {code(name)}" for name in names], room=_CALM_MAX)
