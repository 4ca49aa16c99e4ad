"""Several reads that belong together: what came of each, and what is still to be sent.

It sends nothing; `Transport` does, and asks here what is next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    FailureKind,
    NoAnswer,
    NotSent,
    RefusedByStatus,
    Request,
)
from schemactl.values import NamedTuple

TRIES: Final = 3
"""How often a reading request is sent at most."""

_PASSING: Final = frozenset(
    {
        FailureKind.CONNECTION,
        FailureKind.TIMEOUT,
        FailureKind.CUT,
        FailureKind.RATE_LIMIT,
        FailureKind.OUTAGE,
    }
)


class ReadOnlyError(AssertionError):
    """A writing request was about to be sent where only reading is allowed; a bug."""


class Failed(NamedTuple):
    """A read that failed for good, by the word of its request."""

    word: str
    exchange: RefusedByStatus | NotSent | NoAnswer


class ToRetry(NamedTuple):
    """A read that failed in a way that may pass; `tries` is how often it was sent."""

    word: str
    exchange: NotSent | NoAnswer
    tries: int


class Reads:
    """Reads that are sent together.

    Args:
        requests: What to read.
        optional: Those of them that may fail.
    """

    def __init__(
        self, requests: Sequence[Request], *, optional: Collection[Request] = ()
    ) -> None:
        self.requests = requests
        self._optional = optional
        self._exchanges: dict[int, Exchange] = {}
        self._tries: Counter[int] = Counter()

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more must be sent before the failures so far are handled."""
        return any(
            self._is_fatal(place) or not self._is_settled(place) for place in self._exchanges
        )

    @property
    def is_decided(self) -> bool:
        """Whether no answer to come can change what `failed` returns."""
        fatal = next(
            (place for place in sorted(self._exchanges) if self._is_fatal(place)), None
        )
        return fatal is not None and all(place in self._exchanges for place in range(fatal))

    @property
    def failed(self) -> Failed | None:
        """The first read, in the order of the requests, that failed for good."""
        for place in sorted(self._exchanges):
            exchange = self._exchanges[place]
            if self._is_fatal(place) and not isinstance(exchange, Answered):
                return Failed(self.requests[place].word, exchange)
        return None

    @property
    def to_retry(self) -> ToRetry | None:
        """The read to send again for which the server asks the longest pause."""
        found = [
            ToRetry(self.requests[place].word, exchange, self._tries[place])
            for place, exchange in sorted(self._exchanges.items())
            if isinstance(exchange, NotSent | NoAnswer) and not self._is_settled(place)
        ]
        return max(found, key=_asked_pause_s, default=None)

    def next_round(self) -> tuple[int, ...]:
        """Return the places of those that must be sent, or sent again; their failures pass."""
        places = range(len(self.requests))
        pending = tuple(place for place in places if not self._is_settled(place))
        for place in pending:
            self._exchanges.pop(place, None)
        return pending

    def note(self, place: int, exchange: Exchange) -> None:
        """Note what came of the request at a place."""
        self._tries[place] += 1
        self._exchanges[place] = exchange

    def bodies(self) -> tuple[bytes, ...]:
        """Return the body of every answer; empty for an optional read that failed."""
        came = (self._exchanges[place] for place in range(len(self.requests)))
        return tuple(each.body if isinstance(each, Answered) else b"" for each in came)

    def _is_settled(self, place: int) -> bool:
        """Whether it must not be sent again."""
        exchange = self._exchanges.get(place)
        if exchange is None:
            return False
        return not _is_passing(exchange) or self._tries[place] >= TRIES

    def _is_fatal(self, place: int) -> bool:
        exchange = self._exchanges[place]
        is_needed = self.requests[place] not in self._optional
        return is_needed and self._is_settled(place) and not isinstance(exchange, Answered)


def reads_of(requests: Sequence[Request], optional: Collection[Request]) -> Reads:
    """Return what is to be read.

    Raises:
        ReadOnlyError: One of them is not a read. Nothing was sent.
    """
    for request in requests:
        if not request.is_read:
            msg = f"{request.word} is not a reading request"
            raise ReadOnlyError(msg)
    return Reads(requests, optional=optional)


def _is_passing(exchange: Exchange) -> bool:
    """Whether a read failed in a way that another try may not."""
    return isinstance(exchange, NotSent | NoAnswer) and exchange.kind in _PASSING


def _asked_pause_s(failed: ToRetry) -> float:
    asked = failed.exchange.retry_after_s if isinstance(failed.exchange, NoAnswer) else None
    return asked or 0.0
