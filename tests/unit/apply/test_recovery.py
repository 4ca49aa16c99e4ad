"""executor.earlier: what a run before this one did, and what it left to put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.apply.cleanup import run_cleanups
from schemactl.apply.recovery import calls_made_earlier, found_run, recover_runs, resolve_run
from schemactl.errors import JournalError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.recorded import Finding, RecordedCall, RecordedRun
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.schema import Schema
from schemactl.store.journal.history import History, Scope
from schemactl.store.state.local import local_folder
from tests.builders import a_call, a_field, a_plan, a_schema, a_section
from tests.fake_backend import FakeBackend, Fault
from tests.unit.apply.test_execution import FakeHost, RecordingJournal

NOON = datetime(2024, 1, 1, tzinfo=UTC)
DONE = Outcome(status=OutcomeStatus.DONE)
REFUSED = Outcome(status=OutcomeStatus.REFUSED, detail="Invalid XML")
UNKNOWN = Outcome(status=OutcomeStatus.UNKNOWN, detail="time ran out")
LEFT = PendingCleanup(run="run-1", contact="7", tags=("VIP",))
DIALECT = LegacyDialect(tag_carrier=7)

ADD = a_call(1, "edit_section", {"section": "S", "fields": ({"name": "New", "type": "text"},)})
TAG = a_call(2, "add_tag", {"contact": "7", "tags": ("VIP",)})
UNTAG = a_call(3, "remove_tag", {"contact": "7", "tags": ("VIP",)}, needs=[2])
REMOVE = a_call(4, "remove_field", {"section": "S", "field": "Old"})
CALLS = (ADD, TAG, UNTAG, REMOVE)
BEFORE = a_schema(a_section("S", a_field("Old")))
AFTER = a_schema(a_section("S", a_field("New")), tags=["VIP"])


def a_record(*calls: RecordedCall, earlier: tuple[int, ...] = ()) -> RecordedRun:
    return RecordedRun(
        id="run-1",
        account="demo",
        address="http://a/",
        backend="legacy",
        started_at=NOON.isoformat(),
        plan="0a1b",
        earlier=earlier,
        calls=calls,
    )


def started(
    number: int, outcome: Outcome | None = None, *, shown: bool | None = None
) -> RecordedCall:
    return RecordedCall(
        call=CALLS[number - 1], started_at=NOON.isoformat(), outcome=outcome, shown=shown
    )


@pytest.mark.parametrize(
    ("entry", "before", "after"),
    [
        (RecordedCall(call=ADD), Finding.NOT_MADE, Finding.NOT_MADE),
        (started(1), Finding.SETTLED_NOT_DONE, Finding.SETTLED_DONE),
        (started(1, UNKNOWN), Finding.SETTLED_NOT_DONE, Finding.SETTLED_DONE),
        (started(1, UNKNOWN, shown=False), Finding.SETTLED_NOT_DONE, Finding.SETTLED_DONE),
        (started(1, DONE), Finding.DONE, Finding.DONE),
        (started(1, REFUSED), Finding.REFUSED, Finding.SETTLED_DONE),
        (started(4), Finding.SETTLED_NOT_DONE, Finding.SETTLED_DONE),
        (started(4, DONE, shown=False), Finding.SETTLED_NOT_DONE, Finding.SETTLED_DONE),
        (started(3), Finding.UNSEEN, Finding.UNSEEN),
        (started(3, REFUSED), Finding.REFUSED, Finding.REFUSED),
        (started(3, DONE), Finding.DONE, Finding.DONE),
    ],
)
def test_journal_and_account_together_show_the_outcome_of_a_call(
    entry: RecordedCall, before: Finding, after: Finding
) -> None:
    for live, finding in ((BEFORE, before), (AFTER, after)):
        (found,) = found_run(a_record(entry), LiveState(schema=live), DIALECT).calls
        assert found.finding is finding


def test_a_call_that_no_plan_can_hold_is_reported_as_a_damaged_journal() -> None:
    entry = RecordedCall(call=a_call(1, "drop_everything"), started_at=NOON.isoformat())
    with pytest.raises(JournalError, match="run-1 is damaged"):
        found_run(a_record(entry), LiveState(schema=BEFORE), DIALECT)


def test_a_run_over_the_other_api_is_no_damaged_journal() -> None:
    entry = RecordedCall(call=a_call(1, "fieldeditor_post"), started_at=NOON.isoformat())
    run = replace(a_record(entry), backend="rest")

    (found,) = found_run(run, LiveState(schema=BEFORE), DIALECT).calls

    assert found.finding is Finding.UNSEEN


def test_a_call_sent_just_now_is_given_time_to_show() -> None:
    fake, backend = FakeHost(), FakeBackend(BEFORE)
    found, _ = resolve_run(a_record(started(1)), backend, fake.host)
    assert fake.slept == [1.0, 3.0]
    assert backend.record == ["read"] * 3
    assert found.calls[0].finding is Finding.SETTLED_NOT_DONE


def test_a_call_sent_long_ago_is_looked_at_once() -> None:
    long_ago = RecordedCall(call=ADD, started_at=(NOON - timedelta(minutes=1)).isoformat())
    fake, backend = FakeHost(), FakeBackend(BEFORE)
    resolve_run(a_record(long_ago), backend, fake.host)
    assert (fake.slept, backend.record) == ([], ["read"])


def history(*runs: RecordedRun) -> History:
    scope = Scope(
        account="demo",
        identity=AccountIdentity(address="http://a/"),
        backend="legacy",
        tag_carrier=7,
    )
    return History.of([(run, local_folder(Path("journals"))) for run in runs], scope)


def test_looking_back_reads_the_account_only_where_a_run_was_cut_off() -> None:
    fake, backend = FakeHost(), FakeBackend(BEFORE)
    assert recover_runs(history(), backend, fake.host).found is None
    assert backend.record == []
    cut_off = a_record(*(RecordedCall(call=call) for call in CALLS))
    earlier = recover_runs(history(cut_off), backend, fake.host)
    assert earlier.resumes == "run-1"
    assert earlier.live is not None
    assert backend.record == ["read"]


@pytest.mark.parametrize(
    ("outcome", "fault", "words"),
    [("done", None, ""), ("refused", Fault.REFUSES, "contact 7 may still have tags")],
)
def test_a_cleanup_is_journaled_around_and_reported_where_it_fails(
    outcome: str, fault: Fault | None, words: str
) -> None:
    tagged = Schema(sections=BEFORE.sections, tags=("VIP",))
    backend = FakeBackend(tagged, faults={} if fault is None else {0: fault})
    journal = RecordingJournal(backend.record)
    cleaned = run_cleanups((LEFT,), backend, journal, FakeHost().host)
    assert cleaned.left.startswith(words)
    assert cleaned.runs == (() if words else ("run-1",))
    assert backend.record == ["cleanup of run-1", "call 0", f"cleaned up run-1 {outcome}"]


class TestSavedPlan:
    """Which calls of a saved plan are not made again."""

    def done(self, live: Schema, *runs: RecordedRun) -> set[int]:
        runs = tuple(replace(run, calls=self.all_calls(run)) for run in runs)
        plan = a_plan(calls=CALLS)
        return set(calls_made_earlier(plan, runs, LiveState(schema=live), DIALECT))

    def all_calls(self, run: RecordedRun) -> tuple[RecordedCall, ...]:
        started = {entry.call.number: entry for entry in run.calls}
        return tuple(started.get(call.number, RecordedCall(call=call)) for call in CALLS)

    def test_a_journal_that_names_the_plan_and_holds_other_calls_is_refused(self) -> None:
        other = RecordedCall(call=a_call(1, "remove_section", {"section": "S"}))
        with pytest.raises(JournalError, match="holds other calls"):
            calls_made_earlier(
                a_plan(calls=CALLS), [a_record(other)], LiveState(schema=BEFORE), DIALECT
            )

    def test_what_makes_a_field_anew_is_not_done_where_it_was_not_removed_before(self) -> None:
        removal = a_call(1, "remove_field", {"section": "S", "field": "New"})
        again = a_call(2, "edit_section", ADD.arguments, needs=[1])
        entries = (
            RecordedCall(call=removal),
            RecordedCall(call=again, started_at=NOON.isoformat(), outcome=DONE),
        )
        plan = a_plan(calls=[removal, again])
        live = LiveState(schema=AFTER)
        assert calls_made_earlier(plan, [a_record(*entries)], live, DIALECT) == frozenset()

    def test_a_plan_that_was_never_begun_has_nothing_done(self) -> None:
        assert self.done(AFTER) == set()
        assert self.done(AFTER, a_record(*(RecordedCall(call=call) for call in CALLS))) == set()

    def test_what_was_done_and_shows_is_not_made_again(self) -> None:
        record = a_record(*(started(number, DONE) for number in (1, 2, 3, 4)))
        assert self.done(AFTER, record) == {1, 2, 3, 4}

    def test_what_destroys_is_never_made_twice_whatever_the_account_shows(self) -> None:
        assert self.done(BEFORE, a_record(started(4, DONE))) == {4}
        assert self.done(BEFORE, a_record(started(4, UNKNOWN, shown=True))) == {4}

    def test_what_adds_is_made_again_where_the_account_does_not_show_it(self) -> None:
        assert self.done(BEFORE, a_record(started(1, DONE))) == set()

    def test_a_call_cut_off_is_done_where_the_account_shows_it(self) -> None:
        assert self.done(AFTER, a_record(started(1), started(4))) == {1, 4}
        assert self.done(BEFORE, a_record(started(1), started(4))) == set()

    def test_tags_are_taken_off_again_where_they_are_put_on_again(self) -> None:
        record = a_record(started(2, DONE), started(3, DONE))
        assert self.done(AFTER, record) == {2, 3}
        assert self.done(BEFORE, record) == set()

    def test_what_runs_before_had_done_stays_done(self) -> None:
        assert self.done(BEFORE, a_record(earlier=(4,))) == {4}
        assert self.done(AFTER, a_record(started(4, DONE)), a_record(started(1))) == {1, 4}
