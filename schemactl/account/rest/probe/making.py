"""How a point makes the fields that it tries something with, and finds them again."""

from __future__ import annotations

from schemactl.account.probing import InconclusiveError, Scratch, Tried
from schemactl.account.rest.calls import draft_call
from schemactl.account.rest.planned import CreateFields, FieldUpdate, NewField, UpdateFields
from schemactl.account.rest.state import RestState, state_of
from schemactl.account.rest.values import Place


def create_fields(scratch: Scratch, section: str, *fields: NewField) -> Tried:
    """Create fields in a section, which is created if it is new."""
    name = scratch.names.name(section)
    is_new = state_of(scratch.live).section(name) is None
    request = CreateFields(section=name, fields=fields, makes_section=is_new)
    return scratch.send(draft_call(request, serves=()))


def make_fields(scratch: Scratch, section: str, *fields: NewField) -> tuple[Place, ...]:
    """Create fields that a point needs, and return where they are.

    Raises:
        InconclusiveError: The account does not show all of them afterwards.
    """
    after = state_of(create_fields(scratch, section, *fields).after)
    return tuple(find_field(after, scratch.names.name(section), each.name) for each in fields)


def find_field(state: RestState, section: str, name: str) -> Place:
    """Return where a field is.

    Raises:
        InconclusiveError: There is none, or more than one.
    """
    places = state.places(section, name)
    if len(places) != 1:
        msg = "the fields to try it with could not be created"
        raise InconclusiveError(msg)
    return places[0]


def update_field(scratch: Scratch, section: str, update: FieldUpdate) -> Tried:
    """Change one field of a section, and send its other fields as they are."""
    request = UpdateFields(section=scratch.names.name(section), fields=(update,))
    return scratch.send(draft_call(request, serves=()))


def text_field(scratch: Scratch, suffix: str) -> NewField:
    """Return a new field of type text."""
    return NewField(name=scratch.names.name(suffix), type="text")


def drop_field(scratch: Scratch, suffix: str, *options: str) -> NewField:
    """Return a new dropdown."""
    return NewField(name=scratch.names.name(suffix), type="drop", options=options)
