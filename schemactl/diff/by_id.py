"""Which live object each declared one means, if the base recorded its id.

Ids come before names: a name can be reused for something else, an id cannot. Without an id,
names decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final, Self, TypeAlias

from schemactl.model.desired import DesiredField, DesiredSection
from schemactl.model.identity import ObjectKnownIds
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import FieldKey
from schemactl.values import NamedTuple

NOTHING_KNOWN: Final = ObjectKnownIds()

DeclaredKey: TypeAlias = FieldKey
"""Section and name of a field as the files declare them."""


class _Declared(NamedTuple):
    """All fields that the files declare, and the live names of their sections."""

    fields: AbstractSet[DeclaredKey]
    homes: Mapping[str, str]

    @classmethod
    def of(cls, sections: Sequence[tuple[DesiredSection, str | None]]) -> Self:
        """Return them for sections, each with its live name."""
        return cls(
            fields={
                FieldKey(section.name, entry.field.name)
                for section, _ in sections
                for entry in section.fields
            },
            homes={section.name: live_name for section, live_name in sections if live_name},
        )


def sections_by_id(
    sections: Sequence[DesiredSection], live: LiveIndex, known: ObjectKnownIds
) -> Mapping[str, str]:
    """Return the live name of each declared section with a known id; no two share one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for names_of in (_own_name, _earlier_names):
        for entry in sections:
            if entry.name in found:
                continue
            for name in names_of(entry, known):
                now = known.section_now(name)
                if now is not None and now not in taken and live.section(now) is not None:
                    found[entry.name] = now
                    taken.add(now)
                    break
    return found


def _own_name(entry: DesiredSection, known: ObjectKnownIds) -> Iterator[str]:
    del known
    yield entry.name


def _earlier_names(entry: DesiredSection, known: ObjectKnownIds) -> Iterator[str]:
    """Yield earlier names that changed in the account: the others are found by name."""
    if known.section_now(entry.name) is None:
        yield from (name for name in entry.was if known.section_now(name) != name)


def fields_by_id(
    sections: Iterable[tuple[DesiredSection, str | None]],
    live: LiveIndex,
    known: ObjectKnownIds,
) -> Mapping[DeclaredKey, FieldKey]:
    """Return the place of each declared field with a known id; fields of one name share one.

    Args:
        sections: Each with its live name; None if the account does not have it.
        live: The account.
        known: What the base recorded by id.
    """
    found: dict[DeclaredKey, FieldKey] = {}
    taken: Counter[FieldKey] = Counter()
    each_section = tuple(sections)
    declared = _Declared.of(each_section)
    for places_of in (_own_places, _earlier_places, partial(_other_places, declared)):
        for section, live_name in each_section:
            for entry in section.fields:
                key = FieldKey(section.name, entry.field.name)
                if key in found:
                    continue
                place = next(
                    (
                        now
                        for now in places_of(section, entry, live_name, known)
                        if taken[now] < len(live.named(now))
                    ),
                    None,
                )
                if place is not None:
                    found[key] = place
                    taken[place] += 1
    return found


def _own_places(
    section: DesiredSection, entry: DesiredField, live_name: str | None, known: ObjectKnownIds
) -> Iterator[FieldKey]:
    """Yield where the field is that the base recorded under the declared name."""
    del live_name
    for owner in (section.name, *section.was):
        if (now := known.field_now(FieldKey(owner, entry.field.name))) is not None:
            yield now


def _earlier_places(
    section: DesiredSection, entry: DesiredField, live_name: str | None, known: ObjectKnownIds
) -> Iterator[FieldKey]:
    """Yield where the field is by an earlier name, unless the name is enough to find it."""
    if next(_own_places(section, entry, live_name, known), None) is not None:
        return
    for owner in (section.name, *section.was):
        for name in entry.was:
            now = known.field_now(FieldKey(owner, name))
            if now is not None and now != FieldKey(live_name or section.name, name):
                yield now


def _other_places(
    declared: _Declared,
    section: DesiredSection,
    entry: DesiredField,
    live_name: str | None,
    known: ObjectKnownIds,
) -> Iterator[FieldKey]:
    """Yield where the field is if the files moved it, and somebody renamed it meanwhile."""
    if next(_own_places(section, entry, live_name, known), None) is not None:
        return
    for name in (entry.field.name, *entry.was):
        for place in known.places(name):
            now = known.field_now(place)
            # In a section with another name it is where it was: its name is enough to find it.
            home = declared.homes.get(place.section, place.section)
            if now is None or now in {place, FieldKey(home, place.name)}:
                continue
            if place not in declared.fields:
                yield now
