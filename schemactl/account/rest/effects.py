"""Find out from two reads what a call did, and what else it changed. Pure.

The API reports success for what was asked, and not what else it removed. Whether an update
removes the fields that it omits is unknown, so everything is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, zip_longest

from schemactl.account.rest.planned import (
    CreateFields,
    CreateTag,
    DeleteField,
    DeleteSection,
    DeleteTag,
    FieldUpdate,
    MoveField,
    PlannedRequest,
    RenameTag,
    UpdateFields,
)
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import Place, RestField
from schemactl.model.schema import CONTACTS, is_same_description, trimmed_options


def shows_effect(request: PlannedRequest, state: RestState) -> bool:
    """Whether an object looks as it does once `request`, which is about it, was executed."""
    match request:
        case CreateFields():
            is_there = state.section(request.section) is not None
            return is_there and all(
                state.places(request.section, field.name) for field in request.fields
            )
        case UpdateFields():
            return _shows_update(request, state)
        case MoveField():
            place = state.by_field(request.field)
            return place is not None and place.section.name == request.section
        case DeleteField():
            # A request without an id was never sent, so it deleted nothing.
            return bool(request.field) and state.by_field(request.field) is None
        case DeleteSection():
            return state.section(request.section) is None
        case CreateTag() | RenameTag() | DeleteTag():
            return _shows_tag(request, state)


def _shows_tag(request: CreateTag | RenameTag | DeleteTag, state: RestState) -> bool:
    match request:
        case CreateTag():
            return any(tag.name == request.tag for tag in state.tags)
        case RenameTag():
            wanted = request.id, request.new_name
            return any((tag.id, tag.name) == wanted for tag in state.tags)
        case DeleteTag():
            return request.id > 0 and all(tag.id != request.id for tag in state.tags)


def _shows_update(request: UpdateFields, state: RestState) -> bool:
    section = state.section(request.section)
    if section is None:
        return False
    wanted = request.description
    if wanted is not None and not is_same_description(section.description, wanted):
        return False
    return all(
        _is_updated(update, state.by_field(update.field), request.section)
        for update in request.fields
    )


def _is_updated(update: FieldUpdate, place: Place | None, section: str) -> bool:
    if place is None or place.section.name != section:
        return False
    field, options = place.field, trimmed_options(place.field.options or ())
    return (
        field.alias == (update.new_name or update.name)
        and update.type in {None, field.type}
        and update.required in {None, field.required}
        and update.unique in {None, field.unique}
        and trimmed_options(update.add_options) <= options
        and trimmed_options(update.remove_options).isdisjoint(options)
        and (not update.replace_options or trimmed_options(update.replace_options) == options)
    )


def find_losses(
    request: PlannedRequest, before: RestState, after: RestState
) -> tuple[str, ...]:
    """Return what the part of an account that a call is about lost beside it, in words.

    Other parts may have been read at another time, so they are not compared. The losses
    include what somebody else removed at the same moment.
    """
    if isinstance(request, CreateTag | RenameTag | DeleteTag):
        return tuple(_lost_tags(request, before, after))
    label = request.of.label
    part, now = before.of(label), after.of(label)
    lost = (*_lost_sections(request, part, now), *_lost_fields(request, part, now))
    return lost if label == CONTACTS else tuple(f'of "{label}": {words}' for words in lost)


def _lost_sections(
    request: PlannedRequest, before: RestState, after: RestState
) -> Iterator[str]:
    """Match sections by id: an account may have a name twice."""
    own, now = _section_of(request), after.section_ids
    for section in before.sections:
        is_own = section.name == own
        found = now.get(section.id)
        if found is section:
            continue
        if found is None:
            if not (is_own and isinstance(request, DeleteSection)):
                yield f'section "{section.name}" is gone'
            continue
        if found.name != section.name:
            yield f'section "{section.name}" is called "{found.name}"'
        wanted = _wanted_description(request) if is_own else None
        allowed = (section.description, section.description if wanted is None else wanted)
        if not any(is_same_description(found.description, text) for text in allowed):
            yield f'the description of section "{section.name}" has changed'


def _section_of(request: PlannedRequest) -> str | None:
    if isinstance(request, CreateFields | UpdateFields | DeleteField | DeleteSection):
        return request.section
    return None


def _wanted_description(request: PlannedRequest) -> str | None:
    if isinstance(request, CreateFields | UpdateFields):
        return request.description
    return None


def _lost_fields(request: PlannedRequest, before: RestState, after: RestState) -> Iterator[str]:
    updates: Mapping[str, FieldUpdate] = {}
    gone = request.field if isinstance(request, DeleteField) else None
    moved = request.field if isinstance(request, MoveField) else None
    if isinstance(request, UpdateFields):
        updates = {update.field: update for update in request.fields}
    for name, place in _places_to_compare(before, after):
        if name != gone:
            found = after.by_field(name)
            yield from _lost_of_field(place, found, updates.get(name), moves=name == moved)


def _places_to_compare(before: RestState, after: RestState) -> Iterable[tuple[str, Place]]:
    """Return the fields of `before` by name, without those of sections that are in both.

    A section that is one value in both reads was decoded once: its text had not changed. If a
    name is there twice, either field could be meant, and all are compared.
    """
    if not (before.has_unique_names and after.has_unique_names):
        return before.fields.items()
    same = set(map(id, after.sections))
    changed = (section for section in before.sections if id(section) not in same)
    return chain.from_iterable(section.places.items() for section in changed)


def _lost_of_field(
    before: Place, after: Place | None, update: FieldUpdate | None, *, moves: bool
) -> Iterator[str]:
    what = f'field "{before.field.alias}" of section "{before.section.name}"'
    if after is None:
        yield f"{what} is gone"
        return
    if after.section.id != before.section.id and not moves:
        yield f'{what} has moved to section "{after.section.name}"'
    wish = update or FieldUpdate(field=before.field.field, name=before.field.alias)
    old, new = before.field, after.field
    if new.alias not in {old.alias, wish.new_name}:
        yield f'{what} is called "{new.alias}"'
    if new.type not in {old.type, wish.type}:
        yield f'{what} is of type "{new.type}", and was of type "{old.type}"'
    if new.required not in {old.required, wish.required}:
        yield f"{what} is {'' if new.required else 'no longer '}required"
    if new.unique not in {old.unique, wish.unique}:
        yield f"{what} is {'' if new.unique else 'no longer '}unique"
    yield from _lost_options(what, old, new, wish)


def _lost_options(
    what: str, old: RestField, new: RestField, wish: FieldUpdate
) -> Iterator[str]:
    """Compare ids too: contacts hold these, so nobody holds an option that was recreated."""
    meant, left = trimmed_options(wish.remove_options), trimmed_options(new.options or ())
    if wish.replace_options:
        meant = trimmed_options(old.options or ()) - trimmed_options(wish.replace_options)
    now = dict(zip(new.option_ids, new.options or (), strict=False))
    for option, number in zip_longest(old.options or (), old.option_ids):
        if option.strip() in meant:
            continue
        if option.strip() not in left:
            yield f'{what} has lost the option "{option}"'
        elif number is not None and now and now.get(number, "").strip() != option.strip():
            yield f'{what} has the option "{option}" under another id: contacts have lost it'


def _lost_tags(request: PlannedRequest, before: RestState, after: RestState) -> Iterator[str]:
    names = {tag.id: tag.name for tag in after.tags}
    for tag in before.tags:
        if isinstance(request, DeleteTag) and request.id == tag.id:
            continue
        wanted = {tag.name}
        if isinstance(request, RenameTag) and request.id == tag.id:
            wanted.add(request.new_name)
        found = names.get(tag.id)
        if found is None:
            yield f'tag "{tag.name}" is gone'
        elif found not in wanted:
            yield f'tag "{tag.name}" is called "{found}"'
