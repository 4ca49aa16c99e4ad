"""Remember the server's own count of calls, and how long to wait because of it.

Our count (`rate`) knows only this user's runs; the server's includes every integration of
the account. Each answer of the REST API has it in its headers, also with status 401
(measured by others in 2026), so a wait in time avoids a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

_LAST_CALLS: Final = 1
"""Remaining calls at which to stop: other integrations share them."""
_REMAINING: Final = "x-rate-limit-remaining"
_RESET: Final = "x-rate-limit-reset"
_RETRY_AFTER: Final = "retry-after"


class ServerQuota:
    """Remembers until when the server accepts no more calls.

    Args:
        clock: Returns seconds that never decrease.
        max_s: The longest wait, whatever the server asks.
    """

    def __init__(self, *, clock: Callable[[], float], max_s: float) -> None:
        self._clock = clock
        self._max_s = max_s
        self._open_at_s: float | None = None
        self._remaining: float | None = None

    def note(self, headers: Mapping[str, str]) -> None:
        """Remember what an answer says; names of headers are in lower case."""
        remaining = _number(headers, _REMAINING)
        reset_s = _number(headers, _RESET)
        self._remaining = remaining
        self._open_at_s = None if reset_s is None else self._clock() + min(reset_s, self._max_s)

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
        """Allow the next call: its wait is over."""
        self._open_at_s = None


def asked_pause(headers: Mapping[str, str], *, is_over_limit: bool) -> float | None:
    """Return the seconds that the server asks to wait before another try, if it asks.

    `x-rate-limit-reset` comes with every answer, so on its own it asks for nothing while
    calls remain. Proxies send `Retry-After`; its other form, a date, is ignored.
    """
    remaining = _number(headers, _REMAINING)
    has_calls = remaining is not None and remaining > _LAST_CALLS and not is_over_limit
    asked = None if has_calls else _number(headers, _RESET)
    return asked if asked is not None else _number(headers, _RETRY_AFTER)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*", headers.get(name, ""))
    return float(found[1]) if found else None
