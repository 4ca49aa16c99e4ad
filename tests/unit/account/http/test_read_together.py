"""account/http: several reads at once, with the errors, waits and promises of one."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from schemactl.account.http import watch
from schemactl.account.http.connections import THREAD_NAME
from schemactl.account.http.exchange import (
    Answered,
    HttpMethod,
    Limits,
    NotSent,
    Request,
    RestRequest,
)
from schemactl.account.http.rate import OnWait
from schemactl.account.http.reads import TRIES, ReadOnlyError
from schemactl.account.http.sender import ReadNow
from schemactl.account.http.transport import Transport
from schemactl.errors import (
    AccountError,
    AccountUnreachableError,
    AnswerError,
    InterruptedWaitError,
)
from schemactl.model.credentials import Credentials
from schemactl.model.event import Waiting
from tests.unit.account.http.busy_server import CUT, BusyServer, Reply, Respond

AT_ONCE = 4
LONG_S = 30.0
"""Longer than any test may take: nothing waits for it."""


def read_of(path: str) -> RestRequest:
    return RestRequest(word=f"word_of_{path}", method=HttpMethod.GET, path=path)


A, B, C, D, E, F = (read_of(path) for path in "abcdef")
DELETE = RestRequest(
    word="remove", method=HttpMethod.DELETE, path="z", query=(("field", "f1"),)
)


class Way:
    """A transport that notes turns, waits and events, and in which thread they came."""

    def __init__(self, url: str, *, at_once: int = AT_ONCE, interrupted: bool = False) -> None:
        self.record: list[str] = []
        self.threads: set[int] = set()
        self.transport = Transport(
            url,
            Credentials("2_4711_Zx", "k3Y-of-Rosa"),
            read_only=False,
            limiter=self,
            limits=Limits(connect_s=5, silence_s=LONG_S, total_s=LONG_S),
            listener=self._hear,
            sleep=lambda seconds: self._note(f"sleep {seconds:g}"),
            is_interrupted=lambda: interrupted,
            jitter=lambda: 1.0,
            connections=at_once,
        )

    def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
        del on_wait
        self._note(f"turn {calls}")

    def _hear(self, waiting: Waiting) -> None:
        self._note(f"event {waiting.seconds:g}")

    def _note(self, words: str) -> None:
        self.record.append(words)
        self.threads.add(threading.get_ident())


@contextmanager
def way_to(
    respond: Respond, *, at_once: int = AT_ONCE, interrupted: bool = False
) -> Iterator[tuple[Way, BusyServer]]:
    """Yield a transport to a server; no thread of it is left when it is closed."""
    with BusyServer(respond) as server:
        way = Way(server.url, at_once=at_once, interrupted=interrupted)
        try:
            yield way, server
        finally:
            way.transport.close()
        assert [one for one in threading.enumerate() if one.name == THREAD_NAME] == []
        assert way.threads <= {threading.get_ident()}


def reply_by(**replies: Reply) -> Respond:
    return lambda path: replies.get(path, Reply(body=path.encode()))


def meeting_of(*paths: str) -> Callable[[str], None]:
    """Return a wait that ends once requests of all these paths have come."""
    barrier = threading.Barrier(len(paths))

    def wait(path: str) -> None:
        if path in paths:
            barrier.wait(LONG_S)

    return wait


def test_reads_are_made_at_the_same_time_and_answered_in_their_order() -> None:
    wait = meeting_of("a", "b", "c", "d")

    def respond(path: str) -> Reply:
        wait(path)
        time.sleep(0.05 if path == "a" else 0)
        return Reply(body=path.encode())

    with way_to(respond) as (way, server):
        assert way.transport.read_together((A, B, C, D)) == (b"a", b"b", b"c", b"d")
        assert server.most_at_once == AT_ONCE
    assert way.record == ["turn 1"] * 4


def test_at_most_so_many_are_in_flight_and_connections_are_kept() -> None:
    def respond(path: str) -> Reply:
        time.sleep(0.02)
        return Reply(body=path.encode())

    with way_to(respond, at_once=2) as (way, server):
        for _ in range(3):
            came = way.transport.read_together((A, B, C, D, E, F))
            assert came == (b"a", b"b", b"c", b"d", b"e", b"f")
            assert way.transport.read(A) == b"a"
        assert server.most_at_once == 2
        assert server.connections == 2


def test_one_connection_is_used_from_the_callers_own_thread() -> None:
    threads = threading.active_count()
    with way_to(lambda _: Reply(), at_once=1) as (way, server):
        way.transport.read_together((A, B, C))
        assert server.most_at_once == 1
        assert server.connections == 1
        assert server.paths == ["a", "b", "c"]
    assert threading.active_count() <= threads


@pytest.mark.parametrize("failing", ["a", "b", "c", "d"])
@pytest.mark.parametrize("fault", [CUT, Reply(503), Reply(429)], ids=["cut", "503", "429"])
def test_a_read_that_failed_is_sent_again_after_a_pause_and_no_other_is(
    fault: Reply, failing: str
) -> None:
    seen: Counter[str] = Counter()

    def respond(path: str) -> Reply:
        seen[path] += 1
        return fault if path == failing and seen[path] == 1 else Reply(body=path.encode())

    with way_to(respond) as (way, server):
        assert way.transport.read_together((A, B, C, D)) == (b"a", b"b", b"c", b"d")
        assert len(server.paths) == 5
        assert seen[failing] == 2
    assert way.record.count("turn 1") == 5
    assert way.record.count("sleep 0.5") == 1


@pytest.mark.parametrize("failing", ["a", "b", "c", "d"])
def test_a_read_is_given_up_on_after_as_many_tries_as_alone(failing: str) -> None:
    with way_to(reply_by(**{failing: CUT})) as (way, server):
        with pytest.raises(AccountUnreachableError, match=f"word_of_{failing}"):
            way.transport.read_together((A, B, C, D))
        assert server.paths.count(failing) == TRIES


def test_the_longest_pause_that_a_server_asks_for_is_made_once() -> None:
    seen: Counter[str] = Counter()
    pauses = {"a": "3", "b": "20", "c": "7"}
    wait = meeting_of(*pauses)

    def respond(path: str) -> Reply:
        seen[path] += 1
        if seen[path] > 1:
            return Reply()
        wait(path)
        return Reply(429, headers={"retry-after": pauses[path]})

    with way_to(respond) as (way, server):
        way.transport.read_together((A, B, C))
        assert len(server.paths) == 6
    assert [words for words in way.record if words.startswith("sleep")] == ["sleep 20"]


def test_what_failed_is_sent_again_one_after_another() -> None:
    """A server that serves one connection at a time gets only one for the second try."""
    seen: Counter[str] = Counter()
    wait = meeting_of("a", "b", "c", "d")
    together: list[int] = []

    def respond(path: str) -> Reply:
        seen[path] += 1
        if seen[path] == 1:
            wait(path)
            return Reply(503)
        together.append(server.answering)
        time.sleep(0.02)
        return Reply()

    with way_to(respond) as (way, server):
        way.transport.read_together((A, B, C, D))
        assert server.connections == AT_ONCE + 1
    assert together == [1] * 4


@pytest.mark.parametrize("refused", ["a", "b", "c", "d"])
def test_a_refusal_ends_it_without_waiting_for_later_answers(refused: str) -> None:
    release = threading.Event()

    def respond(path: str) -> Reply:
        if path == refused:
            return Reply(401, body=b"no such key")
        if path > refused:
            release.wait(LONG_S)
        return Reply()

    before = time.monotonic()
    with way_to(respond) as (way, _):
        try:
            with pytest.raises(AccountError, match=f"refused access for word_of_{refused}"):
                way.transport.read_together((A, B, C, D))
            assert time.monotonic() - before < LONG_S / 2
        finally:
            release.set()
        assert not [words for words in way.record if words.startswith("sleep")]


def test_the_error_is_that_of_the_first_request_whichever_fails_first() -> None:
    def respond(path: str) -> Reply:
        time.sleep(0.2 if path == "a" else 0)
        return Reply(404, body=path.encode())

    with (
        way_to(respond) as (way, _),
        pytest.raises(AnswerError, match="word_of_a found nothing"),
    ):
        way.transport.read_together((A, B, C, D))


def test_an_optional_read_may_fail_in_any_way() -> None:
    with way_to(reply_by(b=Reply(403), c=CUT)) as (way, server):
        assert way.transport.read_together((A, B, C, D), (B, C)) == (b"a", b"", b"", b"d")
        assert server.paths.count("c") == TRIES


@pytest.mark.parametrize("echoing", ["a", "b"])
def test_an_answer_with_the_key_in_it_is_refused_whichever_it_is(echoing: str) -> None:
    with (
        way_to(reply_by(**{echoing: Reply(body=b'{"name":"k3Y-of-Rosa"}')})) as (way, _),
        pytest.raises(AnswerError, match=f"word_of_{echoing} holds the app id") as caught,
    ):
        way.transport.read_together((A, B))
    assert "k3Y-of-Rosa" not in str(caught.value)


def test_only_reads_are_made_together_and_nothing_is_sent_otherwise() -> None:
    with way_to(lambda _: Reply()) as (way, server):
        with pytest.raises(ReadOnlyError):
            way.transport.read_together((A, DELETE))
        assert server.paths == []


def test_who_asked_to_stop_waits_for_no_other_try() -> None:
    with (
        way_to(reply_by(b=CUT), interrupted=True) as (way, _),
        pytest.raises(InterruptedWaitError, match="word_of_b"),
    ):
        way.transport.read_together((A, B, C, D))
    assert not [words for words in way.record if words.startswith("sleep")]


def test_no_request_is_sent_without_a_turn_and_no_thread_is_left_where_none_comes() -> None:
    release = threading.Event()

    def respond(_: str) -> Reply:
        release.wait(LONG_S)
        return Reply()

    with way_to(respond) as (way, server):
        turns = iter(["one", "two"])

        def wait_for_turn(on_wait: OnWait, *, calls: int = 1) -> None:
            del on_wait, calls
            if next(turns, None) is None:
                msg = "no turn"
                raise AccountError(msg)

        way.wait_for_turn = wait_for_turn  # type: ignore[method-assign]
        try:
            with pytest.raises(AccountError, match="no turn"):
                way.transport.read_together((A, B, C, D))
        finally:
            release.set()
        assert len(server.paths) <= 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_reads_in_flight_at_once(number: signal.Signals) -> None:
    release, came = threading.Event(), threading.Semaphore(0)

    def respond(_: str) -> Reply:
        came.release()
        release.wait(LONG_S)
        return Reply()

    def interrupt() -> None:
        for _ in range(AT_ONCE):
            came.acquire(timeout=LONG_S)
        signal.pthread_kill(main, number)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    main, previous = threading.get_ident(), signal.signal(number, stop)
    thread = threading.Thread(target=interrupt)
    before = time.monotonic()
    try:
        with way_to(respond) as (way, _):
            thread.start()
            with pytest.raises(KeyboardInterrupt):
                way.transport.read_together((A, B, C, D))
            assert time.monotonic() - before < LONG_S / 2
            release.set()
    finally:
        signal.signal(number, previous)
        release.set()
        thread.join(LONG_S)


def test_a_transport_that_was_interrupted_reads_again() -> None:
    release = threading.Event()

    def respond(path: str) -> Reply:
        if path == "b" and not release.is_set():
            release.wait(LONG_S)
        return Reply(401) if path == "a" and not release.is_set() else Reply(body=b"{}")

    with way_to(respond) as (way, _):
        with pytest.raises(AccountError):
            way.transport.read_together((A, B, C))
        release.set()
        assert way.transport.read_together((A, B, C)) == (b"{}",) * 3


@pytest.mark.parametrize("failing", [1, 2, 3, 6])
def test_where_no_further_thread_can_be_started_requests_are_made_one_after_another(
    failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both kinds of threads count: one sends, and one watches the time of each request."""
    start, started = threading.Thread.start, Counter[str]()

    def start_some(thread: threading.Thread) -> None:
        if thread.name in {THREAD_NAME, watch.THREAD_NAME}:
            started["all"] += 1
            if failing <= started["all"] < failing + 2:
                msg = "can't start new thread"
                raise RuntimeError(msg)
        start(thread)

    with way_to(lambda path: Reply(body=path.encode())) as (way, server):
        monkeypatch.setattr(threading.Thread, "start", start_some)
        assert way.transport.read_together((A, B, C, D)) == (b"a", b"b", b"c", b"d")
        monkeypatch.undo()
        assert sorted(server.paths) == ["a", "b", "c", "d"]
    assert way.record.count("sleep 0.5") == 1


# A check and the write that it guards


def test_the_reads_of_a_check_are_made_at_once_by_turns_taken_before() -> None:
    wait = meeting_of("a", "b")

    def respond(path: str) -> Reply:
        wait(path)
        return Reply()

    with way_to(respond) as (way, server):

        def check(read_now: ReadNow) -> Request:
            way.record.append("check")
            read_now((A, B))
            way.record.append("checked")
            return C

        assert isinstance(way.transport.guarded(3, check), Answered)
        assert server.paths[2:] == ["c"]
    assert way.record == ["turn 3", "check", "checked"]


@pytest.mark.parametrize("failing", ["a", "b"])
def test_a_check_runs_again_as_a_whole_where_one_of_its_reads_failed(failing: str) -> None:
    seen: Counter[str] = Counter()

    def respond(path: str) -> Reply:
        seen[path] += 1
        return Reply(503) if path == failing and seen[path] == 1 else Reply()

    def check(read_now: ReadNow) -> Request:
        read_now((A, B))
        return C

    with way_to(respond) as (way, _):
        assert isinstance(way.transport.guarded(3, check), Answered)
    assert way.record == ["turn 3", "event 0.5", "sleep 0.5", "turn 3"]
    assert seen == {"a": 2, "b": 2, "c": 1}


@pytest.mark.parametrize("failing", ["a", "b"])
def test_nothing_is_sent_where_one_read_of_a_check_never_comes(failing: str) -> None:
    def check(read_now: ReadNow) -> Request:
        read_now((A, B))
        return C

    with way_to(reply_by(**{failing: CUT})) as (way, server):
        assert isinstance(way.transport.guarded(3, check), NotSent)
        assert "c" not in server.paths
