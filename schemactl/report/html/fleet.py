"""The page of many accounts: what concerns several of them, then each on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from schemactl.errors import Severity
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
from schemactl.report.fleet_words import (
    failure_words,
    fleet_totals,
    is_different,
    is_open,
    outcome_words,
    rollout_words,
)
from schemactl.report.html.drift import DRIFT_LABELS, account_of_drift, compared_labels
from schemactl.report.html.page import (
    Block,
    Entry,
    Group,
    Link,
    Notes,
    Page,
    Row,
    State,
    Tone,
)
from schemactl.report.html.plan_account import account_groups
from schemactl.report.html.render import page_html
from schemactl.report.plan_index import LOSSES, PlanIndex
from schemactl.text import named
from schemactl.values import replace


def fleet_page(fleet: FleetResult) -> str:
    """Write the page of many accounts."""
    groups = {
        result.account: _group(result, fleet)
        for result in fleet.results
        if is_different(result, strict=fleet.strict)
    }
    targets = {name: f"g{number}" for number, name in enumerate(groups, start=1)}
    results = fleet.results
    failed = sum(result.failed for result in results)
    return page_html(
        Page(
            title=f"{fleet.command.capitalize()} of {len(results):,} accounts",
            about="Accounts are in the order of the project.",
            verdict=" ".join((f"{fleet_totals(fleet)}.", *rollout_words(fleet))),
            tone=Tone.DANGER
            if failed or is_open(fleet)
            else Tone.ATTENTION
            if groups
            else Tone.CALM,
            numbers=(
                ("accounts", len(results)),
                ("different", len(groups)),
                ("failed", failed),
            ),
            sides=_sides(fleet.command),
            labels=_labels(fleet.command),
            quiet=frozenset({State.SAME} if fleet.strict else {State.SAME, State.ALONE}),
            before=tuple(_before(fleet, targets)),
            account="Account by account",
            groups=tuple(groups.values()),
            after=tuple(_after(fleet)),
        )
    )


def _sides(command: FleetCommand) -> tuple[str, str]:
    match command:
        case FleetCommand.DRIFT:
            return ("account", "files")
        case FleetCommand.COMPARE:
            return ("account", "reference")
        case (
            FleetCommand.PLAN
            | FleetCommand.VALIDATE
            | FleetCommand.LINT
            | FleetCommand.USAGE
            | FleetCommand.SNAPSHOT
            | FleetCommand.DOCS
            | FleetCommand.IMPORT
            | FleetCommand.APPLY
            | FleetCommand.UNDO
        ):
            return ("now", "after")


def _labels(command: FleetCommand) -> Mapping[State, str]:
    match command:
        case FleetCommand.DRIFT:
            return DRIFT_LABELS
        case FleetCommand.COMPARE:
            return compared_labels("the account", "the reference")
        case (
            FleetCommand.PLAN
            | FleetCommand.VALIDATE
            | FleetCommand.LINT
            | FleetCommand.USAGE
            | FleetCommand.SNAPSHOT
            | FleetCommand.DOCS
            | FleetCommand.IMPORT
            | FleetCommand.APPLY
            | FleetCommand.UNDO
        ):
            return {State.FAILED: "not done"}


def _group(result: AccountResult, fleet: FleetResult) -> Group:
    labels = f" · {', '.join(result.labels)}" if result.labels else ""
    return Group(
        name=named(result.account),
        description=f"{outcome_words(result, strict=fleet.strict)}{labels}",
        rows=tuple(
            # Ids of several accounts would be equal.
            replace(
                row,
                name=f"{group.name} / {row.name}" if row is not group.own else row.name,
                anchor="",
                risks=tuple(Link(risk.text) for risk in row.risks),
            )
            for group in _sections(result, fleet)
            for row in group.all_rows
        ),
    )


def _sections(result: AccountResult, fleet: FleetResult) -> tuple[Group, ...]:
    match result.outcome:
        case AccountFailure() | Usage() | WrittenFile():
            return ()
        case AppliedPlan(plan=plan, run=run):
            verdicts = {verdict.change: verdict for verdict in run.verdicts}
            return account_groups(PlanIndex(plan), None, verdicts=verdicts)
        case Checked():
            return (_problems(result.outcome),)
        case Drift():
            return account_of_drift(result.outcome, None, strict=fleet.strict)
        case Plan():
            return account_groups(PlanIndex(result.outcome), None, verdicts={})


def _problems(checked: Checked) -> Group:
    """Return a group whose rows are the problems of the files."""
    rows = tuple(
        Row(
            name=named(one.code),
            state=State.FAILED if one.severity is Severity.ERROR else State.CHANGE,
            mark=one.severity,
            words=(one.message, *((one.hint,) if one.hint else ())),
            place=str(one.location),
        )
        for one in checked.problems
    )
    return Group(name="files", rows=rows)


def _before(fleet: FleetResult, targets: Mapping[str, str]) -> Iterator[Block]:
    failures = [
        (failure_words(result.outcome), result.account)
        for result in fleet.results
        if isinstance(result.outcome, AccountFailure)
    ]
    if failures:
        yield _block("Failed", _entries(failures, targets), Tone.DANGER)
    losses = list(_losses(fleet))
    if losses:
        yield _block("Destroyed permanently", _entries(losses, targets), Tone.DANGER)
    shared = [entry for entry in _entries(_findings(fleet), targets) if entry.size > 1]
    shared.sort(key=lambda entry: -entry.size)
    if shared:
        yield _block("The same in several accounts", shared, Tone.ATTENTION)


def _losses(fleet: FleetResult) -> Iterator[tuple[str, str]]:
    for result in fleet.results:
        if isinstance(result.outcome, Plan):
            for hazard in result.outcome.hazards:
                if hazard.code in LOSSES:
                    yield hazard.message, result.account


def _findings(fleet: FleetResult) -> Iterator[tuple[str, str]]:
    """Yield each finding of each account as a sentence."""
    for result in fleet.results:
        for group in _sections(result, fleet) if not result.failed else ():
            for row in group.all_rows:
                if row.state not in {State.SAME, State.ALONE, State.SILENT}:
                    yield _sentence(group, row), result.account


def _sentence(group: Group, row: Row) -> str:
    name = row.name if row is group.own else f"{group.name} / {row.name}"
    words = "; ".join(row.words)
    return f"{name} ({row.mark or row.state}): {words}" if words else f"{name} ({row.state})"


def _entries(pairs: Iterable[tuple[str, str]], targets: Mapping[str, str]) -> list[Entry]:
    """Return a sentence once, with all accounts that it is about."""
    accounts: dict[str, dict[str, None]] = {}
    for text, account in pairs:
        accounts.setdefault(text, {})[account] = None
    return [
        Entry(
            text=text if len(names) == 1 else f"{len(names):,} accounts: {text}",
            links=tuple(Link(named(name), targets.get(name, "")) for name in names),
        )
        for text, names in accounts.items()
    ]


def _block(heading: str, entries: Iterable[Entry], tone: Tone) -> Block:
    return Block(heading=heading, notes=(Notes(heading="", entries=tuple(entries), tone=tone),))


def _after(fleet: FleetResult) -> Iterator[Block]:
    calm = [
        (outcome_words(result, strict=fleet.strict), result.account)
        for result in fleet.results
        if not result.failed and not is_different(result, strict=fleet.strict)
    ]
    if calm:
        yield _block("Nothing to report", _entries(calm, {}), Tone.CALM)
