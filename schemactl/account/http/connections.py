"""Keep connections to one host, and send several requests over them at once.

A thread only sends one request and waits for its answer. Everything else, such as turns,
retries, redaction and events, is done by the caller's own thread, so that nothing is shared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final, TypeAlias

from schemactl.account.http.exchange import Failure, FailureKind, RawAnswer, SealedRequest
from schemactl.values import NamedTuple

if TYPE_CHECKING:
    from schemactl.account.http.session import HttpSession

Came: TypeAlias = RawAnswer | Failure

THREAD_NAME: Final = "schemactl-read"
_MAX_JOIN_S: Final = 2.0
"""How long the end of a thread is awaited: only one that looks up a name takes longer."""


class _InFlight(NamedTuple):
    session: HttpSession
    thread: Thread


class Connections:
    """The kept connections to one host; for one thread, which may be interrupted.

    Args:
        open_session: Opens another connection.
    """

    def __init__(self, open_session: Callable[[], HttpSession]) -> None:
        self._open_session = open_session
        self._idle: list[HttpSession] = []
        self._in_flight: dict[int, _InFlight] = {}
        self._done: SimpleQueue[tuple[int, Came | BaseException]] = SimpleQueue()

    @property
    def in_flight(self) -> int:
        """How many requests are being answered by threads."""
        return len(self._in_flight)

    def send(self, sealed: SealedRequest) -> Came:
        """Send one request, in the caller's thread."""
        session = self._idle.pop() if self._idle else self._open_session()
        try:
            return session.send(sealed)
        finally:
            self._idle.append(session)

    def send_all(
        self, requests: Iterator[tuple[int, SealedRequest]], *, at_once: int
    ) -> Generator[tuple[int, Came], None, None]:
        """Send requests, at most `at_once` at a time, and yield each answer as it comes.

        Each has a number to recognise its answer by. The next request is asked for when it can
        be sent. Closing the iterator cuts what is still unanswered.
        """
        if at_once == 1:
            yield from ((number, self.send(sealed)) for number, sealed in requests)
            return
        try:
            while True:
                while len(self._in_flight) < at_once:
                    following = next(requests, None)
                    if following is None:
                        break
                    self._start(*following)
                if not self._in_flight:
                    return
                yield self._take()
        finally:
            self._cut()

    def close_idle(self) -> None:
        """Close the connections without a request; another request opens a new one."""
        while self._idle:
            self._idle.pop().close()

    def close(self) -> None:
        """Close all connections, and end all threads."""
        self._cut()
        self.close_idle()

    def _start(self, number: int, sealed: SealedRequest) -> None:
        session = self._idle.pop() if self._idle else self._open_session()
        thread = Thread(
            target=_send, args=(self._done, number, session, sealed), name=THREAD_NAME
        )
        # A thread that looks up a name cannot be cut; the program must be able to end.
        thread.daemon = True
        self._in_flight[number] = _InFlight(session, thread)
        try:
            thread.start()
        except RuntimeError as error:
            self._done.put((number, _unsent(error)))

    def _take(self) -> tuple[int, Came]:
        """Wait for the next answer, and return it."""
        number, came = self._done.get()
        session, thread = self._in_flight.pop(number)
        if thread.ident is not None:
            thread.join()
        self._idle.append(session)
        if isinstance(came, BaseException):
            raise came
        return number, came

    def _cut(self) -> None:
        """End what is unanswered, without its answers."""
        cut, self._in_flight = tuple(self._in_flight.values()), {}
        self._done = SimpleQueue()
        for session, _ in cut:
            session.cut()
        deadline = time.monotonic() + _MAX_JOIN_S
        for session, thread in cut:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
            session.close()


def _unsent(error: RuntimeError) -> Failure:
    """Return that no thread could be started, such as where memory is limited."""
    return Failure(kind=FailureKind.CONNECTION, detail=str(error), bytes_left=False)


def _send(
    done: SimpleQueue[tuple[int, Came | BaseException]],
    number: int,
    session: HttpSession,
    sealed: SealedRequest,
) -> None:
    """Send one request in a thread of its own; what it raises is raised to the caller."""
    try:
        done.put((number, session.send(sealed)))
    except BaseException as error:  # noqa: BLE001 - a thread cannot raise it to the caller
        done.put((number, error))
