"""The smallest request of each kind that the client sends."""

from __future__ import annotations

from typing import Final

from schemactl.account.legacy.requests import (
    AddContact,
    AddDropdown,
    AddSection,
    AddTag,
    EditSection,
    FetchContacts,
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
    NewField,
    Operator,
)

_FIELDS: Final = (NewField(name="Trees", type="numeric"),)

ALL_REQUESTS: Final[tuple[Request, ...]] = (
    AddContact(values=()),
    UpdateContacts(contacts=(ContactUpdate(id="1"),)),
    FetchContacts(ids=("1",)),
    ReadKey(),
    AddSection(section="Orchard", fields=_FIELDS),
    EditSection(section="Orchard", fields=_FIELDS),
    RemoveSection(section="Orchard"),
    RemoveField(section="Orchard", field="Trees"),
    AddDropdown(field="Harvest", options=("Early",)),
    RemoveDropdown(field="Harvest", options=("Early",)),
    SearchContacts(equations=(Equation(field="a", operator=Operator.EQUAL, value="b"),)),
    PullTag(),
    AddTag(contact_ids=("1",), tags=("a",)),
    RemoveTag(contact_ids=("1",), tags=("a",)),
)
