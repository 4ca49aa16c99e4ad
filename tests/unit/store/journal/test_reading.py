"""journal.reading: what can be known of a run, wherever its journal ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemactl.errors import JournalError
from schemactl.model.change import AddField
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.plan import Permission
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus, VerdictStatus
from schemactl.store.journal.files import file_of_run
from schemactl.store.journal.reading import read_journal, run_from_journal
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state.local import local_file, local_folder
from tests.builders import a_call, a_field, a_plan, a_run, a_verdict

DONE = Outcome(status=OutcomeStatus.DONE)
REFUSED = Outcome(status=OutcomeStatus.REFUSED, detail="Invalid Contact Ids")
UNKNOWN = Outcome(status=OutcomeStatus.UNKNOWN, detail="time ran out")
LEFT = PendingCleanup(run="run-1", contact="7", tags=("VIP",))
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


def start(path: Path, run_id: str = "run-1", *, resumes: str | None = None) -> JournalFile:
    journal = JournalFile(local_file(path), now=Clock())
    plan = a_plan(calls=CALLS, permissions=[Permission.REMOVES_FIELD])
    journal.run_started(run_id, plan, address="https://a/", digest="0a1b", resumes=resumes)
    return journal


def reread(path: Path) -> RecordedRun:
    run = read_journal(local_file(path))
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
    assert run.address == "https://a/"
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
        run = run_from_journal(data[:end], file=str(path))
        if end < first_line:
            assert run is None, "nothing can have been sent before the first line is whole"
            continue
        assert run is not None
        whole = data[:end].rstrip(b"\n").split(b"\n")
        assert run.is_torn is not is_json(whole[-1])
        started = [entry for entry in run.calls if entry.started_at is not None]
        assert len(started) == sum(b'"call-started"' in line for line in whole if is_json(line))


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


def test_a_journal_without_a_whole_line_is_empty(path: Path) -> None:
    path.write_bytes(b'{"event": "run-st')
    assert read_journal(local_file(path)) is None


AT = "2024-02-29T12:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense\n{}\n", ":1 is damaged: this is not a line of a journal"),
        (f'{{"event": "call-started", "at": "{AT}", "call": 1}}\n', "does not begin with the"),
        ("START\nSTART\n", ":2 is damaged: it holds the start of two runs"),
        (f'START\n{{"event": "call-started", "at": "{AT}", "call": 9}}\n', "a call 9 that is"),
        ('START\n{"event": "call-started"}\nSTART\n', ":2 is damaged: this is not a line"),
        ('START\n{"event": "call-started", "at": "noon", "call": 1}\nSTART\n', ":2 is damaged"),
        ('START\n{"event": "call-started", "at": "2024-02-29", "call": 1}\nSTART\n', ":2 is"),
        ('START\n{"event": "run-finished", "event": "call-started"}\nEND\n', ":2 is damaged"),
        ("START\nEND\nEND\n", ":3 is damaged: it continues after the end of its run"),
        ("OTHER\n", "it is of run run-9, and its file is named otherwise"),
        ("MISNUMBERED\n", "its calls are not numbered from 1"),
    ],
)
def test_a_journal_that_somebody_changed_is_refused_with_file_and_line(
    path: Path, text: str, words: str
) -> None:
    with start(path) as journal:
        journal.run_finished(a_run())
    first, end = path.read_text(encoding="utf-8").splitlines()
    for word, line in (
        ("START", first),
        ("END", end),
        ("OTHER", first.replace('"run-1"', '"run-9"')),
        ("MISNUMBERED", first.replace('"number": 2', '"number": 5')),
    ):
        text = text.replace(word, line)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JournalError) as failure:
        read_journal(local_file(path))
    assert words in str(failure.value)
    assert str(path) in str(failure.value)
    assert failure.value.hint is not None


@pytest.mark.parametrize("name", ["../run-0", "", "a/b", ".run", "run 1", "run.1", "r" * 65])
def test_a_run_is_named_by_nothing_that_could_lead_out_of_the_folder(
    path: Path, name: str
) -> None:
    start(path).__exit__(None, None, None)
    text = path.read_text(encoding="utf-8").replace('"run-1"', json.dumps(name))
    path.write_text(f"{text}{text}", encoding="utf-8")
    with pytest.raises(JournalError, match=":1 is damaged"):
        read_journal(local_file(path))
    with pytest.raises(ValueError, match="not the id of a run"):
        file_of_run(local_folder(path.parent), name)


def test_a_call_with_a_number_without_bounds_is_no_line(path: Path) -> None:
    path.write_bytes(
        b'{"event": "call-started", "at": "2024-02-29T12:00:00+00:00", "call": 1e999}\n'
    )
    assert read_journal(local_file(path)) is None


def test_what_a_run_leaves_on_the_carrier_follows_from_its_own_calls(path: Path) -> None:
    with start(path) as journal:
        journal.call_started(CALLS[1])
    assert reread(path).cleanups == (LEFT,)


@pytest.mark.parametrize(("outcome", "left"), [(DONE, ()), (REFUSED, ()), (UNKNOWN, (LEFT,))])
def test_what_was_taken_off_or_refused_is_left_no_more(
    path: Path, outcome: Outcome, left: tuple[PendingCleanup, ...]
) -> None:
    with start(path) as journal:
        for call, answer in ((CALLS[1], DONE), (CALLS[2], outcome)):
            journal.call_started(call)
            journal.call_finished(call, answer)
        journal.run_finished(a_run())
    run = reread(path)
    assert run.cleanups == left
    assert run.is_open is bool(left)


def test_a_tag_call_that_was_refused_leaves_nothing_behind(path: Path) -> None:
    with start(path) as journal:
        journal.call_started(CALLS[1])
        journal.call_finished(CALLS[1], REFUSED)
    assert reread(path).cleanups == ()


@pytest.mark.parametrize(
    ("outcome", "settled"), [(DONE, ("run-1",)), (REFUSED, ("run-1",)), (UNKNOWN, ())]
)
def test_a_cleanup_is_settled_where_its_outcome_is_known(
    path: Path, outcome: Outcome, settled: tuple[str, ...]
) -> None:
    path = path.with_name("run-2.jsonl")
    with JournalFile(local_file(path), now=Clock()) as journal:
        journal.run_started("run-2", a_plan(), address="https://a/", digest="", resumes="run-1")
        journal.cleanup_started(LEFT)
        assert reread(path).settled == ()
        journal.cleanup_finished(LEFT, outcome)
    assert reread(path).settled == settled


def test_a_journal_of_format_1_is_read_and_its_requests_are_read_over(path: Path) -> None:
    start(path).__exit__(None, None, None)
    first = json.loads(path.read_text(encoding="utf-8"))
    planted = {"request": "delete_field", "arguments": {"field": "Fax"}}
    first |= {"format_version": 1, "owed": [planted]}
    del first["address"]
    path.write_text(json.dumps(first), encoding="utf-8")
    run = reread(path)
    assert (run.address, run.cleanups) == ("", ())
    assert planted["request"] not in [entry.call.request for entry in run.calls]


def test_a_call_sent_again_is_known_by_its_last_try(path: Path) -> None:
    with start(path) as journal:
        journal.call_started(CALLS[0])
        journal.call_finished(CALLS[0], UNKNOWN)
        journal.call_settled(CALLS[0], shown=False)
        journal.call_started(CALLS[0])
    (entry, *_) = reread(path).calls
    assert (entry.outcome, entry.shown) == (None, None)
