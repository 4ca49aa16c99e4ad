"""The calls that points of the Contacts API send, by the suffixes of what they name."""

from __future__ import annotations

from schemactl.account.legacy.calls import draft_call
from schemactl.account.legacy.requests import (
    AddDropdown,
    AddSection,
    EditSection,
    RemoveDropdown,
    RemoveField,
    RemoveSection,
)
from schemactl.account.legacy.values import NewField
from schemactl.account.probing import InconclusiveError, Scratch, Tried


def add_section(scratch: Scratch, section: str, *fields: NewField) -> Tried:
    """Create a section with fields."""
    request = AddSection(section=scratch.names.name(section), fields=fields)
    return scratch.send(draft_call(request, serves=()))


def add_fields(scratch: Scratch, section: str, *fields: NewField) -> Tried:
    """Add fields to a section."""
    request = EditSection(section=scratch.names.name(section), fields=fields)
    return scratch.send(draft_call(request, serves=()))


def make_field(scratch: Scratch, section: str, field: NewField) -> None:
    """Add a field that a point needs to try something else.

    Raises:
        InconclusiveError: The account does not show it afterwards.
    """
    tried = add_fields(scratch, section, field)
    if tried.finds(scratch.names.name(section), field.name) is None:
        msg = "the field to try it with could not be made"
        raise InconclusiveError(msg)


def remove_section(scratch: Scratch, section: str) -> Tried:
    """Remove a section."""
    request = RemoveSection(section=scratch.names.name(section))
    return scratch.send(draft_call(request, serves=()))


def remove_field(scratch: Scratch, section: str, field: str) -> Tried:
    """Remove a field."""
    name = scratch.names.name
    return scratch.send(
        draft_call(RemoveField(section=name(section), field=name(field)), serves=())
    )


def add_options(scratch: Scratch, field: str, *options: str) -> Tried:
    """Add options to a field."""
    request = AddDropdown(field=scratch.names.name(field), options=options)
    return scratch.send(draft_call(request, serves=()))


def remove_options(scratch: Scratch, field: str, *options: str) -> Tried:
    """Remove options from a field."""
    request = RemoveDropdown(field=scratch.names.name(field), options=options)
    return scratch.send(draft_call(request, serves=()))


def text_field(scratch: Scratch, suffix: str) -> NewField:
    """Return a new field of type text."""
    return NewField(name=scratch.names.name(suffix), type="text")
