"""The canonical style of schema files, with every comment kept; see `docs/formatting.md`.

This module makes the layout; the codec that `import` uses writes the words. The result has
exactly the values and comments of the file, or the file is refused.
"""

from __future__ import annotations

from collections import Counter, abc
from collections.abc import Iterator
from typing import Final

import yaml
from yaml.tokens import AliasToken, AnchorToken, TagToken

from schemactl.desired.codec import WIDTH, flow_text
from schemactl.desired.rewrite.comments import Attached, Comment, attach, find_comments
from schemactl.desired.rewrite.source import BOM, Source
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.document.reader import read_document

KEY_ORDER: Final = (
    "version",
    "uses",
    "label",
    "section",
    "name",
    "extend",
    "override",
    "type",
    "was",
    "contract",
    "from",
    "map",
    "others",
    "format",
    "description",
    "note",
    "manage",
    "required",
    "unique",
    "protect",
    "options",
    "sections",
    "fields",
    "tags",
    "objects",
    "omit",
    "removed",
    "rule",
    "reason",
    "waive",
)
_NUMBERS: Final = frozenset({"version"})
_TRUTHS: Final = frozenset({"required", "unique", "protect", "extend", "override"})
_AS_WRITTEN: Final = _NUMBERS | _TRUTHS
"""Keys whose value is a number or a truth value; quotes would make it a text."""
_MAP: Final = "map"
"""Its keys are values of contacts."""
_FROM: Final = "from"
_OPTIONS: Final = "options"
_IN_BRACES: Final = frozenset({"fields", "tags", _OPTIONS, _FROM})
"""Lists whose entries are on one line each if they fit."""


class CannotFormatError(Exception):
    """A file that has no canonical style; the message says why."""


def format_text(text: str) -> str:
    """Write a schema file in the canonical style.

    Args:
        text: A file without syntax errors.

    Raises:
        CannotFormatError: It uses something that has no form in the style.
    """
    source = Source(text)
    if source.root is None:
        return text
    _refuse_anchors(source)
    _refuse_unknown_keys(source.root)
    lines = _Writer(source, attach(source)).lines()
    formatted = "".join(line + source.line_break for line in lines)
    _check_same_meaning(text, formatted)
    return formatted


def _refuse_anchors(source: Source) -> None:
    if not any(sign in source.text for sign in "&*!"):
        return
    for token in yaml.scan(source.text, Loader=yaml.CSafeLoader):
        if isinstance(token, AliasToken | AnchorToken | TagToken):
            line = token.start_mark.line + 1
            msg = f"line {line}: anchors, aliases and tags have no canonical style"
            raise CannotFormatError(msg)


def _refuse_unknown_keys(node: yaml.Node) -> None:
    """Refuse a key of other files: whether its value is a text or a number is unknown."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_unknown_keys(item)
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in KEY_ORDER:
            msg = f"line {key.start_mark.line + 1}: this is not a key of schema files"
            raise CannotFormatError(msg)
        if key.value != _MAP:
            _refuse_unknown_keys(value)


def _check_same_meaning(before: str, after: str) -> None:
    """Check that the new text has the same values and comments as the old one."""
    first, second = (
        read_document(text.encode(), file="", numbers=_NUMBERS, truths=_TRUTHS)
        for text in (before.removeprefix(BOM), after)
    )
    is_same = not second.problems and _are_same(first.root, second.root)
    if not is_same or _comments_in(before) != _comments_in(after):
        msg = "the canonical style would lose some of its values or comments"
        raise CannotFormatError(msg)


def _are_same(one: Value | None, other: Value | None) -> bool:
    """Whether two values are equal and of the same types: Python takes true for 1."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            _are_same(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        return len(one) == len(other) and all(map(_are_same, one, other))
    return one == other


def _comments_in(text: str) -> Counter[str]:
    return (
        Counter(one.text for one in find_comments(Source(text))) if "#" in text else Counter()
    )


class _Writer:
    """Writes one file."""

    def __init__(self, source: Source, attached: Attached) -> None:
        self._source = source
        self._attached = attached

    def lines(self) -> Iterator[str]:
        root = self._source.root
        if not isinstance(root, yaml.MappingNode) or not root.value:
            msg = "it is not a mapping"
            raise CannotFormatError(msg)
        yield from self._mapping(root, "", first=True)

    def _mapping(self, node: yaml.MappingNode, indent: str, *, first: bool) -> Iterator[str]:
        pairs = sorted(node.value, key=lambda pair: _rank(pair[0].value))
        # A comment above the first entry is about the file, or the entry of the list.
        head = node.value[0][0]
        if self._attached.above.get(id(head)) and pairs[0][0] is not head:
            moved = self._attached.above.pop(id(head))
            self._attached.above[id(pairs[0][0])][:0] = moved
        for number, (key, value) in enumerate(pairs):
            yield from self._above(key, indent, may_space=number > 0 or not first)
            yield from self._pair(key, value, indent)
        yield from self._comments(self._attached.below.get(id(node), ()), indent)

    def _pair(self, key: yaml.Node, value: yaml.Node, indent: str) -> Iterator[str]:
        word = f"{indent}{flow_text(key.value)}:"
        behind = self._behind(key)
        flow = self._flow(value, key.value)
        if flow is not None and len(f"{word} {flow}") <= WIDTH:
            yield f"{word} {flow}{behind}".rstrip() if flow else f"{word}{behind}"
        elif isinstance(value, yaml.ScalarNode):
            yield from self._scalar(word, value, indent, behind)
        elif isinstance(value, yaml.SequenceNode):
            yield f"{word}{behind}"
            yield from self._sequence(value, f"{indent}  ", key.value)
        elif isinstance(value, yaml.MappingNode):
            yield f"{word}{behind}"
            yield from self._mapping(value, f"{indent}  ", first=True)

    def _sequence(self, node: yaml.SequenceNode, indent: str, key: str) -> Iterator[str]:
        for number, item in enumerate(node.value):
            self._hoist(item)
            yield from self._above(item, indent, may_space=number > 0)
            flow = self._flow(item, key, is_entry=True)
            behind = self._behind(item)
            if (flow is not None and len(f"{indent}- {flow}") <= WIDTH) or isinstance(
                item, yaml.ScalarNode
            ):
                word = flow if flow is not None else self._word(item, key)
                yield f"{indent}- {word}{behind}"
            elif isinstance(item, yaml.MappingNode):
                inner = list(self._mapping(item, f"{indent}  ", first=True))
                yield from self._dashed(inner, indent, behind)
            else:
                msg = f"line {item.start_mark.line + 1}: a list within a list"
                raise CannotFormatError(msg)
        yield from self._comments(self._attached.below.get(id(node), ()), indent)

    def _hoist(self, item: yaml.Node) -> None:
        """Move the comments above an entry's first key to above the entry."""
        if isinstance(item, yaml.MappingNode) and item.value:
            first = min(item.value, key=lambda pair: _rank(pair[0].value))[0]
            head = item.value[0][0]
            for key in dict.fromkeys((head, first)):
                above = self._attached.above.pop(id(key), [])
                self._attached.above[id(item)] = [
                    *self._attached.above.get(id(item), []),
                    *above,
                ]

    @staticmethod
    def _dashed(lines: abc.Sequence[str], indent: str, behind: str) -> Iterator[str]:
        """Put the dash before the first line that is not a comment; keep comments above it."""
        place = next(number for number, line in enumerate(lines) if line.strip()[:1] != "#")
        if behind:
            yield f"{indent}{behind.strip()}"
        yield from (f"{indent}{line.strip()}" for line in lines[:place])
        yield f"{indent}- {lines[place].strip()}"
        yield from lines[place + 1 :]

    def _flow(self, node: yaml.Node, key: str, *, is_entry: bool = False) -> str | None:
        """Write a value on one line; None if it contains a comment, or needs more lines."""
        match node:
            case yaml.ScalarNode():
                return None if "\n" in node.value else self._word(node, key)
            case _ if not self._attached.is_quiet(node):
                return None
            case yaml.SequenceNode():
                items = [self._flow_item(item, key) for item in node.value]
                words = [item for item in items if item is not None]
                return f"[{', '.join(words)}]" if len(words) == len(items) else None
            case yaml.MappingNode() if is_entry and key in _IN_BRACES and node.value:
                return self._braces(node)
            case yaml.MappingNode() if key in {_MAP, _FROM} and node.value:
                return self._braces(node)
            case yaml.MappingNode() if not node.value:
                return "{}"
            case _:
                return None

    def _flow_item(self, item: yaml.Node, key: str) -> str | None:
        """Write an entry of a list that is in brackets; of mappings only options are."""
        match item:
            case yaml.ScalarNode():
                return None if "\n" in item.value else self._word(item, key)
            case yaml.MappingNode() if key in {_OPTIONS, _FROM} and item.value:
                return self._braces(item)
            case _:
                return None

    def _braces(self, node: yaml.MappingNode) -> str | None:
        parts = []
        for key, value in sorted(node.value, key=lambda pair: _rank(pair[0].value)):
            word = self._flow(value, key.value)
            if word is None:
                return None
            parts.append(f"{flow_text(key.value)}: {word}".rstrip())
        return f"{{{', '.join(parts)}}}"

    def _scalar(
        self, word: str, node: yaml.ScalarNode, indent: str, behind: str
    ) -> Iterator[str]:
        """Write a text of several lines as a block, if no line needs quotes."""
        text = self._word(node, "")
        lines = node.value.split("\n")
        is_bare = all(line == line.strip() and line.isprintable() for line in lines)
        if len(lines) > 1 and is_bare and lines[0] and lines[-1]:
            yield f"{word} |-{behind}"
            yield from (f"{indent}  {line}" if line else "" for line in lines)
        else:
            yield f"{word} {text}{behind}"

    def _word(self, node: yaml.ScalarNode, key: str) -> str:
        is_plain = not node.style
        if is_plain and (key in _AS_WRITTEN or not node.value):
            return str(node.value)
        return flow_text(node.value)

    def _above(self, node: yaml.Node, indent: str, *, may_space: bool) -> Iterator[str]:
        if may_space and id(node) in self._attached.gap_above:
            yield ""
        comments = self._attached.above.get(id(node), [])
        yield from self._comments(comments, indent, first=True)
        if comments and _is_blank_between(self._source, comments[-1], node):
            yield ""

    @staticmethod
    def _comments(
        comments: abc.Sequence[Comment], indent: str, *, first: bool = False
    ) -> Iterator[str]:
        for number, comment in enumerate(comments):
            if comment.has_gap_above and not (first and number == 0):
                yield ""
            yield f"{indent}{comment.text}"

    def _behind(self, node: yaml.Node) -> str:
        comments = self._attached.behind.get(id(node), ())
        return "".join(f"  {comment.text}" for comment in comments)


def _rank(key: str) -> int:
    return KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER)


def _is_blank_between(source: Source, comment: Comment, node: yaml.Node) -> bool:
    """Whether an empty line separates a comment from the entry below it."""
    end = source.line_end(comment.offset)
    between = source.text[end : source.start(node)]
    return between.count("\n") > 1 or (between.count("\r") > 1 and "\n" not in between)
