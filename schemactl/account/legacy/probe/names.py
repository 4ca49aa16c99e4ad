"""How the Contacts API stores names, and how it finds a section by one."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.legacy.calls import draft_call
from schemactl.account.legacy.probe.trying import add_fields, text_field
from schemactl.account.legacy.requests import EditSection
from schemactl.account.probing import Scratch, stored_name
from schemactl.model.facts import NameMatching, NameStoring, Point
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class NameStoringPoint:
    """Add a field whose name ends in a space."""

    point: ClassVar = Point.NAME_STORING
    calls: ClassVar = 1
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> NameStoring:
        """See under which name the account has it."""
        field = text_field(scratch, "a7")
        spaced = replace(field, name=f"{field.name} ")
        tried = add_fields(scratch, "a", spaced)
        return stored_name(tried, scratch.names.name("a"), field.name, spaced.name)


@dataclass(frozen=True, slots=True)
class NameMatchingPoint:
    """Add a field to a section whose name is written in capitals."""

    point: ClassVar = Point.NAME_MATCHING
    calls: ClassVar = 1
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> NameMatching:
        """See whether the section has the field."""
        name = scratch.names.name
        field = text_field(scratch, "a8")
        request = EditSection(section=name("a").upper(), fields=(field,))
        tried = scratch.send(draft_call(request, serves=()))
        is_found = tried.finds(name("a"), field.name) is not None
        return NameMatching.IGNORES_CASE if is_found else NameMatching.EXACT
