"""Read a `condition`: JSON text, or the SQL text that older clients send.

Comparisons are joined by `AND` or `OR` and evaluated from left to right (a guess: brackets
and precedence are not public). The shapes of the values are those that clients send.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import NamedTuple

from schemactl.emulator.rest.json_values import Json, text_of
from schemactl.emulator.rest.request import RestError
from schemactl.emulator.rest.sql_text import read_sql
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import InCondition

MAX_COMPARISONS = 200
MAX_VALUES = 5_000
"""SQLite takes no more than a few; clients send fewer still."""


@unique
class Operator(StrEnum):
    """A comparison; ANYTHING is one that the server ignores."""

    EQUAL = "="
    DIFFERENT = "<>"
    GREATER = ">"
    LESS = "<"
    GREATER_OR_EQUAL = ">="
    LESS_OR_EQUAL = "<="
    IN = "IN"
    NOT_IN = "NOT IN"
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    NULL = "IS NULL"
    NOT_NULL = "IS NOT NULL"
    NOT_EMPTY = "IS NOT EMPTY"
    CONTAINS = "CONTAINS"
    DOES_NOT_CONTAIN = "DOES NOT CONTAIN"
    ANYTHING = ""


class Comparison(NamedTuple):
    """A field's name in the API, an operator, and the values to compare with."""

    field: str
    operator: Operator
    wanted: tuple[str, ...] = ()


class Condition(NamedTuple):
    """Comparisons, and before each but the first whether it is joined by `AND`."""

    comparisons: tuple[Comparison, ...] = ()
    joins: tuple[bool, ...] = ()


def read_condition(value: Json, switches: Switches) -> Condition:
    """Read a condition; one without comparisons is met by everything.

    Raises:
        RestError: It is invalid, or a switch refuses a part of it.
    """
    if value is None or value == "":
        return Condition()
    items = _items(value, switches)
    if items is None:
        return Condition()
    if len(items) % 2 == 0 or len(items) > 2 * MAX_COMPARISONS:
        raise RestError(400, RestText.CONDITION)
    comparisons = tuple(_permitted(_comparison(item), switches) for item in items[::2])
    return Condition(comparisons, tuple(_is_and(item) for item in items[1::2]))


def permit(part: InCondition) -> bool:
    """Whether a part of a condition is supported; False where it is ignored.

    Raises:
        RestError: It is refused.
    """
    if part is InCondition.REFUSED:
        raise RestError(400, RestText.CONDITION)
    return part is InCondition.SUPPORTED


def _items(value: Json, switches: Switches) -> list[Json] | None:
    """Return comparisons and joins as JSON has them; None for SQL that is ignored."""
    if isinstance(value, str) and value.lstrip()[:1] not in {"[", "{", '"'}:
        items = read_sql(value)
        if items is None:
            raise RestError(400, RestText.CONDITION)
        return items if permit(switches.condition_sql_text) else None
    try:
        found: Json = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise RestError(400, RestText.CONDITION) from error
    if not isinstance(found, list):
        raise RestError(400, RestText.CONDITION)
    return found


def _is_and(item: Json) -> bool:
    word = (text_of(item) or "").strip().upper()
    if word not in {"AND", "OR"}:
        raise RestError(400, RestText.CONDITION)
    return word == "AND"


def _comparison(item: Json) -> Comparison:
    if not isinstance(item, dict):
        raise RestError(400, RestText.CONDITION)
    name = _inner(item.get("field"), "field") or ""
    word = " ".join((text_of(item.get("op")) or "").upper().split())
    value = item.get("value")
    if not name:
        raise RestError(400, RestText.CONDITION)
    if word in _NULLS:
        return _with_null(name, _NULLS[word], value)
    if word == Operator.NOT_EMPTY:
        return Comparison(name, Operator.NOT_EMPTY)
    operator = _OPERATORS.get(word)
    listed = _listed(value)
    if operator is None or len(listed or ()) > MAX_VALUES:
        raise RestError(400, RestText.CONDITION)
    if listed is None:
        return Comparison(name, operator, (_inner(value, "value") or "",))
    return Comparison(name, _LISTED.get(operator, operator), listed)


def _with_null(name: str, operator: Operator, value: Json) -> Comparison:
    """Return a comparison with null: the bare word, the word in an object, or null itself."""
    if isinstance(value, list) or _inner(value, "value") not in {None, "NULL", "null"}:
        raise RestError(400, RestText.CONDITION)
    return Comparison(name, operator)


def _listed(value: Json) -> tuple[str, ...] | None:
    """Return the values of a list in the three forms that clients send; None for one value."""
    items = value.get("list") if isinstance(value, dict) else value
    if not isinstance(items, list):
        return None
    return tuple(_inner(one, "value") or "" for one in items)


def _inner(value: Json, name: str) -> str | None:
    return text_of(value.get(name) if isinstance(value, dict) else value)


def _permitted(comparison: Comparison, switches: Switches) -> Comparison:
    """Return a comparison as the server takes it.

    Raises:
        RestError: A switch refuses its operator.
    """
    parts: Mapping[Operator, InCondition] = {
        Operator.NOT_EMPTY: switches.op_is_not_empty,
        Operator.NOT_NULL: switches.op_is_not_null,
        Operator.CONTAINS: switches.op_contains,
        Operator.DOES_NOT_CONTAIN: switches.op_contains,
        Operator.LIKE: switches.op_like,
        Operator.NOT_LIKE: switches.op_like,
    }
    if permit(parts.get(comparison.operator, InCondition.SUPPORTED)):
        return comparison
    return comparison._replace(operator=Operator.ANYTHING)


_NULLS: Mapping[str, Operator] = MappingProxyType(
    {"IS": Operator.NULL, "IS NOT": Operator.NOT_NULL}
)
_OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        **{str(one): one for one in Operator if one not in {"", "IS NULL", "IS NOT NULL"}},
        "!=": Operator.DIFFERENT,
    }
)
_LISTED: Mapping[Operator, Operator] = MappingProxyType(
    {Operator.EQUAL: Operator.IN, Operator.DIFFERENT: Operator.NOT_IN}
)
"""What an operator means with a list; a client sends lists with `=`."""
