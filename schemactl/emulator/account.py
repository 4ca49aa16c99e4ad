"""One emulated account within one transaction: its state and the rules on it.

Whatever a wire asks for goes through here, so that two wires on one account
(`legacy_endpoint` is the first) cannot disagree.
"""

from __future__ import annotations

import sqlite3

from schemactl.emulator.choices import RestNumbers
from schemactl.emulator.contact_rules import ContactRules
from schemactl.emulator.contacts import Contacts
from schemactl.emulator.labels import Labels
from schemactl.emulator.layout import Layout
from schemactl.emulator.schema_rules import SchemaRules
from schemactl.emulator.search import Search
from schemactl.emulator.switches import Switches


class Account:
    """The parts of an account, made afresh for each transaction.

    Attributes:
        now: Unix time in seconds.
        layout: Sections, fields and options as they stand.
        labels: Tags and sequences as they stand.
        contacts: Contacts, values and notes as they stand.
        schema: What schema calls do.
        people: What calls on contacts do.
        search: Which contacts a search finds.
    """

    def __init__(
        self, connection: sqlite3.Connection, *, switches: Switches, now: float
    ) -> None:
        self.now = int(now)
        reuses = switches.rest_numbers is RestNumbers.REUSE
        self.layout = Layout(connection, reuses_numbers=reuses)
        self.labels = Labels(connection)
        self.contacts = Contacts(connection)
        self.schema = SchemaRules(self.layout, self.contacts, switches)
        self.people = ContactRules(
            layout=self.layout,
            contacts=self.contacts,
            labels=self.labels,
            switches=switches,
            now=self.now,
        )
        self.search = Search(
            layout=self.layout, contacts=self.contacts, labels=self.labels, switches=switches
        )
