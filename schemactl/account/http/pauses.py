"""How long nothing is sent before another try, and why."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

from schemactl.account.http.exchange import NoAnswer, NotSent

FIRST_PAUSE_S: Final = 0.5
MAX_PAUSE_S: Final = 90.0
"""Bounds of the pause before another try; the vendor's limit is counted over a minute."""


@unique
class WaitReason(StrEnum):
    """Why nothing is sent for a while, in the user's words."""

    RATE_LIMIT = "the account's calls of this minute are used up"
    """By our own count or by the server's."""
    TOO_MANY = "the server says that too many calls were made"
    RETRY = "a request failed and is tried again"


def pause_before_retry_s(number: int, exchange: NotSent | NoAnswer, *, jitter: float) -> float:
    """Return the pause before another try: what the server asks, else longer each time.

    Args:
        number: Of the try that failed, from 1.
        exchange: How it failed.
        jitter: From 0 to 1, so that runs do not retry at the same time.
    """
    backoff_s: float = FIRST_PAUSE_S * 2 ** (number - 1) * (0.5 + jitter / 2)
    asked_s = exchange.retry_after_s if isinstance(exchange, NoAnswer) else None
    return min(max(asked_s or 0.0, backoff_s), MAX_PAUSE_S)
