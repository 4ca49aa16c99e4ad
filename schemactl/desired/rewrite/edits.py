"""Small changes to a file's text; each returns the new text and keeps everything else."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from schemactl.desired.rewrite.source import LINE_BREAK, Pair, Source, pair_of


class CannotEditError(Exception):
    """The text to change has a form that no edit supports; the message names it."""


def replace_node(source: Source, node: yaml.Node, text: str) -> str:
    """Replace a scalar, or a list or mapping in brackets, with another value on one line."""
    start, end = source.start(node), source.end(node)
    # After a key or dash without a value, a space is needed.
    gap = " " if start > 0 and source.text[start - 1] in ":-?" else ""
    return _put(source, start, end, gap + text)


def empty_list(source: Source, mapping: yaml.MappingNode, key: str) -> str:
    """Replace the list of a key, and the comments on its entries, with `[]`."""
    pair = _pair(mapping, key)
    sequence = pair[1]
    if not isinstance(sequence, yaml.SequenceNode) or sequence.flow_style:
        return replace_node(source, sequence, "[]")
    # On a line of its own below the key, `[]` would need a deeper indentation than a dash.
    dash = source.dash(sequence.value[0])
    first = _first_line(source, dash)
    colon = source.text.find(":", source.end(pair[0]), first)
    if colon < 0 or source.text[source.line_start(dash) : dash].strip():
        msg = f"the list of {key}: is written in a form that schemactl cannot edit"
        raise CannotEditError(msg)
    last = source.next_line(source.end(sequence))
    return f"{source.text[: colon + 1]} []{source.text[colon + 1 : first]}{source.text[last:]}"


def add_key(
    source: Source, mapping: yaml.MappingNode, key: str, value: Sequence[str], flow: str
) -> str:
    """Add a key after the last one of a mapping.

    Args:
        source: The file.
        mapping: The mapping.
        key: Its name.
        value: For a block mapping: one line after the key, or the items below it.
        flow: For a mapping in braces: the value on one line.
    """
    if not mapping.value:
        msg = "the braces are empty"
        raise CannotEditError(msg)
    last = source.end(mapping.value[-1][1])
    if mapping.flow_style:
        return _put(source, last, last, f", {key}: {flow}")
    first = mapping.value[0][0]
    _refuse_complex(source, first)
    indent = " " * source.column(first)
    if value[0].startswith(("- ", "#")):
        lines = [f"{indent}{key}:", *(f"{indent}  {line}" for line in value)]
    else:
        lines = [f"{indent}{key}: {value[0]}"]
    end = source.line_end(last)
    return _put(source, end, end, "".join(source.line_break + line for line in lines))


def append_item(
    source: Source, sequence: yaml.SequenceNode, block: Sequence[str], flow: str
) -> str:
    """Add an entry after the last one of a list.

    Args:
        source: The file.
        sequence: The list.
        block: For a block list: the lines of the entry, without the dash.
        flow: For a list in brackets: the entry on one line.
    """
    if not sequence.value:
        return _put(source, source.start(sequence), source.end(sequence), f"[{flow}]")
    last = sequence.value[-1]
    end = source.end(last)
    if sequence.flow_style:
        if source.line_start(source.start(last)) == source.line_start(source.start(sequence)):
            return _put(source, end, end, f", {flow}")
        return _append_below(source, end, " " * source.column(last) + flow)
    dash = source.dash(sequence.value[0])
    _refuse_beside(source, dash)
    indent = " " * (dash - source.line_start(dash))
    lines = [f"{indent}{line}" for line in dashed(block)]
    below = source.line_end(end)
    return _put(source, below, below, "".join(source.line_break + one for one in lines))


def dashed(lines: Sequence[str]) -> tuple[str, ...]:
    """Put a dash before the first line of an entry that is not a comment."""
    first = next((n for n, line in enumerate(lines) if not line.startswith("#")), 0)
    rest = (f"  {line}" if line else "" for line in lines[first + 1 :])
    return (*lines[:first], f"- {lines[first]}".rstrip(), *rest)


def _append_below(source: Source, end: int, line: str) -> str:
    """Add an entry on its own line in brackets; keep what follows the last entry."""
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
    """Remove an entry, with the comment above it, from a list of several."""
    index = next(place for place, one in enumerate(sequence.value) if one is item)
    if sequence.flow_style:
        return _remove_from_brackets(source, list(sequence.value), index)
    dash = source.dash(item)
    _refuse_beside(source, dash)
    return _remove_lines(source, dash, source.end(item))


def remove_key(source: Source, mapping: yaml.MappingNode, key: str) -> str:
    """Remove a key, with the comment above it, from a mapping of several."""
    pair = _pair(mapping, key)
    if mapping.flow_style:
        starts = [one[0] for one in mapping.value]
        ends = [one[1] for one in mapping.value]
        return _remove_between(source, starts, ends, starts.index(pair[0]))
    start = source.start(pair[0])
    _refuse_beside(source, start)
    return _remove_lines(source, start, source.end(pair[1]))


def item_lines(source: Source, item: yaml.Node) -> tuple[str, ...]:
    """Return the lines of an item of a block list, with the comment above it.

    The dash and the indentation are removed.
    """
    dash = source.dash(item)
    _refuse_beside(source, dash)
    column = dash - source.line_start(dash)
    start = _first_line(source, dash)
    lines = LINE_BREAK.split(source.text[start : source.line_end(source.end(item))])
    above = len(LINE_BREAK.split(source.text[start:dash])) - 1
    return tuple(_cut(line, column, has_dash=n >= above) for n, line in enumerate(lines))


def _cut(line: str, column: int, *, has_dash: bool) -> str:
    """Remove the indentation of a list from a line, and the dash."""
    if line[:column].strip():
        msg = "a line of it is indented less than its dash"
        raise CannotEditError(msg)
    rest = line[column:]
    return rest[2:] if has_dash else rest


def _pair(mapping: yaml.MappingNode, key: str) -> Pair:
    pair = pair_of(mapping, key)
    if pair is None:
        msg = f"there is no {key}: here"
        raise CannotEditError(msg)
    return pair


def _refuse_beside(source: Source, start: int) -> None:
    """Refuse what does not begin its line: the edit would change other things too."""
    if source.text[source.line_start(start) : start].strip():
        msg = f"line {source.text.count(chr(10), 0, start) + 1} begins with something else"
        raise CannotEditError(msg)


def _refuse_complex(source: Source, key: yaml.Node) -> None:
    """Refuse a key after a question mark, whose column is not that of its mapping."""
    before = source.text[source.line_start(source.start(key)) : source.start(key)]
    if before.strip(" -"):
        msg = f"line {key.start_mark.line + 1} has a key in a form that schemactl cannot edit"
        raise CannotEditError(msg)


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
    """Remove one of several parts separated by commas, and one comma."""
    start, end = source.start(starts[index]), source.end(ends[index])
    if index + 1 < len(starts):
        end = source.start(starts[index + 1])
    elif index > 0:
        start = source.end(ends[index - 1])
    return _put(source, start, end, "")


def _remove_lines(source: Source, start: int, end: int) -> str:
    """Remove all lines from one place to another, and the comment that belongs to them."""
    return _put(source, _first_line(source, start), source.next_line(end), "")


def _first_line(source: Source, start: int) -> int:
    """Return the start of the line at a place, or of the first comment that belongs to it."""
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
    return first


def _put(source: Source, start: int, end: int, text: str) -> str:
    return source.text[:start] + text + source.text[end:]
