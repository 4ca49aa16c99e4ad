"""What an account holds of one object, as plain data that can be saved, compared and shown.

Planning looks, and so does checking a saved plan again: in the same way, or they could not
be compared. A state has everything on which it depends what a call would do, so also names
that differ by case or outer blanks only, and fields of that name in other sections:
dropdown calls name no section. The order in which the account holds things is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.model.live_index import LiveIndex
from schemactl.model.plan import JsonValue, SeenKind
from schemactl.model.schema import Field, FieldKey


def look(kind: SeenKind, path: tuple[str, ...], index: LiveIndex) -> JsonValue:
    """Give the state of one object; None where the account holds nothing of that name.

        section           the names of all sections that it could be mistaken for
        section-contents  [name, type] of every field in it
        field             `fields`: all of the section that it could be mistaken for;
                          `elsewhere`: [section, name] of those of other sections
        tag               the names of all tags that it could be mistaken for

    Args:
        kind: What it is.
        path: Its name in the account; of a field, its section's first.
        index: The account.
    """
    match kind:
        case SeenKind.SECTION:
            return state_of_names(index.all_sections_like(path[0]))
        case SeenKind.SECTION_CONTENTS:
            return _contents(path[0], index)
        case SeenKind.FIELD:
            key = FieldKey(*path)
            elsewhere = [
                place for place in index.places_like(key.name) if place.section != key.section
            ]
            return state_of_fields(index.all_fields_like(key), elsewhere)
        case SeenKind.TAG:
            return state_of_names(index.all_tags_like(path[0]))


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
    return {
        "name": field.name,
        "type": field.type,
        "options": None if field.options is None else tuple(sorted(field.options)),
        "custom": field.custom,
    }


def _rank(field: Field) -> tuple[str, str, bool, bool, tuple[str, ...]]:
    options = tuple(sorted(field.options or ()))
    return field.name, field.type, field.custom, field.options is None, options
