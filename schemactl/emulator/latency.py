"""How long each request waits, as over a network that is far away.

The waits come from a seeded generator, so that the n-th request of every run waits as long.
"""

from __future__ import annotations

import re
from random import Random
from threading import Lock
from typing import NamedTuple

from schemactl.emulator.errors import EmulatorError

MAX_MS = 60_000
HINT = "write MEAN[:SPREAD[:SEED]] in milliseconds, such as 200 or 200:50"

_WORDS = re.compile(r"([0-9]{1,9})(?::([0-9]{1,9}))?(?::([0-9]{1,9}))?", re.ASCII)


class Latency(NamedTuple):
    """The wait of every request of either API.

    Attributes:
        mean_ms: In the middle of all waits.
        spread_ms: How far a wait is from the middle at most; all are equally likely.
        seed: The first state of the generator.
    """

    mean_ms: int = 0
    spread_ms: int = 0
    seed: int = 0

    def __str__(self) -> str:
        if not self.spread_ms:
            return f"{self.mean_ms} ms"
        return f"{self.mean_ms - self.spread_ms} to {self.mean_ms + self.spread_ms} ms"


NO_LATENCY = Latency()


class LatencySource:
    """Draws the wait of each request; safe to use from several threads."""

    def __init__(self, latency: Latency) -> None:
        self.latency = latency
        self._random = Random(latency.seed)  # noqa: S311 - no secret depends on it
        self._lock = Lock()

    def next_s(self) -> float:
        """Return the seconds that the next request waits."""
        with self._lock:
            apart = self._random.uniform(-1.0, 1.0) * self.latency.spread_ms
        return (self.latency.mean_ms + apart) / 1000


def parse_latency(text: str) -> Latency:
    """Read `MEAN`, `MEAN:SPREAD` or `MEAN:SPREAD:SEED`, in milliseconds.

    Raises:
        EmulatorError: It is none of these, the mean is too long, or the spread is more than
            the mean.
    """
    found = _WORDS.fullmatch(text.strip())
    if found is None:
        msg = f"'{text}' is not a latency"
        raise EmulatorError(msg, hint=HINT)
    latency = Latency(*(int(number or 0) for number in found.groups()))
    if latency.mean_ms > MAX_MS:
        msg = f"a mean of {latency.mean_ms} ms is more than {MAX_MS}"
        raise EmulatorError(msg, hint=HINT)
    if latency.spread_ms > latency.mean_ms:
        msg = f"a spread of {latency.spread_ms} ms is more than the mean of {latency.mean_ms}"
        raise EmulatorError(msg, hint=HINT)
    return latency
