"""The state of one object in an account, to save, compare and show.

Planning and the check of a saved plan use the same function, so that states can be compared. A
state has everything that the effect of a call depends on. This includes names with the same
fold (`fold_name`) and fields of that name in other sections, because dropdown calls do not
name a section. It does not include the order of objects in the account.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, unique
from typing import TypeAlias

from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import Field, FieldKey, Section
from schemactl.values import NamedTuple, dataclass


@unique
class PreconditionKind(StrEnum):
    """Part of an account that a precondition is about."""

    SECTION = "section"
    SECTION_CONTENTS = "section-contents"
    SECTION_DESCRIPTION = "section-description"
    FIELD = "field"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class NamesState:
    """All sections, or all tags, that one could be mistaken for: sorted, at least one."""

    names: tuple[str, ...]


class TypedName(NamedTuple):
    """A field of a section, as little as shows whether it is still the same."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class ContentsState:
    """Every field in a section, sorted; a section without fields has an empty one."""

    fields: tuple[TypedName, ...]


@dataclass(frozen=True, slots=True)
class DescriptionState:
    """The text below the heading of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class FieldState:
    """All fields that one could be mistaken for.

    Attributes:
        fields: Those in its section, sorted, each with sorted options.
        elsewhere: Those in other sections, sorted.
    """

    fields: tuple[Field, ...]
    elsewhere: tuple[FieldKey, ...] = ()


ObjectState: TypeAlias = NamesState | ContentsState | DescriptionState | FieldState
"""The state of an object; None means an object that the account does not have."""


def observe(
    kind: PreconditionKind, path: tuple[str, ...], index: LiveIndex
) -> ObjectState | None:
    """Return the state of one object; None if the account has nothing of that name.

    Args:
        kind: Which part of the account.
        path: Its name in the account; for a field, section and name.
        index: The account.
    """
    match kind:
        case PreconditionKind.SECTION:
            return state_of_names(index.all_sections_like(path[0]))
        case PreconditionKind.SECTION_CONTENTS:
            return _contents(index.section(path[0]))
        case PreconditionKind.SECTION_DESCRIPTION:
            return _description(index.section(path[0]))
        case PreconditionKind.FIELD:
            key = FieldKey(*path)
            places = index.places_like(key.name)
            elsewhere = [place for place in places if place.section != key.section]
            return state_of_fields(index.all_fields_like(key), elsewhere)
        case PreconditionKind.TAG:
            return state_of_names(index.all_tags_like(path[0]))


def state_of_names(names: Iterable[str]) -> NamesState | None:
    """Return the state of a section or tag that has these names."""
    found = tuple(sorted(names))
    return NamesState(found) if found else None


def state_of_fields(
    fields: Iterable[Field], elsewhere: Iterable[FieldKey] = ()
) -> FieldState | None:
    """Return the state of fields, with fields of the same name in other sections."""
    here = tuple(sorted(map(_with_sorted_options, fields), key=_rank))
    places = tuple(sorted(elsewhere))
    return FieldState(here, places) if here or places else None


def _contents(section: Section | None) -> ContentsState | None:
    if section is None:
        return None
    return ContentsState(
        tuple(sorted(TypedName(field.name, field.type) for field in section.fields))
    )


def _description(section: Section | None) -> DescriptionState | None:
    """Return the state of a section's description; None if the API does not report it."""
    if section is None or section.description is None:
        return None
    return DescriptionState(section.description)


def _with_sorted_options(field: Field) -> Field:
    if field.options is None:
        return field
    return field._replace(options=tuple(sorted(field.options)))


def _rank(field: Field) -> tuple[object, ...]:
    settings = bool(field.required), bool(field.unique)
    options = field.options or ()
    return field.name, field.type, field.custom, field.options is None, options, settings
