"""account/http/watch.py: one thread cuts each request at its own time, and no other one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from schemactl.account.http.watch import THREAD_NAME, Watch

LONG_S = 30.0


@pytest.fixture
def pair() -> Iterator[tuple[Watch, socket.socket]]:
    """Yield a watch that guards a connection, and the other end of it."""
    here, there = socket.socketpair()
    watch = Watch()
    watch.adopt(here)
    with here, there:
        there.settimeout(LONG_S)
        yield watch, there
    watch.close()
    assert watching() == []


def watching() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == THREAD_NAME]


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_all_requests_of_a_session_share_one_thread(pair: tuple[Watch, socket.socket]) -> None:
    watch, _ = pair
    with watch.over_request(deadline_s=LONG_S):
        (thread,) = watching()
    for _ in range(3):
        with watch.over_request(deadline_s=LONG_S):
            assert watching() == [thread]
            assert not watch.expired


@pytest.mark.parametrize("before_s", [None, 0.01, LONG_S])
def test_a_request_is_cut_once_its_own_time_is_up(
    before_s: float | None, pair: tuple[Watch, socket.socket]
) -> None:
    watch, there = pair
    if before_s is not None:
        with watch.over_request(deadline_s=before_s):
            pass
    with watch.over_request(deadline_s=0.1):
        start = time.monotonic()
        assert there.recv(1) == b""
        assert watch.expired
    assert time.monotonic() - start < LONG_S / 2


def test_the_time_of_a_request_that_has_ended_cuts_no_later_one(
    pair: tuple[Watch, socket.socket],
) -> None:
    watch, there = pair
    with watch.over_request(deadline_s=0.05):
        pass
    with watch.over_request(deadline_s=LONG_S):
        there.settimeout(0.2)
        with pytest.raises(TimeoutError):
            there.recv(1)
        assert not watch.expired


def test_after_a_request_was_cut_the_next_one_has_time_again(
    pair: tuple[Watch, socket.socket],
) -> None:
    watch, _ = pair
    with watch.over_request(deadline_s=0.01):
        wait_until(lambda: watch.expired)
    here, there = socket.socketpair()
    with here, there, watch.over_request(deadline_s=LONG_S):
        watch.adopt(here)
        assert not watch.expired
        there.sendall(b"x")
        assert here.recv(1) == b"x"


def test_a_watch_that_nobody_closes_keeps_no_thread() -> None:
    watch = Watch()
    with watch.over_request(deadline_s=0.05):
        assert watching()
    wait_until(lambda: watching() == [])
    with watch.over_request(deadline_s=0.05):
        assert watching()
    wait_until(lambda: watching() == [])
