"""What an account holds of one object, as plain data that can be saved, compared and shown.

Planning looks, and so does checking a saved plan again: in the same way, or they could not
be compared. A state has everything on which it depends what a call would do, so also names
that have the same fold (`fold_name`), and fields of that name in other sections:
dropdown calls name no section. The order in which the account holds things is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.model.live_index import LiveIndex
from schemactl.model.plan import JsonValue, PreconditionKind
from schemactl.model.schema import Field, FieldKey, Section


def look(kind: PreconditionKind, path: tuple[str, ...], index: LiveIndex) -> JsonValue:
    """Give the state of one object; None where the account holds nothing of that name.

        section           the names of all sections that it could be mistaken for
        section-contents  [name, type] of every field in it
        section-description  the text beneath its heading, in a list of one
        field             `fields`: all of the section that it could be mistaken for;
                          `elsewhere`: [section, name] of those of other sections
        tag               the names of all tags that it could be mistaken for

    Args:
        kind: What it is.
        path: Its name in the account; of a field, its section's first.
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
    """Give what stands beneath a section's heading; None where the API does not tell."""
    if section is None or section.description is None:
        return None
    return (section.description,)


def state_of_names(names: Iterable[str]) -> JsonValue:
    """Give the state of a section or tag that stands under these names."""
    return tuple(sorted(names)) or None


def state_of_fields(fields: Iterable[Field], elsewhere: Iterable[FieldKey] = ()) -> JsonValue:
    """Give the state of a field that is these fields, with namesakes in other sections."""
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
        # What an API does not tell of is not looked at.
        **{name: value for name, value in settings.items() if value is not None},
    }


def _rank(field: Field) -> tuple[object, ...]:
    options = tuple(sorted(field.options or ()))
    settings = bool(field.required), bool(field.unique)
    return field.name, field.type, field.custom, field.options is None, options, settings
