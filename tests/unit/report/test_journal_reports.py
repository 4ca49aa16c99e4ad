"""report/journal_*.py, found_text.py: what applies did, and how the last one ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemactl.model.recorded import (
    Finding,
    FoundCall,
    FoundRun,
    RecordedCall,
    RecordedEnd,
    RecordedRun,
)
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus, Verdict, VerdictStatus
from schemactl.report.json.journal import journal_json
from schemactl.report.text.journal import changes_about, run_record_text, runs_text
from schemactl.report.text.lines import plain_text
from schemactl.report.text.recovered_run import found_text
from tests.builders import a_call
from tests.unit.report.documents import read_document

ADD = a_call(1, "add_section", {"section": "Sales\x1b[2J", "fields": ()})
DROPDOWN = a_call(2, "add_dropdown", {"field": "Status", "options": ("New", "Won")}, needs=[1])
TAG = a_call(3, "add_tag", {"contact": "7", "tags": ("VIP",)}, serves=["add-tag/VIP"])
UNTAG = a_call(4, "remove_tag", {"contact": "7", "tags": ("VIP",)}, needs=[3])
REMOVE = a_call(5, "remove_field", {"section": "Sales", "field": "Fax"})
AT = "2026-01-02T03:04:05.678+00:00"


def outcome(status: str, detail: str = "") -> Outcome:
    return Outcome(status=OutcomeStatus(status), detail=detail)


CUT_OFF = RecordedRun(
    id="20260102T030405Z-1a2b3c",
    account="demo",
    backend="legacy",
    started_at=AT,
    plan="0123456789ab" + "c" * 52,
    permissions=("removes-field",),
    resumes="20260101T000000Z-000000",
    earlier=(1,),
    calls=(
        RecordedCall(call=ADD),
        RecordedCall(call=DROPDOWN, skipped="it needs call 1 (add_section)"),
        RecordedCall(call=TAG, started_at=AT),
        RecordedCall(call=UNTAG),
        RecordedCall(
            call=REMOVE, started_at=AT, outcome=outcome("refused", "no\x07"), shown=False
        ),
    ),
    is_torn=True,
)
ENDED = replace(
    CUT_OFF,
    id="20260102T040506Z-4d5e6f",
    resumes=None,
    earlier=(),
    is_torn=False,
    permissions=(),
    calls=(RecordedCall(call=ADD, started_at=AT, outcome=outcome("done"), shown=True),),
    end=RecordedEnd(
        at=AT,
        status=RunStatus.INCOMPLETE,
        reason="1 call failed",
        verdicts=(
            Verdict(change="add-section/Sales", status=VerdictStatus.APPLIED),
            Verdict(change="add-field/Sales/A", status=VerdictStatus.REFUSED, detail="Oops"),
        ),
    ),
)


def test_a_run_that_was_cut_off_is_reported_call_by_call() -> None:
    assert (
        plain_text(run_record_text(CUT_OFF, width=80))
        == """\
Apply 20260102T030405Z-1a2b3c to demo
started on 2 January 2026 at 03:04 UTC: unfinished
the process died while it wrote a line
took up the work of 20260101T000000Z-000000
plan 0123456789ab
permitted: removes-field

    1  add_section  made by an earlier run
        section: "Sales\\x1b[2J"; fields: none
    2  add_dropdown  skipped: it needs call 1 (add_section)
        field: Status; options: New, Won
    3  add_tag  started, and its end is unknown
        contact: 7; tags: VIP
    4  remove_tag  not made
        contact: 7; tags: VIP
    5  remove_field  refused (no\\x07), not shown by the account
        section: Sales; field: Fax
    left on contact 7: VIP; it may still bear them

It did not finish: the next apply reads the account and continues from there.
"""
    )


def test_an_ended_run_reports_what_was_not_applied() -> None:
    text = plain_text(run_record_text(ENDED, width=80))
    assert "ended on 2 January 2026 at 03:04 UTC: incomplete" in " ".join(text.split())
    assert "1  add_section  done, shown by the account\n" in text
    assert text.endswith("1 of 2 changes applied\n    refused: add field: Sales / A (Oops)\n")


def test_runs_are_listed_with_the_newest_first() -> None:
    runs = (CUT_OFF, replace(ENDED, by="ann\x1b", commit=f"{'0a' * 20}-dirty", plan=""))
    assert plain_text(runs_text(runs, account="demo", width=80)) == (
        "20260102T040506Z-4d5e6f  incomplete  1 of 2 changes, 1 of 1 call\n"
        "    2 January 2026 at 03:04 UTC · by ann\\x1b · commit 0a0a0a0a0a0a-dirty\n"
        "20260102T030405Z-1a2b3c  unfinished  during call 3 of 5\n"
        "    2 January 2026 at 03:04 UTC · plan 0123456789ab\n"
    )


def test_runs_of_several_accounts_name_theirs() -> None:
    runs = (CUT_OFF, replace(ENDED, account="live"))
    text = plain_text(runs_text(runs, account=None, width=80))
    assert "20260102T040506Z-4d5e6f  live  incomplete" in text
    assert "20260102T030405Z-1a2b3c  demo  unfinished" in text


def test_runs_that_changed_an_item_show_what_became_of_it() -> None:
    text = plain_text(runs_text((ENDED,), account="demo", width=80, item="Sales"))
    assert text.endswith("    add section: Sales: applied\n    add field: Sales / A: refused\n")
    assert changes_about(ENDED, "Sales / A") == ("add-field/Sales/A",)
    assert changes_about(ENDED, "Sale") == ()


def test_json_is_after_its_schema_and_holds_no_less() -> None:
    document = read_document(journal_json((CUT_OFF, ENDED), account="demo"), "journal")
    runs = document["runs"]
    assert isinstance(runs, list)
    assert [run["status"] for run in runs] == [None, "incomplete"]
    left = [{"contact": "7", "tags": ["VIP"], "settled": False}]
    assert [run["cleanups"] for run in runs] == [left, []]
    outcomes = [call["outcome"] for call in runs[0]["calls"]]
    assert outcomes == [None, None, None, None, "refused"]
    verdict = {"change": "add-field/Sales/A", "status": "refused", "detail": "Oops"}
    assert runs[1]["verdicts"][1] == verdict


def found(*findings: Finding, run: RecordedRun = CUT_OFF) -> str:
    calls = (ADD, DROPDOWN, TAG, UNTAG, REMOVE)
    pairs = zip(calls, findings, strict=True)
    found = FoundRun(
        run=run,
        calls=tuple(FoundCall(call=call, finding=finding) for call, finding in pairs),
    )
    return plain_text(found_text(found, width=80))


def test_what_was_found_out_is_reported_call_by_call() -> None:
    assert (
        found(
            Finding.DONE,
            Finding.DONE,
            Finding.SETTLED_DONE,
            Finding.NOT_MADE,
            Finding.REFUSED,
        )
        == """\
The apply 20260102T030405Z-1a2b3c, started on 2 January 2026 at 03:04 UTC, did
  not finish, while it wrote its journal. What its journal and the account show
  of its 5 calls:
    calls 1 to 2: done
    call 3, add_tag (contact: 7; tags: VIP): was under way, its outcome
      unknown; the account shows it: done
    call 4: not made
    call 5, remove_field (section: Sales; field: Fax): refused by the account
No call is repeated: the plan is made from the current state of the account.
"""
    )


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding.SETTLED_NOT_DONE, "the account does not show it: not done"),
        (Finding.UNSEEN, "its effect cannot be read from the account"),
    ],
)
def test_every_finding_has_its_words(finding: Finding, words: str) -> None:
    assert words in " ".join(found(finding, *[Finding.NOT_MADE] * 4).split())


def test_an_ended_run_with_pending_cleanups_is_reported_with_its_end() -> None:
    assert "ended as incomplete." in " ".join(
        found(*[Finding.DONE] * 5, run=replace(CUT_OFF, end=ENDED.end, is_torn=False)).split()
    )
