"""The log of calls in the account's file: for tests, and for the rate limit.

The limit is per account, so processes that share a file share it. The log holds the `data` of a
call, but not its app id and key.
"""

from __future__ import annotations

import math
import sqlite3
from typing import NamedTuple

RATE_WINDOW_S = 60.0
KEPT_CALLS = 10_000


class LoggedCall(NamedTuple):
    """One call.

    Attributes:
        number: Counts up over the account's life.
        time: Unix time in seconds.
        request: The request type as the client wrote it.
        data: What it sent, decoded.
        limited: Whether the rate limit rejected it.
        faults: Faults that applied to it, and their edits that could not be made.
    """

    number: int
    time: float
    request: str
    data: str
    limited: bool
    faults: str


class CallLog:
    """The account's log of calls, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(
        self, *, time: float, request: str, data: str, limited: bool, faults: str
    ) -> int:
        """Log a call and return its number; the oldest of very many are deleted."""
        cursor = self._connection.execute(
            "INSERT INTO call (time, request, data, limited, faults) VALUES (?, ?, ?, ?, ?)",
            (time, request, data, limited, faults),
        )
        number = cursor.lastrowid or 0
        self._connection.execute("DELETE FROM call WHERE number <= ?", (number - KEPT_CALLS,))
        return number

    def note(self, number: int, text: str) -> None:
        """Add a note on what a call's faults did."""
        self._connection.execute(
            "UPDATE call SET faults = faults || ? WHERE number = ?", (f"; {text}", number)
        )

    def calls(self) -> tuple[LoggedCall, ...]:
        """Return the calls that are kept, oldest first."""
        rows = self._connection.execute(
            "SELECT number, time, request, data, limited, faults FROM call ORDER BY number"
        )
        return tuple(
            LoggedCall(number, time, request, data, bool(limited), faults)
            for number, time, request, data, limited, faults in rows
        )

    def count(self) -> int:
        """Return how many calls the account has had."""
        (last,) = self._connection.execute(
            "SELECT coalesce(max(number), 0) FROM call"
        ).fetchone()
        return int(last)

    def room(self, *, now: float, limit: int) -> tuple[int, int]:
        """Return how many calls the limit leaves, and the seconds until there is one more."""
        rows = self._connection.execute(
            "SELECT time FROM call WHERE NOT limited AND time > ? ORDER BY time",
            (now - RATE_WINDOW_S,),
        ).fetchall()
        oldest = float(rows[0][0]) if rows else now
        return max(0, limit - len(rows)), max(1, math.ceil(oldest + RATE_WINDOW_S - now))

    def wait_s(self, *, now: float, limit: int) -> int | None:
        """Return the whole seconds until one more call fits the limit; None if it fits now."""
        rows = self._connection.execute(
            "SELECT time FROM call WHERE NOT limited AND time > ? ORDER BY time DESC LIMIT ?",
            (now - RATE_WINDOW_S, limit),
        ).fetchall()
        if len(rows) < limit:
            return None
        oldest = float(rows[-1][0]) if rows else now
        return max(1, math.ceil(oldest + RATE_WINDOW_S - now))
