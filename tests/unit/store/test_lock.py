"""lock: one apply at a time, and a lock that ends with whoever holds it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.cli.process import this_host
from schemactl.errors import AccountError, ExitCode, LockedError
from schemactl.model.event import Event, Waiting
from schemactl.store.lock import Holder, hold

ME = Holder(process=1, since="2024-02-29T12:00:00+00:00", folder="/mine", journals="/mine/j")
OTHER = replace(ME, process=2, folder="/other", journals="/other/j")
HOST = this_host()
HOLDING = """
import sys, time
from pathlib import Path
from schemactl.cli.process import this_host
from schemactl.store.lock import Holder, hold
me = Holder(process=4711, since="2024-02-29T12:00:00+00:00", folder="/other", journals="/j")
with hold(Path(sys.argv[1]), me, wait_s=0, host=this_host()):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "account.lock"


def test_a_lock_is_held_once_and_free_again_afterwards(file: Path) -> None:
    with hold(file, ME, wait_s=0, host=HOST) as last:
        assert last is None
        with (
            pytest.raises(
                LockedError, match=r"process 1, since .* at 12:00 UTC, in /mine"
            ) as error,
            hold(file, OTHER, wait_s=0, host=HOST),
        ):
            pass
        assert error.value.exit_code is ExitCode.REFUSED
        assert "--wait" in (error.value.hint or "")
    with hold(file, OTHER, wait_s=0, host=HOST) as last:
        assert last is None, "whoever lets go leaves no words"


def test_a_lock_of_a_killed_process_is_free_and_names_its_owner(file: Path) -> None:
    command = [sys.executable, "-c", HOLDING, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with (
            pytest.raises(LockedError, match="process 4711"),
            hold(file, ME, wait_s=0, host=HOST),
        ):
            pass
        process.kill()
        process.wait(timeout=10)
    with hold(file, ME, wait_s=0, host=HOST) as last:
        assert last is not None
        assert (last.process, last.journals) == (4711, "/j")


def test_waiting_for_a_lock_is_reported_and_bounded(file: Path) -> None:
    reported: list[Event] = []
    host = replace(HOST, listener=reported.append)
    with (
        hold(file, ME, wait_s=0, host=HOST),
        pytest.raises(LockedError),
        hold(file, OTHER, wait_s=0.3, host=host),
    ):
        pass
    (event,) = reported
    assert isinstance(event, Waiting)
    assert (event.seconds, "process 1" in event.why) == (0.3, True)


def test_who_asks_to_stop_waits_no_longer(file: Path) -> None:
    host = replace(HOST, is_interrupted=lambda: True)
    with (
        hold(file, ME, wait_s=0, host=HOST),
        pytest.raises(LockedError),
        hold(file, OTHER, wait_s=60, host=host),
    ):
        pass


@pytest.mark.parametrize("words", ["", "{", "[]", '{"process": "1"}', "[" * 100_000])
def test_words_that_make_no_sense_are_nobodys(file: Path, words: str) -> None:
    file.parent.mkdir()
    file.with_name(f"{file.name}.holder.json").write_text(words, encoding="utf-8")
    with hold(file, ME, wait_s=0, host=HOST) as last:
        assert last is None


def test_the_words_hold_no_more_than_who_where_and_since_when(file: Path) -> None:
    with hold(file, ME, wait_s=0, host=HOST):
        (beside,) = file.parent.glob("*.json")
        assert set(json.loads(beside.read_text(encoding="utf-8"))) == {
            *("process", "since", "folder", "journals")
        }


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(AccountError, match="cannot be locked") as error,
        hold(tmp_path / "file" / "account.lock", ME, wait_s=0, host=HOST),
    ):
        pass
    assert error.value.hint is not None
