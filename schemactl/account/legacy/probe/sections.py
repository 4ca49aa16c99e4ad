"""What the Contacts API does with calls on sections that are not as a plan expects them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemactl.account.legacy.calls import draft_call
from schemactl.account.legacy.requests import EditSection
from schemactl.account.legacy.values import NewField
from schemactl.account.probing import InconclusiveError, Scratch
from schemactl.model.facts import Point, UnknownSection


@dataclass(frozen=True, slots=True)
class UnknownSectionPoint:
    """Add a field to a section that does not exist."""

    point: ClassVar = Point.UNKNOWN_SECTION
    calls: ClassVar = 1
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> UnknownSection:
        """See whether the section exists afterwards, with the field."""
        section, field = scratch.names.name("b"), scratch.names.name("b1")
        request = EditSection(section=section, fields=(NewField(name=field, type="text"),))
        tried = scratch.send(draft_call(request, serves=()))
        if tried.finds(section, field):
            return UnknownSection.CREATED
        if tried.is_refused:
            return UnknownSection.REFUSED
        if tried.has_section(section):
            msg = "a section was created without its field"
            raise InconclusiveError(msg)
        return UnknownSection.IGNORED
