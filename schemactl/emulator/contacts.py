"""Contacts, their values and notes in the account's tables.

It only reads and writes stored text; `values` converts it for clients, and `contact_rules`
decides what a call does. A value that nobody ever set is absent, which differs from an empty
text. Records of custom objects are kept in the same tables, each under its object.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from schemactl.emulator.clauses import EVERY, Bound, Clause
from schemactl.emulator.values import LIST_SEPARATOR, folded_text, size_of


class ContactRow(NamedTuple):
    """A contact; times are Unix time in seconds."""

    id: int
    added: int
    modified: int
    purl: str
    bulk_mail: int


class NoteRow(NamedTuple):
    """A note on a contact; the time is Unix time in seconds."""

    id: int
    time: int
    text: str


class Order(NamedTuple):
    """How contacts are sorted: an SQL expression over `c`; equal ones are sorted by id."""

    sql: str = "c.id"
    values: tuple[Bound, ...] = ()
    is_backwards: bool = False


BY_ID = Order()


class Contacts:
    """The contacts of one account, or the records of one object, within one transaction."""

    def __init__(self, connection: sqlite3.Connection, *, object_id: int = 0) -> None:
        self._connection = connection
        self._object = object_id

    def ids(self) -> tuple[int, ...]:
        """Return the ids of all contacts, in order."""
        return self.select(EVERY)

    def select(
        self,
        clause: Clause,
        *,
        order: Order = BY_ID,
        start: int = 0,
        limit: int | None = None,
    ) -> tuple[int, ...]:
        """Return the ids of one page of the contacts that meet a clause."""
        way = "DESC" if order.is_backwards else "ASC"
        rows = self._connection.execute(
            f"SELECT c.id FROM contact c WHERE c.object_id = ? AND {clause.sql}"  # noqa: S608 - ours
            f" ORDER BY {order.sql} {way}, c.id {way} LIMIT ? OFFSET ?",
            (
                *(self._object, *clause.values, *order.values),
                *(-1 if limit is None else limit, start),
            ),
        )
        return tuple(id_ for (id_,) in rows)

    def count(self, clause: Clause = EVERY) -> int:
        """Return the number of contacts that meet a clause."""
        (number,) = self._connection.execute(
            f"SELECT count(*) FROM contact c WHERE c.object_id = ? AND {clause.sql}",  # noqa: S608 - ours
            (self._object, *clause.values),
        ).fetchone()
        return int(number)

    def find(self, contact_id: int) -> ContactRow | None:
        """Return the contact, or None if the id does not exist."""
        row = self._connection.execute(
            "SELECT id, added, modified, purl, bulk_mail FROM contact"
            " WHERE id = ? AND object_id = ?",
            (contact_id, self._object),
        ).fetchone()
        return None if row is None else ContactRow(*row)

    def add(self, now: int) -> int:
        """Create a contact without values that accepts bulk mail, and return its id."""
        cursor = self._connection.execute(
            "INSERT INTO contact (added, modified, purl, bulk_mail, object_id)"
            " VALUES (?, ?, '', 1, ?)",
            (now, now, self._object),
        )
        return cursor.lastrowid or 0

    def find_all(self, contact_ids: Iterable[int]) -> tuple[ContactRow, ...]:
        """Return the contacts with these ids, in this order; ids of none are skipped."""
        ids = tuple(contact_ids)
        rows = self._connection.execute(
            "SELECT id, added, modified, purl, bulk_mail FROM contact"
            " WHERE id IN (SELECT value FROM json_each(?)) AND object_id = ?",
            (json.dumps(ids), self._object),
        )
        found = {row[0]: ContactRow(*row) for row in rows}
        return tuple(found[one] for one in ids if one in found)

    def touch(self, contact_id: int, now: int) -> None:
        """Note that a contact was modified."""
        self._connection.execute(
            "UPDATE contact SET modified = ? WHERE id = ?", (now, contact_id)
        )

    def set_purl(self, contact_id: int, purl: str) -> None:
        """Set a contact's subdomain."""
        self._connection.execute("UPDATE contact SET purl = ? WHERE id = ?", (purl, contact_id))

    def stop_bulk_mail(self, contact_id: int) -> None:
        """Unsubscribe a contact; the API cannot do the opposite."""
        self._connection.execute("UPDATE contact SET bulk_mail = 0 WHERE id = ?", (contact_id,))

    def delete(self, contact_id: int) -> None:
        """Delete a contact with its values and notes, if it exists."""
        self._connection.execute("DELETE FROM contact WHERE id = ?", (contact_id,))

    def set_value(self, contact_id: int, field_id: int, text: str | None) -> None:
        """Store a value; None removes it, so that it was never set."""
        if text is None:
            self._connection.execute(
                "DELETE FROM value WHERE contact_id = ? AND field_id = ?",
                (contact_id, field_id),
            )
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO value (contact_id, field_id, text, folded, number)"
                " VALUES (?, ?, ?, ?, ?)",
                (contact_id, field_id, text, folded_text(text), size_of(text)),
            )

    def values_of(self, contact_id: int) -> dict[int, str]:
        """Return the contact's values by field id; a field without value is absent."""
        rows = self._connection.execute(
            "SELECT field_id, text FROM value WHERE contact_id = ?", (contact_id,)
        )
        return dict(rows)

    def values_of_all(self, contact_ids: Iterable[int]) -> dict[int, dict[int, str]]:
        """Return the values of several contacts by contact and field id."""
        found: dict[int, dict[int, str]] = {one: {} for one in contact_ids}
        rows = self._connection.execute(
            "SELECT contact_id, field_id, text FROM value"
            " WHERE contact_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(found)),),
        )
        for contact_id, field_id, text in rows:
            found[contact_id][field_id] = text
        return found

    def _values_with(self, field_id: int, part: str) -> dict[int, str]:
        """Return the values of a field that contain a text, by contact id."""
        rows = self._connection.execute(
            "SELECT contact_id, text FROM value WHERE field_id = ? AND instr(text, ?)",
            (field_id, part),
        )
        return dict(rows)

    def clear_option(self, field_id: int, option: str) -> None:
        """Remove an option from all values of its field."""
        self._connection.execute(
            "DELETE FROM value WHERE field_id = ? AND text = ?", (field_id, option)
        )
        for contact_id, text in self._values_with(field_id, option).items():
            if LIST_SEPARATOR in text:
                kept = [item for item in text.split(LIST_SEPARATOR) if item != option]
                joined = LIST_SEPARATOR.join(kept)
                self.set_value(contact_id, field_id, joined if any(kept) else None)

    def rename_option(self, field_id: int, option: str, new: str) -> None:
        """Rename an option in all values of its field."""
        for contact_id, text in self._values_with(field_id, option).items():
            parts = [new if item == option else item for item in text.split(LIST_SEPARATOR)]
            self.set_value(contact_id, field_id, LIST_SEPARATOR.join(parts))

    def add_note(self, contact_id: int, *, time: int, text: str) -> int:
        """Add a note to a contact, and return its id."""
        cursor = self._connection.execute(
            "INSERT INTO note (contact_id, time, text) VALUES (?, ?, ?)",
            (contact_id, time, text),
        )
        return cursor.lastrowid or 0

    def set_note(self, note_id: int, text: str) -> None:
        """Give a note another text."""
        self._connection.execute("UPDATE note SET text = ? WHERE id = ?", (text, note_id))

    def remove_note(self, note_id: int) -> None:
        """Remove a note."""
        self._connection.execute("DELETE FROM note WHERE id = ?", (note_id,))

    def all_notes(self) -> tuple[tuple[int, NoteRow], ...]:
        """Return the notes on all contacts, each with the contact's id, by id."""
        rows = self._connection.execute(
            "SELECT contact_id, id, time, text FROM note ORDER BY id"
        )
        return tuple((contact_id, NoteRow(*row)) for contact_id, *row in rows)

    def notes_of(self, contact_id: int) -> tuple[NoteRow, ...]:
        """Return a contact's notes, oldest first."""
        rows = self._connection.execute(
            "SELECT id, time, text FROM note WHERE contact_id = ? ORDER BY time, id",
            (contact_id,),
        )
        return tuple(NoteRow(*row) for row in rows)
