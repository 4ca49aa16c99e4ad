"""One emulated account within one transaction: its state and its rules.

Both APIs go through this module, so that they cannot disagree about an account.
"""

from __future__ import annotations

import sqlite3

from schemactl.emulator.choices import OnOff, RestNumbers
from schemactl.emulator.contact_rules import ContactRules
from schemactl.emulator.contacts import Contacts
from schemactl.emulator.fired import FiredLog
from schemactl.emulator.kept_layout import KeptLayout
from schemactl.emulator.labels import Labels
from schemactl.emulator.layout import Layout
from schemactl.emulator.objects import Objects
from schemactl.emulator.pending import Pending
from schemactl.emulator.records import Records
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
        records: Records of other kinds.
        fired: Writes that start automations.
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
        self.labels = Labels(connection, object_id=object_id)
        self.records = Records(connection)
        is_on = switches.write_fires_automation is OnOff.ON
        self.fired = FiredLog(connection, is_on=is_on, now=self.now)
        self.contacts = Contacts(connection, object_id=object_id)
        self.schema = SchemaRules(self.layout, self.contacts, switches)
        self.people = ContactRules(
            layout=self.layout,
            contacts=self.contacts,
            labels=self.labels,
            switches=switches,
            fired=self.fired,
            now=self.now,
        )
        self.pending = Pending(
            connection,
            contacts=self.contacts,
            labels=self.labels,
            fired=self.fired,
            now=self.now,
        )
        self.search = Search(layout=self.layout, labels=self.labels, switches=switches)

    @property
    def connection(self) -> sqlite3.Connection:
        """Where it is stored, for what writes many rows at once."""
        return self._connection

    def of(self, object_id: int) -> Account:
        """Return the same account with the sections and fields of another object."""
        other = Account(
            self._connection,
            switches=self._switches,
            now=self.now,
            object_id=object_id,
            kept=self._kept,
        )
        other.fired.is_on = self.fired.is_on
        return other
