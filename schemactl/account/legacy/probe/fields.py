"""What the Contacts API does with fields that are there already, elsewhere, or not at all."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.legacy.probe.trying import (
    add_fields,
    add_section,
    remove_field,
    text_field,
)
from schemactl.account.probing import InconclusiveError, Scratch
from schemactl.model.facts import AbsentRemoval, ExistingField, FieldElsewhere, Point
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True)
class ExistingFieldPoint:
    """Add a field that the section has."""

    point: ClassVar = Point.EXISTING_FIELD
    calls: ClassVar = 1
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> ExistingField:
        """See whether nothing changes, and what the server answers."""
        tried = add_fields(scratch, "a", text_field(scratch, "a1"))
        if tried.after.schema != tried.before.schema:
            msg = "the call changed the section"
            raise InconclusiveError(msg)
        return ExistingField.REFUSED if tried.is_refused else ExistingField.IGNORED


@dataclass(frozen=True, slots=True)
class FieldElsewherePoint:
    """Create a section with a field of a name that another section has."""

    point: ClassVar = Point.FIELD_ELSEWHERE
    calls: ClassVar = 1
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> FieldElsewhere:
        """See whether both sections have a field of that name."""
        name = scratch.names.name
        tried = add_section(scratch, "e", text_field(scratch, "a1"))
        if tried.finds(name("a"), name("a1")) is None:
            msg = "the other section has lost its field"
            raise InconclusiveError(msg)
        if tried.finds(name("e"), name("a1")):
            return FieldElsewhere.ADDED
        return FieldElsewhere.REFUSED if tried.is_refused else FieldElsewhere.IGNORED


@dataclass(frozen=True, slots=True)
class AbsentRemovalPoint:
    """Remove a field that does not exist."""

    point: ClassVar = Point.ABSENT_REMOVAL
    calls: ClassVar = 1
    makes: ClassVar = 0

    def find(self, scratch: Scratch) -> AbsentRemoval:
        """See what the server answers."""
        tried = remove_field(scratch, "a", "a9")
        return AbsentRemoval.REFUSED if tried.is_refused else AbsentRemoval.ACCEPTED
