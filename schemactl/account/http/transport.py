"""Send requests to one account over HTTP: what may be sent, how often, and with what result.

A reading request is tried a few times. A writing request is sent once; where its answer is
lost, the result says so and nothing is guessed. Only the server gets app id and key: every
text that is returned is redacted. The codecs decide what an answer means.
"""

from __future__ import annotations

import html
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from schemactl.account.http.excerpt import excerpt
from schemactl.account.http.exchange import (
    Answered,
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
from schemactl.account.http.quota import ServerQuota
from schemactl.account.http.rate import Limiter
from schemactl.account.http.sealing import sealed_request
from schemactl.account.http.sender import GuardCheck
from schemactl.account.http.status import exchange_by_status, lost_error, refusal_error
from schemactl.errors import AccountError, AnswerError, InterruptedWaitError
from schemactl.model.credentials import MIN_ECHO, Credentials
from schemactl.model.event import Waiting
from schemactl.project.address import checked_address
from schemactl.text import one_line

if TYPE_CHECKING:
    from schemactl.account.http.session import HttpSession

TRIES: Final = 3
"""How often a reading request is sent at most."""

FIRST_PAUSE_S: Final = 0.5
MAX_PAUSE_S: Final = 90.0
"""Bounds of the pause before another try; the vendor's limit is counted over a minute."""

_PASSING: Final = frozenset(
    {
        FailureKind.CONNECTION,
        FailureKind.TIMEOUT,
        FailureKind.CUT,
        FailureKind.RATE_LIMIT,
        FailureKind.OUTAGE,
    }
)
_HINT_ON_ECHO: Final = (
    "check the url; if the server is right, rename what is called like the key"
)


class UnguardedError(AssertionError):
    """A request that removes something was about to be sent without its check; a bug."""


class ReadOnlyError(AssertionError):
    """A writing request was about to be sent where only reading is allowed; a bug."""


@unique
class WaitReason(StrEnum):
    """Why nothing is sent for a while, in the user's words."""

    RATE_LIMIT = "the account's calls of this minute are used up"
    """By our own count or by the server's."""
    TOO_MANY = "the server says that too many calls were made"
    RETRY = "a request failed and is tried again"


Listener: TypeAlias = Callable[[Waiting], None]


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
        limiter: Asked for a turn before every try.
        limits: Of one try.
        environ: May name a proxy and an authority's certificates.
        listener: Called before each wait.
        is_interrupted: Whether the user asked to stop, so that nothing is tried again.
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
        limits: Limits | None = None,
        environ: Mapping[str, str] = MappingProxyType({}),
        listener: Listener | None = None,
        sleep: Callable[[float], None] = time.sleep,
        is_interrupted: Callable[[], bool] = lambda: False,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = checked_address(url)
        self._credentials = credentials
        self._read_only = read_only
        self._limiter = limiter
        self._limits = limits or Limits()
        self._environ = environ
        self._listener = listener
        self._sleep = sleep
        self._is_interrupted = is_interrupted
        self._jitter = jitter
        self._quota = ServerQuota(clock=clock, max_s=MAX_PAUSE_S)
        self._session: HttpSession | None = None

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
        if not request.is_read:
            msg = f"{request.word} is not a reading request"
            raise ReadOnlyError(msg)
        exchange = self._exchange(request)
        for number in range(1, TRIES):
            if not isinstance(exchange, NotSent | NoAnswer) or exchange.kind not in _PASSING:
                break
            if not self._pause(number, exchange):
                msg = f"interrupted before {request.word} was tried again: {exchange.detail}"
                raise InterruptedWaitError(msg)
            exchange = self._exchange(request)
        if isinstance(exchange, Answered):
            return self._without_credentials(request.word, exchange.body)
        raise self._error(request.word, exchange)

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
            request = self._check(calls, check)
        except AccountError as error:
            return NotSent(kind=FailureKind.RATE_LIMIT, detail=str(error))
        return self._send(request)

    def _check(self, calls: int, check: GuardCheck) -> Request:
        """Run a check that nothing interrupts; again after a pause where a read failed.

        Raises:
            AccountError: The account could not be read, or the user asked to stop.
        """
        for number in range(1, TRIES + 1):
            reads: list[str] = []

            def read_now(request: Request, reads: list[str] = reads) -> bytes:
                reads.append(request.word)
                return self._read_once(request)

            self._wait_for_turns(calls)
            try:
                request = check(read_now)
            except _ReadFailedError as failed:
                if number == TRIES:
                    raise self._error(failed.word, failed.exchange) from failed
                if not self._pause(number, failed.exchange):
                    msg = f"interrupted before {failed.word} was tried again"
                    raise InterruptedWaitError(msg) from failed
            else:
                if not 1 <= len(reads) < calls:
                    msg = f"{request.word}: {len(reads)} reads with {calls} turns"
                    raise UnguardedError(msg)
                return request
        raise AssertionError(calls)

    def _read_once(self, request: Request) -> bytes:
        if not request.is_read:
            msg = f"{request.word} is not a reading request"
            raise ReadOnlyError(msg)
        exchange = self._send(request)
        if isinstance(exchange, Answered):
            return self._without_credentials(request.word, exchange.body)
        if isinstance(exchange, NotSent | NoAnswer) and exchange.kind in _PASSING:
            raise _ReadFailedError(request.word, exchange)
        raise self._error(request.word, exchange)

    def close(self) -> None:
        """Close the connection; another request opens a new one."""
        if self._session is not None:
            self._session.close()
            self._session = None

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
        self._wait_for_server(calls)
        self._limiter.wait_for_turn(
            lambda wait_s: self._report_wait(wait_s, WaitReason.RATE_LIMIT), calls=calls
        )

    def _send(self, request: Request) -> Exchange:
        """Send once: every request goes through here, so `read_only` is enforced here."""
        self._refuse_writing(request)
        if self._session is None:
            # Imported only here: importing `requests` takes longer than validating a project.
            from schemactl.account.http.session import HttpSession

            self._session = HttpSession(
                self._address, limits=self._limits, environ=self._environ
            )
        return self._exchange_of(request, self._session.send(self._sealed(request)))

    def _sealed(self, request: Request) -> SealedRequest:
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

    def _without_credentials(self, word: str, body: bytes) -> bytes:
        """Return the body, unless it holds app id or key, which could end up in files.

        A server that echoes them as the name of a section would get them into what `import`
        writes, and so into git.
        """
        for secret in (self._credentials.app_id, self._credentials.key):
            is_echo = any(form.encode() in body for form in set(_as_echoed(secret)))
            if len(secret) >= MIN_ECHO and is_echo:
                start = excerpt(body, redact=self.redact)
                msg = (
                    f"the answer to {word} holds the app id or key, so nothing of it is used. "
                    f"It starts: {start}"
                )
                raise AnswerError(msg, hint=_HINT_ON_ECHO)
        return body

    def _exchange_of(self, request: Request, came: RawAnswer | Failure) -> Exchange:
        """Return the result of a request in terms of what the server may have done."""
        if isinstance(came, RawAnswer):
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
        backoff_s = FIRST_PAUSE_S * 2 ** (number - 1) * (0.5 + self._jitter() / 2)
        asked_s = exchange.retry_after_s if isinstance(exchange, NoAnswer) else None
        pause_s = min(max(asked_s or 0.0, backoff_s), MAX_PAUSE_S)
        is_limit = exchange.kind is FailureKind.RATE_LIMIT
        self._report_wait(pause_s, WaitReason.TOO_MANY if is_limit else WaitReason.RETRY)
        self._sleep(pause_s)
        return not self._is_interrupted()

    def _report_wait(self, seconds: float, reason: WaitReason) -> None:
        if self._listener is not None:
            self._listener(Waiting(seconds=seconds, why=str(reason)))


def _as_echoed(secret: str) -> Iterator[str]:
    """Yield a secret as XML and JSON write it; PHP puts a backslash before a slash."""
    yield secret
    yield from (html.escape(secret), html.escape(secret, quote=False))
    for is_ascii in (True, False):
        written = json.dumps(secret, ensure_ascii=is_ascii)[1:-1]
        yield from (written, written.replace("/", "\\/"))
