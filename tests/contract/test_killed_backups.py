"""A process dies in the middle of a backup: the next apply finishes, and nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemactl.emulator.invented_contacts import Crowd
from schemactl.model.call_word import DESTROYING_CALLS
from schemactl.model.event import CallStarted, Event, RequestSent
from schemactl.model.recorded import RecordedCall
from schemactl.pipeline import read_journals
from schemactl.store.vault import writing
from tests.contract.live import Bench
from tests.contract.test_counts import BACKENDS, a_filled_bench
from tests.contract.test_undo import assert_completed, undo, values_of
from tests.killing import KilledError
from tests.vault import backups_in

CROWD = Crowd(number=110, seed=5)


@contextmanager
def small_checkpoints(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(writing, "RECORDS_BETWEEN", 50)
        yield


def requests_of_backup(bench: Bench) -> list[int]:
    """Return which requests of an apply, from 1, belong to its backup."""
    sent = 0
    found: list[int] = []
    is_backup = False

    def listen(event: Event) -> None:
        nonlocal sent, is_backup
        if isinstance(event, CallStarted):
            is_backup = event.call.request == "back_up_values"
            if event.call.request in DESTROYING_CALLS:
                raise KilledError
        if isinstance(event, RequestSent):
            sent += 1
            if is_backup:
                found.append(sent)

    with pytest.raises(KilledError):
        bench.listening(listen).apply()
    return found


def kill_at(bench: Bench, number: int) -> None:
    """Apply, and die right before a request, counted from 1."""
    with pytest.raises(KilledError):
        bench.killed_at(number - 1).apply()


def assert_nothing_is_lost(bench: Bench, before: object) -> None:
    assert_completed(bench.apply())
    done = [one for one in backups_in(bench.target.vault_folder) if one.is_complete]
    assert done
    assert_completed(undo(bench))
    assert values_of(bench) == before


@pytest.mark.parametrize("backend", BACKENDS)
def test_whoever_is_killed_at_a_request_of_a_backup_loses_nothing(
    tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        small_checkpoints(monkeypatch),
        a_filled_bench(tmp_path, backend, crowd=CROWD) as bench,
    ):
        before = values_of(bench)
        numbers = requests_of_backup(bench)
        assert len(numbers) >= 3
        for number in numbers:
            kill_at(bench, number)
            assert values_of(bench) == before
        assert_nothing_is_lost(bench, before)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("is_written", [False, True])
def test_whoever_is_killed_at_a_write_of_a_backup_loses_nothing(
    tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch, *, is_written: bool
) -> None:
    with (
        small_checkpoints(monkeypatch),
        a_filled_bench(tmp_path, backend, crowd=CROWD) as bench,
    ):
        before, schema = values_of(bench), bench.snapshot()
        number, was_killed = 0, True
        # A later write comes after the first destroying call: what that destroyed is backed up.
        while was_killed and bench.snapshot() == schema:
            number += 1
            with monkeypatch.context() as patched:
                was_killed = killed_while_syncing(bench, number, patched, is_written=is_written)
        assert number > 8
        if was_killed:
            assert_completed(bench.apply())
        for run in reversed(read_journals([bench.target])[1:]):
            if any(one.may_have_acted and destroys(one) for one in run.calls):
                assert_completed(undo(bench, run.id))
        assert values_of(bench) == before


def destroys(entry: RecordedCall) -> bool:
    return entry.call.request in DESTROYING_CALLS


def killed_while_syncing(
    bench: Bench, number: int, patched: pytest.MonkeyPatch, *, is_written: bool
) -> bool:
    """Apply, and die when something of the vault is synced; return whether it died."""
    synced, real = 0, os.fsync

    def fsync(descriptor: int) -> None:
        nonlocal synced
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if "/.schemactl/vault/" in f"{path}/":
            synced += 1
            if synced == number:
                if not is_written and path.is_file():
                    # Nothing of it has reached the disk yet.
                    os.truncate(path, path.stat().st_size // 2)
                raise KilledError
        real(descriptor)

    patched.setattr(os, "fsync", fsync)
    try:
        assert_completed(bench.apply())
    except KilledError:
        return True
    return False
