"""Writes that are processed in the background: they act after a number of reads.

The server answers them at once. Two switches set how many reads do not show them yet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from schemactl.emulator.contacts import Contacts
from schemactl.emulator.fired import FiredLog
from schemactl.emulator.labels import Labels


class Change(NamedTuple):
    """A value to store in a field (None removes it), or a tag to put on or take off."""

    contact_id: int
    field_id: int | None = None
    text: str | None = None
    tag_id: int | None = None
    removes: bool = False


class Pending:
    """The changes of an account that still wait, within one transaction.

    One whose contact, field or tag is deleted meanwhile is dropped by the database.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        contacts: Contacts,
        labels: Labels,
        fired: FiredLog,
        now: int,
    ) -> None:
        self._connection = connection
        self._contacts = contacts
        self._labels = labels
        self._fired = fired
        self._now = now

    def add(self, changes: Iterable[Change], *, reads: int) -> None:
        """Make changes after a number of reads; at once if that is 0."""
        if reads == 0:
            for change in changes:
                self._make(change)
            return
        self._connection.executemany(
            "INSERT INTO pending (contact_id, field_id, text, tag_id, removes, reads)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(*change, reads) for change in changes],
        )

    def pass_read(self) -> None:
        """Make the changes that waited for enough reads, and count a read for the others."""
        if self._connection.execute("SELECT 1 FROM pending LIMIT 1").fetchone() is None:
            return
        due = self._connection.execute(
            "SELECT contact_id, field_id, text, tag_id, removes FROM pending"
            " WHERE reads = 0 ORDER BY id"
        ).fetchall()
        self._connection.execute("DELETE FROM pending WHERE reads = 0")
        self._connection.execute("UPDATE pending SET reads = reads - 1")
        for row in due:
            self._make(Change(*row))

    def _make(self, change: Change) -> None:
        self._fired.note(change.contact_id, field_id=change.field_id, tag_id=change.tag_id)
        if change.field_id is not None:
            self._contacts.set_value(change.contact_id, change.field_id, change.text)
        if change.tag_id is not None:
            act = self._labels.take_tags if change.removes else self._labels.put_tags
            act(change.contact_id, (change.tag_id,))
        self._contacts.touch(change.contact_id, self._now)
