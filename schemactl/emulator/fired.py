"""The log of writes over an API that start automations: which value or tag changed, and where.

That a write over an API starts automations which react to a change is inferred from clients;
a switch turns it off. What a person does in the web interface is not in the log.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Firing(NamedTuple):
    """One change that started whatever reacts to it; the time is Unix time in seconds."""

    time: int
    contact_id: int
    field_id: int | None = None
    tag_id: int | None = None


class FiredLog:
    """The log of one account, within one transaction; nothing is added where it is off."""

    def __init__(self, connection: sqlite3.Connection, *, is_on: bool, now: int) -> None:
        self._connection = connection
        self.is_on = is_on
        self._now = now

    def note(
        self, contact_id: int, *, field_id: int | None = None, tag_id: int | None = None
    ) -> None:
        """Add a change of a value, or of a tag."""
        if self.is_on:
            self._connection.execute(
                "INSERT INTO fired (time, contact_id, field_id, tag_id) VALUES (?, ?, ?, ?)",
                (self._now, contact_id, field_id, tag_id),
            )

    def all(self) -> tuple[Firing, ...]:
        """Return everything, oldest first."""
        rows = self._connection.execute(
            "SELECT time, contact_id, field_id, tag_id FROM fired ORDER BY number"
        )
        return tuple(Firing(*row) for row in rows)
