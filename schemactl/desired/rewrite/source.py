"""A file as text and tree: where each node is, to the character."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, Protocol, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from yaml.tokens import BlockEntryToken

from schemactl.values import dataclass

LINE_BREAK: Final = re.compile("\r\n|\r|\n")
_BLOCK_SCALARS: Final = frozenset("|>")
BOM: Final = "\ufeff"


class Mark(Protocol):
    """A place as the parser reports it: line and column count from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A node with the nodes that contain it.

    Attributes:
        node: The node.
        above: The nodes that contain it, the outermost first.
    """

    node: yaml.Node
    above: tuple[yaml.Node, ...]

    @property
    def parent(self) -> yaml.Node | None:
        """The node that directly contains it; None for the root."""
        return self.above[-1] if self.above else None


Pair: TypeAlias = tuple[yaml.Node, yaml.Node]


class Source:
    """One file without syntax errors; a byte order mark is not part of the text."""

    def __init__(self, text: str) -> None:
        self.text = text.removeprefix(BOM)
        breaks = [match.end() for match in LINE_BREAK.finditer(self.text)]
        self._lines = [0, *breaks]

    @cached_property
    def root(self) -> yaml.Node | None:
        """The tree; None of an empty text. The text of an edit alone needs none."""
        return compose(self.text)

    @cached_property
    def line_break(self) -> str:
        """The line break of its first line; most files have one kind."""
        found = LINE_BREAK.search(self.text)
        return "\n" if found is None else found[0]

    @cached_property
    def _dashes(self) -> tuple[int, ...]:
        return tuple(
            self.offset(token.start_mark)
            for token in yaml.scan(self.text, Loader=yaml.CSafeLoader)
            if isinstance(token, BlockEntryToken)
        )

    def dash(self, item: yaml.Node) -> int:
        """Where the dash of an item of a block list is; a dash in a comment does not count."""
        return self._dashes[bisect_right(self._dashes, self.start(item)) - 1]

    def start(self, node: yaml.Node) -> int:
        """Where a node begins; an anchor is part of it."""
        return self.offset(node.start_mark)

    def end(self, node: yaml.Node) -> int:
        """Where a node ends: after its last character, before any comment."""
        if isinstance(node, yaml.ScalarNode):
            end = self.offset(node.end_mark)
            if node.style in _BLOCK_SCALARS:
                start = self.start(node)
                return start + len(self.text[start:end].rstrip())
            return end
        if isinstance(node, yaml.CollectionNode) and node.flow_style:
            return self.offset(node.end_mark)
        # The parser ends a block only where the next node begins.
        return max((self.end(child) for child in children(node)), default=self.start(node))

    def column(self, node: yaml.Node) -> int:
        """Characters before a node on its line."""
        return int(node.start_mark.column)

    def line_start(self, offset: int) -> int:
        """Where the line of a place begins."""
        return self._lines[bisect_right(self._lines, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of a place ends: before its break."""
        found = LINE_BREAK.search(self.text, offset)
        return len(self.text) if found is None else found.start()

    def next_line(self, offset: int) -> int:
        """Where the line after a place begins."""
        found = LINE_BREAK.search(self.text, offset)
        return len(self.text) if found is None else found.end()

    def find(self, line: int, column: int) -> Spot | None:
        """Return the innermost node that begins at a place, counted from 1 as editors do."""
        return self._innermost.get((line - 1, column - 1))

    @cached_property
    def _innermost(self) -> Mapping[tuple[int, int], Spot]:
        """The innermost node that begins at each place."""
        found: dict[tuple[int, int], Spot] = {}
        for spot in self.spots():
            place = spot.node.start_mark.line, spot.node.start_mark.column
            outer = found.get(place)
            if outer is None or len(outer.above) < len(spot.above):
                found[place] = spot
        return found

    @cached_property
    def _times(self) -> Mapping[int, int]:
        """How often each node is in the tree, by its identity."""
        return Counter(id(each.node) for each in self.spots())

    @property
    def has_aliases(self) -> bool:
        """Whether an alias repeats a node."""
        return any(times > 1 for times in self._times.values())

    def path(self, spot: Spot) -> tuple[int, ...]:
        """Return the path to a node as numbers; changes after the node keep it valid."""
        nodes = (*spot.above, spot.node)
        return tuple(
            next(place for place, child in enumerate(children(outer)) if child is inner)
            for outer, inner in itertools.pairwise(nodes)
        )

    def at(self, path: tuple[int, ...]) -> Spot:
        """Follow such a path."""
        if self.root is None:
            msg = "an empty file has no nodes"
            raise LookupError(msg)
        spot = Spot(self.root, ())
        for place in path:
            spot = Spot(children(spot.node)[place], (*spot.above, spot.node))
        return spot

    def spots(self) -> Iterator[Spot]:
        """Yield every node; one that an alias repeats is yielded again."""
        stack: list[Spot] = [] if self.root is None else [Spot(self.root, ())]
        while stack:
            spot = stack.pop()
            yield spot
            above = (*spot.above, spot.node)
            stack.extend(Spot(child, above) for child in children(spot.node))

    def is_shared(self, node: yaml.Node) -> bool:
        """Whether an alias repeats a node, a node that contains it, or a node in it."""
        if not self.has_aliases:
            return False
        spot = next(each for each in self.spots() if each.node is node)
        within = (node, *spot.above, *_all_below(node))
        return any(self._times[id(one)] > 1 for one in within)

    def offset(self, mark: Mark) -> int:
        """Where a mark of the parser is, in characters."""
        return self._lines[mark.line] + mark.column


def compose(text: str) -> yaml.Node | None:
    """Build the tree of a text; an alias is the same node as its anchor.

    Unlike PyYAML's own function, this accepts an anchor that is defined twice, as YAML does: an
    alias means the last one before it. Deep nesting does not exhaust the stack.

    Raises:
        yaml.YAMLError: The text is not YAML, or an alias has no anchor.
    """
    anchors: dict[str, yaml.Node] = {}
    top = yaml.SequenceNode("", [])
    opened: list[_Opened] = [_Opened(top)]
    for event in iter(yaml.CLoader(text).get_event, None):
        match event:
            case ScalarEvent():
                start, end = _mark(event.start_mark), _mark(event.end_mark)
                scalar = yaml.ScalarNode("", event.value, start, end, event.style)
                _keep(anchors, event.anchor, scalar)
                opened[-1].add(scalar)
            case MappingStartEvent() | SequenceStartEvent():
                is_mapping = isinstance(event, MappingStartEvent)
                kind = yaml.MappingNode if is_mapping else yaml.SequenceNode
                node = kind("", [], _mark(event.start_mark), None, event.flow_style)
                _keep(anchors, event.anchor, node)
                opened.append(_Opened(node))
            case CollectionEndEvent():
                closed = opened.pop()
                closed.node.end_mark = _mark(event.end_mark)
                opened[-1].add(closed.node)
            case AliasEvent():
                if event.anchor not in anchors:
                    raise yaml.composer.ComposerError(problem=f"unknown alias *{event.anchor}")
                opened[-1].add(anchors[event.anchor])
            case _:
                pass
    return top.value[0] if top.value else None


def _mark(mark: Mark | None) -> yaml.Mark:
    """Return a mark of the C parser as one of PyYAML's own."""
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    return yaml.Mark("", 0, line, column, None, 0)


def _keep(anchors: dict[str, yaml.Node], anchor: str | None, node: yaml.Node) -> None:
    if anchor is not None:
        anchors[anchor] = node


class _Opened:
    """A collection whose end was not read yet."""

    def __init__(self, node: yaml.CollectionNode) -> None:
        self.node = node
        self._key: yaml.Node | None = None

    def add(self, node: yaml.Node) -> None:
        """Add the next item, key or value."""
        if not isinstance(self.node, yaml.MappingNode):
            self.node.value.append(node)
        elif self._key is None:
            self._key = node
        else:
            self.node.value.append((self._key, node))
            self._key = None


def children(node: yaml.Node) -> tuple[yaml.Node, ...]:
    """Return the nodes directly in a node, in order; keys come before their values."""
    match node:
        case yaml.MappingNode():
            return tuple(part for pair in node.value for part in pair)
        case yaml.SequenceNode():
            return tuple(node.value)
        case _:
            return ()


def pair_of(node: yaml.Node, key: str) -> Pair | None:
    """Return a key of a mapping with its value; None if the mapping has no such key."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((pair for pair in node.value if pair[0].value == key), None)


def value_of(node: yaml.Node, key: str) -> yaml.Node | None:
    """Return the value of a key in a mapping; None if the mapping has no such key."""
    pair = pair_of(node, key)
    return None if pair is None else pair[1]


def _all_below(node: yaml.Node) -> Iterator[yaml.Node]:
    stack = list(children(node))
    while stack:
        below = stack.pop()
        yield below
        stack.extend(children(below))
