"""journal.reading: what can be known of a run, wherever its journal ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemactl.errors import JournalError
from schemactl.journal.reading import read_journal, run_from_journal
from schemactl.journal.shelf import (
    MOST_KEPT,
    forget_oldest,
    open_run,
    path_of_run,
    recorded_runs,
)
from schemactl.journal.writing import JournalFile
from schemactl.model.change import AddField
from schemactl.model.plan import CallDraft, Permission
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus, VerdictStatus
from tests.builders import a_call, a_field, a_plan, a_run, a_verdict

DONE = Outcome(status=OutcomeStatus.DONE)
REFUSED = Outcome(status=OutcomeStatus.REFUSED, detail="Invalid Contact Ids")
UNKNOWN = Outcome(status=OutcomeStatus.UNKNOWN, detail="time ran out")
OWED = CallDraft(request="remove_tag", arguments={"contact": "7", "tags": ("VIP",)}, serves=())
CALLS = (
    a_call(1, "add_section", {"section": "S", "fields": ()}, serves=["add-section/S"]),
    a_call(2, "add_tag", {"contact": "7", "tags": ("VIP",)}, serves=["add-tag/VIP"]),
    a_call(3, "remove_tag", {"contact": "7", "tags": ("VIP",)}, needs=[2]),
)


class Clock:
    """Noon, and a second more each time it is asked."""

    def __init__(self) -> None:
        self.time = datetime(2024, 2, 29, 12, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def start(path: Path, run_id: str = "run-1", *, follows: str | None = None) -> JournalFile:
    journal = JournalFile(path, now=Clock())
    plan = a_plan(calls=CALLS, permissions=[Permission.REMOVES_FIELD])
    journal.run_started(run_id, plan, digest="0a1b", follows=follows)
    return journal


def reread(path: Path) -> RecordedRun:
    run = read_journal(path)
    assert run is not None
    return run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run-1.jsonl"


def test_a_run_that_was_written_is_read_again(path: Path) -> None:
    with start(path) as journal:
        for call in CALLS:
            journal.call_started(call)
            journal.call_finished(call, DONE)
        verdict = a_verdict(AddField(section="S", after=a_field("A")), VerdictStatus.APPLIED)
        journal.run_finished(a_run(verdict))
    run = reread(path)
    assert (run.id, run.account, run.plan) == ("run-1", "demo", "0a1b")
    assert run.permissions == ("removes-field",)
    assert tuple(entry.call for entry in run.calls) == CALLS
    assert all(entry.is_done for entry in run.calls)
    assert run.end is not None
    assert (run.end.status, run.end.verdicts) == (RunStatus.COMPLETED, (verdict,))
    assert not run.is_open
    assert not run.is_torn


def test_wherever_a_journal_is_cut_it_is_understood(path: Path) -> None:
    with start(path) as journal:
        for call in CALLS:
            journal.call_started(call)
            journal.call_finished(call, REFUSED if call.number == 1 else DONE)
            journal.call_settled(call, shown=call.number != 1)
        journal.run_finished(a_run())
    data = path.read_bytes()
    first_line = data.index(b"\n")
    for end in range(len(data) + 1):
        run = run_from_journal(data[:end], path=path)
        if end < first_line:
            assert run is None, "nothing can have been sent before the first line is whole"
            continue
        assert run is not None
        whole = data[:end].rstrip(b"\n").split(b"\n")
        assert run.is_torn is not is_json(whole[-1])
        begun = [entry for entry in run.calls if entry.started_at is not None]
        assert len(begun) == sum(b'"call-started"' in line for line in whole if is_json(line))


def is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("padding", [b"", b"\n" * 2048, b"\0" * 100, b"\n\0\n"])
def test_room_left_at_the_end_is_no_line(path: Path, padding: bytes) -> None:
    start(path).__exit__(None, None, None)
    with path.open("ab") as stream:
        stream.write(padding)
    assert not reread(path).is_torn


def test_a_journal_without_a_whole_line_tells_of_nothing(path: Path) -> None:
    path.write_bytes(b'{"event": "run-st')
    assert read_journal(path) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense\n{}\n", "line 1 is no line of a journal"),
        ('{"event": "call-started", "at": "", "call": 1}\n', "does not begin with the start"),
        ("START\nSTART\n", "the start of two runs"),
        ('START\n{"event": "call-started", "at": "", "call": 9}\n', "a call 9 that is not"),
        ('START\n{"event": "call-started"}\nSTART\n', "line 2 is no line"),
    ],
)
def test_a_journal_that_somebody_changed_is_told(path: Path, text: str, words: str) -> None:
    start(path).__exit__(None, None, None)
    first = path.read_text(encoding="utf-8").strip()
    path.write_text(text.replace("START", first), encoding="utf-8")
    with pytest.raises(JournalError, match=words) as failure:
        read_journal(path)
    assert failure.value.hint is not None


def test_a_call_with_a_number_without_bounds_is_no_line(path: Path) -> None:
    path.write_bytes(b'{"event": "call-started", "at": "", "call": 1e999}\n')
    assert read_journal(path) is None


def test_what_a_run_leaves_on_the_carrier_is_owed(path: Path) -> None:
    with start(path) as journal:
        journal.call_started(CALLS[1])
    assert reread(path).owed == (OWED,)


@pytest.mark.parametrize(("outcome", "owed"), [(DONE, ()), (REFUSED, ()), (UNKNOWN, (OWED,))])
def test_what_was_taken_off_or_refused_is_owed_no_more(
    path: Path, outcome: Outcome, owed: tuple[CallDraft, ...]
) -> None:
    with start(path) as journal:
        for call, answer in ((CALLS[1], DONE), (CALLS[2], outcome)):
            journal.call_started(call)
            journal.call_finished(call, answer)
        journal.run_finished(a_run())
    run = reread(path)
    assert run.owed == owed
    assert run.is_open is bool(owed)


def test_a_tag_call_that_was_refused_leaves_nothing_behind(path: Path) -> None:
    with start(path) as journal:
        journal.call_started(CALLS[1])
        journal.call_finished(CALLS[1], REFUSED)
    assert reread(path).owed == ()


@pytest.mark.parametrize(("outcome", "left"), [(DONE, ()), (REFUSED, ()), (UNKNOWN, (OWED,))])
def test_what_an_earlier_run_owed_is_owed_until_it_is_settled(
    path: Path, outcome: Outcome, left: tuple[CallDraft, ...]
) -> None:
    with JournalFile(path, now=Clock()) as journal:
        journal.run_started("run-2", a_plan(), digest="", follows="run-1", owed=[OWED])
        assert reread(path).owed == (OWED,)
        journal.owed_started(OWED)
        journal.owed_finished(OWED, outcome)
    assert reread(path).owed == left


def test_a_call_sent_again_is_known_by_its_last_try(path: Path) -> None:
    with start(path) as journal:
        journal.call_started(CALLS[0])
        journal.call_finished(CALLS[0], UNKNOWN)
        journal.call_settled(CALLS[0], shown=False)
        journal.call_started(CALLS[0])
    (entry, *_) = reread(path).calls
    assert (entry.outcome, entry.shown) == (None, None)


class TestShelf:
    """The journals of one account beside each other."""

    def test_no_folder_is_no_run(self, tmp_path: Path) -> None:
        assert recorded_runs(tmp_path / "none") == ()

    def test_the_run_that_was_cut_off_is_found_until_another_takes_it_up(
        self, tmp_path: Path
    ) -> None:
        start(path_of_run(tmp_path, "run-1")).__exit__(None, None, None)
        runs = recorded_runs(tmp_path)
        found = open_run(runs)
        assert found is not None
        assert found.id == "run-1"
        with start(path_of_run(tmp_path, "run-2"), "run-2", follows="run-1") as journal:
            journal.run_finished(a_run())
        assert open_run(recorded_runs(tmp_path)) is None

    def test_only_settled_journals_are_forgotten_and_the_oldest_first(
        self, tmp_path: Path
    ) -> None:
        start(path_of_run(tmp_path, "run-0000"), "run-0000").__exit__(None, None, None)
        for number in range(1, MOST_KEPT + 3):
            name = f"run-{number:04}"
            with start(path_of_run(tmp_path, name), name) as journal:
                journal.run_finished(a_run())
        forget_oldest(tmp_path, recorded_runs(tmp_path))
        kept = [run.id for run in recorded_runs(tmp_path)]
        assert len(kept) == MOST_KEPT
        assert kept[:2] == ["run-0000", "run-0004"], "the one that is open stays"
