"""Where an account has what the base remembers: one answer for ownership and protection. Pure.

Where base and account have ids, the id decides. Otherwise a name does: its own, or the one
that the files declare for it now. `was:` renames a section with all that is in it, and a
declared field that is in another section was moved there.

What the last base had beside it is another object, even if the files say otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

from schemactl.diff.places import declared_places
from schemactl.model.base import ObjectPlace
from schemactl.model.desired import Desired, DesiredSection
from schemactl.model.difference import UnmanagedKind
from schemactl.model.identity import KnownIds, LiveIds
from schemactl.model.schema import CONTACTS, Schema


class PlaceFinder:
    """Finds remembered objects in one state of an account."""

    def __init__(
        self, desired: Desired, live: Schema, known: KnownIds, before: Schema | None
    ) -> None:
        """Prepare to find objects.

        Args:
            desired: What the files say.
            live: The account.
            known: What the base knows by id, and where the account has it.
            before: The account as the base remembers it; None without a base.
        """
        self._desired = desired
        self._live = live
        self._known = known
        self._now = live_places(live)
        self._types = field_types(live)
        self._before = frozenset[ObjectPlace]() if before is None else live_places(before)
        self._types_before = {} if before is None else field_types(before)

    def find(self, place: ObjectPlace, number: str) -> tuple[ObjectPlace, ...]:
        """Return where an object is: in its place, or in each that the files declare for it.

        Args:
            place: Where the base has it.
            number: What the account calls it by; empty where the base has no id.

        Returns:
            Nothing where it is gone, several places where the files do not make it clear.
        """
        if number and _has_ids(self._known.live):
            return tuple(
                one for one in place_of_id(place, number, self._known.live) if one in self._now
            )
        if place in self._now:
            return (place,)
        return tuple(self._declared(place))

    def find_all(self, place: ObjectPlace, number: str) -> tuple[ObjectPlace, ...]:
        """Return each place where a field may be, undeclared ones included.

        A field that is gone may be one that is new since the base and has
        - the same name, in another section,
        - or the same type, in the same section,
        - or the same type, in a new section, if its own section is gone too.
        """
        if number and _has_ids(self._known.live):
            return self.find(place, number)
        declared = tuple(self._declared(place))
        if place in self._now:
            return (place, *declared)
        return declared or tuple(self._unexplained(place))

    def _declared(self, place: ObjectPlace) -> Iterator[ObjectPlace]:
        """Yield each other place, new since the base, in which the files declare an object."""
        for one in dict.fromkeys(self._names_in_files(place)):
            if one != place and one in self._now and one not in self._before:
                yield one

    def _names_in_files(self, place: ObjectPlace) -> Iterator[ObjectPlace]:
        kind, label, section, name = place
        match kind:
            case UnmanagedKind.TAG:
                yield from map(tag_place, self._tags[name])
            case UnmanagedKind.SECTION:
                yield from (
                    ObjectPlace(kind, label, one, one) for one in self._sections[label, section]
                )
            case UnmanagedKind.FIELD:
                renamed = self._fields_of[label, section, name]
                yield from renamed
                if not renamed:
                    for one in self._sections[label, section]:
                        yield ObjectPlace(kind, label, one, name)
                    yield from self._fields_named[label, name]

    def _unexplained(self, place: ObjectPlace) -> Iterator[ObjectPlace]:
        """Yield the fields that are new since the base and may be one that is gone."""
        labels = {place.custom_object, *self._new_labels(place.custom_object)}
        kind = self._types_before.get(place)
        for one in sorted(self._new_fields):
            if one.custom_object in labels and (
                one.name == place.name
                or (self._types[one] == kind and self._may_be_section_of(place, one))
            ):
                yield one

    def _may_be_section_of(self, place: ObjectPlace, one: ObjectPlace) -> bool:
        """Whether the section of a live field may be that of a field that is gone."""
        label = one.custom_object
        if one.section in {place.section, *self._sections[label, place.section]}:
            return True
        gone, new = (
            ObjectPlace(UnmanagedKind.SECTION, label, name, name)
            for name in (place.section, one.section)
        )
        return gone not in self._now and new not in self._before

    @cached_property
    def _new_fields(self) -> AbstractSet[ObjectPlace]:
        """Places of fields that are not in the base; empty without a base."""
        return self._types.keys() - self._before if self._before else frozenset()

    def _new_labels(self, label: str) -> Iterable[str]:
        """Return the custom objects that may be one under another label."""
        if label in labels_of(self._live):
            return ()
        return labels_of(self._live) - {one.custom_object for one in self._before}

    @cached_property
    def _places(self) -> Mapping[ObjectPlace, ObjectPlace]:
        """Where the account has what is declared, by the declared place."""
        places = declared_places(self._desired, self._live, self._known)
        section, field = UnmanagedKind.SECTION, UnmanagedKind.FIELD
        return {
            **{
                ObjectPlace(section, *one, one[1]): ObjectPlace(section, *now, now[1])
                for one, now in places.sections.items()
            },
            **{
                ObjectPlace(field, *one): ObjectPlace(field, *now)
                for one, now in places.fields.items()
            },
            **{tag_place(one): tag_place(now) for one, now in places.tags.items()},
        }

    @cached_property
    def _tags(self) -> defaultdict[str, list[str]]:
        """Names of live tags, by each name that the files know them by."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for tag in self._desired.tags:
            now = self._places.get(tag_place(tag.name))
            if now is not None:
                for name in (tag.name, *tag.was):
                    found[name].append(now.name)
        return found

    @cached_property
    def _sections(self) -> defaultdict[tuple[str, str], list[str]]:
        """Names of live sections, by label and each name that the files know them by."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for label, section in declared_sections(self._desired):
            place = ObjectPlace(UnmanagedKind.SECTION, label, section.name, section.name)
            now = self._places.get(place)
            if now is not None:
                for name in (section.name, *section.was):
                    found[label, name].append(now.name)
        return found

    @cached_property
    def _fields_of(self) -> defaultdict[tuple[str, str, str], list[ObjectPlace]]:
        """Live places of declared fields, by label, each name of the section and the field."""
        found: defaultdict[tuple[str, str, str], list[ObjectPlace]] = defaultdict(list)
        for label, section, names, now in self._declared_fields():
            for owner in (section.name, *section.was):
                for name in names:
                    found[label, owner, name].append(now)
        return found

    @cached_property
    def _fields_named(self) -> defaultdict[tuple[str, str], list[ObjectPlace]]:
        """Live places of declared fields, by label and each name, in whatever section."""
        found: defaultdict[tuple[str, str], list[ObjectPlace]] = defaultdict(list)
        for label, _, names, now in self._declared_fields():
            for name in names:
                found[label, name].append(now)
        return found

    def _declared_fields(
        self,
    ) -> Iterator[tuple[str, DesiredSection, tuple[str, ...], ObjectPlace]]:
        for label, section in declared_sections(self._desired):
            for entry in section.fields:
                name = entry.field.name
                place = ObjectPlace(UnmanagedKind.FIELD, label, section.name, name)
                now = self._places.get(place)
                if now is not None:
                    yield label, section, (name, *entry.was), now


def place_of_id(place: ObjectPlace, number: str, ids: LiveIds) -> Iterator[ObjectPlace]:
    """Yield where the account has an id, if it has it."""
    kind, label = place.kind, place.custom_object
    match kind:
        case UnmanagedKind.SECTION:
            section = ids.sections.get((label, number))
            if section is not None:
                yield ObjectPlace(kind, label, section[1], section[1])
        case UnmanagedKind.FIELD:
            field = ids.fields.get((label, number))
            if field is not None:
                yield ObjectPlace(kind, *field)
        case UnmanagedKind.TAG:
            tag = ids.tags.get(number)
            if tag is not None:
                yield tag_place(tag)


def live_places(live: Schema) -> AbstractSet[ObjectPlace]:
    """Return the place of every section, field and tag of an account."""
    parts = [(label, live.of(label)) for label in labels_of(live)]
    return {
        *(
            ObjectPlace(UnmanagedKind.SECTION, label, each.name, each.name)
            for label, part in parts
            for each in part.sections
        ),
        *field_types(live),
        *map(tag_place, live.tags),
    }


def field_types(live: Schema) -> Mapping[ObjectPlace, str]:
    """Return the type of every field of an account."""
    return {
        ObjectPlace(UnmanagedKind.FIELD, label, section, field.name): field.type
        for label in labels_of(live)
        for section, field in live.of(label).all_fields()
    }


def labels_of(live: Schema) -> AbstractSet[str]:
    """Return the labels of the objects that were read, that of contacts included."""
    return {CONTACTS, *(each.label for each in live.objects)}


def declared_sections(desired: Desired) -> Iterator[tuple[str, DesiredSection]]:
    """Yield every declared section with the label of its object."""
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        for section in desired.of(label).sections:
            yield label, section


def tag_place(name: str) -> ObjectPlace:
    """Return the place of a tag; only contacts have tags."""
    return ObjectPlace(UnmanagedKind.TAG, CONTACTS, "", name)


def _has_ids(ids: LiveIds) -> bool:
    return bool(ids.sections or ids.fields or ids.tags)
