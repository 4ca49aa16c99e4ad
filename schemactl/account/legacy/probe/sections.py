"""What the Contacts API does with calls on sections that are not as a plan expects them."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.legacy.probe.trying import (
    add_fields,
    add_section,
    remove_section,
    text_field,
)
from schemactl.account.probing import InconclusiveError, Scratch
from schemactl.model.facts import (
    EmptySections,
    ExistingSection,
    FullSection,
    Point,
    UnknownSection,
)
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True)
class UnknownSectionPoint:
    """Add a field to a section that does not exist."""

    point: ClassVar = Point.UNKNOWN_SECTION
    calls: ClassVar = 1
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> UnknownSection:
        """See whether the section exists afterwards, with the field."""
        name = scratch.names.name
        tried = add_fields(scratch, "b", text_field(scratch, "b1"))
        if tried.finds(name("b"), name("b1")):
            return UnknownSection.CREATED
        if tried.is_refused:
            return UnknownSection.REFUSED
        if tried.has_section(name("b")):
            msg = "a section was created without its field"
            raise InconclusiveError(msg)
        return UnknownSection.IGNORED


@dataclass(frozen=True, slots=True)
class ExistingSectionPoint:
    """Create a section once more, with a new field."""

    point: ClassVar = Point.EXISTING_SECTION
    calls: ClassVar = 1
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> ExistingSection:
        """See whether the section has the field too, and is there once."""
        name = scratch.names.name
        tried = add_section(scratch, "a", text_field(scratch, "a2"))
        if [one.name for one in tried.after.schema.sections].count(name("a")) > 1:
            msg = "the account has the section twice now"
            raise InconclusiveError(msg)
        if tried.finds(name("a"), name("a2")):
            return ExistingSection.MERGED
        return ExistingSection.REFUSED if tried.is_refused else ExistingSection.IGNORED


@dataclass(frozen=True, slots=True)
class FullSectionPoint:
    """Remove a section that holds a field; both are the probe's own."""

    point: ClassVar = Point.FULL_SECTION
    calls: ClassVar = 2
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> FullSection:
        """See whether section and field are gone."""
        name = scratch.names.name
        made = add_section(scratch, "c", text_field(scratch, "c1"))
        if made.finds(name("c"), name("c1")) is None:
            msg = "the section to try it with could not be made"
            raise InconclusiveError(msg)
        tried = remove_section(scratch, "c")
        if not tried.has_section(name("c")):
            return FullSection.REMOVED
        if tried.is_refused:
            return FullSection.REFUSED
        msg = "the server reported success, and the section is still there"
        raise InconclusiveError(msg)


@dataclass(frozen=True, slots=True)
class EmptySectionsPoint:
    """Create a section without fields, and a field in it if it does not show."""

    point: ClassVar = Point.EMPTY_SECTIONS
    calls: ClassVar = 2
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> EmptySections:
        """See whether the account lists it before it has a field."""
        name = scratch.names.name
        if add_section(scratch, "d").has_section(name("d")):
            return EmptySections.LISTED
        filled = add_fields(scratch, "d", text_field(scratch, "d1"))
        if filled.finds(name("d"), name("d1")):
            return EmptySections.HIDDEN
        msg = "the account did not create a section without fields"
        raise InconclusiveError(msg)
