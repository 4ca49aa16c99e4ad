"""Build the request for a call of a plan, from what was just read of its object. Pure.

Ids can be reused and sections can change after planning, so a call that would now affect
something else is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from schemactl.account.outcomes import ObjectionError
from schemactl.account.rest import planned
from schemactl.account.rest import requests as wire
from schemactl.account.rest.planned import (
    FieldUpdate,
)
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import FieldWish, Place, RestField, RestSection, RestTag
from schemactl.model.schema import fold_name


class ContradictionError(ObjectionError):
    """Two reads contradict each other; the message says in what."""


def creation(request: planned.CreateFields, state: RestState) -> wire.CreateFields:
    """Add the description of an existing section: omitting it might clear it."""
    section = _only_section(state, request.section)
    if section is None and not request.makes_section:
        raise _gone(request.section)
    for field in request.fields:
        _refuse_taken(section, field.name)
    kept = None if section is None else section.description or None
    wishes = tuple(
        FieldWish(
            alias=field.name,
            type=field.type,
            required=field.required,
            unique=field.unique,
            add_options=field.options,
        )
        for field in request.fields
    )
    return wire.CreateFields(
        object_id=request.of.id,
        section=request.section,
        description=kept if request.description is None else request.description,
        columns=(wishes,) if wishes else (),
    )


def update(request: planned.UpdateFields, state: RestState) -> wire.UpdateFields:
    """Put the changed fields among the current fields of the section, or send them alone.

    The description is always sent: omitting it might clear it.
    """
    section = _only_section(state, request.section)
    if section is None:
        raise _gone(request.section)
    updates = {update.field: update for update in request.fields}
    for update in request.fields:
        _look_up(state, request.section, update.field, update.name)
        if update.new_name is not None:
            _refuse_taken(section, update.new_name, but=update.field)
    # It is unknown what the server does with the fields of a section if none is sent.
    if updates and not request.sends_whole:
        changed = (field for field in section.fields if field.field in updates)
        columns: tuple[tuple[FieldWish, ...], ...] = (_wishes(changed, updates),)
    else:
        wanted = _ordered(section, request.order)
        columns = tuple(_wishes(column, updates) for column in wanted)
    is_kept = request.description is None
    return wire.UpdateFields(
        object_id=request.of.id,
        section=request.section,
        description=section.description if is_kept else request.description,
        columns=columns if any(columns) else (),
    )


def _ordered(section: RestSection, order: Sequence[str]) -> tuple[tuple[RestField, ...], ...]:
    """Return the columns of a section, or all its fields in one column in another order."""
    if not order:
        return section.columns
    fields = {field.field: field for field in section.fields}
    if sorted(fields) != sorted(order):
        msg = f'section "{section.name}" has other fields now than those to be arranged'
        raise ObjectionError(msg)
    return (tuple(fields[name] for name in order),)


def movement(request: planned.MoveField, state: RestState) -> wire.UpdateFields:
    """Put a field of another section behind the current fields of a section, or send it alone.

    The description is always sent: omitting it might clear it.
    """
    section = _only_section(state, request.section)
    if section is None:
        raise _gone(request.section)
    moved = _look_up(state, request.source, request.field, request.name).field
    _refuse_taken(section, request.name)
    columns = section.columns if request.sends_whole else ()
    *first, last = columns or ((),)
    return wire.UpdateFields(
        object_id=request.of.id,
        section=request.section,
        description=section.description,
        columns=tuple(_wishes(column, {}) for column in (*first, (*last, moved))),
    )


def _wishes(
    fields: Iterable[RestField], updates: Mapping[str, FieldUpdate]
) -> tuple[FieldWish, ...]:
    return tuple(_wish(field, updates.get(field.field)) for field in fields)


def _wish(field: RestField, update: FieldUpdate | None) -> FieldWish:
    """Return a field as it is, with its changes; unchanged options are omitted."""
    wanted = update or FieldUpdate(field=field.field, name=field.alias)
    return FieldWish(
        alias=field.alias if wanted.new_name is None else wanted.new_name,
        type=wanted.type or field.type,
        field=field.field,
        id=field.id,
        required=field.required if wanted.required is None else wanted.required,
        unique=field.unique if wanted.unique is None else wanted.unique,
        add_options=wanted.add_options,
        remove_options=wanted.remove_options,
        replace_options=wanted.replace_options,
    )


def _look_up(state: RestState, section: str, field: str, name: str) -> Place:
    """Return where a field is, if its id still belongs to the one that the plan names."""
    place = state.by_field(field)
    if place is None:
        msg = f'the account no longer has the field {field or "of this id"}, which was "{name}"'
        raise ObjectionError(msg)
    if (place.section.name, place.field.alias) != (section, name):
        msg = (
            f'{field} is now "{place.field.alias}" in section "{place.section.name}", '
            f'and was "{name}" in section "{section}"'
        )
        raise ObjectionError(msg)
    return place


def _only_section(state: RestState, name: str) -> RestSection | None:
    """Find the section that a call names; a server may ignore case and spaces."""
    alike = [one for one in state.sections if fold_name(one.name) == fold_name(name)]
    others = [one for one in alike if one.name != name] or alike[1:]
    if others:
        msg = f'the API may now take section "{others[0].name}" for "{name}"'
        raise ObjectionError(msg)
    return alike[0] if alike else None


def _gone(section: str) -> ObjectionError:
    return ObjectionError(f'section "{section}" no longer exists')


def _refuse_taken(section: RestSection | None, name: str, *, but: str = "") -> None:
    """Check that no other field of a section has the name now."""
    for field in () if section is None else section.fields:
        if fold_name(field.alias) == fold_name(name) and field.field != but:
            msg = f'the section now has "{field.alias}"'
            raise ObjectionError(msg)


def deletion_of_field(request: planned.DeleteField, state: RestState) -> wire.DeleteField:
    """Delete a field by its id, if that is still the field that the plan names."""
    _look_up(state, request.section, request.field, request.name)
    return wire.DeleteField(object_id=request.of.id, field=request.field)


def deletion_of_section(request: planned.DeleteSection, state: RestState) -> wire.DeleteSection:
    """Delete an empty section: the server may delete its fields with it."""
    section = _only_section(state, request.section)
    if section is None:
        raise _gone(request.section)
    held = ", ".join(f'"{field.alias}"' for field in section.fields)
    if held:
        msg = f'section "{request.section}" still holds {held}'
        raise ObjectionError(msg)
    return wire.DeleteSection(object_id=request.of.id, section=request.section)


def refuse_contradiction(state: RestState) -> None:
    """Refuse to send anything based on two answers that contradict each other.

    Raises:
        ContradictionError: They do; another read may not.
    """
    if state.unplaced:
        msg = (
            "the account lists the fields of its sections and all its fields, and the two "
            f"lists contradict each other: no section has {', '.join(state.unplaced)}"
        )
        raise ContradictionError(msg)


def refuse_missing(aliases: Iterable[str], section: str) -> None:
    """Refuse to send a request that would omit a field which an earlier read has shown."""
    names = ", ".join(f'"{alias}"' for alias in aliases)
    if names:
        msg = (
            f'section "{section}" had {names} when it was read before, and does not have it now'
        )
        raise ObjectionError(msg)


def refuse_other_tag(number: int, name: str, tags: Iterable[RestTag]) -> None:
    """Check that an id still belongs to the tag that the plan names."""
    found = next((tag.name for tag in tags if tag.id == number), None)
    if found != name:
        now = "no tag" if found is None else f'"{found}"'
        msg = f'tag {number} is {now} now, and was "{name}"'
        raise ObjectionError(msg)
