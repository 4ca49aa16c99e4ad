"""Layers of schema files: what a later one adds to earlier ones, changes in them, or omits.

Each pattern under `schema:` of an account is a layer. The result declares everything once, as
if one file said it, and every part keeps its place in the file that decides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Many
from itertools import chain
from typing import Final, TypeVar

from schemactl.desired.entries import (
    Entries,
    FieldEntry,
    ObjectEntry,
    RemovedFieldEntry,
    SectionEntry,
    TagEntry,
    TextEntry,
    field_entry,
    merge_entries,
    section_entry,
)
from schemactl.desired.omissions import (
    Omission,
    find_ended_protection,
    omit_field,
    omit_section,
    omit_tag,
    still_omitted,
)
from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Place, PlaceInFile, Sequence, Value
from schemactl.errors import Location, Problem
from schemactl.text import nearest, quoted_short
from schemactl.values import dataclass, replace

_Named = TypeVar("_Named", SectionEntry, FieldEntry, TagEntry)

EXTEND: Final = "extend"
OVERRIDE: Final = "override"
_FLAGS: Final = frozenset({EXTEND, OVERRIDE})
_OF_SECTION: Final = frozenset({"name", "fields", "waive", *_FLAGS})
"""Keys of a section that refers to an earlier one, and change nothing of it."""
_OF_FIELD: Final = frozenset({"name", "waive", *_FLAGS})
_ADDED: Final = "added options"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """All layers of an account together.

    Attributes:
        entries: What they declare, everything once.
        problems: What refers to nothing, or changes what it must not.
    """

    entries: Entries
    problems: tuple[Problem, ...]


def join_layers(layers: Many[Many[Entries]]) -> Joined:
    """Join the files of each layer, the earliest layer first."""
    files = tuple(chain.from_iterable(layers))
    if all(map(_is_plain, files)):
        return Joined(entries=merge_entries(files), problems=())
    merged = [merge_entries(tuple(layer)) for layer in layers]
    join = _Join()
    contacts = join.of_one_object(merged)
    entries = replace(
        merge_entries(tuple(merged)),
        sections=contacts.sections,
        tags=contacts.tags,
        left_alone=contacts.left_alone,
        objects=tuple(_objects(join, merged)),
    )
    return Joined(entries=entries, problems=tuple(join.problems))


def _is_plain(entries: Entries) -> bool:
    """Whether a file refers to no earlier layer."""
    return (
        not entries.omits
        and all(map(_is_plain_section, entries.sections))
        and all(_is_plain(each.entries) for each in entries.objects)
    )


def _is_plain_section(section: SectionEntry) -> bool:
    return not _refers(section.node) and not any(
        _refers(field.node) for field in section.fields
    )


def _objects(join: _Join, layers: Many[Entries]) -> Iterator[ObjectEntry]:
    """Yield every entry of an object; the first of each has all that its layers declare."""
    labels = dict.fromkeys(each.label for layer in layers for each in layer.objects)
    joined = {
        label: join.of_one_object(
            [
                merge_entries(tuple(one.entries for one in layer.objects if one.label == label))
                for layer in layers
            ]
        )
        for label in labels
    }
    for each in chain.from_iterable(layer.objects for layer in layers):
        yield each._replace(entries=joined.pop(each.label, Entries()))


class _Join:
    """Joins the layers of one object after the other; collects problems and places."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._changed_in_layer: dict[tuple[str, str, str], Location] = {}

    def of_one_object(self, layers: Many[Entries]) -> Entries:
        """Join what all layers declare of contacts, or of one custom object."""
        now = Entries()
        omissions: list[Omission] = []
        for layer in layers:
            earlier = self._omit(now, layer, omissions)
            self._changed_in_layer.clear()
            sections = list(earlier.sections)
            for section in layer.sections:
                if not _refers(section.node):
                    self._refuse_flags_within(section)
                    sections.append(section)
                    continue
                index = _index_of(section.name, earlier.sections)
                if index is None:
                    self._nothing_below(
                        "section", section.name, _flag_place(section), earlier.sections
                    )
                else:
                    below = earlier.sections[index]
                    sections[index] = self._changed_section(sections[index], below, section)
            now = replace(
                merge_entries((earlier, replace(layer, sections=()))),
                sections=tuple(sections),
                omitted_sections=(),
                omitted_fields=(),
                omitted_tags=(),
            )
        self.problems.extend(find_ended_protection(omissions, now))
        return replace(now, left_alone=still_omitted(omissions, now))

    def _omit(self, earlier: Entries, layer: Entries, omissions: list[Omission]) -> Entries:
        """Return the earlier layers without what this one takes out of them; record that."""
        if not layer.omits:
            return earlier
        sections, tags = list(earlier.sections), list(earlier.tags)
        for one in layer.omitted_sections:
            for section in self._take(sections, one, "section"):
                omissions.extend(omit_section(section, one.location))
        for one in layer.omitted_tags:
            omissions.extend(
                omit_tag(tag, one.location) for tag in self._take(tags, one, "tag")
            )
        for omitted in layer.omitted_fields:
            index = _index_of(omitted.section, sections)
            if index is None:
                self._nothing_below("field", omitted.name, omitted.location, ())
                continue
            owner = sections[index]
            fields = list(owner.fields)
            taken = self._take(fields, omitted, "field")
            omissions.extend(omit_field(owner, field, omitted.location) for field in taken)
            sections[index] = owner._replace(fields=tuple(fields))
        return replace(earlier, sections=tuple(sections), tags=tuple(tags))

    def _take(
        self, declared: list[_Named], omitted: TextEntry | RemovedFieldEntry, kind: str
    ) -> list[_Named]:
        """Take the entries of a name out of a list, and return them."""
        found = [entry for entry in declared if entry.name == omitted.name]
        if not found:
            self._nothing_below(kind, omitted.name, omitted.location, declared)
        declared[:] = [entry for entry in declared if entry.name != omitted.name]
        return found

    def _changed_section(
        self, now: SectionEntry, below: SectionEntry, section: SectionEntry
    ) -> SectionEntry:
        """Return a section with what an entry of a later layer adds to it and changes.

        Args:
            now: With what other files of the same layer have changed.
            below: As the earlier layers have it.
            section: The entry.
        """
        changed = [key for key in section.node if key not in _OF_SECTION]
        if changed and section.node.get(OVERRIDE) is not True:
            self._needs_override(section, below, changed)
            changed = []
        self._refuse_changed_twice(section, (section.name, ""), changed)
        fields = list(now.fields)
        for field in section.fields:
            if not _refers(field.node):
                fields.append(field)
                continue
            index = _index_of(field.name, below.fields)
            if index is None:
                self._nothing_below("field", field.name, _flag_place(field), below.fields)
            else:
                fields[index] = self._changed_field(fields[index], field, section.name)
        node = _joined(now.node, now.file, section.node, section.file, changed)
        return section_entry(node, tuple(fields), file=now.file)

    def _changed_field(self, now: FieldEntry, field: FieldEntry, section: str) -> FieldEntry:
        """Return a field with what an entry of a later layer adds to it and changes."""
        extends = field.node.get(EXTEND) is True
        overrides = field.node.get(OVERRIDE) is True
        added = {"options"} if extends else set()
        changed = [key for key in field.node if key not in _OF_FIELD | added]
        if changed and not overrides:
            self._needs_override(field, now, changed)
            changed = []
        adds = extends and "options" in field.node
        self._refuse_changed_twice(field, (section, field.name), changed, adds=adds)
        if changed:
            # Its name is where it is decided, so that a person finds the change there.
            changed.append("name")
        node = _joined(now.node, now.file, field.node, field.file, changed)
        if adds and isinstance(more := field.node.get("options"), Sequence):
            _add_options(node, more, field)
        return field_entry(node, now.name, now.file)

    def _refuse_flags_within(self, section: SectionEntry) -> None:
        for field in section.fields:
            if _refers(field.node):
                message = (
                    f"{quoted_short(field.name)} refers to an earlier layer, but its section "
                    f"{quoted_short(section.name)} does not"
                )
                hint = 'write "extend: true" beside the name of the section, too'
                place = _flag_place(field)
                self.problems.append(Problem(place, ProblemCode.EXTENDS_NOTHING, message, hint))

    def _nothing_below(
        self, kind: str, name: str, place: Location, declared: Iterable[_Named]
    ) -> None:
        right = nearest(name, [entry.name for entry in declared])
        hint = (
            f"write {right}"
            if right
            else "the patterns under schema: of the account are its layers, in their order"
        )
        message = f"no earlier layer declares the {kind} {quoted_short(name)}"
        self.problems.append(Problem(place, ProblemCode.EXTENDS_NOTHING, message, hint))

    def _needs_override(
        self,
        entry: SectionEntry | FieldEntry,
        below: SectionEntry | FieldEntry,
        keys: Iterable[str],
    ) -> None:
        for key in keys:
            place = entry.node.key_location(key, file=entry.file)
            message = (
                f'"{key}" of {quoted_short(entry.name)} is decided by an earlier layer, at '
                f"{below.location}"
            )
            hint = 'write "override: true" beside the name to change it here'
            self.problems.append(Problem(place, ProblemCode.NEEDS_OVERRIDE, message, hint))

    def _refuse_changed_twice(
        self,
        entry: SectionEntry | FieldEntry,
        about: tuple[str, str],
        changed: Iterable[str],
        *,
        adds: bool = False,
    ) -> None:
        """Refuse what depends on the order of files: their names must decide nothing.

        Args:
            entry: The entry that changes something.
            about: Its section and field.
            changed: The keys that it changes.
            adds: Whether it adds options; others may add some too, but not replace all.
        """
        seen = self._changed_in_layer
        for key in (*changed, *(["options"] if adds else ())):
            place = entry.node.key_location(key, file=entry.file)
            is_added = adds and key == "options"
            first = seen.get((*about, key))
            if first is None and key == "options" and not is_added:
                first = seen.get((*about, _ADDED))
            seen.setdefault((*about, _ADDED if is_added else key), place)
            if first is not None:
                message = (
                    f'"{key}" of {quoted_short(entry.name)} is changed twice in one layer, '
                    f"here and at {first}"
                )
                hint = "keep one of the two, or write a pattern of its own for the later file"
                self.problems.append(Problem(place, ProblemCode.CHANGED_TWICE, message, hint))


def _refers(node: Mapping) -> bool:
    """Whether an entry is about one of an earlier layer."""
    return node.get(EXTEND) is True or node.get(OVERRIDE) is True


def _index_of(name: str, entries: Many[_Named]) -> int | None:
    return next((index for index, one in enumerate(entries) if one.name == name), None)


def _flag_place(entry: SectionEntry | FieldEntry) -> Location:
    key = EXTEND if EXTEND in entry.node else OVERRIDE
    return entry.node.key_location(key, file=entry.file)


def _joined(
    node: Mapping, file: str, other: Mapping, other_file: str, keys: Iterable[str]
) -> Mapping:
    """Return a mapping with some keys of another one, each at its own place."""
    result = Mapping(_in_file(node.place, file))
    for key in node:
        result[key] = _shown(node, key, file)
        result.places[key] = _pair_in_file(node, key, file)
    for key in keys:
        below = result.places.get(key, (None, None))
        result[key] = _shown(other, key, other_file)
        places = _pair_in_file(other, key, other_file)
        result.places[key] = _over(places[0], below[0]), _over(places[1], below[1])
    return result


def _shown(node: Mapping, key: str, file: str) -> Value:
    # The fields of a section have entries of their own.
    return node[key] if key == "fields" else _value_in_file(node[key], file)


def _pair_in_file(node: Mapping, key: str, file: str) -> tuple[Place, Place]:
    key_place, value_place = node.places.get(key, (None, None))
    return _in_file(key_place, file), _in_file(value_place, file)


def _over(place: Place, below: Place) -> Place:
    """Return a place of a later layer that knows the places of the layers below it."""
    if not isinstance(place, PlaceInFile) or not isinstance(below, PlaceInFile):
        return place
    nearest_below = Location(below.file, below.line + 1, below.column + 1)
    return place._replace(below=(nearest_below, *below.below))


def _add_options(node: Mapping, more: Sequence, field: FieldEntry) -> None:
    """Add options behind those that a mapping has; the new ones decide the place of all."""
    options = Sequence(_in_file(more.place, field.file))
    before = node.get("options")
    for items in (before, _value_in_file(more, field.file)):
        if isinstance(items, Sequence):
            options.extend(items)
            options.places.extend(items.places)
    node["options"] = options
    below = node.places.get("options", (None, None))
    places = _pair_in_file(field.node, "options", field.file)
    node.places["options"] = _over(places[0], below[0]), _over(places[1], below[1])


def _value_in_file(value: Value, file: str) -> Value:
    """Return a value in which every place knows its file."""
    if isinstance(value, Mapping):
        return _joined(value, file, Mapping(), file, ())
    if not isinstance(value, Sequence):
        return value
    result = Sequence(_in_file(value.place, file))
    result.extend(_value_in_file(item, file) for item in value)
    result.places.extend(_in_file(place, file) for place in value.places)
    return result


def _in_file(place: Place, file: str) -> Place:
    if place is None or isinstance(place, PlaceInFile):
        return place
    return PlaceInFile(file, place.line, place.column)
