"""Entries that broke no rule, as the wanted state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from schemactl.desired.entries import (
    Entries,
    FieldEntry,
    SectionEntry,
    TextEntry,
)
from schemactl.document.nodes import Mapping
from schemactl.errors import Location
from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredObject,
    DesiredSection,
    DesiredTag,
    Manage,
    RemovedField,
    RemovedSection,
    RemovedTag,
)
from schemactl.model.schema import Field, FieldKey

_SETTINGS: Final = ("required", "unique")


def build_desired(entries: Entries) -> Desired:
    """Turn entries without errors into values; a removal that is listed twice is kept once."""
    return Desired(
        sections=_sections(entries),
        tags=tuple(
            DesiredTag(name=tag.name, location=tag.location, was=tag.was, note=_note(tag.node))
            for tag in entries.tags
        ),
        removed_sections=_removed_sections(entries),
        removed_fields=_removed_fields(entries),
        removed_tags=tuple(
            RemovedTag(name=entry.name, location=entry.location)
            for entry in _without_repeats(entries.removed_tags)
        ),
        objects=tuple(_objects(entries)),
        omitted=entries.left_alone,
    )


def _objects(entries: Entries) -> Iterator[DesiredObject]:
    """Yield each object once, at its first place, with all that any file says about it."""
    places = {entry.label: entry.location for entry in reversed(entries.objects)}
    for label, part in entries.by_object().items():
        yield DesiredObject(
            label=label,
            location=places[label],
            sections=_sections(part),
            removed_sections=_removed_sections(part),
            removed_fields=_removed_fields(part),
            omitted=part.left_alone,
        )


def _sections(entries: Entries) -> tuple[DesiredSection, ...]:
    return tuple(_section(entry) for entry in entries.sections)


def _removed_sections(entries: Entries) -> tuple[RemovedSection, ...]:
    return tuple(
        RemovedSection(name=entry.name, location=entry.location)
        for entry in _without_repeats(entries.removed_sections)
    )


def _removed_fields(entries: Entries) -> tuple[RemovedField, ...]:
    first = {
        FieldKey(entry.section, entry.name): entry for entry in reversed(entries.removed_fields)
    }
    return tuple(
        RemovedField(key=key, location=entry.location) for key, entry in reversed(first.items())
    )


def _without_repeats(entries: Iterable[TextEntry]) -> Iterable[TextEntry]:
    first: dict[str, TextEntry] = {}
    for entry in entries:
        first.setdefault(entry.name, entry)
    return first.values()


def _section(entry: SectionEntry) -> DesiredSection:
    return DesiredSection(
        name=entry.name,
        location=entry.location,
        fields=tuple(_field(field) for field in entry.fields),
        manage=Manage(entry.manage or Manage.MERGE),
        was=entry.was,
        description=entry.description,
        description_location=None if entry.description is None else _at(entry, "description"),
    )


def _field(entry: FieldEntry) -> DesiredField:
    return DesiredField(
        Field(
            entry.name,
            entry.type,
            entry.options,
            required=entry.required,
            unique=entry.unique,
        ),
        entry.location,
        entry.was,
        entry.protect,
        None if entry.options is None else _at(entry, "options"),
        _settings_location(entry),
        _note(entry.node),
        entry.option_was,
        entry.sources,
        entry.later,
    )


def _note(node: Mapping) -> str:
    note = node.get("note")
    return note if isinstance(note, str) else ""


def _settings_location(entry: FieldEntry) -> Location | None:
    if entry.required is None and entry.unique is None:
        return None
    first = next(key for key in entry.node if key in _SETTINGS)
    return _at(entry, first)


def _at(entry: SectionEntry | FieldEntry, key: str) -> Location:
    return entry.node.value_location(key, file=entry.file)
