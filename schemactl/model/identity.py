"""Identity: what an account calls its objects by, whatever people call them.

An id stays where a name is changed. The base remembers the id of each declared name; the
account says what bears that id now. Together they find a thing under any name. The Contacts
API has no ids: all of this is empty there, and names alone decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from schemactl.model.schema import CONTACTS, FieldKey

SectionPlace: TypeAlias = tuple[str, str]
"""Label of the object (empty for contacts), and name."""
FieldPlace: TypeAlias = tuple[str, str, str]
"""Label of the object (empty for contacts), name of the section, and name."""
ObjectId: TypeAlias = tuple[str, str]
"""Label of the object (empty for contacts), and what the account calls a part of it."""

_Place = TypeVar("_Place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """The id behind each name that a project knows.

    Names are those that the files declare: while an account calls a thing otherwise, and
    nobody has settled it, the declared name keeps its id. What no file declares is here
    under the account's name.

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
    """Where an account has each id just now; several ids may share a name.

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


# No slots: look-ups are made when first asked for, and most runs ask for none.
@dataclass(frozen=True, kw_only=True)
class Known:
    """What a project knows by id, and where the account has it now.

    Attributes:
        ids: Those that the base remembers.
        live: Where the account has each.
    """

    ids: Ids = field(default_factory=Ids)
    live: LiveIds = field(default_factory=LiveIds)

    def section_now(self, label: str, name: str) -> str | None:
        """Return what the account calls a section now; None where nothing is known of it."""
        number = self.ids.sections.get((label, name))
        found = None if number is None else self.live.sections.get((label, number))
        return None if found is None else found[1]

    def field_now(self, label: str, section: str, name: str) -> FieldKey | None:
        """Return where the account has a field now; None where nothing is known of it."""
        number = self.ids.fields.get((label, section, name))
        found = None if number is None else self.live.fields.get((label, number))
        return None if found is None else FieldKey(found[1], found[2])

    def tag_now(self, name: str) -> str | None:
        """Return what the account calls a tag now; None where nothing is known of it."""
        number = self.ids.tags.get(name)
        return None if number is None else self.live.tags.get(number)

    def former_section(self, label: str, name: str) -> str | None:
        """Return under which name the project knows a live section that it knows by another."""
        found = self._former_sections.get((label, name))
        return None if found is None else found[1]

    def former_field(self, label: str, key: FieldKey) -> FieldKey | None:
        """Return where the project knows a live field that it knows in another place."""
        found = self._former_fields.get((label, key.section, key.name))
        return None if found is None else FieldKey(found[1], found[2])

    def former_tag(self, name: str) -> str | None:
        """Return under which name the project knows a live tag that it knows by another."""
        return self._former_tags.get(name)

    def places(self, label: str, name: str) -> tuple[FieldKey, ...]:
        """Return every place of an object under which the project knows a field of a name."""
        return tuple(self._places.get((label, name), ()))

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], list[FieldKey]]:
        places: defaultdict[tuple[str, str], list[FieldKey]] = defaultdict(list)
        for label, section, name in self.ids.fields:
            places[label, name].append(FieldKey(section, name))
        return places

    @cached_property
    def has_moved(self) -> bool:
        """Whether anything bears another name, or is in another place, than the base has."""
        return bool(self._former_sections or self._former_fields or self._former_tags)

    @cached_property
    def _former_sections(self) -> Mapping[SectionPlace, SectionPlace]:
        live = self.live.sections
        pairs = {
            place: live.get((place[0], number)) for place, number in self.ids.sections.items()
        }
        return _inverted(pairs)

    @cached_property
    def _former_fields(self) -> Mapping[FieldPlace, FieldPlace]:
        live = self.live.fields
        pairs = {
            place: live.get((place[0], number)) for place, number in self.ids.fields.items()
        }
        return _inverted(pairs)

    @cached_property
    def _former_tags(self) -> Mapping[str, str]:
        live = self.live.tags
        return _inverted({name: live.get(number) for name, number in self.ids.tags.items()})

    def of(self, label: str) -> KnownWithin:
        """Return what is known of one object."""
        return KnownWithin(known=self, label=label)


def _inverted(places: Mapping[_Place, _Place | None]) -> Mapping[_Place, _Place]:
    """Return the known place by the live one, of all that has another place now."""
    inverted: dict[_Place, _Place] = {}
    for known, now in places.items():
        if now is not None and now != known:
            inverted.setdefault(now, known)
    return inverted


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWithin:
    """What is known of one object of an account: contacts, or a custom one."""

    known: Known = field(default_factory=Known)
    label: str = CONTACTS

    @property
    def has_moved(self) -> bool:
        """Whether there is anything that names alone would not find."""
        return self.known.has_moved

    def section_now(self, name: str) -> str | None:
        """Return what the account calls a section now; None where nothing is known of it."""
        return self.known.section_now(self.label, name)

    def field_now(self, key: FieldKey) -> FieldKey | None:
        """Return where the account has a field now; None where nothing is known of it."""
        return self.known.field_now(self.label, key.section, key.name)

    def places(self, name: str) -> tuple[FieldKey, ...]:
        """Return every place under which the project knows a field of this name."""
        return self.known.places(self.label, name)

    def former_section(self, name: str) -> str | None:
        """Return under which other name the project knows a live section, if it does."""
        return self.known.former_section(self.label, name)

    def former_field(self, key: FieldKey) -> FieldKey | None:
        """Return in which other place the project knows a live field, if it does."""
        return self.known.former_field(self.label, key)
