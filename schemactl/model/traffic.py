"""The requests that one command has sent so far: how many, when, and how long they took."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from schemactl.model.event import Event, RequestAnswered, RequestSent
from schemactl.model.pace import Pace, RequestCost, wait_for_limit
from schemactl.values import replace

MAX_TIMES: Final = 10_000
"""Times that are kept; an account takes fewer requests a minute."""
_ROUNDED_TO: Final = 2
"""Decimals of a measured duration in seconds: the next request takes another one anyway."""


class Traffic:
    """Counts and times the requests of one command, from its events.

    Args:
        clock: Returns seconds that never decrease.

    Attributes:
        requests: How many requests were sent, those that were tried again included.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.requests = 0
        self._clock = clock
        self._sent_at: deque[float] = deque(maxlen=MAX_TIMES)
        self._answered = 0
        self._took_s = 0.0

    def note(self, event: Event) -> None:
        """Take note of an event; those that are not about requests are ignored."""
        if isinstance(event, RequestSent):
            self.requests += 1
            self._sent_at.append(self._clock())
        elif isinstance(event, RequestAnswered):
            self._answered += 1
            self._took_s += event.seconds

    def measured(self, pace: Pace) -> Pace:
        """Return the pace with the mean duration of the requests so far; as it is before."""
        if not self._answered:
            return pace
        mean_s = round(self._took_s / self._answered, _ROUNDED_TO)
        return replace(pace, seconds_per_call=mean_s)

    def remaining_s(self, left: RequestCost, pace: Pace) -> float:
        """Estimate how long further requests take, given when the last ones were sent."""
        measured = self.measured(pace)
        unhindered_s = left.trips * measured.seconds_per_call
        if pace.calls_per_minute is None:
            return unhindered_s
        wait_s = wait_for_limit(
            left.requests,
            sent_at=self._sent_at,
            now=self._clock(),
            limit=pace.calls_per_minute,
        )
        return max(unhindered_s, wait_s + measured.seconds_per_call * min(left.trips, 1))
