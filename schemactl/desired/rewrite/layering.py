"""Accept items of drift into a later layer, which changes nothing for other accounts.

What an earlier layer declares stays as it is; the later one adds to it, overrides it or omits
it. The caller reads the result again, to check that it declares what the account has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from schemactl.desired.codec import FlowValue, field_flow, flow_list, flow_mapping, flow_text
from schemactl.desired.rewrite.accepting import DriftAcceptance, FileText
from schemactl.desired.rewrite.altering import write_alterations
from schemactl.desired.rewrite.edits import CannotEditError, add_key, replace_node
from schemactl.desired.rewrite.source import Source, value_of
from schemactl.errors import Location
from schemactl.model.desired import Desired
from schemactl.model.drift import Attribute, DriftItem, DriftStatus, ObjectKind
from schemactl.model.schema import CONTACTS, Schema
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerChoice:
    """Into which file an item is accepted, if not into the one that decides it.

    Attributes:
        layers: The files of each layer of the account, the earliest layer first.
        own: Numbers of the layers that no other account has.
        chosen: The file that the user chose; None for a layer of the account's own.
    """

    layers: tuple[tuple[str, ...], ...] = ()
    own: frozenset[int] = frozenset()
    chosen: str | None = None

    def instead_of(self, file: str) -> str | None:
        """Return the file to write into; None for the one that decides."""
        if self.chosen is not None:
            return None if self.chosen == file else self.chosen
        number = self._number_of(file)
        later = [one for one in self.own if number is not None and one > number]
        if number is None or number in self.own or not later or not self.layers[max(later)]:
            return None
        return self.layers[max(later)][-1]

    def is_later(self, file: str, *, than: str) -> bool:
        """Whether a file is of a later layer than another one."""
        first, second = self._number_of(than), self._number_of(file)
        return first is not None and second is not None and second > first

    def _number_of(self, file: str) -> int | None:
        found = (number for number, layer in enumerate(self.layers) if file in layer)
        return next(found, None)


NO_CHOICE = LayerChoice()


class LayerAcceptance(DriftAcceptance):
    """Accepts items of drift into one file of a later layer.

    Args:
        desired: What the files declare together.
        live: What the account has.
        texts: The files, by the names that locations have.
        file: The file.
    """

    def __init__(
        self, desired: Desired, live: Schema, texts: Mapping[str, str], file: str
    ) -> None:
        super().__init__(desired, live, texts)
        self._file = file
        self._place = Location(file, 1, 1)

    def accept(self, item: DriftItem) -> tuple[FileText, ...]:
        """Return the file with its new text.

        Raises:
            CannotEditError: No later layer can say so, or the file has a form that only a
                person can change.
        """
        match item.status:
            case DriftStatus.MISSING:
                return (self._omit(item),)
            case DriftStatus.UNMANAGED | DriftStatus.ORPHAN:
                return (self._add(item),)
            case DriftStatus.ALTERED:
                return (self._override(item),)
            case DriftStatus.UNWANTED | DriftStatus.AMBIGUOUS:
                msg = "no later layer can say so: change the file that decides it"
                raise CannotEditError(msg)

    def _omit(self, item: DriftItem) -> FileText:
        key, entry = _omission(item)
        within = self._within(item.custom_object)
        omitted = value_of(within, "omit")
        if isinstance(omitted, yaml.MappingNode):
            return self._append(self._place, omitted, key, (entry,), entry)
        flow, source = f"{{{key}: [{entry}]}}", self.source(self._file)
        return FileText(self._file, add_key(source, within, "omit", (flow,), flow))

    def _add(self, item: DriftItem) -> FileText:
        if item.object is ObjectKind.TAG:
            name = flow_text(item.found[0].name if item.found else item.name)
            return self._append(self._place, self._root(), "tags", (name,), name)
        if item.object is ObjectKind.SECTION:
            entry = flow_mapping({"name": item.name})
            within = self._within(item.custom_object)
            return self._append(self._place, within, "sections", (entry,), entry)
        if item.object is ObjectKind.CUSTOM_OBJECT:
            msg = "only import writes a whole object: copy its part from the output of import"
            raise CannotEditError(msg)
        return self._in_section(item, field_flow(self._live_field(item)), flags=("extend",))

    def _override(self, item: DriftItem) -> FileText:
        if item.object is ObjectKind.SECTION:
            return self._override_section(item)
        if item.object is not ObjectKind.FIELD:
            msg = "a later layer cannot change it: change the file that decides it"
            raise CannotEditError(msg)
        values = dict(self._values(item))
        section = self._section_here(item)
        field = None if section is None else _named(value_of(section, "fields"), item.name)
        if field is not None and _adds_options(field):
            return self._with_more_options(field, item)
        if field is not None:
            return self._with_values(field, values)
        return self._in_section(item, _entry_of(item, values), flags=("extend",))

    def _override_section(self, item: DriftItem) -> FileText:
        changed = {one.attribute: one for one in item.alterations}
        if changed.keys() != {Attribute.DESCRIPTION}:
            msg = "a later layer cannot rename a section: change the file that decides it"
            raise CannotEditError(msg)
        text = changed[Attribute.DESCRIPTION].found or ""
        section = self._section_here(item)
        if section is not None:
            return self._with_values(section, {"description": flow_text(text)})
        values: dict[str, FlowValue] = {"name": item.name, "override": True}
        flow = flow_mapping({**values, "description": text})
        within = self._within(item.custom_object)
        return self._append(self._place, within, "sections", (flow,), flow)

    def _values(self, item: DriftItem) -> Iterator[tuple[str, str]]:
        """Yield each key that the layer has to say, with its value as it is written."""
        for one in item.alterations:
            match one.attribute:
                case Attribute.TYPE:
                    yield "type", flow_text(one.found or "")
                case Attribute.OPTIONS:
                    options = item.found[0].options if item.found else None
                    yield "options", flow_list(options or ())
                case Attribute.REQUIRED | Attribute.UNIQUE:
                    yield str(one.attribute), "true" if one.found == "yes" else "false"
                case Attribute.NAME | Attribute.SECTION | Attribute.DESCRIPTION:
                    msg = (
                        "a later layer cannot rename or move what an earlier one declares: "
                        "change the file that decides it"
                    )
                    raise CannotEditError(msg)

    def _with_values(self, node: yaml.MappingNode, values: Mapping[str, str]) -> FileText:
        """Change an entry of the file that refers to an earlier layer already."""
        source = self.source(self._file)
        spot = next(one for one in source.spots() if one.node is node)
        path = source.path(spot)
        for key, value in {"override": "true", **values}.items():
            entry = source.at(path).node
            if not isinstance(entry, yaml.MappingNode):
                raise _unknown_form()
            known = value_of(entry, key)
            if isinstance(known, yaml.SequenceNode) and not known.flow_style:
                raise _unknown_form()
            text = (
                add_key(source, entry, key, (value,), value)
                if known is None
                else replace_node(source, known, value)
            )
            source = Source(text)
        return FileText(self._file, source.text)

    def _with_more_options(self, node: yaml.MappingNode, item: DriftItem) -> FileText:
        """Add options to those that an entry of the file adds, and take others out of them."""
        if {one.attribute for one in item.alterations} != {Attribute.OPTIONS}:
            msg = "this file adds options to it; change the entry by hand"
            raise CannotEditError(msg)
        source = self.source(self._file)
        path = source.path(next(one for one in source.spots() if one.node is node))
        changed = write_alterations(source, path, item)
        return FileText(self._file, changed.text)

    def _in_section(self, item: DriftItem, entry: str, *, flags: Sequence[str]) -> FileText:
        """Add an entry to the fields of a section, which the file may not name yet."""
        section = self._section_here(item)
        if section is not None:
            return self._append(self._place, section, "fields", (entry,), entry)
        names = {one.name for one in self._desired.of(item.custom_object).sections}
        known = flags if item.section in names else ()
        head = [f"name: {flow_text(item.section or '')}", *(f"{flag}: true" for flag in known)]
        lines = (*head, "fields:", f"  - {entry}")
        flow = f"{{{', '.join(head)}, fields: [{entry}]}}"
        within = self._within(item.custom_object)
        return self._append(self._place, within, "sections", lines, flow)

    def _section_here(self, item: DriftItem) -> yaml.MappingNode | None:
        within = self._within(item.custom_object)
        return _named(value_of(within, "sections"), item.section or "")

    def _within(self, label: str) -> yaml.MappingNode:
        """Return the mapping of the file that is about contacts, or about an object."""
        root = self._root()
        if label == CONTACTS:
            return root
        found = _named(value_of(root, "objects"), label, key="label")
        if found is None:
            msg = f'{self._file} does not name the custom object "{label}" yet: add it by hand'
            raise CannotEditError(msg)
        return found

    def _root(self) -> yaml.MappingNode:
        root = self.source(self._file).root
        if not isinstance(root, yaml.MappingNode):
            raise _unknown_form()
        return root


def _omission(item: DriftItem) -> tuple[str, str]:
    """Return the list under `omit:` that an item belongs to, and its entry."""
    match item.object:
        case ObjectKind.FIELD:
            names: dict[str, FlowValue] = {"section": item.section or "", "name": item.name}
            return "fields", flow_mapping(names)
        case ObjectKind.SECTION:
            return "sections", flow_text(item.name)
        case ObjectKind.TAG:
            return "tags", flow_text(item.name)
        case ObjectKind.CUSTOM_OBJECT:
            msg = "a later layer cannot omit a whole custom object"
            raise CannotEditError(msg)


def _entry_of(item: DriftItem, values: Mapping[str, str]) -> str:
    """Return the entry of a field; only added options need no override."""
    options = [one for one in item.alterations if one.attribute is Attribute.OPTIONS]
    name = flow_text(item.name)
    if len(item.alterations) == 1 and options and not options[0].missing:
        return f"{{name: {name}, extend: true, options: {flow_list(options[0].extra)}}}"
    rest = ", ".join(f"{key}: {value}" for key, value in values.items())
    return f"{{name: {name}, override: true, {rest}}}"


def _named(node: yaml.Node | None, name: str, *, key: str = "name") -> yaml.MappingNode | None:
    """Return the entry of a list that has a name."""
    for one in node.value if isinstance(node, yaml.SequenceNode) else ():
        if isinstance(one, yaml.MappingNode):
            found = value_of(one, key)
            if isinstance(found, yaml.ScalarNode) and found.value == name:
                return one
    return None


def _adds_options(field: yaml.MappingNode) -> bool:
    return value_of(field, "extend") is not None and value_of(field, "options") is not None


def _unknown_form() -> CannotEditError:
    return CannotEditError("the file has a form that only a person can change")
