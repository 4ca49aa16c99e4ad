"""Which objects of an account this project created: what the base records of them. Pure.

Each section, field and tag that a call of an apply added has a record until an apply no longer
finds it. What was there before, or was made by hand, has none; see `orphans` for the use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain, product
from typing import TypeAlias

from schemactl.diff.places import DeclaredPlaces, declared_places
from schemactl.model.base import CreatedObject, ObjectPlace
from schemactl.model.desired import Desired, DesiredSection
from schemactl.model.difference import UnmanagedKind
from schemactl.model.identity import Known, LiveIds
from schemactl.model.schema import CONTACTS, Schema, is_finer

_Renamed: TypeAlias = tuple[ObjectPlace, ObjectPlace]
"""An earlier place, and the one in the account now."""


def created_to_keep(
    desired: Desired,
    live: Schema,
    ids: LiveIds,
    before: Iterable[CreatedObject],
    new: Iterable[CreatedObject],
) -> tuple[CreatedObject, ...]:
    """Return the records that hold after an apply, each with the object's place and id now.

    Args:
        desired: What the files say.
        live: The account after the apply.
        ids: Where it has each id.
        before: The records of the last base.
        new: Those of this apply, and of applies that could not write a base.
    """
    there = _live_places(live)
    labels = {CONTACTS, *(each.label for each in live.objects)}
    renamed = _renamed_by_files(desired, live, ids, there)
    types = _settled_types(desired, live, ids)
    numbers = ids_by_place(ids)
    kept: dict[ObjectPlace, CreatedObject] = {}
    added = tuple(new)
    for one in (*before, *added):
        if one.place.custom_object not in labels:
            # A custom object that is gone, or not read: nothing is known of it.
            kept[one.place] = one
            continue
        found = place_now(one, ids)
        now = None if found is None else renamed.get(found, found)
        if now is not None and now in there:
            # Without its id, nothing shows later which object of a name it was.
            number = numbers.get(now, "") if one in added else one.id
            kept[now] = replace(one, place=now, id=number, type=types.get(now, one.type))
    return tuple(kept[place] for place in sorted(kept))


def _settled_types(desired: Desired, live: Schema, ids: LiveIds) -> Mapping[ObjectPlace, str]:
    """Return the type of each field whose type in the account is the declared one."""
    found = {
        (label, section, field.name): field.type
        for label in (CONTACTS, *(each.label for each in live.objects))
        for section, field in live.of(label).all_fields()
    }
    places = declared_places(desired, live, Known(live=ids)).fields
    settled: dict[ObjectPlace, str] = {}
    for label, section in _sections(desired):
        for entry in section.fields:
            place = places.get((label, section.name, entry.field.name))
            kind, wanted = found.get(place, "") if place else "", entry.field.type
            if place and (kind == wanted or is_finer(kind, than=wanted)):
                settled[ObjectPlace(UnmanagedKind.FIELD, *place)] = kind
    return settled


def place_now(one: CreatedObject, ids: LiveIds) -> ObjectPlace | None:
    """Return where the account has a created object: by id, or else by name; None if gone."""
    kind, label = one.place.kind, one.place.custom_object
    if not one.id or not (ids.sections or ids.fields or ids.tags):
        return one.place
    match kind:
        case UnmanagedKind.SECTION:
            section = ids.sections.get((label, one.id))
            return None if section is None else ObjectPlace(kind, label, section[1], section[1])
        case UnmanagedKind.FIELD:
            field = ids.fields.get((label, one.id))
            return None if field is None else ObjectPlace(kind, *field)
        case UnmanagedKind.TAG:
            tag = ids.tags.get(one.id)
            return None if tag is None else tag_place(tag)


def _live_places(live: Schema) -> AbstractSet[ObjectPlace]:
    labels = (CONTACTS, *(each.label for each in live.objects))
    parts = [(label, live.of(label)) for label in labels]
    return {
        *(
            ObjectPlace(UnmanagedKind.SECTION, label, each.name, each.name)
            for label, part in parts
            for each in part.sections
        ),
        *(
            ObjectPlace(UnmanagedKind.FIELD, label, section, field.name)
            for label, part in parts
            for section, field in part.all_fields()
        ),
        *map(tag_place, live.tags),
    }


def ids_by_place(ids: LiveIds) -> Mapping[ObjectPlace, str]:
    """Return the id of each place; none where several objects share it."""
    sections = (
        (ObjectPlace(UnmanagedKind.SECTION, label, name, name), number)
        for (_, number), (label, name) in ids.sections.items()
    )
    fields = (
        (ObjectPlace(UnmanagedKind.FIELD, *place), number)
        for (_, number), place in ids.fields.items()
    )
    tags = ((tag_place(name), number) for number, name in ids.tags.items())
    numbers: dict[ObjectPlace, str] = {}
    shared: set[ObjectPlace] = set()
    for place, number in chain(sections, fields, tags):
        if place in numbers:
            shared.add(place)
        numbers[place] = number
    return {place: number for place, number in numbers.items() if place not in shared}


def _renamed_by_files(
    desired: Desired, live: Schema, ids: LiveIds, there: AbstractSet[ObjectPlace]
) -> Mapping[ObjectPlace, ObjectPlace]:
    """Return the live place by each earlier one that `was:` names and the account lacks."""
    places = declared_places(desired, live, Known(live=ids))
    pairs = (
        *_earlier_sections(desired, places),
        *_earlier_fields(desired, places),
        *_earlier_tags(desired, places),
    )
    return {earlier: now for earlier, now in pairs if earlier not in there}


def _earlier_sections(desired: Desired, places: DeclaredPlaces) -> Iterator[_Renamed]:
    for label, section in _sections(desired):
        found = places.sections.get((label, section.name))
        if found is not None:
            for was in section.was:
                earlier = ObjectPlace(UnmanagedKind.SECTION, label, was, was)
                yield earlier, ObjectPlace(UnmanagedKind.SECTION, label, found[1], found[1])


def _earlier_fields(desired: Desired, places: DeclaredPlaces) -> Iterator[_Renamed]:
    for label, section in _sections(desired):
        for entry in section.fields:
            found = places.fields.get((label, section.name, entry.field.name))
            if found is None:
                continue
            for owner, name in product(
                (section.name, *section.was), (entry.field.name, *entry.was)
            ):
                earlier = ObjectPlace(UnmanagedKind.FIELD, label, owner, name)
                yield earlier, ObjectPlace(UnmanagedKind.FIELD, *found)


def _earlier_tags(desired: Desired, places: DeclaredPlaces) -> Iterator[_Renamed]:
    for tag in desired.tags:
        found = places.tags.get(tag.name)
        if found is not None:
            for was in tag.was:
                yield tag_place(was), tag_place(found)


def _sections(desired: Desired) -> Iterator[tuple[str, DesiredSection]]:
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        for section in desired.of(label).sections:
            yield label, section


def tag_place(name: str) -> ObjectPlace:
    """Return the place of a tag; only contacts have tags."""
    return ObjectPlace(UnmanagedKind.TAG, CONTACTS, "", name)
