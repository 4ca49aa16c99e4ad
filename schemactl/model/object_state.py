"""The state of one object in an account, as plain data to save, compare and show.

Planning and the check of a saved plan use the same function, so that states can be compared. A
state has everything that the effect of a call depends on. This includes names with the same
fold (`fold_name`) and fields of that name in other sections, because dropdown calls do not
name a section. It does not include the order of objects in the account.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.model.live_index import LiveIndex
from schemactl.model.plan import JsonValue, PreconditionKind
from schemactl.model.schema import Field, FieldKey, Section


def observe(kind: PreconditionKind, path: tuple[str, ...], index: LiveIndex) -> JsonValue:
    """Return the state of one object; None if the account has nothing of that name.

        section              names of all sections that it could be mistaken for
        section-contents     [name, type] of every field in it
        section-description  the text below its heading, in a list of one
        field                `fields`: all fields of the section that it could be mistaken for;
                             `elsewhere`: [section, name] of those in other sections
        tag                  names of all tags that it could be mistaken for

    Args:
        kind: Which part of the account.
        path: Its name in the account; for a field, section and name.
        index: The account.
    """
    match kind:
        case PreconditionKind.SECTION:
            return state_of_names(index.all_sections_like(path[0]))
        case PreconditionKind.SECTION_CONTENTS:
            return _contents(path[0], index)
        case PreconditionKind.SECTION_DESCRIPTION:
            return state_of_description(index.section(path[0]))
        case PreconditionKind.FIELD:
            key = FieldKey(*path)
            elsewhere = [
                place for place in index.places_like(key.name) if place.section != key.section
            ]
            return state_of_fields(index.all_fields_like(key), elsewhere)
        case PreconditionKind.TAG:
            return state_of_names(index.all_tags_like(path[0]))


def state_of_description(section: Section | None) -> JsonValue:
    """Return the state of a section's description; None if the API does not report it."""
    if section is None or section.description is None:
        return None
    return (section.description,)


def state_of_names(names: Iterable[str]) -> JsonValue:
    """Return the state of a section or tag that has these names."""
    return tuple(sorted(names)) or None


def state_of_fields(fields: Iterable[Field], elsewhere: Iterable[FieldKey] = ()) -> JsonValue:
    """Return the state of fields, with fields of the same name in other sections."""
    here = tuple(map(_field_state, sorted(fields, key=_rank)))
    places = tuple((place.section, place.name) for place in sorted(elsewhere))
    return {"fields": here, "elsewhere": places} if here or places else None


def _contents(section: str, index: LiveIndex) -> JsonValue:
    found = index.section(section)
    if found is None:
        return None
    return tuple(sorted((field.name, field.type) for field in found.fields))


def _field_state(field: Field) -> JsonValue:
    settings = {"required": field.required, "unique": field.unique}
    return {
        "name": field.name,
        "type": field.type,
        "options": None if field.options is None else tuple(sorted(field.options)),
        "custom": field.custom,
        # Settings that an API does not report are omitted.
        **{name: value for name, value in settings.items() if value is not None},
    }


def _rank(field: Field) -> tuple[object, ...]:
    options = tuple(sorted(field.options or ()))
    settings = bool(field.required), bool(field.unique)
    return field.name, field.type, field.custom, field.options is None, options, settings
