"""Waivers of a file: `waive:` in a section, field or tag, with the places that it covers."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.desired.entries import Entries, FieldEntry, SectionEntry, TagEntry
from schemactl.document.nodes import Mapping, Place, Sequence, Value
from schemactl.model.lint import Waiver


def find_waivers(entries: Entries) -> tuple[Waiver, ...]:
    """Return every waiver of a file that has both a rule and a reason."""
    return tuple(_waivers(entries))


def _waivers(entries: Entries) -> Iterator[Waiver]:
    for entry in _entries_with_waivers(entries):
        waived = entry.node["waive"]
        if isinstance(waived, Sequence):
            yield from _here(entry.node, waived, entry.file)
    for each in entries.objects:
        yield from _waivers(each.entries)


def _entries_with_waivers(entries: Entries) -> Iterator[SectionEntry | FieldEntry | TagEntry]:
    for section in entries.sections:
        if "waive" in section.node:
            yield section
        yield from (field for field in section.fields if "waive" in field.node)
    yield from (tag for tag in entries.tags if "waive" in tag.node)


def _here(beside: Mapping, waived: Sequence, file: str) -> Iterator[Waiver]:
    covers = frozenset(
        (place.line + 1, place.column + 1) for place in _places(beside) if place is not None
    )
    for entry in waived:
        if isinstance(entry, Mapping):
            rule, reason = entry.get("rule"), entry.get("reason")
            if isinstance(rule, str) and isinstance(reason, str):
                location = entry.value_location("rule", file=file)
                yield Waiver(rule=rule, reason=reason, location=location, covers=covers)


def _places(value: Value) -> Iterator[Place]:
    match value:
        case Mapping():
            yield value.place
            for key, inner in value.items():
                yield from value.places.get(key, ())
                yield from _places(inner)
        case Sequence():
            yield value.place
            yield from value.places
            for inner in value:
                yield from _places(inner)
        case str() | int():
            return
