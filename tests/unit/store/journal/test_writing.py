"""journal: lines on disk before and after each call, or no call."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemactl.errors import ExitCode, JournalError
from schemactl.model.change import AddField
from schemactl.model.plan import JsonObject, Permission
from schemactl.model.run import Outcome, OutcomeStatus, VerdictStatus
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state.local import local_file
from tests.builders import a_call, a_field, a_plan, a_run, a_verdict

DONE = Outcome(status=OutcomeStatus.DONE)


def noon() -> datetime:
    return datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal" / "run-1.jsonl"


@pytest.fixture
def journal(path: Path) -> Iterator[JournalFile]:
    with JournalFile(local_file(path), now=noon) as opened:
        yield opened


def lines(path: Path) -> list[JsonObject]:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.rstrip("\n").split("\n")]


def test_a_new_journal_is_for_its_owner_alone(journal: JournalFile, path: Path) -> None:
    del journal
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_each_call_has_a_line_before_and_a_line_after(journal: JournalFile, path: Path) -> None:
    journal.call_started(a_call(3, "add_section"))
    assert [line["event"] for line in lines(path)] == ["call-started"]
    journal.call_finished(a_call(3), Outcome(status=OutcomeStatus.REFUSED, detail="no"))
    at = "2024-02-29T12:00:00.123+00:00"
    assert lines(path) == [
        {"event": "call-started", "at": at, "call": 3, "request": "add_section"},
        {"event": "call-finished", "at": at, "call": 3, "outcome": "refused", "detail": "no"},
    ]


def test_the_first_line_holds_every_call_with_its_arguments(
    journal: JournalFile, path: Path
) -> None:
    call = a_call(1, "add_dropdown", {"field": "Größe ", "options": ("Yes", "1.10")})
    plan = a_plan(calls=[call], permissions=[Permission.REMOVES_FIELD])
    journal.run_started(
        "run-1",
        plan,
        address="https://a/",
        digest="0a1b",
        by="ann",
        commit="c0ffee-dirty",
        resumes="run-0",
        earlier={3, 2},
    )
    (line,) = lines(path)
    assert line == {
        "event": "run-started",
        "at": "2024-02-29T12:00:00.123+00:00",
        "format_version": 2,
        "run": "run-1",
        "account": "demo",
        "address": "https://a/",
        "backend": "legacy",
        "by": "ann",
        "commit": "c0ffee-dirty",
        "plan": "0a1b",
        "permissions": ["removes-field"],
        "follows": "run-0",
        "earlier": [2, 3],
        "calls": [
            {
                "number": 1,
                "request": "add_dropdown",
                "arguments": {"field": "Größe ", "options": ["Yes", "1.10"]},
                "serves": [],
                "needs": [],
            }
        ],
    }


def test_the_last_line_holds_every_verdict(journal: JournalFile, path: Path) -> None:
    change = AddField(section="S", after=a_field("A"))
    run = a_run(a_verdict(change, VerdictStatus.ALTERED, "it came late"))
    journal.run_finished(run)
    assert lines(path) == [
        {
            "event": "run-finished",
            "at": "2024-02-29T12:00:00.123+00:00",
            "status": "completed",
            "reason": "",
            "verdicts": [
                {"change": "add-field/S/A", "verdict": "altered", "detail": "it came late"}
            ],
        }
    ]


@pytest.mark.parametrize("text", ["line\nbreak", "\u2028", "\udc80 alone", '"quoted"'])
def test_odd_text_stays_on_its_line(journal: JournalFile, path: Path, text: str) -> None:
    journal.call_finished(a_call(), Outcome(status=OutcomeStatus.UNKNOWN, detail=text))
    (line,) = path.read_bytes().rstrip(b"\n").split(b"\n")
    assert json.loads(line)["detail"] == text


def test_every_line_is_synced_before_the_method_returns(
    journal: JournalFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def sync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", sync)
    journal.call_started(a_call())
    journal.call_finished(a_call(), DONE)
    assert synced[-1] == path.stat().st_size
    assert len(synced) == 2


def test_a_journal_that_exists_is_never_written_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("older", encoding="utf-8")
    with pytest.raises(JournalError, match="File exists"):
        JournalFile(local_file(path), now=noon)
    assert path.read_text(encoding="utf-8") == "older"


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(JournalError, match="cannot be written") as failure:
        JournalFile(local_file(tmp_path / "journal" / "run-1.jsonl"), now=noon)
    assert failure.value.exit_code is ExitCode.FAILED
    assert failure.value.hint is not None
    assert "no call is made without its journal" in failure.value.hint


@pytest.mark.parametrize("function", ["pwrite", "fsync"])
def test_a_line_that_does_not_reach_the_disk_is_an_error(
    journal: JournalFile, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    def fail(*arguments: object) -> int:
        del arguments
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(JournalError, match="No space left"):
        journal.call_started(a_call())


def test_a_line_that_is_taken_in_parts_is_written_to_its_end(
    journal: JournalFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pwrite = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: pwrite(file, data[:100], at))
    journal.call_started(a_call(7, "add_section"))
    assert lines(path)[0]["call"] == 7


def test_a_disk_that_takes_nothing_more_is_an_error(
    journal: JournalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_nothing(*arguments: object) -> int:
        del arguments
        return 0

    monkeypatch.setattr(os, "pwrite", take_nothing)
    with pytest.raises(JournalError, match="nothing more could be written"):
        journal.call_started(a_call())


def test_room_for_the_line_after_a_call_is_taken_before_it(
    journal: JournalFile, path: Path
) -> None:
    journal.call_started(a_call())
    taken = path.stat().st_size
    longest = Outcome(status=OutcomeStatus.UNKNOWN, detail="\U0001f4be" * 10_000)
    journal.call_finished(a_call(), longest)
    assert len(path.read_bytes().rstrip(b"\n")) < taken


def test_a_closed_journal_has_no_room_left_over(path: Path) -> None:
    with JournalFile(local_file(path), now=noon) as journal:
        journal.call_started(a_call())
    assert path.read_bytes().endswith(b"}\n")


def test_nothing_is_written_after_it_is_closed(path: Path) -> None:
    with JournalFile(local_file(path), now=noon) as journal:
        journal.call_started(a_call())
    with pytest.raises(JournalError):
        journal.call_finished(a_call(), DONE)
    assert len(lines(path)) == 1
