"""Read where a field gets its values from, and what stays of that, leniently as all entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.model.desired import NOTHING_HELD_BACK, HeldBack
from schemactl.model.filling import FillSource
from schemactl.model.schema import FieldKey

CONTRACT: Final = "contract"
_LATER: Final = "later"


def read_sources(given: Value) -> Iterator[FillSource]:
    """Yield the sources in the order of precedence."""
    for item in given if isinstance(given, Sequence) else (given,):
        if not isinstance(item, Mapping):
            continue
        section, name, mapped = _text(item, "section"), _text(item, "name"), item.get("map")
        pairs = mapped.items() if isinstance(mapped, Mapping) else ()
        if section and name:
            yield FillSource(
                section=section,
                name=name,
                map=tuple((key, _as_written(to)) for key, to in pairs),
                others=_text(item, "others"),
                format=_text(item, "format"),
            )


def read_held_back(field: Mapping) -> HeldBack:
    """Return what `contract: later` of a field, its options and its sources keeps."""
    held = HeldBack(
        field=field.get(CONTRACT) == _LATER,
        options=tuple(_text(one, "name") for one in _held(field.get("options"))),
        sources=tuple(
            FieldKey(_text(one, "section"), _text(one, "name"))
            for one in _held(field.get("from"))
        ),
    )
    return held if any(held) else NOTHING_HELD_BACK


def _held(given: Value | None) -> Iterator[Mapping]:
    for item in given if isinstance(given, Sequence) else (given,):
        if isinstance(item, Mapping) and item.get(CONTRACT) == _LATER:
            yield item


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _as_written(value: Value) -> str:
    """Return a text; a key of the file's own, such as `unique`, makes a truth value of it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
