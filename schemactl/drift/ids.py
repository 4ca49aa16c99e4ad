"""Which id each declared name keeps in the base after an apply. Pure.

A name is settled where the account has the thing under it. Until then the base keeps the id
under the name that it had for it before: a rename that was left to a person, or failed, is
recognised again by the next plan, and by every plan after that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Generic, TypeAlias, TypeVar

from schemactl.diff.places import DeclaredPlaces, declared_places
from schemactl.model.base import Base
from schemactl.model.desired import Desired
from schemactl.model.identity import FieldPlace, Ids, KnownIds, LiveIds, ObjectId, SectionPlace
from schemactl.model.schema import CONTACTS, Schema
from schemactl.values import dataclass

_Place = TypeVar("_Place")
_Bearers: TypeAlias = Mapping[_Place, list[ObjectId]]
"""Ids by the live place that has them."""


def ids_to_keep(desired: Desired, live: Schema, ids: LiveIds, before: Ids) -> Ids:
    """Return the ids that the next plan is to find things by.

    Args:
        desired: What the files say.
        live: The account after the apply.
        ids: Where it has each id.
        before: The ids of the last base; empty where there was none.
    """
    places = declared_places(desired, live, KnownIds(ids=before, live=ids))
    labels = (CONTACTS, *(each.label for each in desired.objects))
    parts = {label: desired.of(label) for label in labels}
    tags = _Settling(
        declared=places.tags,
        named={name for tag in desired.tags for name in (tag.name, *tag.was)},
        removed={tag.name for tag in desired.removed_tags},
        live={(CONTACTS, number): name for number, name in ids.tags.items()},
        before={name: (CONTACTS, number) for name, number in before.tags.items()},
        as_declared=lambda name: name,
    )
    return Ids(
        sections=_sections(parts, places, ids, before).ids(),
        fields=_fields(parts, places, ids, before).ids(),
        tags=tags.ids(),
    )


def _sections(
    parts: Mapping[str, Desired], places: DeclaredPlaces, ids: LiveIds, before: Ids
) -> _Settling[SectionPlace]:
    return _Settling(
        declared=places.sections,
        named={
            (label, name)
            for label, part in parts.items()
            for entry in part.sections
            for name in (entry.name, *entry.was)
        },
        removed={
            (label, entry.name)
            for label, part in parts.items()
            for entry in part.removed_sections
        },
        live=ids.sections,
        before={place: (place[0], number) for place, number in before.sections.items()},
        as_declared=lambda place: place,
    )


def _fields(
    parts: Mapping[str, Desired], places: DeclaredPlaces, ids: LiveIds, before: Ids
) -> _Settling[FieldPlace]:
    declared_sections = {live: declared for declared, live in places.sections.items()}

    def as_declared(place: FieldPlace) -> FieldPlace:
        """Return a live place with its section under the name that the files give it."""
        label, section, name = place
        return (*declared_sections.get((label, section), (label, section)), name)

    return _Settling(
        declared=places.fields,
        named={
            (label, owner, name)
            for label, part in parts.items()
            for section in part.sections
            for entry in section.fields
            for owner in (section.name, *section.was)
            for name in (entry.field.name, *entry.was)
        },
        removed={
            (label, entry.key.section, entry.key.name)
            for label, part in parts.items()
            for entry in part.removed_fields
        },
        live=ids.fields,
        before={place: (place[0], number) for place, number in before.fields.items()},
        as_declared=as_declared,
    )


def known_of(base: Base | None, live: LiveIds) -> KnownIds:
    """Return what a base knows by id, and where the account has it; without a base, nothing."""
    return KnownIds(ids=Ids() if base is None else base.ids, live=live)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settling(Generic[_Place]):
    """One kind of thing: which place each id is kept under.

    Attributes:
        declared: The live place of what the account has, by the declared place.
        named: All places that the files name, earlier ones too.
        removed: Places that are listed under `removed:`.
        live: Where the account has each id.
        before: What the last base knew.
        as_declared: Returns a live place as the files would name it.
    """

    declared: Mapping[_Place, _Place]
    named: AbstractSet[_Place]
    removed: AbstractSet[_Place]
    live: Mapping[ObjectId, _Place]
    before: Mapping[_Place, ObjectId]
    as_declared: Callable[[_Place], _Place]

    def ids(self) -> Mapping[_Place, str]:
        """Return the id of each place; the first that asks for a place or an id has it."""
        kept: dict[_Place, str] = {}
        used: set[ObjectId] = set()
        former: dict[ObjectId, _Place] = {}
        for place, number in self.before.items():
            former.setdefault(number, place)
        bearers = self._bearers()
        surest_first = (
            self._declared_ids(former, bearers),
            self._ids_named_in_files(),
            self._other_ids(former, bearers),
        )
        for place, number in chain.from_iterable(surest_first):
            # An object to remove that has another name by now is known under both: otherwise
            # the next plan would remove what has its name.
            is_former = place in self.removed and self.before.get(place) == number
            if place not in kept and (number not in used or is_former):
                kept[place] = number[1]
                used.add(number)
        return kept

    def _declared_ids(
        self, former: Mapping[ObjectId, _Place], bearers: _Bearers[_Place]
    ) -> Iterator[tuple[_Place, ObjectId]]:
        """Yield what the account has of the declared things: settled names first."""
        meant = {
            declared: number
            for declared, place in self.declared.items()
            if (number := self._meant(declared, bearers[place])) is not None
        }
        for declared, number in meant.items():
            if self.declared[declared] == declared:
                yield declared, number
        for declared, number in meant.items():
            yield former.get(number, self.as_declared(self.declared[declared])), number

    def _ids_named_in_files(self) -> Iterator[tuple[_Place, ObjectId]]:
        """Yield what the files still name, though the account does not show it there.

        What is to be removed and is gone is named no more, unless another has its name.
        """
        present = {self.as_declared(place) for place in self.live.values()}
        for place, number in self.before.items():
            is_in_doubt = number in self.live or place in present
            if place in self.named or (place in self.removed and is_in_doubt):
                yield place, number

    def _other_ids(
        self, former: Mapping[ObjectId, _Place], bearers: _Bearers[_Place]
    ) -> Iterator[tuple[_Place, ObjectId]]:
        """Yield what no file declares, under the account's name.

        What got a name that is to be removed keeps its former one, because it is in doubt.
        """
        for number, live_place in self.live.items():
            place = self.as_declared(live_place)
            if place in self.removed and number in former:
                yield former[number], number
            if len(bearers[live_place]) == 1:
                yield place, number
            if number in former:
                yield former[number], number

    def _bearers(self) -> _Bearers[_Place]:
        bearers: defaultdict[_Place, list[ObjectId]] = defaultdict(list)
        for number, place in self.live.items():
            bearers[place].append(number)
        return bearers

    def _meant(self, declared: _Place, bearers: list[ObjectId]) -> ObjectId | None:
        """Return which of the ids in one place is meant; None where that is unknown."""
        if len(bearers) == 1:
            return bearers[0]
        number = self.before.get(declared)
        return number if number in bearers else None
