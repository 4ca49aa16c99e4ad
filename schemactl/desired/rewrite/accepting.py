"""Accept one item of drift: decide what to write into which file.

The caller reads the result again, to check that it declares what the account has.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from schemactl.desired.codec import field_flow, field_lines, flow_text, section_lines
from schemactl.desired.rewrite.altering import write_alterations
from schemactl.desired.rewrite.edits import (
    CannotEditError,
    add_key,
    append_item,
    dashed,
    empty_list,
    item_lines,
    remove_item,
    remove_key,
)
from schemactl.desired.rewrite.source import Source, Spot, value_of
from schemactl.errors import Location
from schemactl.model.desired import Desired, DesiredField, DesiredSection
from schemactl.model.drift import Attribute, DriftItem, DriftStatus, ObjectKind
from schemactl.model.package import is_of_package
from schemactl.model.schema import CONTACTS, Field, Schema, Section
from schemactl.values import dataclass

_OWN_LISTS = frozenset({"options", "was"})
"""Lists that mean something when empty; of others, the key is removed with the last entry."""


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's name, as locations have it, and its text."""

    file: str
    text: str


class DriftAcceptance:
    """Accepts items of drift into the files of one project.

    Args:
        desired: What the files declare.
        live: What the account has.
        texts: The files, by the names that locations have.
    """

    def __init__(self, desired: Desired, live: Schema, texts: Mapping[str, str]) -> None:
        self._desired = desired
        self._live = live
        self._texts = texts
        self._sources: dict[str, Source] = {}

    def accept(self, item: DriftItem) -> tuple[FileText, ...]:
        """Return the files that change, with their new text.

        Raises:
            CannotEditError: The files declare it in a form that only a person can change.
        """
        if item.status is DriftStatus.ALTERED:
            return self._alter(item)
        return (self._accept(item),)

    def _accept(self, item: DriftItem) -> FileText:
        match item.status:
            case DriftStatus.MISSING:
                return self._remove(self._declared(item))
            case DriftStatus.UNWANTED:
                return self._accept_unwanted(item)
            case DriftStatus.UNMANAGED | DriftStatus.ORPHAN:
                return self._declare(item)
            case DriftStatus.ALTERED | DriftStatus.AMBIGUOUS:
                msg = "several fields have this name, and it is unknown which one is meant"
                raise CannotEditError(msg)

    def source(self, file: str) -> Source:
        """Return a file as it was before any item, with its tree.

        Raises:
            CannotEditError: It is part of a package, which is only read.
        """
        if is_of_package(file):
            msg = f"{file} is part of a package, which is only read"
            raise CannotEditError(msg)
        if file not in self._sources:
            self._sources[file] = Source(self._texts[file])
        return self._sources[file]

    def _spot(self, location: Location) -> Spot:
        source = self.source(location.file)
        spot = source.find(location.line, location.column)
        if spot is None:
            msg = f"{location}: an alias is written here; change its anchor by hand"
            raise CannotEditError(msg)
        if source.is_shared(spot.node):
            msg = f"{location}: an anchor shares this with other places; change it by hand"
            raise CannotEditError(msg)
        return spot

    def _refuse_shared(self, source: Source, node: yaml.Node, location: Location) -> None:
        if source.is_shared(node):
            msg = f"{location}: an anchor shares this with other places; change it by hand"
            raise CannotEditError(msg)

    def _text(self, location: Location, text: str) -> FileText:
        return FileText(location.file, text)

    def _declared(self, item: DriftItem) -> Location:
        """Return where the files name the thing that an item is about."""
        match item.object:
            case ObjectKind.FIELD:
                return self._field(item).location
            case ObjectKind.SECTION:
                return self._section(item).location
            case ObjectKind.TAG:
                places = {tag.name: tag.location for tag in self._desired.tags}
                return _named_in(places, item.name)
            case ObjectKind.CUSTOM_OBJECT:
                places = {each.label: each.location for each in self._desired.objects}
                return _named_in(places, item.name)

    def _section(self, item: DriftItem) -> DesiredSection:
        sections = self._desired.of(item.custom_object).sections
        found = next((one for one in sections if one.name == item.section), None)
        if found is None:
            raise _no_section(item.section or "")
        return found

    def _field(self, item: DriftItem) -> DesiredField:
        fields = self._section(item).fields
        found = next((one for one in fields if one.field.name == item.name), None)
        if found is None:
            msg = "no file declares it"
            raise CannotEditError(msg)
        return found

    def _entry(self, location: Location) -> Spot:
        """Return the entry of a list that contains a name: a text, or a mapping."""
        spot = self._spot(location)
        while spot.parent is not None and not isinstance(spot.parent, yaml.SequenceNode):
            spot = Spot(spot.parent, spot.above[:-1])
        if spot.parent is None:
            msg = f"{location}: it is not an entry of a list"
            raise CannotEditError(msg)
        return spot

    def _remove(self, location: Location) -> FileText:
        """Remove an entry; with the last one of a list, remove the key of the list."""
        source = self.source(location.file)
        spot = self._entry(location)
        self._refuse_shared(source, spot.node, location)
        while True:
            parent = spot.parent
            if isinstance(parent, yaml.SequenceNode):
                if len(parent.value) > 1:
                    return self._text(location, remove_item(source, parent, spot.node))
            elif isinstance(parent, yaml.MappingNode):
                key = _key_of(parent, spot.node)
                if key in _OWN_LISTS:
                    return self._text(location, empty_list(source, parent, key))
                if len(parent.value) > 1:
                    return self._text(location, remove_key(source, parent, key))
            else:
                msg = f"{location}: the file contains nothing else"
                raise CannotEditError(msg)
            spot = Spot(parent, spot.above[:-1])

    def _accept_unwanted(self, item: DriftItem) -> FileText:
        """Accept what should not exist: delete its removal, or declare it."""
        part = self._desired.of(item.custom_object)
        removed: list[Location] = []
        match item.object:
            case ObjectKind.FIELD:
                removed = [
                    one.location
                    for one in part.removed_fields
                    if (one.key.section, one.key.name) == (item.section, item.name)
                ]
            case ObjectKind.SECTION:
                removed = [
                    one.location for one in part.removed_sections if one.name == item.name
                ]
            case ObjectKind.TAG:
                removed = [one.location for one in part.removed_tags if one.name == item.name]
            case ObjectKind.CUSTOM_OBJECT:
                pass
        return self._remove(removed[0]) if removed else self._declare(item)

    def _declare(self, item: DriftItem) -> FileText:
        match item.object:
            case ObjectKind.TAG:
                return self._add_tag(item.found[0].name if item.found else item.name)
            case ObjectKind.SECTION:
                return self._add_section(item, Section(name=item.name, custom=True, fields=()))
            case ObjectKind.CUSTOM_OBJECT:
                msg = (
                    "only import writes a whole object: copy its part from the output of import"
                )
                raise CannotEditError(msg)
            case ObjectKind.FIELD:
                return self._add_field(item)

    def _add_field(self, item: DriftItem) -> FileText:
        field = self._live_field(item)
        sections = self._desired.of(item.custom_object).sections
        section = next((one for one in sections if one.name == item.section), None)
        if section is None:
            new = Section(name=item.section or "", custom=True, fields=(field,))
            return self._add_section(item, new)
        entry = self._entry(section.location)
        return self._append(
            section.location, entry.node, "fields", field_lines(field), field_flow(field)
        )

    def _live_field(self, item: DriftItem) -> Field:
        name = item.found[0].name if item.found else item.name
        for section, field in self._live.of(item.custom_object).all_fields():
            if (section, field.name) == (item.section, name):
                return field._replace(
                    required=field.required or None, unique=field.unique or None
                )
        msg = "the account no longer has it"
        raise CannotEditError(msg)

    def _add_section(self, item: DriftItem, section: Section) -> FileText:
        """Declare a section after the others of its object."""
        location, root = self._place_of(item.custom_object)
        fields = ", ".join(map(field_flow, section.fields))
        inner = f", fields: [{fields}]" if fields else ""
        flow = f"{{name: {flow_text(section.name)}{inner}}}"
        return self._append(location, root, "sections", section_lines(section), flow)

    def _add_tag(self, name: str) -> FileText:
        places = [tag.location for tag in self._desired.tags]
        location = places[-1] if places else self._first_file()
        root = self.source(location.file).root
        if root is None:
            msg = f"{location.file} is empty"
            raise CannotEditError(msg)
        return self._append(location, root, "tags", (flow_text(name),), flow_text(name))

    def _place_of(self, label: str) -> tuple[Location, yaml.Node]:
        """Return the mapping that holds the sections of contacts, or of an object."""
        part = self._desired.of(label)
        if label != CONTACTS:
            place = next((one for one in self._desired.objects if one.label == label), None)
            if place is None:
                msg = f'no file names the custom object "{label}"'
                raise CannotEditError(msg)
            return place.location, self._entry(place.location).node
        location = part.sections[-1].location if part.sections else self._first_file()
        root = self.source(location.file).root
        if root is None:
            msg = f"{location.file} is empty"
            raise CannotEditError(msg)
        return location, root

    def _first_file(self) -> Location:
        return Location(min(self._texts), 1, 1)

    def _append(
        self, location: Location, within: yaml.Node, key: str, lines: tuple[str, ...], flow: str
    ) -> FileText:
        """Add an entry to the list of a mapping, which may not have that list yet."""
        source = self.source(location.file)
        if not isinstance(within, yaml.MappingNode):
            msg = f"{location}: there is no place for {key}: here"
            raise CannotEditError(msg)
        known = value_of(within, key)
        if isinstance(known, yaml.SequenceNode) and known.flow_style and not flow:
            msg = f"{location}: its {key}: is in brackets; move the entry by hand"
            raise CannotEditError(msg)
        if isinstance(known, yaml.SequenceNode):
            self._refuse_shared(source, known, location)
            return self._text(location, append_item(source, known, lines, flow))
        if known is not None:
            msg = f"{location}: its {key}: is not a list"
            raise CannotEditError(msg)
        if within.flow_style and not flow:
            msg = f"{location}: it is in braces; move the entry by hand"
            raise CannotEditError(msg)
        return self._text(location, add_key(source, within, key, dashed(lines), f"[{flow}]"))

    def _alter(self, item: DriftItem) -> tuple[FileText, ...]:
        """Write what differs in the account, then move the entry if that is needed."""
        location = self._declared(item)
        source = self.source(location.file)
        self._spot(location)
        path = source.path(self._entry(location))
        changed = write_alterations(source, path, item)
        moved = [one for one in item.alterations if one.attribute is Attribute.SECTION]
        if not moved:
            return (self._text(location, changed.text),)
        target = self._target(item, moved[0].found or "")
        return self._move(location.file, changed, path, target)

    def _target(self, item: DriftItem, name: str) -> DesiredSection:
        sections = self._desired.of(item.custom_object).sections
        found = next((one for one in sections if one.name == name), None)
        if found is None:
            raise _no_section(name)
        return found

    def _move(
        self, file: str, source: Source, path: tuple[int, ...], target: DesiredSection
    ) -> tuple[FileText, ...]:
        """Move an entry with its comments from one list to another."""
        spot = source.at(path)
        if not isinstance(spot.parent, yaml.SequenceNode):
            msg = "it is not an entry of a list"
            raise CannotEditError(msg)
        if source.is_shared(spot.node):
            msg = "an anchor shares it with other places; move it by hand"
            raise CannotEditError(msg)
        lines, flow = _entry_text(source, spot.parent, spot.node)
        place = self._entry(target.location)
        target_path = self.source(target.location.file).path(place)
        emptied = _without_entry(source, spot)
        inner = Source(emptied) if target.location.file == file else None
        self._sources[target.location.file] = inner or self.source(target.location.file)
        within = self._sources[target.location.file].at(target_path).node
        put = self._append(target.location, within, "fields", lines, flow)
        if inner is not None:
            return (put,)
        return FileText(file, emptied), put


def _no_section(name: str) -> CannotEditError:
    """Return the refusal to write into a section that no file declares.

    Not every such section can be accepted: `drift` lists no system section.
    """
    return CannotEditError(
        f'no file declares section "{name}": accept that section first, or declare it in a '
        "schema file if drift does not list it"
    )


def _entry_text(
    source: Source, within: yaml.SequenceNode, node: yaml.Node
) -> tuple[tuple[str, ...], str]:
    """Return an entry as lines after a dash, and as one line for a list in brackets."""
    flow = source.text[source.start(node) : source.end(node)]
    is_flow = isinstance(node, yaml.MappingNode) and node.flow_style and "\n" not in flow
    if within.flow_style:
        if not is_flow:
            msg = "it is written in brackets over several lines; move it by hand"
            raise CannotEditError(msg)
        return (flow,), flow
    return item_lines(source, node), flow if is_flow else ""


def _without_entry(source: Source, spot: Spot) -> str:
    """Return the text without an entry; with the last one, the key of the list is removed."""
    sequence, above = spot.above[-1], spot.above[-2]
    if not isinstance(sequence, yaml.SequenceNode) or not isinstance(above, yaml.MappingNode):
        msg = "it is not an entry of a list"
        raise CannotEditError(msg)
    if len(sequence.value) > 1:
        return remove_item(source, sequence, spot.node)
    return remove_key(source, above, _key_of(above, sequence))


def _key_of(mapping: yaml.MappingNode, value: yaml.Node) -> str:
    return str(next(key.value for key, one in mapping.value if one is value))


def _named_in(places: Mapping[str, Location], name: str) -> Location:
    if name not in places:
        msg = "no file names it"
        raise CannotEditError(msg)
    return places[name]
