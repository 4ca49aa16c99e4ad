"""What the REST API does with an update of fields."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.probing import InconclusiveError, Scratch
from schemactl.account.rest.calls import draft_call
from schemactl.account.rest.planned import FieldUpdate, MoveField, UpdateFields
from schemactl.account.rest.probe.making import drop_field, make_fields, text_field
from schemactl.account.rest.state import state_of
from schemactl.model.facts import FieldOrder, ForeignField, OmittedFields, Point
from schemactl.model.scratch import FIRST, SECOND
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True)
class OmittedFieldsPoint:
    """Rename one field of a section, and send nothing of the other one."""

    point: ClassVar = Point.OMITTED_FIELDS
    calls: ClassVar = 2
    makes: ClassVar = 3

    def find(self, scratch: Scratch) -> OmittedFields:
        """See whether the other one is still there, exactly as it was."""
        name = scratch.names.name
        first, other = make_fields(
            scratch,
            "c",
            text_field(scratch, "c1"),
            drop_field(scratch, "c2", FIRST, SECOND),
        )
        update = FieldUpdate(
            field=first.field.field, name=first.field.alias, new_name=name("c3")
        )
        request = UpdateFields(section=name("c"), fields=(update,), sends_whole=False)
        after = state_of(scratch.send(draft_call(request, serves=())).after)
        left = after.by_field(other.field.field)
        if left is None:
            return OmittedFields.DELETED
        renamed = after.by_field(first.field.field)
        if renamed is None or renamed.field.alias != name("c3") or left.field != other.field:
            msg = "the server did not make the update as it was asked for"
            raise InconclusiveError(msg)
        return OmittedFields.KEPT


@dataclass(frozen=True, slots=True)
class ForeignFieldPoint:
    """Name a field of one section in an update of another one, with all of its own fields."""

    point: ClassVar = Point.FOREIGN_FIELD
    calls: ClassVar = 3
    makes: ClassVar = 4

    def find(self, scratch: Scratch) -> ForeignField:
        """See in which section it is afterwards, and whether it is the same field."""
        name = scratch.names.name
        (moved,) = make_fields(scratch, "d", drop_field(scratch, "d1", FIRST, SECOND))
        make_fields(scratch, "e", text_field(scratch, "e1"))
        request = MoveField(
            section=name("e"),
            source=name("d"),
            field=moved.field.field,
            name=moved.field.alias,
        )
        tried = scratch.send(draft_call(request, serves=()))
        after = state_of(tried.after)
        place = after.by_field(moved.field.field)
        is_same = place is not None and place.field == moved.field
        if place is None or not is_same or not tried.finds(name("e"), name("e1")):
            msg = "a field has changed that was only to be moved"
            raise InconclusiveError(msg)
        if place.section.name == name("e"):
            return ForeignField.MOVED
        if after.places(name("e"), name("d1")):
            return ForeignField.COPIED
        return ForeignField.REFUSED if tried.is_refused else ForeignField.IGNORED


@dataclass(frozen=True, slots=True)
class FieldOrderPoint:
    """Send the fields of a section in the opposite order."""

    point: ClassVar = Point.FIELD_ORDER
    calls: ClassVar = 2
    makes: ClassVar = 3

    def find(self, scratch: Scratch) -> FieldOrder:
        """See in which order the account has them afterwards."""
        name = scratch.names.name
        # A section of its own: after an update that deletes what it omits, `c` is not whole.
        places = make_fields(scratch, "f", text_field(scratch, "f1"), text_field(scratch, "f2"))
        wanted = tuple(place.field.field for place in reversed(places))
        request = UpdateFields(section=name("f"), order=wanted)
        tried = scratch.send(draft_call(request, serves=()))
        section = state_of(tried.after).section(name("f"))
        found = () if section is None else tuple(one.field for one in section.fields)
        if sorted(found) != sorted(wanted):
            msg = "the section has other fields than before"
            raise InconclusiveError(msg)
        return FieldOrder.APPLIED if found == wanted else FieldOrder.IGNORED
