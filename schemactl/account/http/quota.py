"""The server's own count of calls: what it said last, and how long to wait because of it.

Our count (`rate`) knows only this user's runs; the server's knows every integration of
the account. It is told by headers with each answer of the REST API, of status 401 too
(measured by others in 2026), so waiting in time avoids being turned away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

_LAST_CALLS: Final = 1
"""Calls left at which to stop: other integrations share them."""
_REMAINING: Final = "x-rate-limit-remaining"
_RESET: Final = "x-rate-limit-reset"
_RETRY_AFTER: Final = "retry-after"


class ServerQuota:
    """Remembers until when the server lets no more calls through.

    Args:
        clock: Gives seconds that never run backwards.
        most_s: The longest wait, whatever the server asks.
    """

    def __init__(self, *, clock: Callable[[], float], most_s: float) -> None:
        self._clock = clock
        self._most_s = most_s
        self._open_at_s: float | None = None
        self._remaining: float | None = None

    def note(self, headers: Mapping[str, str]) -> None:
        """Take down what an answer says; names of headers are in lower case."""
        remaining = _number(headers, _REMAINING)
        reset_s = _number(headers, _RESET)
        self._remaining = remaining
        self._open_at_s = (
            None if reset_s is None else self._clock() + min(reset_s, self._most_s)
        )

    def wait_s(self, *, calls: int = 1) -> float:
        """Return the seconds until `calls` calls fit into the quota; 0 where they do now.

        A quota lower than that, however long one waits, is unknown before the reset: after
        it, the calls are tried.
        """
        if self._remaining is None or self._open_at_s is None:
            return 0.0
        if self._remaining - (calls - 1) > _LAST_CALLS:
            return 0.0
        return max(0.0, self._open_at_s - self._clock())

    def forget(self) -> None:
        """Let the next call through: its wait is over."""
        self._open_at_s = None


def asked_pause(headers: Mapping[str, str], *, is_over_limit: bool) -> float | None:
    """Give the seconds that the server asks to wait before another try; None for no word.

    `x-rate-limit-reset` comes with every answer, so on its own it asks for nothing where
    calls are left. `Retry-After` is what proxies send. Its other form, a date, is not
    looked at.
    """
    remaining = _number(headers, _REMAINING)
    has_calls = remaining is not None and remaining > _LAST_CALLS and not is_over_limit
    asked = None if has_calls else _number(headers, _RESET)
    return asked if asked is not None else _number(headers, _RETRY_AFTER)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*", headers.get(name, ""))
    return float(found[1]) if found else None
