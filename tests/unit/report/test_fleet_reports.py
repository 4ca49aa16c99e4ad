"""Results of many accounts in every format: in order, losses first, equal ones together."""

from __future__ import annotations

import json
from datetime import date

import pytest
from defusedxml import ElementTree

from schemactl.drift.items import drift_of
from schemactl.errors import ExitCode, Problem, Severity
from schemactl.model.account_identity import SNAPSHOT
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.change import AddField, RemoveField
from schemactl.model.count import Counted, NotCounted, NotCountedReason
from schemactl.model.difference import Difference
from schemactl.model.drift import Drift, DriftStatus, Suppression
from schemactl.model.fleet import (
    AccountFailure,
    AccountResult,
    AppliedPlan,
    Checked,
    FleetCommand,
    FleetResult,
    Outcome,
    WrittenFile,
)
from schemactl.model.plan import Plan, Summary
from schemactl.model.run import RunStatus, Verdict, VerdictStatus
from schemactl.model.usage import Usage, UsageItem, UsageKind
from schemactl.report.formats import Format, RenderOptions, write_fleet
from schemactl.report.markdown.syntax import COMMENT_MAX
from schemactl.values import replace
from tests.builders import a_field, a_hazard, a_location, a_plan, a_run
from tests.unit.report.documents import read_document
from tests.unit.report.golden import golden
from tests.unit.report.test_formats import ENDINGS, check, shown, whole

LOOK = RenderOptions(width=80)
BUDGET = AddField(
    section="Sales",
    after=a_field("Budget", "price"),
    location=a_location(5, 9, file="base/sales.yaml"),
)
FAX = RemoveField(
    section="Sales",
    before=a_field("Fax"),
    explicit=True,
    location=a_location(9, 7, file="clients/zoe/more.yaml"),
)
PROBLEM = Problem(
    a_location(3, 5, file="clients/joe/more.yaml"), "unknown-key", "unknown key 'x'", "write y"
)


def result(name: str, outcome: Outcome, code: ExitCode = ExitCode.OK) -> AccountResult:
    return AccountResult(account=name, labels=("dental",), outcome=outcome, exit_code=code)


def adding(name: str) -> Plan:
    return a_plan(BUDGET, account=name, summary=Summary(add=1, change=0, remove=0, by_hand=0))


def removing(name: str) -> Plan:
    return a_plan(
        BUDGET,
        FAX,
        account=name,
        hazards=(a_hazard(FAX),),
        summary=Summary(add=1, change=0, remove=1, by_hand=0),
    )


def a_fleet() -> FleetResult:
    """Five accounts: two with equal plans, one that destroys, one calm, two that failed."""
    gone = AccountFailure(message="the account cannot be reached", hint="try again later")
    invalid = AccountFailure(message=str(PROBLEM), problems=(PROBLEM,))
    return FleetResult(
        command=FleetCommand.PLAN,
        results=(
            result("acme", adding("acme")),
            result("joe", invalid, ExitCode.INVALID_FILES),
            result("bob", adding("bob")),
            result("zoe", removing("zoe")),
            result("calm", a_plan(account="calm")),
            result("gone", gone, ExitCode.FAILED),
        ),
    )


def drift(name: str, *changes: AddField | RemoveField) -> Drift:
    found = drift_of(Difference(changes=changes), account=name, backend="rest")
    return replace(found, account=name)


def a_drifted_fleet() -> FleetResult:
    return FleetResult(
        command=FleetCommand.DRIFT,
        results=(
            result("acme", drift("acme", BUDGET), ExitCode.DIFFERENT),
            result("bob", drift("bob", BUDGET), ExitCode.DIFFERENT),
            result("calm", drift("calm")),
        ),
    )


def written(fleet: FleetResult, form: Format) -> str:
    return whole(write_fleet(fleet, form, LOOK))


@pytest.mark.parametrize("form", Format)
def test_plans_of_many_accounts_match_their_golden_file(form: Format) -> None:
    text = written(a_fleet(), form)
    check(text, form)
    assert shown(text, form) == golden(f"fleet-plan.{ENDINGS[form]}")


@pytest.mark.parametrize("form", [Format.TEXT, Format.MARKDOWN, Format.HTML])
def test_drift_of_many_accounts_matches_its_golden_file(form: Format) -> None:
    text = written(a_drifted_fleet(), form)
    check(text, form)
    assert shown(text, form) == golden(f"fleet-drift.{ENDINGS[form]}")


def test_the_line_of_an_account_says_what_is_not_counted() -> None:
    found = drift("acme", BUDGET)
    (item,) = found.items
    leave = Acknowledgement(
        item=item.title,
        reason="later",
        owner="ada",
        until=date(2026, 1, 2),
        location=a_location(3),
        seen="0a1b",
    )
    spared = replace(item, suppression=Suppression(by=leave))
    new = replace(item, status=DriftStatus.UNMANAGED, is_difference=False)
    fleet = FleetResult(
        command=FleetCommand.DRIFT,
        results=(
            result("acme", replace(found, items=(item, spared, new, new)), ExitCode.DIFFERENT),
        ),
    )
    text = written(fleet, Format.TEXT)
    assert "acme  1 missing (not counted: 1 acknowledged and 2 unmanaged)" in text


@pytest.mark.parametrize("fleet", [a_fleet(), a_drifted_fleet()], ids=["plan", "drift"])
def test_the_json_is_canonical_and_after_its_schema(fleet: FleetResult) -> None:
    document = read_document(written(fleet, Format.JSON), "fleet")
    entries = document["accounts"]
    assert isinstance(entries, list)
    names = [entry["account"] for entry in entries]
    assert names == [one.account for one in fleet.results]
    assert all((entry["result"] is None) != (entry["error"] is None) for entry in entries)


def test_a_comment_has_losses_first_then_failures_then_equal_plans_together() -> None:
    text = written(a_fleet(), Format.MARKDOWN)
    places = [
        text.index(words)
        for words in (
            "Destroyed permanently in 1 account",
            "Failed:",
            "2 accounts: 1 to add** · `acme`, `bob`",
            "1 account: 1 to add, 1 to remove",
            "1 account with nothing to report",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("number", [40, 1_000])
def test_a_comment_on_a_thousand_accounts_names_everything_that_is_destroyed(
    number: int,
) -> None:
    """Also where sentences on all of them would not fit."""
    text = written(fleet_losing(number, "Fax"), Format.MARKDOWN)
    assert len(text) <= COMMENT_MAX
    assert "do not fit. Review" not in text
    assert f"Destroyed permanently in {number:,} accounts" in text
    for each in range(number):
        assert f"Fax {each}`" in text
        assert f"`client-{each}`" in text


def test_long_names_are_shortened_before_any_is_omitted() -> None:
    text = written(
        fleet_losing(600, "A name that is much longer than others " * 3), Format.MARKDOWN
    )
    assert len(text) <= COMMENT_MAX
    assert "do not fit. Review" not in text
    assert all(f"`client-{each}`" in text for each in range(600))


def test_a_comment_on_too_many_losses_fits_and_says_what_is_missing() -> None:
    text = written(fleet_losing(4_000, "Fax"), Format.MARKDOWN)
    assert len(text) <= COMMENT_MAX
    assert "of 4,000 destroying changes do not fit" in text
    assert "Destroyed permanently in 4,000 accounts" in text


def fleet_losing(number: int, name: str) -> FleetResult:
    """Return accounts that each lose another field."""
    return FleetResult(
        command=FleetCommand.PLAN,
        results=tuple(
            result(f"client-{each}", removing_named(f"client-{each}", f"{name} {each}"))
            for each in range(number)
        ),
    )


def removing_named(name: str, field: str) -> Plan:
    change = replace(FAX, before=a_field(field))
    hazard = a_hazard(change, message=f"{field}: every value is lost, permanently")
    return a_plan(change, account=name, hazards=(hazard,))


def test_equal_findings_of_several_accounts_are_one_annotation() -> None:
    lines = written(a_fleet(), Format.GITHUB).splitlines()
    budget = [line for line in lines if "Budget" in line]
    assert len(budget) == 1
    assert "acme, bob and zoe: " in budget[0]


def test_a_suite_of_junit_is_an_account() -> None:
    root = ElementTree.fromstring(written(a_fleet(), Format.JUNIT))
    names = [suite.get("name") for suite in root.iter("testsuite")]
    assert names == [
        f"plan of {name}" for name in ("acme", "joe", "bob", "zoe", "calm", "gone")
    ]


def test_gitlab_follows_a_finding_by_account() -> None:
    entries = json.loads(written(a_fleet(), Format.GITLAB))
    prints = [entry["fingerprint"] for entry in entries]
    assert len(set(prints)) == len(prints)
    alone = FleetResult(command=FleetCommand.PLAN, results=a_fleet().results[:1])
    first = json.loads(written(alone, Format.GITLAB))[0]
    assert first in entries


HOSTILE = "x</li><script>alert(1)</script> | [b](c) @me"


@pytest.mark.parametrize("form", Format)
def test_names_and_reasons_stay_text_in_every_format(form: Format) -> None:
    change = AddField(section=HOSTILE, after=a_field(HOSTILE), location=a_location())
    failure = AccountFailure(message=f"no\n{HOSTILE}\n# title", hint=f"{HOSTILE}\n::error::x")
    fleet = FleetResult(
        command=FleetCommand.PLAN,
        results=(
            result("one", a_plan(change, account="one")),
            result("two", a_plan(change, account="two")),
            result("three", failure, ExitCode.FAILED),
        ),
    )
    text = written(fleet, form)
    check(text, form)
    if form in {Format.HTML, Format.JUNIT}:
        assert "<script>alert" not in text
    if form is Format.MARKDOWN:
        outside = "".join(text.split("`")[::2])
        assert "<script>" not in outside
        assert "\n# title" not in text
    if form is Format.GITHUB:
        assert all(line.startswith("::") for line in text.splitlines())


def test_every_change_of_every_account_is_on_the_page() -> None:
    changes = [
        AddField(section="S", after=a_field(f"field {number}"), location=a_location(number))
        for number in range(1, 6)
    ]
    fleet = FleetResult(
        command=FleetCommand.PLAN,
        results=tuple(
            result(f"client-{number}", a_plan(*changes[:number], account=f"client-{number}"))
            for number in range(1, 6)
        ),
    )
    page = written(fleet, Format.HTML)
    for number in range(1, 6):
        assert page.count(f'<span class="name">S / field {number}') == 6 - number
    assert "5 accounts: S / field 1" in page
    assert "2 accounts: S / field 4" in page


USAGE = Usage(
    account="acme",
    backend="rest",
    identity=SNAPSHOT,
    is_complete=False,
    items=(
        UsageItem(
            kind=UsageKind.TAG, name="VIP", count=Counted(held=0, total=9), at="2026-01-02"
        ),
        UsageItem(
            kind=UsageKind.TAG,
            name="Old",
            count=NotCounted(why=NotCountedReason.DISABLED),
            at="2026-01-02",
        ),
    ),
)
CHECKED = Checked(problems=(PROBLEM, replace(PROBLEM, severity=Severity.WARNING, hint=None)))
OTHERS = tuple(
    one for one in FleetCommand if one not in {FleetCommand.PLAN, FleetCommand.DRIFT}
)
FILE = WrittenFile(file="acme.json", sha256="0" * 64, remark="1 object skipped")


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("command", OTHERS)
def test_results_of_every_command_can_be_written(form: Format, command: FleetCommand) -> None:
    outcomes: tuple[Outcome, ...] = (CHECKED, USAGE, FILE)
    fleet = FleetResult(
        command=command,
        results=tuple(result(f"client-{n}", one) for n, one in enumerate(outcomes)),
    )
    text = written(fleet, form)
    check(text, form)
    assert "unknown key" in text
    if form is Format.JSON:
        read_document(text, "fleet")
    if form is Format.TEXT:
        assert "client-0  1 error, 1 warning" in text
        assert (
            "client-1  1 of 1 counted item held by nobody; 1 not counted; interrupted" in text
        )
        assert "client-2  acme.json; 1 object skipped" in text


def an_applied(status: RunStatus, verdict: VerdictStatus, reason: str = "") -> AppliedPlan:
    plan = adding("x")
    verdicts = [Verdict(change=change.id, status=verdict) for change in plan.changes]
    return AppliedPlan(plan=plan, run=a_run(*verdicts, status=status, reason=reason, made=1))


APPLIED: tuple[Outcome, ...] = (
    an_applied(RunStatus.COMPLETED, VerdictStatus.APPLIED),
    an_applied(RunStatus.INCOMPLETE, VerdictStatus.IGNORED, "the account does not show it"),
    an_applied(RunStatus.NOTHING_TO_DO, VerdictStatus.BY_HAND),
    adding("x"),
)


@pytest.mark.parametrize("form", Format)
def test_an_apply_says_in_every_format_which_account_is_not_finished(form: Format) -> None:
    fleet = FleetResult(
        command=FleetCommand.APPLY,
        results=tuple(result(f"client-{n}", one) for n, one in enumerate(APPLIED)),
    )
    text = written(fleet, form)
    check(text, form)
    if form is Format.JSON:
        read_document(text, "fleet")
    if form in {Format.SARIF, Format.GITHUB, Format.GITLAB, Format.JUNIT}:
        assert "client-1" in text
    if form is Format.TEXT:
        assert "client-1  incomplete: 0 done, 1 ignored; the account does not show it" in text
        assert "1 changed, 1 not finished, 1 with changes not applied, 1 with nothing" in text
