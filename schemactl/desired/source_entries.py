"""Read the fields that a field gets its values from, leniently as all entries."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.model.filling import FillSource


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


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _as_written(value: Value) -> str:
    """Return a text; a key of the file's own, such as `unique`, makes a truth value of it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
