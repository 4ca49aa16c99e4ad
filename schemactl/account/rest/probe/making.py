"""How a point makes the fields that it tries something with, and finds them again."""

from __future__ import annotations

from schemactl.account.probing import InconclusiveError, Scratch
from schemactl.account.rest.calls import CreateFields, NewField, draft_call
from schemactl.account.rest.state import Place, state_of


def make_fields(scratch: Scratch, section: str, *fields: NewField) -> tuple[Place, ...]:
    """Create fields in a section, which is created if it is new; return where they are.

    Raises:
        InconclusiveError: The account does not show all of them afterwards.
    """
    is_new = state_of(scratch.live).section(section) is None
    request = CreateFields(section=section, fields=fields, makes_section=is_new)
    scratch.send(draft_call(request, serves=()))
    return tuple(find_field(scratch, section, field.name) for field in fields)


def find_field(scratch: Scratch, section: str, name: str) -> Place:
    """Return where a field is.

    Raises:
        InconclusiveError: There is none, or more than one.
    """
    places = state_of(scratch.live).places(section, name)
    if len(places) != 1:
        msg = "the fields to try it with could not be created"
        raise InconclusiveError(msg)
    return places[0]
