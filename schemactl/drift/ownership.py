"""Which objects of an account this project created: what the base records of them. Pure.

Each section, field and tag that a call of an apply added has a record until an apply no longer
finds it. What was there before, or was made by hand, has none; see `orphans` for the use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from schemactl.diff.places import declared_places
from schemactl.drift.place_finder import (
    PlaceFinder,
    declared_sections,
    field_types,
    labels_of,
    tag_place,
)
from schemactl.model.base import Base, CreatedObject, ObjectPlace
from schemactl.model.desired import Desired
from schemactl.model.difference import UnmanagedKind
from schemactl.model.field_types import is_finer
from schemactl.model.identity import KnownIds, LiveIds
from schemactl.model.schema import Schema
from schemactl.values import replace


def created_to_keep(
    desired: Desired,
    live: Schema,
    known: KnownIds,
    before: Base | None,
    new: Iterable[CreatedObject],
) -> tuple[CreatedObject, ...]:
    """Return the records that hold after an apply, each with the object's place and id now.

    Args:
        desired: What the files say.
        live: The account after the apply.
        known: What the last base knew by id, and where the account has it.
        before: The last base, with its records; None where there was none.
        new: Records of this apply, and of applies that could not write a base.
    """
    labels = labels_of(live)
    finder = PlaceFinder(desired, live, known, None if before is None else before.schema)
    types = _settled_types(desired, live, known.live)
    numbers = ids_by_place(known.live)
    kept: dict[ObjectPlace, CreatedObject] = {}
    added = dict.fromkeys(new)
    for one in (*(() if before is None else before.created), *added):
        if one.place.custom_object not in labels:
            # A custom object that is gone, or not read: nothing is known of it.
            kept[one.place] = one
            continue
        now = place_now(one, finder)
        if now is not None:
            # Without its id, nothing shows later which object of a name it was.
            number = numbers.get(now, "") if one in added else one.id
            kept[now] = replace(one, place=now, id=number, type=types.get(now, one.type))
    return tuple(kept[place] for place in sorted(kept))


def place_now(one: CreatedObject, finder: PlaceFinder) -> ObjectPlace | None:
    """Return where the account has a created object; None where it is gone, or unclear."""
    found = finder.find(one.place, one.id)
    return found[0] if len(found) == 1 else None


def _settled_types(desired: Desired, live: Schema, ids: LiveIds) -> Mapping[ObjectPlace, str]:
    """Return the type of each field whose type in the account is the declared one."""
    types = field_types(live)
    places = declared_places(desired, live, KnownIds(live=ids)).fields
    settled: dict[ObjectPlace, str] = {}
    for label, section in declared_sections(desired):
        for entry in section.fields:
            found = places.get((label, section.name, entry.field.name))
            place = None if found is None else ObjectPlace(UnmanagedKind.FIELD, *found)
            kind, wanted = types.get(place, "") if place else "", entry.field.type
            if place and (kind == wanted or is_finer(kind, than=wanted)):
                settled[place] = kind
    return settled


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
