"""An account as the REST API returns it, with ids and columns, and its schema.

Ids differ from account to account, so they are not part of a `Schema`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from schemactl.account.interface import LiveState
from schemactl.account.rest.types import file_word
from schemactl.account.rest.values import Place, RestField, RestSection, RestTag
from schemactl.model.identity import LiveIds
from schemactl.model.schema import (
    CONTACTS,
    CustomObject,
    Schema,
)
from schemactl.values import NamedTuple, dataclass, replace


class ObjectRef(NamedTuple):
    """An object by its label in files, and by its number in this account."""

    label: str
    id: int


OF_CONTACTS: Final = ObjectRef(label=CONTACTS, id=0)
"""The object that every account has, with its number (vendor's client)."""


# No slots: the lookups are cached when first used, and most plans use none.
@dataclass(frozen=True, kw_only=True)
class RestState:
    """What was read of one object: a custom object, or contacts with custom objects.

    Attributes:
        ref: The object.
        sections: With their columns, in the account's order.
        tags: Those of contacts.
        objects: Custom objects that were read too; only of contacts.
        unplaced: Custom fields of this object that meta lists and no section has.
    """

    ref: ObjectRef = OF_CONTACTS
    sections: tuple[RestSection, ...] = ()
    tags: tuple[RestTag, ...] = ()
    objects: tuple[RestState, ...] = ()
    unplaced: tuple[str, ...] = ()

    def of(self, label: str) -> RestState:
        """Return one object's part; empty and without a number if it does not exist."""
        if label == CONTACTS:
            return self._contacts
        missing = RestState(ref=ObjectRef(label=label, id=0))
        return next((each for each in self.objects if each.ref.label == label), missing)

    @cached_property
    def _contacts(self) -> RestState:
        return replace(self, objects=()) if self.objects else self

    def with_part(self, part: RestState) -> RestState:
        """Return the same state with one object's part replaced."""
        if part.ref == self.ref:
            return replace(part, objects=self.objects)
        objects = tuple(part if one.ref == part.ref else one for one in self.objects)
        return replace(self, objects=objects)

    @cached_property
    def schema(self) -> Schema:
        """The part that people see: names instead of ids."""
        return Schema(
            sections=tuple(section.shown for section in self.sections),
            tags=tuple(dict.fromkeys(tag.name for tag in self.tags)),
            objects=tuple(
                CustomObject(label=each.ref.label, sections=each.schema.sections)
                for each in self.objects
            ),
        )

    @property
    def ids(self) -> LiveIds:
        """The names of everything that has an id; several ids may have one name."""
        parts = (self, *self.objects)
        return LiveIds(
            sections={
                (part.ref.label, str(one.id)): (part.ref.label, one.name)
                for part in parts
                for one in part.sections
            },
            fields={
                (part.ref.label, name): (part.ref.label, place.section.name, place.field.alias)
                for part in parts
                for name, place in part.fields.items()
            },
            tags={str(tag.id): tag.name for tag in self.tags},
        )

    def section(self, name: str) -> RestSection | None:
        """Return the first section of exactly this name."""
        return next(iter(self._named.get(name, ())), None)

    def places(self, section: str, alias: str) -> tuple[Place, ...]:
        """Return the fields of exactly this section and name."""
        return tuple(
            place
            for one in self._named.get(section, ())
            for place in one.places_by_alias.get(alias, ())
        )

    def by_field(self, field: str) -> Place | None:
        """Return the field with this name in the API, such as `f1557`."""
        return self.fields.get(field)

    @cached_property
    def fields(self) -> Mapping[str, Place]:
        """Every field by its name in the API."""
        found: dict[str, Place] = {}
        for section in self.sections:
            found.update(section.places)
        return found

    @cached_property
    def has_unique_names(self) -> bool:
        """Whether no two fields have one name in the API."""
        return len(self.fields) == sum(len(section.fields) for section in self.sections)

    @cached_property
    def section_ids(self) -> Mapping[int, RestSection]:
        """Every section by its id; the last one if several have it."""
        return {section.id: section for section in self.sections}

    @cached_property
    def _named(self) -> Mapping[str, list[RestSection]]:
        named: defaultdict[str, list[RestSection]] = defaultdict(list)
        for section in self.sections:
            named[section.name].append(section)
        return named


def state_of(live: LiveState) -> RestState:
    """Return what this backend read of an account; an empty state where it read nothing."""
    state = live.backend_state
    return state if isinstance(state, RestState) else RestState()


def type_of(field: RestField) -> str:
    """Return the type by its name in files."""
    return file_word(field.type)
