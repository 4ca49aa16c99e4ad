"""Write into one entry of a file what differs in the account."""

from __future__ import annotations

import yaml

from schemactl.desired.codec import flow_list, flow_text, list_lines
from schemactl.desired.rewrite.edits import (
    CannotEditError,
    add_key,
    append_item,
    empty_list,
    remove_item,
    remove_key,
    replace_node,
)
from schemactl.desired.rewrite.source import Source, value_of
from schemactl.model.drift import Alteration, Attribute, DriftItem


def write_alterations(source: Source, entry: tuple[int, ...], item: DriftItem) -> Source:
    """Write all that differs except the section, which is another place in the file.

    Args:
        source: The file.
        entry: The path to the entry.
        item: What differs.

    Raises:
        CannotEditError: The entry is written in a form that schemactl cannot edit.
    """
    for alteration in item.alterations:
        match alteration.attribute:
            case Attribute.NAME:
                source = _renamed(source, entry, alteration)
            case Attribute.TYPE:
                source = _with_type(source, entry, item, alteration)
            case Attribute.OPTIONS:
                source = _with_options(source, entry, item, alteration)
            case Attribute.REQUIRED | Attribute.UNIQUE:
                word = "true" if alteration.found == "yes" else "false"
                source = _with_value(source, entry, alteration.attribute, word)
            case Attribute.DESCRIPTION:
                word = flow_text(alteration.found or "")
                source = _with_value(source, entry, alteration.attribute, word)
            case Attribute.SECTION:
                pass
    return source


def _renamed(source: Source, entry: tuple[int, ...], alteration: Alteration) -> Source:
    """Write a new name, and the old one under `was:`, for accounts that still have the old one.

    Without it, another account that uses the file would get a second field.
    """
    name, old = flow_text(alteration.found or ""), alteration.wanted or ""
    node = source.at(entry).node
    if isinstance(node, yaml.ScalarNode):
        _refuse_shared(source, node)
        both = f"{{name: {name}, was: [{flow_text(old)}]}}"
        return Source(replace_node(source, node, both))
    source = _with_value(source, entry, "name", name)
    was = value_of(_mapping(source, entry), "was")
    if was is None:
        return Source(
            add_key(source, _mapping(source, entry), "was", list_lines([old]), flow_list([old]))
        )
    source = _with_item(source, entry, "was", old)
    # The current name cannot also be an earlier one.
    return _without_item(source, entry, "was", alteration.found or "", must_be_there=False)


def _with_type(
    source: Source, entry: tuple[int, ...], item: DriftItem, alteration: Alteration
) -> Source:
    """Write another type, and add or remove the options that it must or cannot have."""
    source = _with_value(source, entry, "type", flow_text(alteration.found or ""))
    options = item.found[0].options if item.found else None
    mapping = _mapping(source, entry)
    known = value_of(mapping, "options")
    if options is None and known is not None:
        _refuse_shared(source, known)
        return Source(remove_key(source, mapping, "options"))
    if options is not None and known is None:
        lines, flow = list_lines(options), flow_list(options)
        return Source(add_key(source, mapping, "options", lines, flow))
    return source


def _with_options(
    source: Source, entry: tuple[int, ...], item: DriftItem, alteration: Alteration
) -> Source:
    """Add the account's options, and remove those that are missing there; keep the rest."""
    options = tuple(item.found[0].options or ()) if item.found else ()
    known = value_of(_mapping(source, entry), "options")
    if known is None:
        if item.found and item.found[0].options is None:
            return source
        lines, flow = list_lines(options), flow_list(options)
        return Source(add_key(source, _mapping(source, entry), "options", lines, flow))
    for option in alteration.extra:
        source = _with_item(source, entry, "options", option)
    for option in alteration.missing:
        source = _without_item(source, entry, "options", option)
    return source


def _with_value(source: Source, entry: tuple[int, ...], key: str, word: str) -> Source:
    mapping = _mapping(source, entry)
    known = value_of(mapping, key)
    if known is None:
        return Source(add_key(source, mapping, key, (word,), word))
    _refuse_shared(source, known)
    return Source(replace_node(source, known, word))


def _with_item(source: Source, entry: tuple[int, ...], key: str, text: str) -> Source:
    sequence = _list(source, entry, key)
    if any(_text_of(one) == text for one in sequence.value):
        return source
    word = flow_text(text)
    return Source(append_item(source, sequence, (word,), word))


def _without_item(
    source: Source,
    entry: tuple[int, ...],
    key: str,
    text: str,
    *,
    must_be_there: bool = True,
) -> Source:
    sequence = _list(source, entry, key)
    found = next((one for one in sequence.value if _text_of(one) == text), None)
    if found is None:
        if not must_be_there:
            return source
        msg = f'"{text}" is not written in the list of {key}:'
        raise CannotEditError(msg)
    if len(sequence.value) == 1:
        return Source(empty_list(source, _mapping(source, entry), key))
    return Source(remove_item(source, sequence, found))


def _text_of(item: yaml.Node) -> str | None:
    """Return the text of an item of a list, which may be the `name:` in a mapping."""
    name = value_of(item, "name") if isinstance(item, yaml.MappingNode) else item
    return name.value if isinstance(name, yaml.ScalarNode) else None


def _mapping(source: Source, entry: tuple[int, ...]) -> yaml.MappingNode:
    node = source.at(entry).node
    if not isinstance(node, yaml.MappingNode):
        msg = "it is written as a name only"
        raise CannotEditError(msg)
    return node


def _list(source: Source, entry: tuple[int, ...], key: str) -> yaml.SequenceNode:
    found = value_of(_mapping(source, entry), key)
    if not isinstance(found, yaml.SequenceNode):
        msg = f"its {key}: is not a list"
        raise CannotEditError(msg)
    _refuse_shared(source, found)
    return found


def _refuse_shared(source: Source, node: yaml.Node) -> None:
    if source.is_shared(node):
        line = node.start_mark.line + 1
        msg = f"line {line}: an anchor shares this with other places; change it by hand"
        raise CannotEditError(msg)
