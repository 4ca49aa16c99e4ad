"""Which objects of an account this project created, and which of them no file declares. Pure.

The base records each section, field and tag that a call of an apply added. One that the
files no longer declare is an orphan, reported on its own. What was there before, or was
made by hand, is never one. A record does no more than that: it causes no call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain, product
from typing import TypeAlias

from schemactl.diff.places import DeclaredPlaces, declared_places
from schemactl.model.base import Applied, CreatedObject, ObjectPlace
from schemactl.model.change import AddField, AddSection, AddTag, Change
from schemactl.model.desired import Desired, DesiredSection
from schemactl.model.difference import Difference, Notice, NoticeCode, Unmanaged, UnmanagedKind
from schemactl.model.identity import Known, LiveIds
from schemactl.model.schema import CONTACTS, FieldKey, Schema, in_object

_Renamed: TypeAlias = tuple[ObjectPlace, ObjectPlace]
"""An earlier place, and the one in the account now."""


def created_by(changes: Iterable[Change], applied: Applied) -> Iterator[CreatedObject]:
    """Yield a record of each object that these changes added.

    Args:
        changes: Those that calls made, and that reading the account proved.
        applied: The apply that made them.
    """
    for change in changes:
        if isinstance(change, AddSection | AddField | AddTag):
            yield CreatedObject(
                place=_place_added(change),
                at=applied.at,
                commit=applied.commit,
                run=applied.run,
            )


def _place_added(change: AddSection | AddField | AddTag) -> ObjectPlace:
    match change:
        case AddSection():
            name = change.section
            return ObjectPlace(UnmanagedKind.SECTION, change.custom_object, name, name)
        case AddField():
            label = change.custom_object
            return ObjectPlace(UnmanagedKind.FIELD, label, change.section, change.name)
        case AddTag():
            return _tag_place(change.tag)


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
        new: Those of this apply.
    """
    there = _live_places(live)
    labels = {CONTACTS, *(each.label for each in live.objects)}
    renamed = _renamed_by_files(desired, live, ids, there)
    numbers = _numbers(ids)
    kept: dict[ObjectPlace, CreatedObject] = {}
    for one in (*before, *new):
        if one.place.custom_object not in labels:
            # An object that the files no longer name is not read: nothing is known of it.
            kept[one.place] = one
            continue
        found = place_now(one, ids)
        now = None if found is None else renamed.get(found, found)
        if now is not None and now in there:
            kept[now] = replace(one, place=now, id=numbers.get(now, ""))
    return tuple(kept[place] for place in sorted(kept))


def with_orphans(
    difference: Difference, created: Iterable[CreatedObject], ids: LiveIds
) -> Difference:
    """Return the difference with a notice of each orphan."""
    owned = _by_place(created, ids)
    places = dict.fromkeys(_place_of(thing) for thing in difference.unmanaged)
    orphans = tuple(_orphan(place, owned[place]) for place in places if place in owned)
    return replace(difference, notices=(*difference.notices, *orphans))


def without_orphans(
    difference: Difference, created: Iterable[CreatedObject], ids: LiveIds
) -> Difference:
    """Return the difference without the orphans among what the files leave alone."""
    owned = _by_place(created, ids)
    left = tuple(thing for thing in difference.unmanaged if _place_of(thing) not in owned)
    return replace(difference, unmanaged=left)


def _by_place(
    created: Iterable[CreatedObject], ids: LiveIds
) -> Mapping[ObjectPlace, CreatedObject]:
    pairs = ((place_now(one, ids), one) for one in created)
    return {place: one for place, one in pairs if place is not None}


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
            return None if tag is None else _tag_place(tag)


def _place_of(thing: Unmanaged) -> ObjectPlace:
    return ObjectPlace(thing.kind, thing.custom_object, thing.section or "", thing.name)


def _orphan(place: ObjectPlace, one: CreatedObject) -> Notice:
    kind, label, section, name = place
    about = str(FieldKey(section, name)) if kind == UnmanagedKind.FIELD else name
    commit = f" from commit {one.commit}" if one.commit else ""
    return Notice(
        code=NoticeCode.ORPHAN,
        about=in_object(label, about),
        message=f"this {kind} was created by the apply of {one.at}{commit}, and no file "
        "declares it any longer: list it under removed: to remove it, or declare it again",
    )


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
        *map(_tag_place, live.tags),
    }


def _numbers(ids: LiveIds) -> Mapping[ObjectPlace, str]:
    """Return the id of each place; none where several objects share it."""
    sections = (
        (ObjectPlace(UnmanagedKind.SECTION, label, name, name), number)
        for (_, number), (label, name) in ids.sections.items()
    )
    fields = (
        (ObjectPlace(UnmanagedKind.FIELD, *place), number)
        for (_, number), place in ids.fields.items()
    )
    tags = ((_tag_place(name), number) for number, name in ids.tags.items())
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
                yield _tag_place(was), _tag_place(found)


def _sections(desired: Desired) -> Iterator[tuple[str, DesiredSection]]:
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        for section in desired.of(label).sections:
            yield label, section


def _tag_place(name: str) -> ObjectPlace:
    return ObjectPlace(UnmanagedKind.TAG, CONTACTS, "", name)
