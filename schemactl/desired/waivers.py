"""Waivers of a file: `waive:` in a section, field or tag, with the places that it covers."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.document.nodes import Mapping, Place, Sequence, Value
from schemactl.document.reader import Document
from schemactl.model.lint import Waiver


def find_waivers(document: Document) -> tuple[Waiver, ...]:
    """Return every waiver that has both a rule and a reason."""
    return tuple(_waivers(document.root, document.file))


def _waivers(root: Value | None, file: str) -> Iterator[Waiver]:
    stack: list[Value] = [] if root is None else [root]
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            waived = value.get("waive")
            if isinstance(waived, Sequence):
                yield from _here(value, waived, file)
            stack += [inner for inner in reversed(value.values()) if type(inner) is not str]
        elif isinstance(value, Sequence):
            stack += [inner for inner in reversed(value) if type(inner) is not str]


def _here(beside: Mapping, waived: Sequence, file: str) -> Iterator[Waiver]:
    covers = frozenset(
        (place.line + 1, place.column + 1) for place in _places(beside) if place is not None
    )
    for entry in waived:
        if isinstance(entry, Mapping):
            rule, reason = entry.get("rule"), entry.get("reason")
            if isinstance(rule, str) and isinstance(reason, str):
                location = entry.value_location("rule", file=file)
                yield Waiver(rule=rule, reason=reason, location=location, covers=covers)


def _places(value: Value) -> Iterator[Place]:
    match value:
        case Mapping():
            yield value.place
            for key, inner in value.items():
                yield from value.places.get(key, ())
                yield from _places(inner)
        case Sequence():
            yield value.place
            yield from value.places
            for inner in value:
                yield from _places(inner)
        case str() | int():
            return
