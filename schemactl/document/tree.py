"""Building of one tree of values from the events of the C parser.

It uses its own stack instead of recursion, so nesting cannot exhaust Python's stack. It limits
aliases and detects repeated keys; PyYAML's own tree silently keeps the last one, and is slower.
It creates only texts, and numbers or booleans where a schema has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NoReturn, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Place, Sequence, Value, location_at
from schemactl.document.problem_list import ProblemList
from schemactl.errors import Problem
from schemactl.text import quoted_short
from schemactl.values import dataclass

MAX_DEPTH: Final = 50
MAX_EVENTS: Final = 1_000_000
"""About 20,000 fields with 10 options each; a value takes up to 350 bytes of memory."""
MAX_ALIASED_VALUES: Final = 100_000
# Short enough for every JSON parser; a longer number stays a text, which is a problem.
_NUMBER: Final = re.compile("-?(0|[1-9][0-9]{0,14})")
_TRUTHS: Final = {"true": True, "false": False}

_Add: TypeAlias = Callable[[Value, Place, ScalarEvent | None], None]


class StopReadingError(Exception):
    """Reading further would be dangerous or pointless; the problem is already recorded."""


@dataclass(frozen=True, slots=True)
class _Anchored:
    """The value of an alias; `size` counts values and ends of values, `height` levels."""

    value: Value
    event: ScalarEvent | None
    size: int
    height: int


class TreeBuilder:
    """Builds one tree; `problems` has those found so far.

    Args:
        file: Name of the file, for positions.
        numbers: Keys whose value becomes an integer if its text is one.
        truths: Keys whose value becomes a boolean if its text is true or false.
        max_events: Maximum number of values, and of starts and ends of lists and mappings.
    """

    def __init__(
        self,
        *,
        file: str,
        numbers: frozenset[str],
        truths: frozenset[str],
        max_events: int = MAX_EVENTS,
    ) -> None:
        self._max_events = max_events
        self.file = file
        self.numbers = numbers
        self.truths = truths
        self.typed = numbers | truths
        self.problems = ProblemList()
        self._documents = Sequence()
        self._stack: list[_OpenSequence | _OpenMapping] = [_OpenSequence(self._documents)]
        self._add: _Add = self._stack[0].add
        self._anchors: dict[str, _Anchored] = {}
        self._aliased = 0

    def build(self, text: str) -> Value | None:
        """Read a text; return None if it is empty.

        Raises:
            yaml.YAMLError: It is not YAML.
            StopReadingError: Reading further would be dangerous or pointless.
        """
        # `get_event` returns None after the last event; `check_event` before each is slower.
        for count, event in enumerate(iter(yaml.CLoader(text).get_event, None)):
            if isinstance(event, ScalarEvent) and event.tag is None and event.anchor is None:
                self._add(event.value, event.start_mark, event)
            elif isinstance(event, CollectionEndEvent):
                self._close(count)
            elif isinstance(event, MappingStartEvent):
                self._open(_OpenMapping(Mapping(event.start_mark), self), event, count)
            else:
                self._take(event, count)
            if count == self._max_events:
                self._stop_at_too_many(event.start_mark)
        return self._documents[0] if self._documents else None

    def _stop_at_too_many(self, place: Place) -> NoReturn:
        message = f"the file has more than {self._max_events:,} values up to here"
        hint = "split it: a project can have many files"
        self._stop(place, ProblemCode.FILE_TOO_LARGE, message, hint)

    def note(
        self, place: Place, code: ProblemCode, message: str, hint: str | None = None
    ) -> None:
        """Record a problem.

        Raises:
            StopReadingError: There are too many problems.
        """
        location = location_at(place, file=self.file)
        self.problems.append(Problem(location, code, message, hint))
        if self.problems.is_full:
            raise StopReadingError

    def _take(self, event: Event, count: int) -> None:
        """Handle any event; `count` is the number of events before it."""
        match event:
            case CollectionStartEvent():
                self._open(_OpenSequence(Sequence(event.start_mark)), event, count)
            case ScalarEvent():
                self._take_marked_scalar(event)
            case AliasEvent():
                self._take_alias(event)
            case DocumentStartEvent() if self._documents:
                message = 'a second YAML document begins here, after the line "---"'
                hint = "write it to a file of its own"
                self._stop(event.start_mark, ProblemCode.MANY_DOCUMENTS, message, hint)
            case _:
                pass

    def _open(
        self, opened: _OpenSequence | _OpenMapping, event: CollectionStartEvent, count: int
    ) -> None:
        if len(self._stack) > MAX_DEPTH:
            self._check_depth(event.start_mark, levels=1)
        if event.tag is not None:
            self._refuse_tag(event.start_mark, event.tag)
        if event.anchor is not None:
            opened.anchor = event.anchor
            opened.size_before = count + self._aliased
        self._stack.append(opened)
        self._add = opened.add

    def _close(self, count: int) -> None:
        closed = self._stack.pop()
        if closed.anchor is not None:
            size = count + self._aliased - closed.size_before
            self._anchors[closed.anchor] = _Anchored(closed.node, None, size, closed.height)
        self._place_in_top(closed.node, closed.node.place, height=closed.height)

    def _place_in_top(self, node: Value, place: Place, *, height: int) -> None:
        top = self._stack[-1]
        if top.height <= height:
            top.height = height + 1
        self._add = add = top.add
        add(node, place, None)

    def _take_marked_scalar(self, event: ScalarEvent) -> None:
        if event.tag is not None:
            self._refuse_tag(event.start_mark, event.tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(event.value, event, 1, 0)
        self._add(event.value, event.start_mark, event)

    def _take_alias(self, event: AliasEvent) -> None:
        place = event.start_mark
        anchored = self._anchors.get(event.anchor or "")
        if anchored is None:
            message = f"no complete value before this place is marked &{event.anchor}"
            self._stop(place, ProblemCode.UNKNOWN_ALIAS, message, "write the value in full")
        self._aliased += anchored.size
        if self._aliased > MAX_ALIASED_VALUES:
            message = f"aliases make more than {MAX_ALIASED_VALUES:,} values of this file"
            self._stop(place, ProblemCode.ALIAS_BOMB, message, "write the values in full")
        self._check_depth(place, levels=anchored.height)
        if anchored.event is not None:
            self._add(anchored.value, place, anchored.event)
        else:
            self._place_in_top(anchored.value, place, height=anchored.height)

    def _check_depth(self, place: Place, *, levels: int) -> None:
        # The first entry of the stack is the list of documents, which is not a level.
        if len(self._stack) - 1 + levels > MAX_DEPTH:
            message = f"lists and mappings are nested more than {MAX_DEPTH} levels deep here"
            self._stop(place, ProblemCode.TOO_DEEP, message)

    def _refuse_tag(self, place: Place, tag: str) -> None:
        shown = quoted_short(tag.replace("tag:yaml.org,2002:", "!!"))
        message = f"the YAML tag {shown} has no meaning here: values are read as written"
        self.note(place, ProblemCode.YAML_TAG, message, "delete the tag")

    def _stop(
        self, place: Place, code: ProblemCode, message: str, hint: str | None = None
    ) -> NoReturn:
        self.note(place, code, message, hint)
        raise StopReadingError


class _OpenSequence:
    """A list that is not closed yet.

    Attributes:
        node: Its entries so far.
        anchor: Its name for aliases.
        size_before: Number of values before it.
        height: Number of levels from itself downwards, so far.
    """

    __slots__ = ("anchor", "height", "node", "size_before")

    def __init__(self, node: Sequence) -> None:
        self.node = node
        self.anchor: str | None = None
        self.size_before = 0
        self.height = 1

    def add(self, value: Value, place: Place, _: ScalarEvent | None) -> None:
        """Add the next entry."""
        node = self.node
        node.append(value)
        node.places.append(place)


class _OpenMapping:
    """A mapping that is not closed yet; `add` takes keys and values alternately."""

    __slots__ = (
        "anchor",
        "builder",
        "height",
        "key",
        "key_place",
        "node",
        "size_before",
        "skips_value",
        "typed",
    )

    def __init__(self, node: Mapping, builder: TreeBuilder) -> None:
        self.node = node
        self.builder = builder
        self.typed = builder.typed
        self.anchor: str | None = None
        self.size_before = 0
        self.height = 1
        self.key: str | None = None
        self.key_place: Place = None
        self.skips_value = False

    def add(self, value: Value, place: Place, event: ScalarEvent | None) -> None:
        """Add a key, or the value of the key before it; `event` is None unless it is a text."""
        key, node = self.key, self.node
        if key is not None:
            if key in self.typed and event is not None and event.implicit[0]:
                value = self._typed(key, event.value)
            node[key] = value
            node.places[key] = (self.key_place, place)
            self.key = None
        elif self.skips_value:
            self.skips_value = False
        elif isinstance(value, str) and value not in node and value != "<<":
            self.key = value
            self.key_place = place
        else:
            self._take_odd_key(value, place, event)

    def _typed(self, key: str, text: str) -> Value:
        """Return a plain text as number or boolean, if the key requires it and it is one."""
        if key in self.builder.numbers and _NUMBER.fullmatch(text):
            return int(text)
        if key in self.builder.truths:
            return _TRUTHS.get(text, text)
        return text

    def _take_odd_key(self, key: Value, place: Place, event: ScalarEvent | None) -> None:
        self.skips_value = True
        if not isinstance(key, str):
            message = "a key must be a text, not a list or a mapping"
            self.builder.note(place, ProblemCode.KEY_NOT_TEXT, message)
        elif key in self.node:
            first = self.node.key_location(key, file=self.builder.file)
            message = f"the key {quoted_short(key)} is repeated"
            hint = f"it is first in line {first.line}; keep one of the two"
            self.builder.note(place, ProblemCode.DUPLICATE_KEY, message, hint)
        elif event is not None and event.implicit[0]:
            message = 'the merge key "<<" is not supported'
            hint = "write its keys in full, or use an alias for a whole value"
            self.builder.note(place, ProblemCode.MERGE_KEY, message, hint)
        else:
            # In quotes it is an ordinary key.
            self.skips_value = False
            self.key, self.key_place = key, place
