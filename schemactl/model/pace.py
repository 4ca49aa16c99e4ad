"""How many requests a run makes, and how fast an account can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from schemactl.values import dataclass

SECONDS_PER_CALL: Final = 0.5
"""Duration of one request over the network, assumed until one was measured."""
EMBEDDED_SECONDS_PER_CALL: Final = 0.005
"""Duration of one request to the embedded account, measured as 2 to 4 ms."""
MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The rate of requests.

    Attributes:
        calls_per_minute: The account's limit; None if there is none.
        seconds_per_call: Duration of one request without waiting for the limit.
        at_once: How many reads are made at the same time.
    """

    calls_per_minute: int | None = None
    seconds_per_call: float = SECONDS_PER_CALL
    at_once: int = 1

    def trips(self, reads: int) -> int:
        """Return how many times an answer is awaited for reads that are made together."""
        return ceil(reads / self.at_once)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCost:
    """What requests cost.

    Attributes:
        requests: How many there are, reads included.
        trips: How many times an answer is awaited: reads that are made at once share a trip.
    """

    requests: int = 0
    trips: int = 0

    def __add__(self, other: RequestCost) -> RequestCost:
        return RequestCost(
            requests=self.requests + other.requests, trips=self.trips + other.trips
        )

    def __sub__(self, other: RequestCost) -> RequestCost:
        return RequestCost(
            requests=self.requests - other.requests, trips=self.trips - other.trips
        )


def seconds_for(cost: RequestCost, pace: Pace) -> float:
    """Estimate how long requests take; those of one minute are sent without a wait."""
    if cost.requests <= 0:
        return 0.0
    unhindered_s = cost.trips * pace.seconds_per_call
    if pace.calls_per_minute is None:
        return round(unhindered_s, 3)
    full_minutes, rest = divmod(cost.requests - 1, pace.calls_per_minute)
    last_minute_s = unhindered_s * (rest + 1) / cost.requests
    return round(max(unhindered_s, MINUTE_S * full_minutes + last_minute_s), 3)


def wait_for_limit(requests: int, *, sent_at: Sequence[float], now: float, limit: int) -> float:
    """Return how long the account's limit delays the last of some requests that follow now.

    Args:
        requests: How many follow.
        sent_at: When earlier ones were sent, oldest first, on the clock of `now`.
        now: The time.
        limit: How many may be sent in any minute.
    """
    recent = [at for at in sent_at if at > now - MINUTE_S][-limit:]
    last = len(recent) + requests - 1
    minutes, place = divmod(last, limit)
    first_s = recent[place] - now if place < len(recent) else 0.0
    return max(0.0, MINUTE_S * minutes + first_s) if requests > 0 else 0.0
