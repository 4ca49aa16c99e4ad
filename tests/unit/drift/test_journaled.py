"""Which runs are credited with what the account has, and for which calls."""

from __future__ import annotations

from dataclasses import replace

from schemactl.drift.journaled import created_in_runs, runs_since
from schemactl.model.base import Applied, Base
from schemactl.model.plan import Call
from schemactl.model.recorded import RecordedCall, RecordedEnd, RecordedRun
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus
from schemactl.model.schema import Field, Schema, Section

LIVE = Schema(
    sections=(Section(name="S", fields=(Field(name="A", type="text", custom=True),)),),
)
NOW = Applied(at="2026-01-02T00:00:00+00:00", by="", commit="c0ffee", run="run-9")


def a_run(
    name: str, *calls: RecordedCall, day: int = 1, status: RunStatus | None = None
) -> RecordedRun:
    at = f"2026-01-{day:02}T00:00:00.500+00:00"
    end = None
    if status is not None:
        end = RecordedEnd(at=at, status=status, reason="", verdicts=())
    return RecordedRun(
        id=name,
        account="a",
        address="x",
        backend="legacy",
        started_at=at,
        plan="",
        calls=calls,
        end=end,
    )


def a_call(
    request: str = "edit_section",
    change: str = "add-field/S/A",
    *,
    started: bool = True,
    status: OutcomeStatus | None = None,
    shown: bool | None = None,
) -> RecordedCall:
    return RecordedCall(
        call=Call(number=1, request=request, arguments={}, serves=(change,)),
        started_at="2026-01-01T00:00:00+00:00" if started else None,
        outcome=None if status is None else Outcome(status=status),
        shown=shown,
    )


def a_base(run: str, at: str = "2026-01-02T00:00:00+00:00") -> Base:
    applied = Applied(at=at, by="", commit="", run=run)
    return Base(account="a", backend="legacy", address="x", applied=applied, schema=LIVE)


def credited(*runs: RecordedRun) -> list[tuple[str, str, str]]:
    found = created_in_runs(runs, LIVE, owned=(), applied=NOW)
    return [(one.place.name, one.run, one.commit) for one in found]


def test_a_call_counts_unless_it_was_refused_not_sent_or_seen_without_effect() -> None:
    assert credited(a_run("r", a_call())) == [("A", "r", "")]
    assert credited(a_run("r", a_call(status=OutcomeStatus.UNKNOWN, shown=True)))
    assert not credited(a_run("r", a_call(started=False)))
    assert not credited(a_run("r", a_call(status=OutcomeStatus.REFUSED)))
    assert not credited(a_run("r", a_call(status=OutcomeStatus.DONE, shown=False)))
    assert not credited(a_run("r", a_call("add_dropdown")))
    assert not credited(a_run("r", a_call(change="add-field/S/Other")))


def test_an_apply_has_its_commit_from_git_and_an_earlier_one_from_its_journal() -> None:
    assert credited(a_run("run-9", a_call())) == [("A", "run-9", "c0ffee")]
    earlier = replace(a_run("run-8", a_call()), commit="decade")
    assert credited(earlier) == [("A", "run-8", "decade")]


def test_what_a_later_call_removed_is_not_credited_to_the_earlier_one() -> None:
    removal = a_call("remove_field", "remove-field/S/A")
    assert not credited(a_run("r1", a_call()), a_run("r2", removal))
    assert credited(a_run("r1", removal), a_run("r2", a_call())) == [("A", "r2", "")]


def test_the_runs_after_the_one_that_wrote_the_base_count() -> None:
    runs = tuple(a_run(f"r{day}", day=day) for day in (1, 2, 3))
    assert runs_since(a_base("r1"), runs) == runs[1:]
    # An apply without calls, or of another machine: its journal is not here.
    assert runs_since(a_base(""), runs) == runs[1:]
    assert runs_since(a_base("", at="2026-01-03T00:00:00+00:00"), runs) == runs[2:]
    for broken in ("yesterday", "2026-01-01T00:00:00"):
        assert runs_since(a_base("", at=broken), runs) == ()


def test_without_a_base_those_since_the_last_completed_run_count() -> None:
    done = a_run("r1", day=1, status=RunStatus.COMPLETED)
    cut = a_run("r2", day=2)
    assert runs_since(None, (done, cut)) == (cut,)
    assert runs_since(None, (cut,)) == (cut,)
