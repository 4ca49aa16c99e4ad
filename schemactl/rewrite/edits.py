"""Small changes of a file's text; each gives the new text, and all else is as it was."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from schemactl.rewrite.source import Source, pair_of


class CannotEditError(Exception):
    """What is to be changed stands in a form that no edit knows; the words say which."""


def replace_node(source: Source, node: yaml.Node, text: str) -> str:
    """Put other words in the place of a value."""
    return _put(source, source.start(node), source.end(node), text)


def add_key(
    source: Source, mapping: yaml.MappingNode, key: str, value: Sequence[str], flow: str
) -> str:
    """Put a key behind the last one of a mapping.

    Args:
        source: The file.
        mapping: Where.
        key: Its name.
        value: One line beside the key where the mapping is a block, or the dashes below it.
        flow: The same where it stands in braces.
    """
    if not mapping.value:
        msg = "there is nothing in the braces to go by"
        raise CannotEditError(msg)
    last = source.end(mapping.value[-1][1])
    if mapping.flow_style:
        return _put(source, last, last, f", {key}: {flow}")
    indent = " " * source.column(mapping.value[0][0])
    if value[0].startswith("- "):
        lines = [f"{indent}{key}:", *(f"{indent}  {line}" for line in value)]
    else:
        lines = [f"{indent}{key}: {value[0]}"]
    end = source.line_end(last)
    return _put(source, end, end, "".join(source.line_break + line for line in lines))


def append_item(
    source: Source, sequence: yaml.SequenceNode, block: Sequence[str], flow: str
) -> str:
    """Put an entry behind the last one of a list.

    Args:
        source: The file.
        sequence: The list.
        block: Lines of the entry where each has lines of its own; the dash is not in them.
        flow: The same where the list stands in brackets.
    """
    if not sequence.value:
        return _put(source, source.start(sequence), source.end(sequence), f"[{flow}]")
    last = sequence.value[-1]
    end = source.end(last)
    if sequence.flow_style:
        if source.line_start(source.start(last)) == source.line_start(source.start(sequence)):
            return _put(source, end, end, f", {flow}")
        return _append_below(source, end, " " * source.column(last) + flow)
    indent = " " * source.column(sequence)
    lines = (f"{indent}- {block[0]}", *(f"{indent}  {line}" for line in block[1:]))
    below = source.line_end(end)
    return _put(source, below, below, "".join(source.line_break + one for one in lines))


def _append_below(source: Source, end: int, line: str) -> str:
    """Put an entry on a line of its own in brackets; what stands behind the last stays."""
    line_end = source.line_end(end)
    behind = source.text[end:line_end]
    has_comma = behind.lstrip().startswith(",")
    if "]" in behind.partition("#")[0]:
        return _put(source, end, end, f",{source.line_break}{line}")
    comma = "" if has_comma else ","
    return (
        f"{source.text[:end]}{comma}{behind}{source.line_break}{line}{source.text[line_end:]}"
    )


def remove_item(source: Source, sequence: yaml.SequenceNode, item: yaml.Node) -> str:
    """Take an entry out of a list of several, with the comment above it."""
    index = next(place for place, one in enumerate(sequence.value) if one is item)
    if sequence.flow_style:
        return _remove_from_brackets(source, list(sequence.value), index)
    dash = source.text.rfind("-", 0, source.start(item))
    return _remove_lines(source, dash, source.end(item))


def remove_key(source: Source, mapping: yaml.MappingNode, key: str) -> str:
    """Take a key out of a mapping of several, with the comment above it."""
    pair = pair_of(mapping, key)
    if pair is None:
        msg = f"there is no {key}: here"
        raise CannotEditError(msg)
    if mapping.flow_style:
        starts = [one[0] for one in mapping.value]
        ends = [one[1] for one in mapping.value]
        return _remove_between(source, starts, ends, starts.index(pair[0]))
    start = source.start(pair[0])
    if source.text[source.line_start(start) : start].strip():
        msg = f"{key}: stands on a line with something else"
        raise CannotEditError(msg)
    return _remove_lines(source, start, source.end(pair[1]))


def _remove_from_brackets(source: Source, items: list[yaml.Node], index: int) -> str:
    start, end = source.start(items[index]), source.end(items[index])
    line_start, line_end = source.line_start(start), source.line_end(end)
    before = source.text[line_start:start]
    after = source.text[end:line_end].lstrip().removeprefix(",").lstrip()
    is_alone = not before.strip() and (not after or after.startswith("#"))
    if is_alone and len(items) > 1:
        return _put(source, line_start, source.next_line(end), "")
    return _remove_between(source, items, items, index)


def _remove_between(
    source: Source, starts: Sequence[yaml.Node], ends: Sequence[yaml.Node], index: int
) -> str:
    """Take out one of several parts with a comma between them, and one comma with it."""
    start, end = source.start(starts[index]), source.end(ends[index])
    if index + 1 < len(starts):
        end = source.start(starts[index + 1])
    elif index > 0:
        start = source.end(ends[index - 1])
    return _put(source, start, end, "")


def _remove_lines(source: Source, start: int, end: int) -> str:
    """Take out all lines from one place to another, and the comment that belongs to them."""
    first = source.line_start(start)
    column = start - first
    while first > 0:
        above = source.line_start(first - 1 - (source.text[first - 2 : first] == "\r\n"))
        line = source.text[above:first].rstrip("\r\n")
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) != column:
            break
        # The first line of a file is about the file.
        if above == 0:
            break
        first = above
    return _put(source, first, source.next_line(end), "")


def _put(source: Source, start: int, end: int, text: str) -> str:
    return source.text[:start] + text + source.text[end:]
