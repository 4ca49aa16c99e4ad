"""What the REST API does with new fields: names that are taken, numbers, spaces."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.probing import InconclusiveError, Scratch, stored_name
from schemactl.account.rest.calls import draft_call
from schemactl.account.rest.planned import DeleteField, NewField
from schemactl.account.rest.probe.making import create_fields, make_fields, text_field
from schemactl.account.rest.state import RestState, state_of
from schemactl.account.rest.values import CUSTOM_FIELD
from schemactl.model.facts import FieldElsewhere, FieldNumbers, NameStoring, Point
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class FieldElsewherePoint:
    """Create a field of a name that another section has, with a wider type."""

    point: ClassVar = Point.FIELD_ELSEWHERE
    calls: ClassVar = 1
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> FieldElsewhere:
        """See whether there are two now, or the type of the other one has changed."""
        name = scratch.names.name
        twin = NewField(name=name("a1"), type="longtext")
        tried = create_fields(scratch, "b", twin)
        other = tried.finds(name("a"), name("a1"))
        if other is None:
            msg = "the other section has lost its field"
            raise InconclusiveError(msg)
        if other.type == twin.type:
            return FieldElsewhere.UPDATED
        if tried.finds(name("b"), name("a1")):
            return FieldElsewhere.ADDED
        return FieldElsewhere.REFUSED if tried.is_refused else FieldElsewhere.IGNORED


@dataclass(frozen=True, slots=True)
class FieldNumbersPoint:
    """Delete a field, and create another one."""

    point: ClassVar = Point.FIELD_NUMBERS
    calls: ClassVar = 3
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> FieldNumbers:
        """See whether its number is higher than all that the account had before."""
        name = scratch.names.name
        (first,) = make_fields(scratch, "a", text_field(scratch, "a2"))
        highest = max(_numbers(state_of(scratch.live)))
        deletion = DeleteField(
            section=name("a"), field=first.field.field, name=first.field.alias
        )
        gone = scratch.send(draft_call(deletion, serves=()))
        if state_of(gone.after).by_field(first.field.field) is not None:
            msg = "the account did not delete a field"
            raise InconclusiveError(msg)
        (second,) = make_fields(scratch, "a", text_field(scratch, "a3"))
        number = int(second.field.field.removeprefix("f"))
        return FieldNumbers.NEW if number > highest else FieldNumbers.REUSED


@dataclass(frozen=True, slots=True)
class NameStoringPoint:
    """Create a field whose name ends in a space."""

    point: ClassVar = Point.NAME_STORING
    calls: ClassVar = 1
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> NameStoring:
        """See under which name the account has it."""
        field = text_field(scratch, "a4")
        spaced = replace(field, name=f"{field.name} ")
        tried = create_fields(scratch, "a", spaced)
        return stored_name(tried, scratch.names.name("a"), field.name, spaced.name)


def _numbers(state: RestState) -> list[int]:
    return [int(name[1:]) for name in state.fields if CUSTOM_FIELD.fullmatch(name)]
