"""Which live object each declared section and field means.

Identity is the exact name. Where that is missing, the files' own `was:` explains
most; a name that differs by case or outer blanks only is taken for the same thing,
because the server may take it so (`fold_name`); and a field that stands in another
section has moved, it is never made twice. Says nothing of how a pair differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from schemactl.model.desired import Desired, DesiredField, DesiredSection
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import Field, FieldKey


@unique
class How(StrEnum):
    """How a declared object was found in the account."""

    EXACT = "exact"
    RENAMED = "renamed"
    LOOKALIKE = "lookalike"
    MOVED = "moved"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMatch:
    """One declared field and the live fields that it means.

    Attributes:
        entry: As declared.
        how: How it was found.
        key: Where it stands in the account; for a missing one where it would stand.
        found: The live fields there: none where missing, several where a name is shared.
    """

    entry: DesiredField
    how: How
    key: FieldKey
    found: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMatch:
    """One declared section, its name in the account (as declared where missing), its fields."""

    section: DesiredSection
    how: How
    live_name: str
    fields: tuple[FieldMatch, ...] = ()


def match_sections(desired: Desired, live: LiveIndex) -> tuple[SectionMatch, ...]:
    """Match sections first, then fields: a field can only move out of a known section."""
    names = {section.name for section in desired.sections}
    found = tuple(_match_section(section, names, live) for section in desired.sections)
    taken = {
        FieldKey(match.live_name, entry.field.name)
        for match in found
        for entry in match.section.fields
    }
    return tuple(
        SectionMatch(
            section=match.section,
            how=match.how,
            live_name=match.live_name,
            fields=tuple(
                _match_field(entry, match, taken, live) for entry in match.section.fields
            ),
        )
        for match in found
    )


def live_names(matches: tuple[SectionMatch, ...]) -> Mapping[str, SectionMatch]:
    """Look matches up by the section's name in the account; missing ones are left out."""
    return {match.live_name: match for match in matches if match.how is not How.MISSING}


def _match_section(section: DesiredSection, taken: set[str], live: LiveIndex) -> SectionMatch:
    """Match one section; `taken` grows, so that no two sections mean the same live one."""
    how, live_name = How.MISSING, section.name
    if live.section(section.name) is not None:
        how = How.EXACT
    else:
        for name in (*section.was, *live.sections_like(section.name)):
            if name not in taken and live.section(name) is not None:
                taken.add(name)
                how = How.RENAMED if name in section.was else How.LOOKALIKE
                live_name = name
                break
    return SectionMatch(section=section, how=how, live_name=live_name)


def _match_field(
    entry: DesiredField, section: SectionMatch, taken: set[FieldKey], live: LiveIndex
) -> FieldMatch:
    """Match one field; `taken` grows, so that no two fields mean the same live one."""
    exact = FieldKey(section.live_name, entry.field.name)
    if found := live.named(exact):
        return FieldMatch(entry=entry, how=How.EXACT, key=exact, found=found)
    for how, key in _candidates(entry, section, live):
        found = live.named(key)
        if found and key not in taken and (how is not How.RENAMED or found[0].custom):
            taken.add(key)
            return FieldMatch(entry=entry, how=how, key=key, found=found)
    return FieldMatch(entry=entry, how=How.MISSING, key=exact)


def _candidates(
    entry: DesiredField, section: SectionMatch, live: LiveIndex
) -> Iterator[tuple[How, FieldKey]]:
    """Give the places to look in, the best explained first."""
    here = section.live_name
    for name in entry.was:
        yield How.RENAMED, FieldKey(here, name)
    for field in live.fields_like(FieldKey(here, entry.field.name)):
        yield How.LOOKALIKE, FieldKey(here, field.name)
    for name in (entry.field.name, *entry.was):
        for place, _ in live.places(name):
            if place != here:
                yield How.MOVED, FieldKey(place, name)
