"""Records of other kinds than contacts: tasks, groups, rules, messages, forms, automations.

The account keeps what a person or a request gave each, and knows no rule about it. Notes and
sequences are kept elsewhere, because the Contacts API has them too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Content: TypeAlias = Mapping[str, Json]


class Records:
    """The records of an account by kind and id, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all_of(self, kind: int) -> dict[int, Content]:
        """Return the records of a kind by id, in order."""
        rows = self._connection.execute(
            "SELECT id, content FROM record WHERE kind = ? ORDER BY id", (kind,)
        )
        return {number: json.loads(content) for number, content in rows}

    def add(self, kind: int, content: Content) -> int:
        """Create a record, and return its id."""
        (last,) = self._connection.execute(
            "SELECT coalesce(max(id), 0) FROM record WHERE kind = ?", (kind,)
        ).fetchone()
        self._connection.execute(
            "INSERT INTO record (kind, id, content) VALUES (?, ?, ?)",
            (kind, last + 1, json.dumps(content)),
        )
        return int(last) + 1

    def replace(self, kind: int, number: int, content: Content) -> None:
        """Give a record another content."""
        self._connection.execute(
            "UPDATE record SET content = ? WHERE kind = ? AND id = ?",
            (json.dumps(content), kind, number),
        )

    def remove(self, kind: int, number: int) -> None:
        """Remove a record."""
        self._connection.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, number))
