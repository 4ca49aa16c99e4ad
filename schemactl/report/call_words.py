"""The arguments of a call in words, whatever a backend puts into them."""

from __future__ import annotations

from collections.abc import Mapping

from schemactl.model.plan import JsonValue
from schemactl.text import named


def arguments_in_words(arguments: Mapping[str, JsonValue]) -> str:
    """Return arguments as `section: Sales; fields: Status (tdrop), Value (price)`.

    Their order is always the same: a plan that was saved holds them in another one.
    """
    return "; ".join(
        f"{name}: {_in_words(value)}" for name, value in sorted(arguments.items(), key=_rank)
    )


def _rank(argument: tuple[str, JsonValue]) -> tuple[bool, bool, str]:
    """Return a sort key: the section first, as people name things, and lists last."""
    name, value = argument
    return isinstance(value, tuple), name != "section", name


def _in_words(value: JsonValue) -> str:
    match value:
        case str():
            return named(value)
        case tuple():
            return ", ".join(_in_words(item) for item in value) or "none"
        case Mapping():
            words = [_labelled(name, item) for name, item in sorted(value.items(), key=_rank)]
            first, *rest = words or ["none"]
            return f"{first} ({', '.join(rest)})" if rest else first
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)


def _labelled(name: str, value: JsonValue) -> str:
    """Return a value in words; one that says nothing by itself has its name before it."""
    words = _in_words(value)
    return f"{name}: {words}" if value is None or isinstance(value, bool) else words
