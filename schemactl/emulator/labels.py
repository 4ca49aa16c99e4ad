"""Tags and sequences in the account's tables, and which contact carries which.

It only reads and writes them; `contact_rules` finds tags by name.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from schemactl.emulator.clauses import Clause

_SUBSCRIBERS = "FROM contact_tag t JOIN contact c ON c.id = t.contact_id"


class TagRow(NamedTuple):
    """A tag, its id, and the kind of object that can carry it: 0 for contacts."""

    id: int
    name: str
    object_id: int = 0


class SequenceRow(NamedTuple):
    """A sequence; only `fetch_sequences` with `full` shows more than its name."""

    id: int
    name: str
    public_name: str = ""
    description: str = ""


class Labels:
    """Tags and sequences, within one transaction; tags of one object, by default contacts."""

    def __init__(self, connection: sqlite3.Connection, *, object_id: int = 0) -> None:
        self._connection = connection
        self.object_id = object_id

    def tags(self) -> tuple[TagRow, ...]:
        """Return the tags for records of the object by id, also those on none."""
        return tuple(tag for tag in self.all_tags() if tag.object_id == self.object_id)

    def all_tags(self) -> tuple[TagRow, ...]:
        """Return the tags for objects of every kind, by id."""
        rows = self._connection.execute("SELECT id, name, object_id FROM tag ORDER BY id")
        return tuple(TagRow(*row) for row in rows)

    def sequences(self) -> tuple[SequenceRow, ...]:
        """Return all sequences by id."""
        rows = self._connection.execute(
            "SELECT id, name, public_name, description FROM sequence ORDER BY id"
        )
        return tuple(SequenceRow(*row) for row in rows)

    def add_tag(self, name: str, *, tag_id: int | None = None, object_id: int = 0) -> int:
        """Create a tag, with that id if it is free, and return its id."""
        taken = self._connection.execute("SELECT 1 FROM tag WHERE id = ?", (tag_id,))
        if taken.fetchone() is not None:
            tag_id = None
        cursor = self._connection.execute(
            "INSERT INTO tag (id, name, object_id) VALUES (?, ?, ?)", (tag_id, name, object_id)
        )
        return cursor.lastrowid or 0

    def rename_tag(self, tag_id: int, name: str) -> None:
        """Rename a tag, on every contact that has it."""
        self._connection.execute("UPDATE tag SET name = ? WHERE id = ?", (name, tag_id))

    def remove_tag(self, tag_id: int) -> None:
        """Remove a tag, also from every contact that has it."""
        self._connection.execute("DELETE FROM tag WHERE id = ?", (tag_id,))

    def remove_unused(self, tag_ids: Iterable[int]) -> None:
        """Remove those of these tags that no contact has."""
        self._connection.executemany(
            "DELETE FROM tag WHERE id = ?"
            " AND NOT EXISTS (SELECT 1 FROM contact_tag WHERE tag_id = tag.id)",
            [(tag_id,) for tag_id in tag_ids],
        )

    def add_sequence(self, name: str, *, public_name: str = "", description: str = "") -> None:
        """Create a sequence."""
        self._connection.execute(
            "INSERT INTO sequence (name, public_name, description) VALUES (?, ?, ?)",
            (name, public_name, description),
        )

    def tags_of(self, contact_id: int) -> tuple[TagRow, ...]:
        """Return the contact's tags by id."""
        rows = self._connection.execute(
            "SELECT id, name, object_id FROM tag JOIN contact_tag ON tag_id = id"
            " WHERE contact_id = ? ORDER BY id",
            (contact_id,),
        )
        return tuple(TagRow(*row) for row in rows)

    def tags_of_all(self, contact_ids: Iterable[int]) -> dict[int, tuple[TagRow, ...]]:
        """Return the tags of contacts by contact id; one without tags is absent."""
        found: dict[int, tuple[TagRow, ...]] = {}
        for contact_id, *tag in self._connection.execute(
            "SELECT contact_id, id, name, object_id FROM tag JOIN contact_tag ON tag_id = id"
            " WHERE contact_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(contact_ids)),),
        ):
            found[contact_id] = (*found.get(contact_id, ()), TagRow(*tag))
        return found

    def sequences_of_all(self, contact_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Return the sequences of contacts by contact id; one on none is absent."""
        found: dict[int, tuple[int, ...]] = {}
        for contact_id, sequence_id in self._connection.execute(
            "SELECT contact_id, sequence_id FROM contact_sequence"
            " WHERE contact_id IN (SELECT value FROM json_each(?)) ORDER BY sequence_id",
            (json.dumps(list(contact_ids)),),
        ):
            found[contact_id] = (*found.get(contact_id, ()), sequence_id)
        return found

    def sequences_of(self, contact_id: int) -> tuple[int, ...]:
        """Return the ids of the contact's sequences."""
        rows = self._connection.execute(
            "SELECT sequence_id FROM contact_sequence WHERE contact_id = ? ORDER BY 1",
            (contact_id,),
        )
        return tuple(sequence_id for (sequence_id,) in rows)

    def subscribers(
        self, clause: Clause, *, start: int, limit: int
    ) -> tuple[tuple[int, int, int], ...]:
        """Return tag, record and object of every tag on every record, by tag, for one page.

        The clause is on the tag `t` and the contact `c`.
        """
        rows = self._connection.execute(
            f"SELECT tag_id, contact_id, c.object_id {_SUBSCRIBERS} WHERE {clause.sql}"
            " ORDER BY tag_id, contact_id LIMIT ? OFFSET ?",
            (*clause.values, limit, start),
        )
        return tuple(rows)

    def count_subscribers(self, clause: Clause) -> int:
        """Return how many tags are on contacts, those on two counted twice."""
        (number,) = self._connection.execute(
            f"SELECT count(*) {_SUBSCRIBERS} WHERE {clause.sql}",
            clause.values,
        ).fetchone()
        return int(number)

    def put_tags(self, contact_id: int, tag_ids: Iterable[int]) -> None:
        """Put tags on a contact; those that it has stay, and unknown ids are ignored."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO contact_tag SELECT ?, id FROM tag WHERE id = ?",
            [(contact_id, tag_id) for tag_id in tag_ids],
        )

    def take_tags(self, contact_id: int, tag_ids: Iterable[int]) -> None:
        """Take tags off a contact; the tags themselves stay."""
        self._connection.executemany(
            "DELETE FROM contact_tag WHERE contact_id = ? AND tag_id = ?",
            [(contact_id, tag_id) for tag_id in tag_ids],
        )

    def put_sequences(self, contact_id: int, sequence_ids: Iterable[int]) -> None:
        """Put a contact on sequences; unknown ids are ignored."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO contact_sequence SELECT ?, id FROM sequence WHERE id = ?",
            [(contact_id, sequence_id) for sequence_id in sequence_ids],
        )

    def take_sequences(self, contact_id: int, sequence_ids: Iterable[int]) -> None:
        """Take a contact off sequences."""
        self._connection.executemany(
            "DELETE FROM contact_sequence WHERE contact_id = ? AND sequence_id = ?",
            [(contact_id, sequence_id) for sequence_id in sequence_ids],
        )
