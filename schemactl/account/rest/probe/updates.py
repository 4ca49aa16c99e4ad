"""What the REST API does with an update of fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemactl.account.probing import InconclusiveError, Scratch
from schemactl.account.rest.calls import FieldUpdate, NewField, UpdateFields, draft_call
from schemactl.account.rest.probe.making import make_fields
from schemactl.account.rest.state import state_of
from schemactl.model.facts import OmittedFields, Point
from schemactl.model.scratch import SCRATCH_OPTIONS


@dataclass(frozen=True, slots=True)
class OmittedFieldsPoint:
    """Rename one field of a section, and send nothing of the others."""

    point: ClassVar = Point.OMITTED_FIELDS
    calls: ClassVar = 2
    makes: ClassVar = 3

    def find(self, scratch: Scratch) -> OmittedFields:
        """See whether the others are still there, exactly as they were."""
        name = scratch.names.name
        first, other = make_fields(
            scratch,
            name("c"),
            NewField(name=name("c1"), type="text"),
            NewField(name=name("c2"), type="drop", options=SCRATCH_OPTIONS[:2]),
        )
        update = FieldUpdate(
            field=first.field.field, name=first.field.alias, new_name=name("c3")
        )
        request = UpdateFields(section=name("c"), fields=(update,), sends_whole=False)
        tried = scratch.send(draft_call(request, serves=()))
        after = state_of(tried.after)
        left = after.by_field(other.field.field)
        if left is None:
            return OmittedFields.DELETED
        renamed = after.by_field(first.field.field)
        if renamed is None or renamed.field.alias != name("c3") or left.field != other.field:
            msg = "the server did not make the update as it was asked for"
            raise InconclusiveError(msg)
        return OmittedFields.KEPT
