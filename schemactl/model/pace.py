"""The rate of requests to an account."""

from __future__ import annotations

from typing import Final

from schemactl.values import dataclass

SECONDS_PER_CALL: Final = 0.5
"""Duration of one call over the network, assumed for the estimate."""
EMBEDDED_SECONDS_PER_CALL: Final = 0.005
"""Duration of one call to the embedded account, measured as 2 to 4 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The rate of calls.

    Attributes:
        calls_per_minute: The account's limit; None if there is none.
        seconds_per_call: Duration of one call without waiting for the limit.
    """

    calls_per_minute: int | None = None
    seconds_per_call: float = SECONDS_PER_CALL
