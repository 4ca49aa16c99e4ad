"""The plans of many accounts before an apply: losses first, equal plans together."""

from __future__ import annotations

from schemactl.errors import ExitCode
from schemactl.model.difference import EndedProtection
from schemactl.model.fleet import AccountFailure, AccountResult, Outcome
from schemactl.report.text.fleet_review import review_text, review_totals
from schemactl.report.text.lines import plain_text
from schemactl.values import replace
from tests.builders import a_location
from tests.unit.report.test_fleet_reports import APPLIED, PROBLEM, adding, removing


def result(name: str, outcome: Outcome, reminder: str = "") -> AccountResult:
    return AccountResult(
        account=name, labels=(), outcome=outcome, exit_code=ExitCode.OK, reminder=reminder
    )


def shown(*results: AccountResult, verbose: bool = False) -> str:
    return plain_text(review_text(results, width=80, verbose=verbose))


def test_losses_then_failures_then_the_largest_group_then_what_is_done() -> None:
    text = shown(
        result("zoe", removing("zoe")),
        result("acme", adding("acme")),
        result("joe", AccountFailure(message="no\n  because", hint="wait", problems=())),
        result("ann", AccountFailure(message="x", problems=(PROBLEM,))),
        result("bob", adding("bob")),
        result("calm", APPLIED[2]),
    )
    places = [
        text.index(words)
        for words in (
            "Destroyed permanently:",
            "Not applied:",
            "! joe: no",
            "because",
            "wait",
            "! ann: the files are not valid: 1 problem",
            "2 accounts · acme, bob",
            "1 account · zoe",
            "No call is left to make in 1 account: calm",
        )
    ]
    assert places == sorted(places)


def test_an_account_that_finishes_an_earlier_run_has_a_group_of_its_own() -> None:
    text = shown(
        result("acme", adding("acme")),
        result("bob", adding("bob"), "The apply x did not finish: this apply finishes it."),
    )
    assert text.count("1 account · ") == 2
    assert "! The apply x did not finish" in text


def test_very_many_names_are_counted_unless_all_are_asked_for() -> None:
    results = [result(f"client-{n}", adding(f"client-{n}")) for n in range(40)]
    assert "and 10 more (-v names all)" in shown(*results)
    assert "client-39" in shown(*results, verbose=True)


def test_ended_protection_is_in_the_numbers() -> None:
    ended = EndedProtection(section="Sales", name="Budget", location=a_location())
    plan = replace(adding("acme"), ends_protection=(ended,))
    assert "ends the protection of 1 field" in review_totals([plan], calls=1)
