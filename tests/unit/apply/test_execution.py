"""executor: calls in order, journaled around, settled and proved by reading, never repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemactl.account.interface import LiveState
from schemactl.apply import ApplyRequest, execute_plan
from schemactl.apply.circumstances import run_without_calls
from schemactl.diff import diff_schemas
from schemactl.errors import JournalError
from schemactl.host import Host
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.desired import Desired
from schemactl.model.event import CallFinished, CallStarted, Event, ReadingBack, Waiting
from schemactl.model.pace import Pace
from schemactl.model.plan import Call, Permission, Plan
from schemactl.model.run import Outcome, Run, RunStatus, VerdictStatus
from schemactl.model.schema import Schema
from schemactl.planner import PlanContext, make_plan
from tests.builders import (
    MADE,
    a_desired,
    a_desired_section,
    a_field,
    a_hazard,
    a_schema,
    a_section,
)
from tests.fake_account import apply_calls
from tests.fake_backend import FakeBackend, Fault

LIVE = a_schema(a_section("S", a_field("Old"), a_field("Older")))
DESIRED = a_desired(
    a_desired_section("S", a_field("New")),
    a_desired_section("T", a_field("Drop", "tdrop", ["x", "y"])),
    removed_fields=[("S", "Old"), ("S", "Older")],
)
# Calls: 1 add_section T, 2 edit_section S, 3 add_dropdown Drop, 4 and 5 remove_field.
EVERY_CHANGE = (
    "add-field/S/New",
    "add-section/T",
    "add-field/T/Drop",
    "remove-field/S/Old",
    "remove-field/S/Older",
)


class RecordingJournal:
    """Writes into the backend's record, so that the order of both is seen."""

    def __init__(self, record: list[str], *, full_at: str = "") -> None:
        self._record = record
        self._full_at = full_at

    def call_started(self, call: Call) -> None:
        self._write(f"started {call.number}")

    def call_finished(self, call: Call, outcome: Outcome) -> None:
        self._write(f"finished {call.number} {outcome.status}")

    def call_settled(self, call: Call, *, shown: bool) -> None:
        self._write(f"settled {call.number} {'shown' if shown else 'not shown'}")

    def call_skipped(self, call: Call, why: str) -> None:
        self._write(f"skipped {call.number}: {why}")

    def cleanup_started(self, cleanup: PendingCleanup) -> None:
        self._write(f"cleanup of {cleanup.run}")

    def cleanup_finished(self, cleanup: PendingCleanup, outcome: Outcome) -> None:
        self._write(f"cleaned up {cleanup.run} {outcome.status}")

    def run_finished(self, run: Run) -> None:
        self._write(f"ended {run.status}")

    def _write(self, line: str) -> None:
        if line == self._full_at:
            msg = "the journal is full"
            raise JournalError(msg)
        self._record.append(line)


class FakeHost:
    """A host whose time moves only by sleeping, and by one second a look."""

    def __init__(self, is_interrupted: Callable[[], bool] = lambda: False) -> None:
        self.events: list[Event] = []
        self.slept: list[float] = []
        self._seconds = 0.0
        self.host = Host(
            environ={},
            home=Path("unused"),
            now=lambda: datetime(2024, 1, 1, tzinfo=UTC),
            clock=self._tick,
            sleep=self.slept.append,
            token=lambda: "token",
            listener=self.events.append,
            is_interrupted=is_interrupted,
        )

    def _tick(self) -> float:
        self._seconds += 1.0
        return self._seconds


def plan_for(desired: Desired = DESIRED, live: Schema = LIVE, *permissions: Permission) -> Plan:
    return make_plan(
        diff_schemas(desired=desired, live=live),
        live=LiveState(schema=live),
        dialect=FakeBackend(live).dialect,
        context=PlanContext(made=MADE, account="demo", permissions=frozenset(permissions)),
    )


def execute(
    backend: FakeBackend,
    plan: Plan | None = None,
    *,
    fake: FakeHost | None = None,
    full_at: str = "",
    done: Iterable[int] = (),
    stop_at_first: bool = False,
) -> Run:
    journal = RecordingJournal(backend.record, full_at=full_at)
    host = (fake or FakeHost()).host
    plan = plan_for(live=backend.schema) if plan is None else plan
    return execute_plan(
        ApplyRequest(
            plan=plan,
            digest="",
            address="http://a/",
            done=frozenset(done),
            stop_at_first=stop_at_first,
        ),
        run_id="run-1",
        backend=backend,
        live=LiveState(schema=backend.schema),
        journal=journal,
        host=host,
    ).run


def statuses(run: Run) -> dict[str, VerdictStatus]:
    return {verdict.change: verdict.status for verdict in run.verdicts}


def test_the_plan_is_the_one_that_these_tests_are_about() -> None:
    plan = plan_for()
    assert tuple(change.id for change in plan.changes) == EVERY_CHANGE
    assert [call.request for call in plan.calls] == [
        *("add_section", "edit_section", "add_dropdown", "remove_field", "remove_field")
    ]


def test_each_call_is_journaled_before_and_after_and_removals_are_proved_one_by_one() -> None:
    backend = FakeBackend(LIVE)
    run = execute(backend)
    assert backend.record == [
        *("started 1", "call 1", "finished 1 done"),
        *("started 2", "call 2", "finished 2 done"),
        *("started 3", "call 3", "finished 3 done"),
        # The check before a removal proves what was made before it.
        *("started 4", "check 4", "call 4", "finished 4 done"),
        *("started 5", "check 5", "call 5", "finished 5 done", "settled 4 shown"),
        *("read", "settled 5 shown"),
        "ended completed",
    ]
    assert (run.id, run.status, run.reason) == ("run-1", RunStatus.COMPLETED, "")
    assert (run.calls_made, run.calls_planned) == (5, 5)
    assert statuses(run) == dict.fromkeys(EVERY_CHANGE, VerdictStatus.APPLIED)


def test_nothing_is_removed_beside_an_addition_that_was_a_lie() -> None:
    backend = FakeBackend(LIVE, faults={2: Fault.LIES})
    run = execute(backend)
    assert run.status is RunStatus.INCOMPLETE
    assert "call 4" not in backend.record
    (verdict,) = [one for one in run.verdicts if one.change == "remove-field/S/Old"]
    assert verdict.status is VerdictStatus.NOT_DONE
    assert "the account does not show S / New, and this removal may" in verdict.detail


def test_an_addition_that_never_shows_does_not_block_a_removal_elsewhere() -> None:
    run = execute(FakeBackend(LIVE, faults={3: Fault.LIES}))
    assert run.status is RunStatus.INCOMPLETE
    assert statuses(run) == {
        **dict.fromkeys(EVERY_CHANGE, VerdictStatus.APPLIED),
        "add-field/T/Drop": VerdictStatus.ALTERED,
    }


def test_nothing_is_removed_while_the_additions_cannot_be_proved() -> None:
    backend = FakeBackend(LIVE, unreadable_after=0)
    run = execute(backend)
    assert run.status is RunStatus.STOPPED
    assert "call 4" not in backend.record


def test_a_plan_without_calls_has_no_journal_and_leaves_all_to_people() -> None:
    run = run_without_calls(plan_for(a_desired(removed_tags=["VIP"]), a_schema(tags=["VIP"])))
    assert (run.status, run.id, run.calls_made) == (RunStatus.NOTHING_TO_DO, "", 0)
    assert statuses(run) == {"remove-tag/VIP": VerdictStatus.BY_HAND}


def test_what_a_person_must_do_is_judged_by_hand_beside_what_was_applied() -> None:
    desired = a_desired(a_desired_section("S", a_field("New")), removed_tags=["VIP"])
    live = a_schema(a_section("S"), tags=["VIP"])
    run = execute(FakeBackend(live), plan_for(desired, live))
    assert run.status is RunStatus.COMPLETED
    assert statuses(run) == {
        "add-field/S/New": VerdictStatus.APPLIED,
        "remove-tag/VIP": VerdictStatus.BY_HAND,
    }


def test_a_call_of_unknown_outcome_that_does_not_show_stops_the_run() -> None:
    backend = FakeBackend(LIVE, faults={2: Fault.SILENT})
    run = execute(backend)
    assert run.status is RunStatus.STOPPED
    words = "call 2 (edit_section) has an unknown outcome: time ran out"
    assert run.reason.startswith(words)
    assert "call 3" not in backend.record
    assert statuses(run) == {
        "add-field/S/New": VerdictStatus.UNKNOWN,
        "add-section/T": VerdictStatus.APPLIED,
        "add-field/T/Drop": VerdictStatus.NOT_DONE,
        "remove-field/S/Old": VerdictStatus.NOT_DONE,
        "remove-field/S/Older": VerdictStatus.NOT_DONE,
    }


def test_what_does_not_need_a_refused_call_goes_on_but_nothing_beside_it_is_removed() -> None:
    backend = FakeBackend(LIVE, faults={2: Fault.REFUSES})
    run = execute(backend)
    assert (run.status, run.calls_made) == (RunStatus.INCOMPLETE, 3)
    assert run.reason == (
        "1 call failed, 2 calls skipped; the account does not show 3 changes as planned"
    )
    assert statuses(run) == {
        "add-field/S/New": VerdictStatus.REFUSED,
        "add-section/T": VerdictStatus.APPLIED,
        "add-field/T/Drop": VerdictStatus.APPLIED,
        "remove-field/S/Old": VerdictStatus.NOT_DONE,
        "remove-field/S/Older": VerdictStatus.NOT_DONE,
    }
    why = (
        "call 2 (edit_section) failed, so S / New is not there, and this removal may belong "
        "to it: add that in the web interface, or delete it from the files, then apply again"
    )
    assert [line for line in backend.record if line.startswith("skipped")] == [
        f"skipped 4: {why}",
        f"skipped 5: {why}",
    ]


def test_what_needs_a_refused_call_is_left_out() -> None:
    backend = FakeBackend(LIVE, faults={1: Fault.REFUSES})
    run = execute(backend)
    assert "call 3" not in backend.record
    assert "call 2" in backend.record
    assert statuses(run)["add-field/S/New"] is VerdictStatus.APPLIED
    assert statuses(run)["add-field/T/Drop"] is VerdictStatus.REFUSED
    assert "skipped 3: it needs call 1 (add_section), which failed" in (backend.record)


def test_a_refused_removal_does_not_keep_others_from_being_made() -> None:
    run = execute(FakeBackend(LIVE, faults={4: Fault.REFUSES}))
    assert run.status is RunStatus.INCOMPLETE
    assert statuses(run)["remove-field/S/Old"] is VerdictStatus.REFUSED
    assert statuses(run)["remove-field/S/Older"] is VerdictStatus.APPLIED


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_who_prefers_it_stops_at_the_first_refusal(number: int) -> None:
    backend = FakeBackend(LIVE, faults={number: Fault.REFUSES})
    run = execute(backend, stop_at_first=True)
    assert (run.status, run.calls_made) == (RunStatus.STOPPED, number)
    assert run.reason.startswith(f"call {number} (")


def test_calls_that_an_earlier_run_made_are_proved_and_not_made_again() -> None:
    plan = plan_for()
    backend = FakeBackend(LIVE)
    execute(backend, plan, full_at="started 4")
    backend.record.clear()
    run = execute(backend, plan, done=[1, 2, 3])
    assert [line for line in backend.record if line.startswith("call")] == ["call 4", "call 5"]
    assert (run.status, run.calls_made) == (RunStatus.COMPLETED, 2)
    assert set(statuses(run).values()) == {VerdictStatus.APPLIED}


def test_nothing_is_removed_beside_an_addition_of_an_earlier_run_that_came_otherwise() -> None:
    plan = plan_for()
    section, *rest = apply_calls(LIVE, plan.calls[:3]).sections
    altered = replace(section, fields=(*LIVE.sections[0].fields, a_field("New", "price")))
    backend = FakeBackend(Schema(sections=(altered, *rest)))
    run = execute(backend, plan, done=[1, 2, 3])
    assert not {"call 4", "call 5"} & set(backend.record)
    assert statuses(run)["remove-field/S/Old"] is VerdictStatus.NOT_DONE


def test_nothing_is_removed_beside_an_addition_whose_call_was_skipped() -> None:
    plan = plan_for()
    changes = {change.id: change for change in plan.changes}
    pair = changes["add-field/T/Drop"], changes["remove-field/S/Old"]
    first, *others = plan.calls
    linked = replace(
        plan,
        calls=(replace(first, serves=("add-section/T",)), *others),
        hazards=(a_hazard(*pair, code=Permission.UNEXPLAINED_PAIR),),
    )
    backend = FakeBackend(LIVE, faults={1: Fault.REFUSES})
    run = execute(backend, linked)
    assert "call 3" not in backend.record
    assert "call 4" not in backend.record
    assert statuses(run)["remove-field/S/Old"] is VerdictStatus.NOT_DONE
    assert statuses(run)["remove-field/S/Older"] is VerdictStatus.APPLIED


def test_what_was_proved_and_is_gone_at_the_end_was_overtaken() -> None:
    fake = FakeHost()

    def interfere(event: Event) -> None:
        if isinstance(event, ReadingBack) and event.why.startswith("to prove call 5"):
            kept = [one for one in backend.schema.sections if one.name != "T"]
            backend.schema = Schema(sections=tuple(kept))

    backend = FakeBackend(LIVE)
    fake.host = replace(fake.host, listener=interfere)
    run = execute(backend, fake=fake)
    (verdict,) = [one for one in run.verdicts if one.change == "add-section/T"]
    assert verdict.status is VerdictStatus.OVERTAKEN
    assert "it was as planned, but no longer is" in verdict.detail


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "fault", [Fault.REFUSES_AND_ACTS, Fault.ACTS_SILENTLY, Fault.ACTS_LATE]
)
def test_a_call_that_was_carried_out_whatever_was_answered_goes_on(
    number: int, fault: Fault
) -> None:
    run = execute(FakeBackend(LIVE, faults={number: fault}))
    assert (run.status, run.calls_made) == (RunStatus.COMPLETED, 5)
    assert set(statuses(run).values()) == {VerdictStatus.APPLIED}


def test_a_call_of_unknown_outcome_is_looked_at_again_after_pauses() -> None:
    fake = FakeHost()
    backend = FakeBackend(LIVE, faults={2: Fault.SILENT})
    execute(backend, fake=fake)
    assert fake.slept == [1.0, 3.0]
    after = backend.record[backend.record.index("finished 2 unknown") + 1 :]
    assert after == [
        *("read", "read", "read", "settled 2 not shown"),
        "ended stopped",
    ]
    waits = [event.seconds for event in fake.events if isinstance(event, Waiting)]
    assert waits == [1.0, 3.0]


def test_a_call_too_many_waits_looks_and_is_sent_again() -> None:
    fake, backend = FakeHost(), FakeBackend(LIVE, faults={2: Fault.LIMITED})
    run = execute(backend, fake=fake)
    assert run.status is RunStatus.COMPLETED
    assert (run.calls_made, fake.slept) == (5, [23.0, 23.0])
    one_try = ["started 2", "call 2", "finished 2 unknown", "read", "settled 2 not shown"]
    start = backend.record.index("started 2")
    assert backend.record[start : start + 13] == [
        *one_try,
        *one_try,
        *("started 2", "call 2", "finished 2 done"),
    ]


def test_a_call_too_many_is_not_sent_again_to_someone_who_asks_to_stop() -> None:
    backend = FakeBackend(LIVE, faults={2: Fault.LIMITED})
    run = execute(backend, fake=FakeHost(lambda: "finished 2 unknown" in backend.record))
    assert run.status is RunStatus.STOPPED
    assert backend.record.count("call 2") == 1


def test_an_account_that_cannot_be_reached_stops_the_run_without_a_look() -> None:
    backend = FakeBackend(LIVE, faults={2: Fault.UNSENT})
    run = execute(backend)
    assert run.status is RunStatus.STOPPED
    assert run.reason == "call 2 (edit_section) was not sent: no connection was made"
    assert backend.record[-3:] == ["finished 2 refused", "read", "ended stopped"]
    assert run.calls_made == 1, "what never left is not made"
    assert statuses(run)["add-field/S/New"] is VerdictStatus.NOT_DONE


def test_a_wait_for_the_rate_that_is_interrupted_ends_as_interrupted() -> None:
    backend = FakeBackend(LIVE, faults={2: Fault.UNSENT})
    run = execute(backend, fake=FakeHost(lambda: "call 2" in backend.record))
    assert (run.status, run.reason) == (
        RunStatus.INTERRUPTED,
        "before call 2 (edit_section)",
    )


def test_nothing_is_removed_that_somebody_changed_after_the_review() -> None:
    backend = FakeBackend(LIVE)
    fake = FakeHost()

    def interfere(event: Event) -> None:
        if isinstance(event, CallStarted) and event.call.number == 4:
            (section, *rest) = backend.schema.sections
            fields = (a_field("Old", "price"), *section.fields[1:])
            backend.schema = Schema(sections=(replace(section, fields=fields), *rest))

    fake.host = replace(fake.host, listener=interfere)
    run = execute(backend, fake=fake)
    assert "call 4" not in backend.record
    (verdict,) = [one for one in run.verdicts if one.change == "remove-field/S/Old"]
    assert verdict.status is VerdictStatus.OVERTAKEN
    assert verdict.detail.endswith("somebody else changed S / Old since the plan was reviewed")
    assert statuses(run)["remove-field/S/Older"] is VerdictStatus.APPLIED
    assert run.status is RunStatus.INCOMPLETE


def test_a_refused_call_is_looked_at_once() -> None:
    fake = FakeHost()
    execute(FakeBackend(LIVE, faults={2: Fault.REFUSES}), fake=fake)
    assert fake.slept == []


def test_a_removal_answered_with_a_lie_is_looked_at_again_and_reported() -> None:
    fake = FakeHost()
    backend = FakeBackend(LIVE, faults={4: Fault.LIES})
    run = execute(backend, fake=fake)
    assert run.status is RunStatus.INCOMPLETE
    assert fake.slept[:2] == [1.0, 3.0]
    (verdict,) = [one for one in run.verdicts if one.change == "remove-field/S/Old"]
    assert verdict.status is VerdictStatus.IGNORED
    assert verdict.detail == "was answered with success, but the account has not changed"
    assert statuses(run)["remove-field/S/Older"] is VerdictStatus.APPLIED


def test_an_addition_answered_with_a_lie_is_found_by_the_last_read() -> None:
    desired = a_desired(a_desired_section("S", a_field("New")))
    live = a_schema(a_section("S"))
    run = execute(FakeBackend(live, faults={1: Fault.LIES}), plan_for(desired, live))
    assert (run.status, run.calls_made) == (RunStatus.INCOMPLETE, 1)
    assert run.reason == "the account does not show 1 change as planned"
    assert statuses(run) == {"add-field/S/New": VerdictStatus.IGNORED}


def test_a_tag_that_cannot_be_taken_off_the_carrier_is_reported_though_it_exists() -> None:
    desired = a_desired(tags=["VIP"])
    run = execute(
        FakeBackend(a_schema(), faults={2: Fault.REFUSES}), plan_for(desired, a_schema())
    )
    assert run.status is RunStatus.INCOMPLETE
    assert "contact 7 may still have the new tags" in run.reason
    assert statuses(run) == {"add-tag/VIP": VerdictStatus.APPLIED}


def test_an_account_that_cannot_be_read_to_settle_a_call_stops_the_run() -> None:
    backend = FakeBackend(LIVE, faults={2: Fault.SILENT}, unreadable_after=0)
    run = execute(backend)
    assert run.status is RunStatus.STOPPED
    assert "the account could not be read: no answer came" in run.reason
    assert "call 3" not in backend.record
    assert statuses(run) == {
        "add-field/S/New": VerdictStatus.UNKNOWN,
        "add-section/T": VerdictStatus.UNKNOWN,
        "add-field/T/Drop": VerdictStatus.UNKNOWN,
        "remove-field/S/Old": VerdictStatus.NOT_DONE,
        "remove-field/S/Older": VerdictStatus.NOT_DONE,
    }


def test_changes_that_cannot_be_read_back_are_unknown_and_not_done() -> None:
    desired = a_desired(a_desired_section("S", a_field("New")))
    live = a_schema(a_section("S"))
    run = execute(FakeBackend(live, unreadable_after=0), plan_for(desired, live))
    assert run.status is RunStatus.INCOMPLETE
    (verdict,) = run.verdicts
    assert verdict.status is VerdictStatus.UNKNOWN
    assert "could not be read back: no answer came" in verdict.detail


def test_an_interruption_is_heeded_before_the_next_call_and_the_rest_is_not_done() -> None:
    backend = FakeBackend(LIVE)
    fake = FakeHost(is_interrupted=lambda: "finished 1 done" in backend.record)
    run = execute(backend, fake=fake)
    assert (run.status, run.calls_made) == (RunStatus.INTERRUPTED, 1)
    assert [line for line in backend.record if line.startswith("call")] == ["call 1"]
    assert statuses(run)["add-section/T"] is VerdictStatus.APPLIED
    assert statuses(run)["add-field/S/New"] is VerdictStatus.NOT_DONE


def test_an_interruption_before_the_first_call_changes_nothing() -> None:
    backend = FakeBackend(LIVE)
    run = execute(backend, fake=FakeHost(is_interrupted=lambda: True))
    assert (run.status, backend.record) == (RunStatus.INTERRUPTED, ["ended interrupted"])
    assert set(statuses(run).values()) == {VerdictStatus.NOT_DONE}


def test_a_change_cut_short_is_not_done_and_nobody_elses_fault() -> None:
    backend = FakeBackend(LIVE)
    fake = FakeHost(is_interrupted=lambda: "finished 2 done" in backend.record)
    run = execute(backend, fake=fake)
    verdict = next(one for one in run.verdicts if one.change == "add-field/T/Drop")
    assert verdict.status is VerdictStatus.NOT_DONE
    assert "not finished" in verdict.detail
    assert 'without "x", "y"' in verdict.detail


def test_a_replacement_cut_short_says_that_the_field_has_gone() -> None:
    desired = a_desired(a_desired_section("S", a_field("Old", "price")))
    live = a_schema(a_section("S", a_field("Old")))
    backend = FakeBackend(live)
    fake = FakeHost(is_interrupted=lambda: "finished 1 done" in backend.record)
    run = execute(backend, plan_for(desired, live, Permission.REPLACES_FIELD), fake=fake)
    (verdict,) = run.verdicts
    assert verdict.status is VerdictStatus.NOT_DONE
    assert "removed, and was not created again" in verdict.detail


def test_nothing_is_made_where_the_first_call_cannot_be_journaled() -> None:
    backend = FakeBackend(LIVE)
    with pytest.raises(JournalError):
        execute(backend, full_at="started 1")
    assert backend.record == []


@pytest.mark.parametrize(
    "line", ["started 2", "started 3", "finished 2 done", "settled 5 shown"]
)
def test_no_call_follows_a_line_that_cannot_be_written_and_the_rest_is_reported(
    line: str,
) -> None:
    backend = FakeBackend(LIVE)
    run = execute(backend, full_at=line)
    assert run.status is RunStatus.STOPPED
    assert "the journal is full" in run.reason
    word, number = line.split(" ")[:2]
    made = int(number) - (word == "started")
    assert run.calls_made == made
    assert f"call {made + 1}" not in backend.record
    assert tuple(verdict.change for verdict in run.verdicts) == EVERY_CHANGE


def test_a_last_line_that_cannot_be_written_is_reported_although_all_is_done() -> None:
    run = execute(FakeBackend(LIVE), full_at="ended completed")
    assert run.status is RunStatus.STOPPED
    assert "every call was made, but the last line of the journal is missing" in run.reason
    assert set(statuses(run).values()) == {VerdictStatus.APPLIED}


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("fault", list(Fault))
def test_whatever_goes_wrong_every_change_has_its_verdict_in_order(
    number: int, fault: Fault
) -> None:
    run = execute(FakeBackend(LIVE, faults={number: fault}))
    assert tuple(verdict.change for verdict in run.verdicts) == EVERY_CHANGE
    assert (run.status is RunStatus.COMPLETED) is (
        set(statuses(run).values()) == {VerdictStatus.APPLIED}
    )


def test_the_listener_hears_of_each_call_and_each_read_in_order() -> None:
    fake = FakeHost()
    execute(FakeBackend(LIVE), fake=fake)
    reported = [type(event) for event in fake.events]
    one_call = [CallStarted, CallFinished]
    assert reported == one_call * 3 + one_call * 2 + [ReadingBack]


def test_each_call_has_its_place_among_the_requests_and_the_time_that_is_left() -> None:
    fake = FakeHost()
    plan = plan_for()
    execute(FakeBackend(LIVE), plan, fake=fake)
    started = [event for event in fake.events if isinstance(event, CallStarted)]
    total = plan.budget.requests
    assert {event.step.total for event in started} == {total}
    places = [(event.step.before, event.step.after) for event in started]
    assert [before for before, _ in places[1:]] == [after for _, after in places[:-1]]
    assert places[-1][1] == total
    # Nothing was measured, so each request takes as long as is assumed.
    assert [event.remaining_s for event in started] == [
        (total - before) * Pace().seconds_per_call for before, _ in places
    ]


def test_an_interruption_waits_until_new_tags_are_off_their_carrier_again() -> None:
    plan = plan_for(a_desired(tags=["VIP"]), a_schema())
    backend = FakeBackend(a_schema())
    fake = FakeHost(is_interrupted=lambda: "call 1" in backend.record)
    run = execute(backend, plan, fake=fake)
    assert "call 2" in backend.record
    assert statuses(run) == {"add-tag/VIP": VerdictStatus.APPLIED}


@pytest.mark.parametrize("number", [1, 2])
def test_a_contact_that_may_still_bear_new_tags_is_named(number: int) -> None:
    plan = plan_for(a_desired(tags=["VIP"]), a_schema())
    run = execute(FakeBackend(a_schema(), faults={number: Fault.SILENT}), plan)
    assert run.status is RunStatus.STOPPED
    assert run.reason.endswith(
        "; contact 7 may still have the new tags: the next apply takes them off"
    )
