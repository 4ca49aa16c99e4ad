"""Identity: the ids of an account's objects, which stay the same when names change.

The base has the id of each declared name, and the account has the current name of each id.
Together they find an object under any name. The Contacts API has no ids: the values here are
empty for it, and only names decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from schemactl.model.schema import CONTACTS, FieldKey
from schemactl.values import dataclass, field

SectionPlace: TypeAlias = tuple[str, str]
"""Label of the object (empty for contacts), and name."""
FieldPlace: TypeAlias = tuple[str, str, str]
"""Label of the object (empty for contacts), name of the section, and name."""
ObjectId: TypeAlias = tuple[str, str]
"""Label of the object (empty for contacts), and id of a section or field of it."""

_Place = TypeVar("_Place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """The id of each name that a project knows.

    Names are those that files declare. If the account has another name for an object and this
    is not resolved yet, the declared name keeps the id. An object that no file declares has the
    account's name.

    Attributes:
        sections: By object and name.
        fields: By object, section and name.
        tags: By name.
    """

    sections: Mapping[SectionPlace, str] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[FieldPlace, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveIds:
    """The current name of each id in an account; several ids can share a name.

    Attributes:
        sections: Name of a section, by object and id.
        fields: Section and name of a field, by object and id.
        tags: Name of a tag, by id.
    """

    sections: Mapping[ObjectId, SectionPlace] = field(
        default_factory=lambda: MappingProxyType({})
    )
    fields: Mapping[ObjectId, FieldPlace] = field(default_factory=lambda: MappingProxyType({}))
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


# No slots: the lookups are cached properties, which most runs do not need.
@dataclass(frozen=True, kw_only=True)
class KnownIds:
    """Objects that a project knows by id, and their current names in the account.

    Attributes:
        ids: The ids in the base.
        live: The current name of each id.
    """

    ids: Ids = field(default_factory=Ids)
    live: LiveIds = field(default_factory=LiveIds)

    def section_now(self, label: str, name: str) -> str | None:
        """Return the current name of a section; None if it is unknown."""
        number = self.ids.sections.get((label, name))
        found = None if number is None else self.live.sections.get((label, number))
        return None if found is None else found[1]

    def field_now(self, label: str, section: str, name: str) -> FieldKey | None:
        """Return the current section and name of a field; None if it is unknown."""
        number = self.ids.fields.get((label, section, name))
        found = None if number is None else self.live.fields.get((label, number))
        return None if found is None else FieldKey(found[1], found[2])

    def tag_now(self, name: str) -> str | None:
        """Return the current name of a tag; None if it is unknown."""
        number = self.ids.tags.get(name)
        return None if number is None else self.live.tags.get(number)

    def former_section(self, label: str, name: str) -> str | None:
        """Return the former name of a live section; None if it is unchanged or unknown."""
        found = self._former_sections.get((label, name))
        return None if found is None else found[1]

    def former_field(self, label: str, key: FieldKey) -> FieldKey | None:
        """Return the former place of a live field; None if it is unchanged or unknown."""
        found = self._former_fields.get((label, key.section, key.name))
        return None if found is None else FieldKey(found[1], found[2])

    def former_tag(self, name: str) -> str | None:
        """Return the former name of a live tag; None if it is unchanged or unknown."""
        return self._former_tags.get(name)

    def places(self, label: str, name: str) -> tuple[FieldKey, ...]:
        """Return every place in an object where the project knows a field of this name."""
        return tuple(self._places.get((label, name), ()))

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], list[FieldKey]]:
        places: defaultdict[tuple[str, str], list[FieldKey]] = defaultdict(list)
        for label, section, name in self.ids.fields:
            places[label, name].append(FieldKey(section, name))
        return places

    def is_replaced_field(self, label: str, key: FieldKey) -> bool:
        """Whether the known field of a place is gone, so that any field there is another."""
        number = self.ids.fields.get((label, key.section, key.name))
        return number is not None and (label, number) in self._gone_fields

    def is_replaced_tag(self, name: str) -> bool:
        """Whether the known tag of a name is gone, so that any tag of that name is another."""
        return self.ids.tags.get(name) in self._gone_tags

    @cached_property
    def _gone_fields(self) -> frozenset[ObjectId]:
        """Ids that the account has no more; none if its API has no ids."""
        known = ((place[0], number) for place, number in self.ids.fields.items())
        return (
            frozenset(known).difference(self.live.fields) if self.live.fields else frozenset()
        )

    @cached_property
    def _gone_tags(self) -> frozenset[str]:
        known = frozenset(self.ids.tags.values())
        return known.difference(self.live.tags) if self.live.fields else frozenset()

    @cached_property
    def has_moved(self) -> bool:
        """Whether any object has another name or place than in the base."""
        return (
            _has_moved(self._sections_now)
            or _has_moved(self._fields_now)
            or _has_moved(self._tags_now)
        )

    @cached_property
    def _sections_now(self) -> Mapping[SectionPlace, SectionPlace | None]:
        live = self.live.sections
        return {
            place: live.get((place[0], number)) for place, number in self.ids.sections.items()
        }

    @cached_property
    def _fields_now(self) -> Mapping[FieldPlace, FieldPlace | None]:
        live = self.live.fields
        return {
            place: live.get((place[0], number)) for place, number in self.ids.fields.items()
        }

    @cached_property
    def _tags_now(self) -> Mapping[str, str | None]:
        return {name: self.live.tags.get(number) for name, number in self.ids.tags.items()}

    @cached_property
    def _former_sections(self) -> Mapping[SectionPlace, SectionPlace]:
        return _inverted(self._sections_now)

    @cached_property
    def _former_fields(self) -> Mapping[FieldPlace, FieldPlace]:
        return _inverted(self._fields_now)

    @cached_property
    def _former_tags(self) -> Mapping[str, str]:
        return _inverted(self._tags_now)

    def of(self, label: str) -> ObjectKnownIds:
        """Return the part for one object."""
        return ObjectKnownIds(known=self, label=label)


def _has_moved(places: Mapping[_Place, _Place | None]) -> bool:
    return any(now is not None and now != known for known, now in places.items())


def _inverted(places: Mapping[_Place, _Place | None]) -> Mapping[_Place, _Place]:
    """Return the known place by the current one, for each that differs.

    What is known under its current place too has no other former one.
    """
    inverted: dict[_Place, _Place] = {}
    for known, now in places.items():
        if now is not None and now != known and places.get(now) != now:
            inverted.setdefault(now, known)
    return inverted


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKnownIds:
    """The part of `KnownIds` for one object: contacts, or a custom object."""

    known: KnownIds = field(default_factory=KnownIds)
    label: str = CONTACTS

    @property
    def has_moved(self) -> bool:
        """Whether any object has another name or place than in the base."""
        return self.known.has_moved

    def is_replaced_field(self, key: FieldKey) -> bool:
        """Whether the known field of a place is gone, so that any field there is another."""
        return self.known.is_replaced_field(self.label, key)

    def section_now(self, name: str) -> str | None:
        """Return the current name of a section; None if it is unknown."""
        return self.known.section_now(self.label, name)

    def field_now(self, key: FieldKey) -> FieldKey | None:
        """Return the current section and name of a field; None if it is unknown."""
        return self.known.field_now(self.label, key.section, key.name)

    def places(self, name: str) -> tuple[FieldKey, ...]:
        """Return every place where the project knows a field of this name."""
        return self.known.places(self.label, name)

    def former_section(self, name: str) -> str | None:
        """Return the former name of a live section; None if it is unchanged or unknown."""
        return self.known.former_section(self.label, name)

    def former_field(self, key: FieldKey) -> FieldKey | None:
        """Return the former place of a live field; None if it is unchanged or unknown."""
        return self.known.former_field(self.label, key)
