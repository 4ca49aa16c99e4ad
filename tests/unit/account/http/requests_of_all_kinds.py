"""One request of each of the 19 kinds, the smallest that says something."""

from __future__ import annotations

from typing import Final

from schemactl.account.legacy.requests import (
    AddContact,
    AddDropdown,
    AddNotes,
    AddSection,
    AddTag,
    DeleteContacts,
    EditSection,
    FetchContacts,
    FetchNotes,
    FetchSequences,
    FetchTag,
    PullTag,
    ReadKey,
    RemoveDropdown,
    RemoveField,
    RemoveSection,
    RemoveTag,
    Request,
    SearchContacts,
    UpdateContacts,
)
from schemactl.account.legacy.values import (
    ContactUpdate,
    Equation,
    NewContact,
    NewField,
    NewNote,
    Operator,
)

_FIELDS: Final = (NewField(name="Trees", type="numeric"),)

ALL_REQUESTS: Final[tuple[Request, ...]] = (
    AddContact(contact=NewContact(values=())),
    UpdateContacts(contacts=(ContactUpdate(id="1"),)),
    FetchContacts(ids=("1",)),
    DeleteContacts(ids=("1",)),
    ReadKey(),
    AddSection(section="Orchard", fields=_FIELDS),
    EditSection(section="Orchard", fields=_FIELDS),
    RemoveSection(section="Orchard"),
    RemoveField(section="Orchard", field="Trees"),
    AddDropdown(field="Harvest", options=("Early",)),
    RemoveDropdown(field="Harvest", options=("Early",)),
    SearchContacts(equations=(Equation(field="a", operator=Operator.EQUAL, value="b"),)),
    PullTag(),
    FetchTag(),
    FetchSequences(),
    AddNotes(notes=(NewNote(contact_id="1", text="a"),)),
    FetchNotes(contact_ids=("1",)),
    AddTag(contact_ids=("1",), tags=("a",)),
    RemoveTag(contact_ids=("1",), tags=("a",)),
)
