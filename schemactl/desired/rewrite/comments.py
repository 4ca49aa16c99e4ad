"""The comments of a file, each with its subject: an entry below, before or around it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

import yaml
from yaml.tokens import ScalarToken

from schemactl.desired.rewrite.source import Source
from schemactl.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `has_gap_above` is whether an empty line is above it."""

    offset: int
    column: int
    text: str
    is_own_line: bool
    has_gap_above: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping or an item of a list, in the order of the file.

    Attributes:
        node: The key's, or the item's.
        start: Where it begins.
        column: Characters before it on its line; for an item, before its dash.
        around: Collections that contain it, the outermost first.
    """

    node: yaml.Node
    start: int
    column: int
    around: tuple[yaml.CollectionNode, ...]


@dataclass(slots=True)
class Attached:
    """Comments by their subject's node.

    Attributes:
        above: On lines of their own, above an entry.
        behind: On the same line, after an entry.
        below: After the last entry of a collection.
        gap_above: Entries with an empty line above them, or above their comments.
    """

    above: dict[int, list[Comment]] = field(default_factory=lambda: defaultdict(list))
    behind: dict[int, list[Comment]] = field(default_factory=lambda: defaultdict(list))
    below: dict[int, list[Comment]] = field(default_factory=lambda: defaultdict(list))
    gap_above: set[int] = field(default_factory=set)

    def is_quiet(self, node: yaml.Node) -> bool:
        """Whether a collection contains no comment."""
        if self.below.get(id(node)):
            return False
        return all(
            not self.above.get(id(one.node)) and not self.behind.get(id(one.node))
            for one in _entries(node)
        )


def find_comments(source: Source) -> tuple[Comment, ...]:
    """Return every comment: a `#` after a space or at the beginning, outside all texts."""
    return tuple(_comments(source))


def attach(source: Source) -> Attached:
    """Find the subject of each comment and empty line."""
    entries = sorted(_all_entries(source), key=lambda one: one.start)
    starts = [one.start for one in entries]
    attached = Attached()
    for comment in find_comments(source) if entries else ():
        place = bisect_right(starts, comment.offset)
        if comment.is_own_line:
            _attach_line(comment, entries, place, attached, source)
        elif place:
            entry = _entry_behind(comment, entries, place, source)
            attached.behind[id(entry.node)].append(comment)
        else:
            attached.above[id(entries[0].node)].append(comment)
    for entry in entries:
        above = attached.above.get(id(entry.node), [])
        first = above[0].offset if above else entry.start
        begins_line = not source.text[source.line_start(first) : first].strip()
        if begins_line and _has_gap_above(source, first):
            attached.gap_above.add(id(entry.node))
    return attached


def _comments(source: Source) -> Iterator[Comment]:
    if "#" not in source.text:
        return
    texts = sorted(
        (source.offset(token.start_mark), source.offset(token.end_mark))
        for token in yaml.scan(source.text, Loader=yaml.CSafeLoader)
        if isinstance(token, ScalarToken)
    )
    starts = [start for start, _ in texts]
    at = source.text.find("#")
    while at >= 0:
        place = bisect_right(starts, at) - 1
        in_text = place >= 0 and at < texts[place][1]
        if not in_text and (at == 0 or source.text[at - 1] in " \t\r\n"):
            line_start, line_end = source.line_start(at), source.line_end(at)
            yield Comment(
                offset=at,
                column=at - line_start,
                text=source.text[at:line_end].rstrip(),
                is_own_line=not source.text[line_start:at].strip(),
                has_gap_above=_has_gap_above(source, at),
            )
            at = line_end
        at = source.text.find("#", at + 1)


def _has_gap_above(source: Source, offset: int) -> bool:
    """Whether the line above that of a place is empty."""
    line_start = source.line_start(offset)
    if line_start == 0:
        return False
    above_end = line_start - (2 if source.text[line_start - 2 : line_start] == "\r\n" else 1)
    return not source.text[source.line_start(above_end) : above_end].strip()


def _attach_line(
    comment: Comment, entries: list[Entry], place: int, attached: Attached, source: Source
) -> None:
    following = entries[place] if place < len(entries) else None
    before = entries[place - 1] if place else None
    around = () if before is None else before.around
    for collection in reversed(around):
        is_left = following is None or collection not in following.around
        if collection.flow_style:
            # Only here: the end of a block is that of the last node in it.
            inside = source.start(collection) <= comment.offset < source.end(collection)
            if inside and is_left:
                attached.below[id(collection)].append(comment)
                return
            continue
        if is_left and comment.column >= source.column(collection):
            attached.below[id(collection)].append(comment)
            return
    if following is not None:
        attached.above[id(following.node)].append(comment)
    else:
        attached.below[id(source.root)].append(comment)


def _entry_behind(comment: Comment, entries: list[Entry], place: int, source: Source) -> Entry:
    """Return the subject of a comment on the same line; for closed brackets, their owner."""
    for entry in reversed(entries[:place]):
        closed = any(
            collection.flow_style and source.end(collection) <= comment.offset
            for collection in entry.around
        )
        if not closed:
            return entry
    return entries[0]


def _all_entries(source: Source) -> Iterator[Entry]:
    stack: list[tuple[yaml.Node, tuple[yaml.CollectionNode, ...]]] = []
    if source.root is not None:
        stack.append((source.root, ()))
    while stack:
        node, around = stack.pop()
        if not isinstance(node, yaml.CollectionNode):
            continue
        within = (*around, node)
        for part in node.value:
            entry, value = part if isinstance(part, tuple) else (part, part)
            start = source.start(entry)
            if isinstance(node, yaml.SequenceNode) and not node.flow_style:
                start = source.dash(entry)
            yield Entry(entry, start, start - source.line_start(start), within)
            stack.append((value, within))


def _entries(node: yaml.Node) -> Iterator[Entry]:
    """Yield all entries below a node, without their places."""
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, yaml.CollectionNode):
            for part in each.value:
                entry, value = part if isinstance(part, tuple) else (part, part)
                yield Entry(entry, 0, 0, ())
                stack.append(value)
