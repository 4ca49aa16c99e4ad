"""Custom objects of an account: kinds of record that its owner created."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from schemactl.emulator.kept_layout import KeptLayout

FIRST_OBJECT = 10_000
"""The lowest number of a custom object; each account counts from here."""


class ObjectRow(NamedTuple):
    """One object; `name` is the server's own, such as `oPets`, the others are for people."""

    id: int
    name: str
    singular: str
    plural: str


def path_name(label: str) -> str:
    """Return the name of an object in paths, in lower case (a guess for spaces)."""
    return "".join(label.split()).lower()


class Objects:
    """The account's custom objects, within one transaction."""

    def __init__(self, connection: sqlite3.Connection, kept: KeptLayout) -> None:
        self._connection = connection
        self._kept = kept

    def rows(self) -> tuple[ObjectRow, ...]:
        """Return all of them by number."""
        rows = self._connection.execute(
            "SELECT id, name, singular, plural FROM object ORDER BY id"
        )
        return tuple(ObjectRow(*row) for row in rows)

    def named(self, label: str) -> ObjectRow | None:
        """Return the first with this name, for people or in the server."""
        return next((row for row in self.rows() if label in row[1:]), None)

    def add(self, label: str, *, singular: str = "", number: int | None = None) -> int:
        """Create an object without sections; return its number."""
        last = max((row.id for row in self.rows()), default=FIRST_OBJECT - 1)
        chosen = last + 1 if number is None else number
        self._connection.execute(
            "INSERT INTO object (id, name, singular, plural) VALUES (?, ?, ?, ?)",
            (chosen, f"o{''.join(label.split())}", singular or label, label),
        )
        return chosen

    def rename(self, number: int, label: str) -> None:
        """Change its name for people; its number and the server's name stay."""
        self._connection.execute(
            "UPDATE object SET singular = ?, plural = ? WHERE id = ?", (label, label, number)
        )

    def remove(self, number: int) -> None:
        """Remove an object with its sections, fields, options and records."""
        self._connection.execute("DELETE FROM contact WHERE object_id = ?", (number,))
        self._connection.execute("DELETE FROM section WHERE object_id = ?", (number,))
        self._kept.forget_sections(number)
        self._connection.execute("DELETE FROM object WHERE id = ?", (number,))
