"""How fast requests to an account can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SECONDS_PER_CALL: Final = 0.5
"""What one call over the network takes: an assumption for the estimate."""
EMBEDDED_SECONDS_PER_CALL: Final = 0.005
"""What one call to the embedded account takes: measured, 2 to 4 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast calls can be made.

    Attributes:
        calls_per_minute: The account's rate; None where there is none.
        seconds_per_call: What one takes where no rate slows it.
    """

    calls_per_minute: int | None = None
    seconds_per_call: float = SECONDS_PER_CALL
