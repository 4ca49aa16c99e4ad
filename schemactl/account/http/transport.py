"""Send requests to one account over HTTP: what may be sent, how often, and with what result.

A reading request is tried a few times. A writing request is sent once; where its answer is
lost, the result says so and nothing is guessed. Only the server gets app id and key: every
text that is returned is redacted. The codecs decide what an answer means.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemactl.account.http.connections import Connections
from schemactl.account.http.echo import without_credentials
from schemactl.account.http.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Limits,
    NoAnswer,
    NotSent,
    RawAnswer,
    RefusedByStatus,
    Request,
    SealedRequest,
)
from schemactl.account.http.pauses import MAX_PAUSE_S, WaitReason, pause_before_retry_s
from schemactl.account.http.quota import ServerQuota
from schemactl.account.http.rate import Limiter
from schemactl.account.http.reads import TRIES, ReadOnlyError, Reads, reads_of
from schemactl.account.http.sealing import sealed_request
from schemactl.account.http.sender import BatchCheck, GuardCheck
from schemactl.account.http.status import exchange_by_status, lost_error, refusal_error
from schemactl.errors import AccountError, InterruptedWaitError
from schemactl.model import event as events
from schemactl.model.credentials import Credentials
from schemactl.project.address import checked_address
from schemactl.text import one_line

if TYPE_CHECKING:
    from schemactl.account.http.session import HttpSession


class UnguardedError(AssertionError):
    """A request that removes something was about to be sent without its check; a bug."""


class _ReadFailedError(Exception):
    """A read of a check got no answer; after a pause, the whole check runs again."""

    def __init__(self, word: str, exchange: NotSent | NoAnswer) -> None:
        super().__init__(word)
        self.word = word
        self.exchange = exchange


class Transport:
    """Sends requests to one account; for one thread at a time.

    Args:
        url: `https://…`, or `http://…` on this machine. Forms are posted to it; REST
            requests go to a path below it.
        credentials: Added to every request.
        read_only: Whether only reading requests may be sent.
        objection: Returns why no writing request may be sent now; empty if it may. Asked
            right before each, and may wait for nothing.
        limiter: Asked for a turn before every try.
        limits: Of one try.
        environ: May name a proxy and an authority's certificates.
        listener: Called before each wait.
        on_request: Called as each request is sent, and once it is answered.
        is_interrupted: Whether the user asked to stop, so that nothing is tried again.
        connections: How many requests may be made at once; each has a connection of its own.
        jitter: Returns a number from 0 to 1, so that runs do not retry at the same time.
        clock: Returns seconds that never decrease.

    Raises:
        UsageError: App id and key may not be sent to the url.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        read_only: bool,
        limiter: Limiter,
        objection: Callable[[], str] = str,
        limits: Limits | None = None,
        environ: Mapping[str, str] = MappingProxyType({}),
        listener: Callable[[events.Waiting], None] = events.ignore_events,
        on_request: events.Listener = events.ignore_events,
        sleep: Callable[[float], None] = time.sleep,
        is_interrupted: Callable[[], bool] = lambda: False,
        connections: int = 1,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = checked_address(url)
        self._credentials = credentials
        self._read_only = read_only
        self._limiter = limiter
        self._objection = objection
        self._limits = limits or Limits()
        self._environ = environ
        self._listener = listener
        self._on_request = on_request
        self._sleep = sleep
        self._is_interrupted = is_interrupted
        self._jitter = jitter
        self._quota = ServerQuota(clock=clock, max_s=MAX_PAUSE_S)
        self._at_once = connections
        self._connections = Connections(self._open_session)

    def redact(self, text: str) -> str:
        """Remove app id and key from `text`; for the codecs, which do not know them."""
        return self._credentials.redact(text)

    def holds_secret(self, text: str) -> bool:
        """Whether app id or key of the account are in `text`."""
        return self._credentials.are_in(text)

    def read(self, request: Request) -> bytes:
        """Send a reading request, a few times if needed, and return the body of the answer.

        Raises:
            AccountUnreachableError: No whole answer came.
            AnswerError: The status is not 200, the answer is a redirect, too long, not JSON
                over the REST API, or holds app id or key.
            NoPermissionError: The REST API says that the key does not have the permission.
            InterruptedWaitError: The user asked to stop while it had to wait.
            AccountError: The limit of calls is used up, or the REST API refuses access.
        """
        (body,) = self.read_together((request,))
        return body

    def read_together(
        self, requests: Sequence[Request], optional: Collection[Request] = ()
    ) -> tuple[bytes, ...]:
        """Send independent reading requests, several at once, and return the body of each.

        What has no answer is sent again, a few times, one request after another: the server
        may not like several at once.

        Args:
            requests: What to read.
            optional: Those of them that may fail; the body is empty then.

        Raises:
            AccountError: As for `read`, for the first of the requests that failed.
        """
        reads, at_once = reads_of(requests, optional), self._at_once
        while pending := reads.next_round():
            self._read_pending(reads, pending, at_once=min(at_once, len(pending)))
            if (failed := reads.failed) is not None:
                raise self._error(failed.word, failed.exchange)
            if (again := reads.to_retry) is not None:
                if not self._pause(again.tries, again.exchange):
                    detail = again.exchange.detail
                    msg = f"interrupted before {again.word} was tried again: {detail}"
                    raise InterruptedWaitError(msg)
                at_once = self._one_after_another(at_once)
        return self._bodies(reads)

    def _one_after_another(self, at_once: int) -> int:
        """Return how many requests to make at once after one failed: one."""
        if at_once > 1:
            self._connections.close_idle()
        return 1

    def _read_pending(self, reads: Reads, pending: Sequence[int], *, at_once: int) -> None:
        """Send requests until all are answered or one failed, each as soon as it has a turn."""

        def with_turns() -> Iterator[tuple[int, SealedRequest]]:
            for place in pending:
                if reads.is_stopped:
                    return
                self._wait_for_turns(1)
                yield place, self._sealed(reads.requests[place])

        self._note_answers(reads, with_turns(), at_once=at_once)

    def _note_answers(
        self, reads: Reads, sealed: Iterator[tuple[int, SealedRequest]], *, at_once: int
    ) -> None:
        # Closed whatever is raised, so that no thread goes on.
        with closing(self._connections.send_all(sealed, at_once=at_once)) as answers:
            for place, came in answers:
                reads.note(place, self._exchange_of(reads.requests[place], came))
                if reads.is_decided:
                    return

    def _bodies(self, reads: Reads) -> tuple[bytes, ...]:
        return tuple(
            without_credentials(request, body, self._credentials)
            for request, body in zip(reads.requests, reads.bodies(), strict=True)
        )

    def write(self, request: Request) -> Exchange:
        """Send a writing request once; the value reports whatever happens, nothing is raised.

        Raises:
            ReadOnlyError: This transport only reads. Nothing was sent.
            UnguardedError: It removes something, so only `guarded` may send it.
        """
        self._refuse_writing(request)
        if request.needs_guard:
            msg = f"{request.word} removes something, and is sent only after a check"
            raise UnguardedError(msg)
        try:
            return self._exchange(request)
        except AccountError as error:
            # Only a wait for a turn raises it, before anything is sent.
            return NotSent(kind=FailureKind.RATE_LIMIT, detail=str(error))

    def guarded(self, calls: int, check: GuardCheck) -> Exchange:
        """Check the account and send a writing request once, with nothing between the two.

        The turns of the check and of the send are taken together, before the check. After
        any wait, the whole check runs again. The value reports whatever happens.

        Args:
            calls: How many requests `check` makes, and one for the send.
            check: Reads, and returns the request to send. What it raises, except
                `AccountError`, is raised; nothing is sent then.

        Raises:
            ReadOnlyError: This transport only reads. Nothing was sent.
            UnguardedError: `check` read nothing, or more often than it has turns.
        """
        try:
            (request,) = self._check(calls, lambda read_now: (check(read_now),))
        except AccountError as error:
            return NotSent(kind=FailureKind.RATE_LIMIT, detail=str(error))
        return self._send(request)

    def guarded_batch(self, calls: int, check: BatchCheck) -> tuple[Exchange, ...]:
        """Check the account and send several writing requests, each once, one after another.

        As in `guarded`, nothing waits after the check. After the first request without a
        usable answer no other is sent: the check is too old by then.

        Args:
            calls: How many requests `check` makes, and one for each send.
            check: Reads, and returns the requests to send, or none.

        Returns:
            What came of each request that was sent, in their order.

        Raises:
            AccountError: The account could not be read, or the user asked to stop. Nothing
                was sent.
            ReadOnlyError: This transport only reads. Nothing was sent.
            UnguardedError: `check` read nothing, or there are more requests than turns.
        """
        sent: list[Exchange] = []
        for request in self._check(calls, check):
            sent.append(self._send(request))
            if isinstance(sent[-1], NotSent | NoAnswer):
                break
        return tuple(sent)

    def _check(self, calls: int, check: BatchCheck) -> Sequence[Request]:
        """Run a check that nothing interrupts; again after a pause where a read failed.

        Raises:
            AccountError: The account could not be read, or the user asked to stop.
        """
        at_once = self._at_once
        for number in range(1, TRIES + 1):
            reads: list[str] = []

            def read_now(
                requests: Sequence[Request],
                optional: Collection[Request] = (),
                reads: list[str] = reads,
                at_once: int = at_once,
            ) -> tuple[bytes, ...]:
                reads.extend(request.word for request in requests)
                return self._read_once(reads_of(requests, optional), at_once)

            self._wait_for_turns(calls)
            try:
                requests = check(read_now)
            except _ReadFailedError as failed:
                if number == TRIES:
                    raise self._error(failed.word, failed.exchange) from failed
                if not self._pause(number, failed.exchange):
                    msg = f"interrupted before {failed.word} was tried again"
                    raise InterruptedWaitError(msg) from failed
                at_once = self._one_after_another(at_once)
            else:
                if not 1 <= len(reads) <= calls - len(requests):
                    words = ", ".join(dict.fromkeys(request.word for request in requests))
                    msg = f"{words}: {len(reads)} reads with {calls} turns"
                    raise UnguardedError(msg)
                return requests
        raise AssertionError(calls)

    def _read_once(self, reads: Reads, at_once: int) -> tuple[bytes, ...]:
        """Send reading requests once, at the same time, without a wait."""
        sealed = ((place, self._sealed(each)) for place, each in enumerate(reads.requests))
        self._note_answers(reads, sealed, at_once=min(at_once, len(reads.requests)))
        if (failed := reads.failed) is not None:
            raise self._error(failed.word, failed.exchange)
        if (again := reads.to_retry) is not None:
            raise _ReadFailedError(again.word, again.exchange)
        return self._bodies(reads)

    def close(self) -> None:
        """Close the connections and end what is in flight; a request opens a new one."""
        self._connections.close()

    def _exchange(self, request: Request) -> Exchange:
        """Wait for a turn and send once."""
        self._refuse_writing(request)
        self._wait_for_turns(1)
        return self._send(request)

    def _refuse_writing(self, request: Request) -> None:
        if self._read_only and not request.is_read:
            msg = f"{request.word} changes the account, and only reading is allowed here"
            raise ReadOnlyError(msg)

    def _wait_for_turns(self, calls: int) -> None:
        self._wait_for_server(calls + self._connections.in_flight)
        self._limiter.wait_for_turn(
            lambda wait_s: self._report_wait(wait_s, WaitReason.RATE_LIMIT), calls=calls
        )

    def _send(self, request: Request) -> Exchange:
        if not request.is_read and (why := self._objection()):
            return NotSent(kind=FailureKind.LOCK, detail=why)
        return self._exchange_of(request, self._connections.send(self._sealed(request)))

    def _open_session(self) -> HttpSession:
        # Imported only here: importing `requests` takes longer than validating a project.
        from schemactl.account.http.session import HttpSession

        return HttpSession(self._address, limits=self._limits, environ=self._environ)

    def _sealed(self, request: Request) -> SealedRequest:
        """Add the credentials: every request goes through here, so `read_only` is enforced."""
        self._refuse_writing(request)
        self._on_request(events.RequestSent())
        return sealed_request(request, address=self._address, credentials=self._credentials)

    def _wait_for_server(self, calls: int) -> None:
        """Wait where the server's last answer left fewer calls than will be made.

        Raises:
            InterruptedWaitError: The user asked to stop. Nothing was sent.
        """
        wait_s = self._quota.wait_s(calls=calls)
        if not wait_s:
            return
        if not self._is_interrupted():
            self._report_wait(wait_s, WaitReason.RATE_LIMIT)
            self._sleep(wait_s)
        if self._is_interrupted():
            msg = "interrupted while waiting, since the server lets no more calls through"
            raise InterruptedWaitError(msg)
        self._quota.forget()

    def _exchange_of(self, request: Request, came: RawAnswer | Failure) -> Exchange:
        """Return the result of a request in terms of what the server may have done."""
        if isinstance(came, RawAnswer):
            self._on_request(events.RequestAnswered(seconds=came.took_s))
            self._quota.note(came.headers)
            return exchange_by_status(request, came, redact=self.redact)
        detail = one_line(self.redact(came.detail))
        if came.bytes_left:
            return NoAnswer(kind=came.kind, detail=detail)
        return NotSent(kind=came.kind, detail=detail)

    def _error(self, word: str, exchange: RefusedByStatus | NotSent | NoAnswer) -> AccountError:
        address = one_line(self.redact(self._address))
        if isinstance(exchange, RefusedByStatus):
            return refusal_error(word, exchange, address=address)
        return lost_error(word, exchange, address=address)

    def _pause(self, number: int, exchange: NotSent | NoAnswer) -> bool:
        """Sleep before another try: as long as the server asks, else longer each time.

        Return False, without a wait, once the user has asked to stop.
        """
        if self._is_interrupted():
            return False
        pause_s = pause_before_retry_s(number, exchange, jitter=self._jitter())
        is_limit = exchange.kind is FailureKind.RATE_LIMIT
        self._report_wait(pause_s, WaitReason.TOO_MANY if is_limit else WaitReason.RETRY)
        self._sleep(pause_s)
        return not self._is_interrupted()

    def _report_wait(self, seconds: float, reason: WaitReason) -> None:
        self._listener(events.Waiting(seconds=seconds, why=str(reason)))
