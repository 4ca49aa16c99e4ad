"""One emulated account within one transaction: its state and its rules.

Both APIs go through this module, so that they cannot disagree about an account.
"""

from __future__ import annotations

import sqlite3

from schemactl.emulator.choices import RestNumbers
from schemactl.emulator.contact_rules import ContactRules
from schemactl.emulator.contacts import Contacts
from schemactl.emulator.kept_layout import KeptLayout
from schemactl.emulator.labels import Labels
from schemactl.emulator.layout import Layout
from schemactl.emulator.objects import Objects
from schemactl.emulator.pending import Pending
from schemactl.emulator.schema_rules import SchemaRules
from schemactl.emulator.search import Search
from schemactl.emulator.switches import Switches

CONTACTS = 0


class Account:
    """The parts of an account, created for each transaction.

    Attributes:
        now: Unix time in seconds.
        is_of_contacts: Whether it is about contacts, and not records of a custom object.
        layout: Stored sections, fields and options of one object, by default contacts.
        labels: Stored tags and sequences.
        contacts: Stored contacts, values and notes.
        schema: What schema calls do.
        people: What calls on contacts do.
        search: Which contacts a search finds.
        objects: Stored custom objects.
        pending: Changes that wait for reads.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        switches: Switches,
        now: float,
        object_id: int = CONTACTS,
        kept: KeptLayout | None = None,
    ) -> None:
        self.now = int(now)
        self.is_of_contacts = object_id == CONTACTS
        self._connection = connection
        self._switches = switches
        reuses = switches.rest_numbers is RestNumbers.REUSE
        self._kept = KeptLayout() if kept is None else kept
        self.layout = Layout(connection, self._kept, reuses_numbers=reuses, object_id=object_id)
        self.objects = Objects(connection, self._kept)
        self.labels = Labels(connection)
        self.contacts = Contacts(connection, object_id=object_id)
        self.schema = SchemaRules(self.layout, self.contacts, switches)
        self.people = ContactRules(
            layout=self.layout,
            contacts=self.contacts,
            labels=self.labels,
            switches=switches,
            now=self.now,
        )
        self.pending = Pending(
            connection, contacts=self.contacts, labels=self.labels, now=self.now
        )
        self.search = Search(layout=self.layout, labels=self.labels, switches=switches)

    def of(self, object_id: int) -> Account:
        """Return the same account with the sections and fields of another object."""
        return Account(
            self._connection,
            switches=self._switches,
            now=self.now,
            object_id=object_id,
            kept=self._kept,
        )
