"""Rules against contradictions between what is declared, removed and renamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from schemactl.desired.entries import (
    Entries,
    FieldEntry,
    RemovedFieldEntry,
    SectionEntry,
    TagEntry,
    TextEntry,
    item_location,
)
from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence
from schemactl.errors import Location, Problem, Severity
from schemactl.text import quoted_short
from schemactl.values import NamedTuple


class _OptionEntry(NamedTuple):
    """An option that has earlier names."""

    file: str
    node: Mapping
    name: str
    was: tuple[str, ...]


_Renamed: TypeAlias = SectionEntry | FieldEntry | TagEntry | _OptionEntry


def nothing_is_declared_and_removed(entries: Entries) -> Iterator[Problem]:
    """Nothing is both declared and listed as removed."""
    sections = {section.name: section.location for section in entries.sections}
    for removed in entries.removed_sections:
        if removed.name in sections:
            yield _contradiction("section", removed, sections[removed.name])
    tags = {tag.name: tag for tag in entries.tags}
    for removed in entries.removed_tags:
        if removed.name in tags:
            yield _contradiction("tag", removed, tags[removed.name].location)
    yield from _fields_declared_and_removed(entries)


def _fields_declared_and_removed(entries: Entries) -> Iterator[Problem]:
    if not entries.removed_fields:
        return
    fields = {(section.name, field.name): field for section, field in entries.all_fields()}
    for removed in entries.removed_fields:
        field = fields.get((removed.section, removed.name))
        if field is not None:
            kind = "protected field" if field.protect else "field"
            yield _contradiction(kind, removed, field.location)


def _contradiction(
    kind: str, removed: TextEntry | RemovedFieldEntry, declared: Location
) -> Problem:
    message = f"the {kind} {quoted_short(removed.name)} is declared, and listed as removed"
    hint = f"it is declared at {declared}; keep one of the two"
    return Problem(removed.location, ProblemCode.DECLARED_AND_REMOVED, message, hint)


def nothing_is_removed_twice(entries: Entries) -> Iterator[Problem]:
    """Each removal is listed once: a second entry has no effect."""
    for kind, group in (("section", entries.removed_sections), ("tag", entries.removed_tags)):
        yield from _removed_twice(kind, ((entry, (entry.name,)) for entry in group))
    keyed = ((entry, (entry.section, entry.name)) for entry in entries.removed_fields)
    yield from _removed_twice("field", keyed)


def _removed_twice(
    kind: str, keyed: Iterable[tuple[TextEntry | RemovedFieldEntry, tuple[str, ...]]]
) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], Location] = {}
    for entry, key in keyed:
        if key in seen:
            message = f"the {kind} {quoted_short(entry.name)} is listed as removed twice"
            hint = f"the other is at {seen[key]}; delete one of the two"
            code = ProblemCode.REMOVED_TWICE
            yield Problem(entry.location, code, message, hint, Severity.WARNING)
        else:
            seen[key] = entry.location


def earlier_names_of_fields_are_free(entries: Entries) -> Iterator[Problem]:
    """An earlier name belongs to one field only, and is neither declared nor removed."""
    removed = {(entry.section, entry.name) for entry in entries.removed_fields}
    for section in entries.sections:
        renamed = tuple(field for field in section.fields if field.was)
        if renamed:
            declared = {field.name for field in section.fields}
            gone = {name for owner, name in removed if owner == section.name}
            yield from _earlier_names("field", renamed, declared=declared, removed=gone)


def earlier_names_of_sections_are_free(entries: Entries) -> Iterator[Problem]:
    """The same for sections."""
    renamed = tuple(section for section in entries.sections if section.name and section.was)
    declared = {section.name for section in entries.sections if section.name}
    removed = {entry.name for entry in entries.removed_sections}
    yield from _earlier_names("section", renamed, declared=declared, removed=removed)


def earlier_names_of_tags_are_free(entries: Entries) -> Iterator[Problem]:
    """The same for tags."""
    renamed = tuple(tag for tag in entries.tags if tag.was)
    if renamed:
        declared = {tag.name for tag in entries.tags}
        removed = {entry.name for entry in entries.removed_tags}
        yield from _earlier_names("tag", renamed, declared=declared, removed=removed)


def earlier_names_of_options_are_free(entries: Entries) -> Iterator[Problem]:
    """The same for the options of each field; none of them is listed as removed."""
    for _, field in entries.all_fields():
        if field.option_was:
            named = tuple(_named_options(field))
            declared = set(field.options or ())
            yield from _earlier_names("option", named, declared=declared, removed=frozenset())


def _named_options(field: FieldEntry) -> Iterator[_OptionEntry]:
    items = field.node.get("options")
    was = dict(field.option_was)
    for item in items if isinstance(items, Sequence) else ():
        if isinstance(item, Mapping):
            name = item.get("name")
            if isinstance(name, str) and name in was:
                yield _OptionEntry(field.file, item, name, was[name])


def _earlier_names(
    kind: str,
    renamed: Iterable[_Renamed],
    *,
    declared: AbstractSet[str],
    removed: AbstractSet[str],
) -> Iterator[Problem]:
    claimed: dict[str, Location] = {}
    for entry in renamed:
        for index, name in enumerate(entry.was):
            location = item_location(entry.node, "was", index, file=entry.file)
            if name == entry.name:
                message = (
                    f"the {kind} {quoted_short(name)} lists its own name as an earlier one"
                )
                yield Problem(location, ProblemCode.WAS_DECLARED, message, "delete it")
            elif name in declared:
                shown = quoted_short(name)
                message = f"the earlier name {shown} belongs to another {kind}, declared here"
                hint = "delete it: what is declared was not renamed"
                yield Problem(location, ProblemCode.WAS_DECLARED, message, hint)
            elif name in removed:
                message = f"the earlier name {quoted_short(name)} is also listed as removed"
                hint = "keep it here to rename, or there to remove"
                yield Problem(location, ProblemCode.WAS_REMOVED, message, hint)
            elif name in claimed:
                message = f"the earlier name {quoted_short(name)} is listed twice"
                hint = f"the other is at {claimed[name]}; it can belong to only one {kind}"
                yield Problem(location, ProblemCode.WAS_TWICE, message, hint)
            else:
                claimed[name] = location
