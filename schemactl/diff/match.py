"""Which live object each declared section and field means.

Identity is the id, if the account has ids and the base recorded it (`by_id`); otherwise it is
the exact name. If that is missing, `was:` in the files explains most cases. A name with the
same fold counts as the same object, because the server or a person may treat it so
(`fold_name`). A field in another section was moved; it is never created twice. A better
explanation comes before a weaker one, independent of the order in the files. How a pair
differs is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum, unique
from typing import Final, TypeAlias

from schemactl.diff.by_id import NOTHING_KNOWN, fields_by_id, sections_by_id
from schemactl.model.desired import Desired, DesiredField, DesiredSection
from schemactl.model.identity import ObjectKnownIds
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import Field, FieldKey
from schemactl.values import NamedTuple, dataclass


@unique
class How(StrEnum):
    """How a declared object was found in the account."""

    EXACT = "exact"
    RENAMED = "renamed"
    LOOKALIKE = "lookalike"
    MOVED = "moved"
    MISSING = "missing"


EXACT: Final = How.EXACT
"""For loops over all fields: to look a member up takes longer than to compare it."""


class FieldMatch(NamedTuple):
    """One declared field and the live fields that it means.

    A named tuple, because one is made per declared field, and a frozen dataclass takes four
    times as long.

    Attributes:
        entry: As declared.
        how: How it was found.
        section: The section in which it is in the account; for a missing one, would be.
        name: Its name there.
        found: The live fields there: none if missing, several if they share a name.
    """

    entry: DesiredField
    how: How
    section: str
    name: str
    found: tuple[Field, ...] = ()

    @property
    def key(self) -> FieldKey:
        """Where it is in the account; for a missing one, where it would be."""
        return FieldKey(self.section, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMatch:
    """One declared section.

    Attributes:
        section: As declared.
        how: How it was found.
        live_name: Its name in the account; as declared if missing.
        live_description: The text below its heading; None if unknown.
        fields: Its declared fields, each with its live fields.
    """

    section: DesiredSection
    how: How
    live_name: str
    live_description: str | None = None
    fields: tuple[FieldMatch, ...] = ()


_FoundSection: TypeAlias = tuple[DesiredSection, How, str]
"""A declared section, how it was found, and its name in the account."""
_Place: TypeAlias = tuple[How, FieldKey]
"""How a field was found, and where it is in the account."""


def match_sections(
    desired: Desired, live: LiveIndex, known: ObjectKnownIds = NOTHING_KNOWN
) -> tuple[SectionMatch, ...]:
    """Match sections first, then fields: a field can only move out of a known section.

    Ids that the base recorded come before all names.
    """
    by_id = sections_by_id(desired.sections, live, known) if known.has_moved else {}
    found = _find_sections(desired, live, by_id)
    places = _find_fields(found, live, known)
    return tuple(
        SectionMatch(
            section=section,
            how=how,
            live_name=live_name,
            live_description=_description(live_name, how, live),
            fields=tuple(_match_fields(section, live_name, places, live)),
        )
        for section, how, live_name in found
    )


def _description(section: str, how: How, live: LiveIndex) -> str | None:
    found = None if how is How.MISSING else live.section(section)
    return None if found is None else found.description


def live_names(matches: tuple[SectionMatch, ...]) -> Mapping[str, SectionMatch]:
    """Return the matches by the section's name in the account, without missing ones."""
    return {match.live_name: match for match in matches if match.how is not How.MISSING}


def _find_sections(
    desired: Desired, live: LiveIndex, by_id: Mapping[str, str]
) -> tuple[_FoundSection, ...]:
    """Find each section's name in the account; no two sections mean the same live one."""
    claimed = set(by_id.values())
    places = {
        entry.name: (_how_of_section(entry.name, by_id[entry.name], live), by_id[entry.name])
        for entry in desired.sections
        if entry.name in by_id
    }
    missing = [
        entry
        for entry in desired.sections
        if entry.name not in places
        and (entry.name in claimed or live.section(entry.name) is None)
    ]
    taken = claimed | {entry.name for entry in desired.sections} if missing else set()
    for how in (How.RENAMED, How.LOOKALIKE):
        for entry in missing:
            for name in _section_names(entry, how, live):
                if entry.name not in places and name not in taken:
                    taken.add(name)
                    places[entry.name] = how, name
    for entry in missing:
        places.setdefault(entry.name, (How.MISSING, entry.name))
    return tuple(
        (entry, *places.get(entry.name, (How.EXACT, entry.name))) for entry in desired.sections
    )


def _how_of_section(name: str, live_name: str, live: LiveIndex) -> How:
    """Return how a section with a known id was found; system ones are never renamed."""
    if live_name == name:
        return How.EXACT
    found = live.section(live_name)
    return How.LOOKALIKE if found is not None and found.is_system else How.RENAMED


def _section_names(entry: DesiredSection, how: How, live: LiveIndex) -> Iterator[str]:
    """Yield the live names to try; system sections are never renamed."""
    if how is How.LOOKALIKE:
        yield from live.sections_like(entry.name)
        return
    for name in entry.was:
        found = live.section(name)
        if found is not None and not found.is_system:
            yield name


def _match_fields(
    section: DesiredSection, live_name: str, places: _Places, live: LiveIndex
) -> Iterator[FieldMatch]:
    by_name = {} if places.by_id else live.fields(live_name)
    for entry in section.fields:
        name = entry.field.name
        if found := by_name.get(name):
            yield FieldMatch(entry, EXACT, live_name, name, found)
        else:
            missing = How.MISSING, FieldKey(live_name, name)
            how, key = places.found.get(FieldKey(section.name, name), missing)
            there = () if how is How.MISSING else live.named(key)
            yield FieldMatch(entry, how, key.section, key.name, there)


class _Places(NamedTuple):
    """Where declared fields are, by the declared section and name.

    Attributes:
        found: Fields that are not under their exact name; with ids, all fields.
        by_id: Whether ids were used.
    """

    found: Mapping[FieldKey, _Place]
    by_id: bool


def _find_fields(
    sections: Sequence[_FoundSection], live: LiveIndex, known: ObjectKnownIds
) -> _Places:
    """Find the fields that are not under their exact name, by ids before names."""
    found: dict[FieldKey, _Place] = {}
    if known.has_moved:
        found.update(_known_fields(sections, live, known))
        claimed = {key for _, key in found.values()}
        found.update(_exact_fields(sections, live, found.keys(), claimed))
    missing = {
        FieldKey(section.name, entry.field.name): (live_name, entry)
        for section, how, live_name in sections
        for there in [{} if how is How.MISSING or known.has_moved else live.fields(live_name)]
        for entry in section.fields
        if entry.field.name not in there
    }
    open_fields = {key: home for key, home in missing.items() if key not in found}
    if open_fields:
        _search_by_name(open_fields, sections, live, found)
    return _Places(found=found, by_id=known.has_moved)


def _exact_fields(
    sections: Sequence[_FoundSection],
    live: LiveIndex,
    known: AbstractSet[FieldKey],
    claimed: AbstractSet[FieldKey],
) -> Iterator[tuple[FieldKey, _Place]]:
    """Yield the fields that have their own name, and are not known to be another field."""
    for section, how, live_name in sections:
        for entry in section.fields if how is not How.MISSING else ():
            declared = FieldKey(section.name, entry.field.name)
            exact = FieldKey(live_name, entry.field.name)
            if declared not in known and exact not in claimed and live.named(exact):
                yield declared, (How.EXACT, exact)


def _search_by_name(
    missing: Mapping[FieldKey, tuple[str, DesiredField]],
    sections: Sequence[_FoundSection],
    live: LiveIndex,
    found: dict[FieldKey, _Place],
) -> None:
    """Add to `found` the fields that are under other names or in other sections."""
    absent = {section.name for section, how, _ in sections if how is How.MISSING}
    claimed = {key for _, key in found.values()}
    homes = {name: section for section, how, name in sections if how is not How.MISSING}
    search = _Search(live, declared=homes, claimed=claimed)
    # A missing section may have the name of a live one that is matched with another.
    here = {key: home for key, home in missing.items() if key.section not in absent}
    rounds = (
        (search.renamed, here),
        (search.lookalike, here),
        (search.moved, missing),
        (search.moved_and_renamed, missing),
    )
    for look, fields in rounds:
        for declared, (home, entry) in fields.items():
            if declared not in found:
                place = look(FieldKey(home, declared.name), entry)
                if place is not None:
                    found[declared] = place


def _known_fields(
    sections: Sequence[_FoundSection], live: LiveIndex, known: ObjectKnownIds
) -> Iterator[tuple[FieldKey, _Place]]:
    """Yield how and where each field with a known id is found."""
    names = {
        section.name: None if how is How.MISSING else live_name
        for section, how, live_name in sections
    }
    owners = ((section, names[section.name]) for section, _, _ in sections)
    for declared, key in fields_by_id(owners, live, known).items():
        yield declared, (_how_of_field(declared, names[declared.section], key, live), key)


def _how_of_field(
    declared: FieldKey, live_section: str | None, key: FieldKey, live: LiveIndex
) -> How:
    if key.section != live_section:
        return How.MOVED
    if key.name == declared.name:
        return How.EXACT
    # System fields are never renamed: the files must follow the account.
    is_custom = all(field.custom for field in live.named(key))
    return How.RENAMED if is_custom else How.LOOKALIKE


class _Search:
    """Looks for declared fields under other names and in other sections.

    A live field that is declared under its own name, or was found before, is not found again,
    so that no two declared fields mean one live field.
    """

    def __init__(
        self,
        live: LiveIndex,
        *,
        declared: Mapping[str, DesiredSection],
        claimed: AbstractSet[FieldKey],
    ) -> None:
        self._live = live
        self._declared = declared
        self._declared_names: dict[str, AbstractSet[str]] = {}
        self._found = set(claimed)
        # A place that was skipped once is never right later, so each is tried once.
        self._untried: dict[str, Iterator[tuple[str, Field]]] = {}

    def renamed(self, key: FieldKey, entry: DesiredField) -> _Place | None:
        """Look for earlier names in the same section."""
        earlier = (FieldKey(key.section, name) for name in entry.was)
        return self._take(How.RENAMED, (each for each in earlier if self._is_custom(each)))

    def lookalike(self, key: FieldKey, entry: DesiredField) -> _Place | None:
        """Look for another name with the same fold."""
        del entry
        alike = (FieldKey(key.section, field.name) for field in self._live.fields_like(key))
        return self._take(How.LOOKALIKE, alike)

    def moved(self, key: FieldKey, entry: DesiredField) -> _Place | None:
        """Look for the name in other sections."""
        del entry
        return self._take(How.MOVED, self._elsewhere(key.name))

    def moved_and_renamed(self, key: FieldKey, entry: DesiredField) -> _Place | None:
        """Look for earlier names in other sections."""
        del key
        places = (place for name in entry.was for place in self._elsewhere(name))
        return self._take(How.MOVED, (each for each in places if self._is_custom(each)))

    def _elsewhere(self, name: str) -> Iterator[FieldKey]:
        if name not in self._untried:
            self._untried[name] = iter(self._live.places(name))
        for section, _ in self._untried[name]:
            yield FieldKey(section, name)

    def _is_custom(self, key: FieldKey) -> bool:
        """Whether all fields of a name are custom: system fields are never renamed."""
        found = self._live.named(key)
        return bool(found) and all(field.custom for field in found)

    def _names_declared_in(self, live_section: str) -> AbstractSet[str]:
        """Return the declared names of a section; no two declared sections mean one."""
        if live_section not in self._declared_names:
            section = self._declared.get(live_section)
            fields = () if section is None else section.fields
            self._declared_names[live_section] = {entry.field.name for entry in fields}
        return self._declared_names[live_section]

    def _take(self, how: How, keys: Iterable[FieldKey]) -> _Place | None:
        for key in keys:
            if key.name not in self._names_declared_in(key.section) and key not in self._found:
                self._found.add(key)
                return how, key
        return None
