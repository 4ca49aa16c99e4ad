"""account/http/rate.py: processes share the limit of calls, and wait no longer than needed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock
from pyrate_limiter import SQLiteBucket

from schemactl.account.http.rate import NoLimit, SharedLimit, count_file
from schemactl.errors import AccountError, InterruptedWaitError
from schemactl.host import find_state_folder

HAMMER = """
import sys, time
from pathlib import Path
from schemactl.account.http.rate import SharedLimit

stamps = []

def now_ms():
    stamps.append(time.time_ns() // 1_000_000)
    return stamps[-1]

limit = SharedLimit(Path(sys.argv[1]), calls=int(sys.argv[2]), window_s=1.0, now_ms=now_ms)
for _ in range(6):
    limit.wait_for_turn(lambda seconds: None)
    print(stamps[-1], flush=True)
"""
HOLDER = """
import sys, time
from pathlib import Path
from schemactl.account.http.rate import SharedLimit

def now_ms():
    print("held", flush=True)
    time.sleep(600)

SharedLimit(Path(sys.argv[1]), calls=5, now_ms=now_ms).wait_for_turn(lambda seconds: None)
"""
FULL_DISK = """
import resource, sys
from pathlib import Path
from schemactl.errors import AccountError
from schemactl.account.http.rate import SharedLimit

resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    SharedLimit(Path(sys.argv[1]), calls=5).wait_for_turn(lambda seconds: None)
except AccountError as error:
    print(error, error.hint)
"""


OPENED: list[SharedLimit] = []


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finish(child: subprocess.Popen[str]) -> str:
    reported, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    return reported


class Clock:
    """A clock that only sleeping moves; 0 is noon."""

    def __init__(self, *, now_s: float = 1_000_000.0) -> None:
        self.now_s = now_s
        self.slept: list[float] = []

    def now_ms(self) -> int:
        """Return the wall clock's time."""
        return round(self.now_s * 1000)

    def seconds(self) -> float:
        """Return the time that patience is measured by."""
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.now_s += seconds


@pytest.fixture(autouse=True)
def _close_limits() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def opened(limit: SharedLimit) -> SharedLimit:
    """Have a limit closed after the test."""
    OPENED.append(limit)
    return limit


def a_limit(
    file: Path,
    clock: Clock,
    *,
    calls: int = 3,
    patience_s: float = 600,
    is_interrupted: Callable[[], bool] = lambda: False,
) -> SharedLimit:
    return opened(
        SharedLimit(
            file,
            calls=calls,
            patience_s=patience_s,
            now_ms=clock.now_ms,
            clock=clock.seconds,
            sleep=clock.sleep,
            is_interrupted=is_interrupted,
        )
    )


def test_calls_within_the_limit_do_not_wait(tmp_path: Path) -> None:
    clock = Clock()
    limit = a_limit(tmp_path / "deep" / "calls.sqlite3", clock)

    for _ in range(3):
        limit.wait_for_turn(clock.slept.append)

    assert clock.slept == []


def test_the_next_call_waits_until_the_oldest_is_a_minute_ago(tmp_path: Path) -> None:
    clock, reported = Clock(), list[float]()
    limit = a_limit(tmp_path / "calls.sqlite3", clock)
    for _ in range(3):
        limit.wait_for_turn(reported.append)
        clock.now_s += 10

    limit.wait_for_turn(reported.append)

    assert reported == clock.slept
    assert clock.slept == [pytest.approx(30, abs=0.01)]


def test_two_limits_with_one_file_count_together(tmp_path: Path) -> None:
    clock = Clock()
    one, other = (a_limit(tmp_path / "calls.sqlite3", clock) for _ in range(2))
    for limit in (one, other, one):
        limit.wait_for_turn(clock.slept.append)
    assert clock.slept == []

    other.wait_for_turn(lambda _: None)

    assert clock.slept == [pytest.approx(60, abs=0.01)]


def test_who_asks_to_stop_still_gets_a_free_turn_and_waits_for_none(tmp_path: Path) -> None:
    clock = Clock()
    limit = a_limit(tmp_path / "calls", clock, is_interrupted=lambda: True)
    reported: list[float] = []
    for _ in range(3):
        limit.wait_for_turn(reported.append)
    with pytest.raises(InterruptedWaitError, match="interrupted while waiting"):
        limit.wait_for_turn(reported.append)
    assert (reported, clock.slept) == ([], [])


def test_a_wait_ends_when_somebody_asks_to_stop(tmp_path: Path) -> None:
    clock = Clock()
    waits: list[float] = []
    limit = opened(
        SharedLimit(
            tmp_path / "calls",
            calls=1,
            now_ms=clock.now_ms,
            clock=clock.seconds,
            sleep=lambda _: None,
            is_interrupted=lambda: bool(waits),
        )
    )
    limit.wait_for_turn(waits.append)
    with pytest.raises(InterruptedWaitError, match="interrupted while waiting"):
        limit.wait_for_turn(waits.append)
    assert len(waits) == 1


def test_patience_ends(tmp_path: Path) -> None:
    clock = Clock()
    limit = a_limit(tmp_path / "calls.sqlite3", clock, calls=1, patience_s=20)
    limit.wait_for_turn(lambda _: None)

    with pytest.raises(AccountError, match="no call could be made for 20 seconds") as caught:
        limit.wait_for_turn(lambda _: None)

    assert "other runs" in str(caught.value.hint)
    assert sum(clock.slept) == pytest.approx(20)


def test_calls_counted_before_the_clock_was_set_back_are_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    limit = a_limit(tmp_path / "calls.sqlite3", clock, calls=2)
    for _ in range(2):
        limit.wait_for_turn(lambda _: None)
    clock.now_s -= 86_400

    limit.wait_for_turn(lambda _: None)

    assert clock.slept == []


def test_a_small_step_back_of_the_clock_lets_no_more_calls_through(tmp_path: Path) -> None:
    clock = Clock()
    limit = a_limit(tmp_path / "calls.sqlite3", clock, calls=2)
    for _ in range(2):
        limit.wait_for_turn(lambda _: None)
        clock.now_s -= 5

    limit.wait_for_turn(lambda _: None)

    # Two steps of five seconds lie between the newest count and now.
    assert clock.slept == [pytest.approx(70, abs=0.01)]


def test_calls_counted_before_the_clock_was_set_forward_are_over(tmp_path: Path) -> None:
    clock = Clock()
    limit = a_limit(tmp_path / "calls.sqlite3", clock, calls=2)
    for _ in range(2):
        limit.wait_for_turn(lambda _: None)
    clock.now_s += 3600

    for _ in range(2):
        limit.wait_for_turn(lambda _: None)

    assert clock.slept == []


def test_the_count_does_not_grow_from_window_to_window(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "calls.sqlite3"
    limit = a_limit(file, clock)

    for _ in range(20):
        limit.wait_for_turn(lambda _: None)
        clock.now_s += 25

    with closing(sqlite3.connect(file)) as count:
        ((rows,),) = count.execute("SELECT count(*) FROM rate_bucket")
    assert rows <= 2 * 3


def test_a_stricter_project_counts_the_calls_of_a_laxer_one(tmp_path: Path) -> None:
    clock = Clock()
    lax, strict = (a_limit(tmp_path / "c.sqlite3", clock, calls=calls) for calls in (5, 2))
    for _ in range(5):
        lax.wait_for_turn(lambda _: None)
        clock.now_s += 1

    strict.wait_for_turn(lambda _: None)

    # The fourth of the five, made 2 s ago, must be a minute old: then only one is left.
    assert clock.slept == [pytest.approx(58, abs=0.01)]


def test_an_interruption_ends_the_wait_for_the_count_itself(tmp_path: Path) -> None:
    file = tmp_path / "calls.sqlite3"
    limit = SharedLimit(file, calls=1, is_interrupted=lambda: True)
    start = time.monotonic()

    with FileLock(f"{file}.lock"), pytest.raises(InterruptedWaitError, match="interrupted"):
        limit.wait_for_turn(lambda _: None)

    assert time.monotonic() - start < 10


def test_a_count_that_is_busy_for_a_moment_is_waited_for_though_interrupted(
    tmp_path: Path,
) -> None:
    file = tmp_path / "calls.sqlite3"
    busy = FileLock(f"{file}.lock", thread_local=False)
    busy.acquire()
    threading.Timer(0.2, busy.release).start()

    limit = opened(SharedLimit(file, calls=1, is_interrupted=lambda: True))
    limit.wait_for_turn(lambda _: None)


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    limit = a_limit(tmp_path / "file" / "calls.sqlite3", Clock())

    with pytest.raises(AccountError, match="cannot be kept") as caught:
        limit.wait_for_turn(lambda _: None)

    assert str(tmp_path) in str(caught.value.hint)


def test_a_file_that_holds_something_else_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "calls.sqlite3"
    file.write_bytes(b"no database" * 100)

    with pytest.raises(AccountError, match="cannot be kept"):
        a_limit(file, Clock()).wait_for_turn(lambda _: None)


def test_a_lock_that_is_never_let_go_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "calls.sqlite3"

    with FileLock(f"{file}.lock"), pytest.raises(AccountError, match="cannot be kept"):
        SharedLimit(file, calls=1, patience_s=0.2).wait_for_turn(lambda _: None)


@pytest.mark.parametrize("calls", [(6, 6, 6, 6), (6, 6, 6, 3)], ids=["alike", "one stricter"])
def test_processes_keep_the_limit_in_every_window(
    calls: tuple[int, ...], tmp_path: Path
) -> None:
    file = tmp_path / "calls.sqlite3"
    children = [start(HAMMER, file, each) for each in calls]
    stamps = sorted(int(line) for child in children for line in finish(child).split())

    assert len(stamps) == 6 * len(calls)
    spans = [later - sooner for sooner, later in zip(stamps, stamps[6:], strict=False)]
    # Exact: these are the moments that were counted, not when they were reported.
    assert min(spans) > 1000


def test_a_process_killed_while_it_counts_holds_up_nobody(tmp_path: Path) -> None:
    file = tmp_path / "calls.sqlite3"
    a_limit(file, Clock()).wait_for_turn(lambda _: None)
    killed = start(HOLDER, file)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "held\n"
    other = start(HAMMER, file, 5)
    time.sleep(0.3)
    killed.kill()
    killed.communicate(timeout=60)

    assert len(finish(other).split()) == 6


def test_a_full_disk_is_reported_before_anything_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "calls.sqlite3"

    reported = finish(start(FULL_DISK, file))

    assert reported.startswith(f"the count of calls cannot be kept in {file}: ")
    assert "delete" in reported


@pytest.mark.parametrize("size", [0, 1, 16, 99, 100, 512, 4096, 8191])
def test_a_truncated_count_starts_again_or_is_reported(size: int, tmp_path: Path) -> None:
    file = tmp_path / "calls.sqlite3"
    limit = a_limit(file, Clock())
    limit.wait_for_turn(lambda _: None)
    with file.open("r+b") as opened:
        opened.truncate(size)

    if size <= 1:
        limit.wait_for_turn(lambda _: None)
        return
    with pytest.raises(AccountError, match="cannot be kept") as caught:
        limit.wait_for_turn(lambda _: None)
    assert str(caught.value.hint).endswith(f"or delete {file}")
    file.unlink()
    limit.wait_for_turn(lambda _: None)


def test_a_count_that_was_deleted_meanwhile_is_started_again_for_all(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "calls.sqlite3"
    one, other = (a_limit(file, clock) for _ in range(2))
    for limit in (one, other):
        limit.wait_for_turn(clock.slept.append)
    file.unlink()
    for limit in (one, other, one):
        limit.wait_for_turn(clock.slept.append)
    assert clock.slept == []

    other.wait_for_turn(lambda _: None)

    assert clock.slept == [pytest.approx(60, abs=0.01)]


def test_an_interruption_in_the_middle_of_counting_holds_up_nobody(tmp_path: Path) -> None:
    file, clock = tmp_path / "calls.sqlite3", Clock()

    class Interrupted(SharedLimit):
        def _take_turns_from(self, bucket: SQLiteBucket, calls: int) -> float:
            bucket.conn.execute("INSERT INTO rate_bucket VALUES ('call', ?)", (calls,))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        opened(Interrupted(file, calls=3)).wait_for_turn(lambda _: None)

    a_limit(file, clock, patience_s=0).wait_for_turn(lambda _: None)


def test_a_closed_count_is_opened_again(tmp_path: Path) -> None:
    clock = Clock()
    limit = a_limit(tmp_path / "calls.sqlite3", clock, calls=2)
    for _ in range(3):
        limit.wait_for_turn(lambda _: None)
        limit.close()
    assert clock.slept == [pytest.approx(60, abs=0.01)]


def test_no_limit_never_waits() -> None:
    NoLimit().wait_for_turn(lambda _: pytest.fail("it waited"))


def test_waiting_starts_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()

    a_limit(tmp_path / "calls.sqlite3", Clock()).wait_for_turn(lambda _: None)

    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_STATE_HOME": "/var/state"}, Path("/var/state/schemactl")),
        ({}, Path("/home/rosa/.local/state/schemactl")),
        ({"XDG_STATE_HOME": ""}, Path("/home/rosa/.local/state/schemactl")),
        ({"XDG_STATE_HOME": "relative"}, Path("/home/rosa/.local/state/schemactl")),
    ],
    ids=["named", "absent", "empty", "relative"],
)
def test_calls_are_counted_in_the_state_folder(environ: dict[str, str], folder: Path) -> None:
    file = count_file(
        host="api.example",
        app_id="2_4711_Zx",
        state_folder=find_state_folder(environ, Path("/home/rosa")),
    )

    assert file.parent == folder
    assert "4711" not in file.name


def test_each_account_has_its_own_count_whatever_the_case_of_the_host() -> None:
    def name(host: str, app_id: str) -> str:
        return count_file(host=host, app_id=app_id, state_folder=Path("/")).name

    assert name("api.example", "a") == name("API.example", "a")
    assert (
        len({name("api.example", "a"), name("api.example", "b"), name("x.example", "a")}) == 3
    )
