"""report/run_*.py: what came of an apply."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.apply.circumstances import run_without_calls
from schemactl.model.change import AddField
from schemactl.model.plan import Plan
from schemactl.model.run import Run, RunStatus, VerdictStatus
from schemactl.report.html import run_page
from schemactl.report.json.run import run_json
from schemactl.report.markdown.run import run_markdown
from schemactl.report.text.lines import plain_text
from schemactl.report.text.run import run_text
from schemactl.values import replace
from tests.builders import a_field, a_plan, a_run, a_verdict
from tests.unit.report.documents import read_document
from tests.unit.report.golden import golden
from tests.unit.report.samples import NEW_PRICE, NEW_TAG, RENAMED, every_plan, small_plan

BY_HAND = (RENAMED, NEW_TAG)


def text_of(plan: Plan, run: Run, *, width: int = 80, verbose: bool = False) -> str:
    return plain_text(run_text(plan, run, width=width, verbose=verbose))


def a_good_run() -> Run:
    verdicts = (
        a_verdict(change, VerdictStatus.BY_HAND if change in BY_HAND else VerdictStatus.APPLIED)
        for change in small_plan().changes
    )
    return a_run(*verdicts, made=4)


def a_stopped_run() -> Run:
    """Return a run of `every_plan` with every verdict."""
    changes = every_plan().changes
    details = (
        (VerdictStatus.APPLIED, ""),
        (VerdictStatus.ALTERED, 'it came without "Won", "Lost"'),
        (VerdictStatus.APPLIED, ""),
        (VerdictStatus.IGNORED, "the field is not there"),
        (VerdictStatus.OVERTAKEN, 'it is now of type "price"'),
        (VerdictStatus.UNKNOWN, "the account could not be read back: no answer in 30 s"),
        (VerdictStatus.REFUSED, "was refused: Invalid XML, and the account shows no change"),
    )
    rest = [(VerdictStatus.NOT_DONE, "")] * (len(changes) - len(details))
    verdicts = (
        a_verdict(change, status, detail)
        for change, (status, detail) in zip(changes, [*details, *rest], strict=True)
    )
    run = a_run(
        *verdicts,
        status=RunStatus.STOPPED,
        reason="call 4 (add_dropdown) has an unknown outcome: the connection broke",
        made=4,
        planned=1204,
    )
    return replace(run, cleaned=(every_plan().pending_cleanups[0].run,))


@pytest.mark.parametrize(
    ("plan", "run", "file"),
    [
        (small_plan(), a_good_run(), "run-completed-80.txt"),
        (every_plan(), a_stopped_run(), "run-stopped-80.txt"),
    ],
    ids=["completed", "stopped"],
)
def test_a_run_matches_its_golden_file(plan: Plan, run: Run, file: str) -> None:
    assert text_of(plan, run) == golden(file)


def test_a_run_that_stopped_says_first_what_is_done_then_why_then_how_to_continue() -> None:
    text = text_of(every_plan(), a_stopped_run())

    order = [
        "Done: ",
        "Stopped: call 4",
        "Unknown: ",
        "Not finished: ",
        "To go on: ",
        "run-0001",
    ]
    places = [text.index(words) for words in order]

    assert places == sorted(places)


def test_an_interrupted_run_says_so() -> None:
    run = a_run(
        a_verdict(NEW_PRICE, VerdictStatus.NOT_DONE),
        status=RunStatus.INTERRUPTED,
        reason="interrupted before the next call",
        planned=1,
    )

    text = text_of(a_plan(NEW_PRICE), run)

    assert "Interrupted: interrupted before the next call\n" in text
    assert text.endswith("0 done, 1 not done · 0 of 1 call made\n")


def test_nothing_to_do_is_reported_by_the_plan() -> None:
    assert text_of(a_plan(), a_run(status=RunStatus.NOTHING_TO_DO)) == ""


def test_a_run_without_calls_points_to_what_is_by_hand() -> None:
    run = a_run(a_verdict(RENAMED, VerdictStatus.BY_HAND), status=RunStatus.NOTHING_TO_DO)

    assert text_of(a_plan(RENAMED), run) == (
        "No call was made: what is left is listed above, and is for you to do.\n"
    )


def test_many_done_changes_are_shortened_and_all_are_shown_on_request() -> None:
    changes = [AddField(section="Leads", after=a_field(f"Field {n}")) for n in range(1000)]
    run = a_run(*map(a_verdict, changes), made=1)

    short, whole = (
        text_of(a_plan(*changes), run, verbose=verbose) for verbose in (False, True)
    )

    assert short.count("+ Leads / Field") == 50
    assert "\n    … and 950 more: --verbose lists them\n" in short
    assert whole.count("+ Leads / Field") == 1000


def test_a_verdict_on_an_unknown_change_is_reported_by_its_id() -> None:
    verdict = a_verdict(NEW_PRICE)

    assert "    ~ add-field/Sales Pipeline/Deal Value\n" in text_of(a_plan(), a_run(verdict))


@settings(deadline=None)
@given(st.text(), st.integers(0, 100))
def test_nothing_from_a_server_acts_on_the_terminal(words: str, width: int) -> None:
    change = AddField(section=words, after=a_field(words))
    run = a_run(
        a_verdict(change, VerdictStatus.ALTERED, words), status=RunStatus.STOPPED, reason=words
    )

    for line in run_text(a_plan(change, account=words), run, width=width):
        assert line.text.isprintable()


@pytest.mark.parametrize(
    ("plan", "run"),
    [(small_plan(), a_good_run()), (every_plan(), a_stopped_run()), (a_plan(), a_run())],
    ids=["completed", "stopped", "empty"],
)
def test_json_of_a_run_follows_its_schema(plan: Plan, run: Run) -> None:
    document = read_document(run_json(plan, run), "run")

    assert document["status"] == run.status
    assert document["id"] == "run-0001"


def test_json_counts_every_verdict() -> None:
    document = read_document(run_json(every_plan(), a_stopped_run()), "run")

    assert document["summary"] == {
        "applied": 2,
        "altered": 1,
        "ignored": 1,
        "overtaken": 1,
        "unknown": 1,
        "refused": 1,
        "not-done": 18,
        "by-hand": 0,
    }


def test_an_apply_with_nothing_to_do_says_so_in_every_format_for_people() -> None:
    plan = a_plan()
    run = run_without_calls(plan)
    for text in (run_markdown(plan, run), run_page(plan, run, None)):
        assert "Nothing to do: the account is as the files say." in text
    assert "0 of 0 calls" not in run_markdown(plan, run)
