"""Return the rows of a collection that a request asks for: filtered, sorted, fifty a page.

A request for more rows silently gets fifty (seen by clients). `condition` is JSON text:
comparisons joined by `AND` or `OR`, evaluated from left to right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from schemactl.emulator.rest.json_values import Json, number_of, text_of
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.values import parse_number

PAGE_ROWS = 50

Row: TypeAlias = Mapping[str, str]
_Test: TypeAlias = Callable[[Row], bool]
_Compare: TypeAlias = Callable[[str, str], bool]


def chosen(rows: Iterable[Row], request: RestRequest, *, key: str) -> list[Row]:
    """Return the rows that `ids`, `search` and `condition` select; all if none is sent.

    Raises:
        RestError: The condition is invalid.
    """
    meets = read_condition(request.arguments.get("condition"))
    ids = sent_ids(request)
    search = (request.text("search") or "").casefold()
    return [
        row
        for row in rows
        if (ids is None or row[key] in ids)
        and (not search or any(search in value.casefold() for value in row.values()))
        and meets(row)
    ]


def sent_ids(request: RestRequest) -> frozenset[str] | None:
    """Return the `ids` of a request, sent as a list or with commas; None if it has none."""
    value = request.arguments.get("ids")
    items = value if isinstance(value, list) else (text_of(value) or "").split(",")
    numbers = [number_of(item) for item in items]
    ids = frozenset(str(number) for number in numbers if number is not None)
    return None if value is None or value == "" else ids


def page(rows: Sequence[Row], request: RestRequest, *, key: str) -> dict[str, Json]:
    """Return one page of rows, and their number if `count` asks for it."""
    sort = request.text("sort") or key
    is_backwards = (request.text("sortDir") or "asc").lower() == "desc"
    ordered = sorted(rows, key=lambda row: _rank(row.get(sort, "")), reverse=is_backwards)
    start = request.number("start") or 0
    most = min(request.number("range") or PAGE_ROWS, PAGE_ROWS)
    found: dict[str, Json] = {"data": [dict(row) for row in ordered[start : start + most]]}
    if request.text("count") not in {None, "", "0", "false"}:
        found["count"] = str(len(rows))
    return {**found, "misc": []}


def info(rows: Sequence[Row], columns: Iterable[str]) -> dict[str, Json]:
    """Return the number of rows as text, with members that clients ignore."""
    return {
        "data": {
            "listFields": list(columns),
            "listFieldSettings": [],
            "cardViewSettings": [],
            "viewMode": [],
            "count": str(len(rows)),
        }
    }


def read_condition(value: Json) -> _Test:
    """Read a condition, from text or from JSON.

    Raises:
        RestError: It is invalid.
    """
    if value is None or value == "":
        return lambda _: True
    try:
        items = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise RestError(400, RestText.CONDITION) from error
    if not isinstance(items, list) or len(items) % 2 == 0:
        raise RestError(400, RestText.CONDITION)
    tests = [_comparison(item) for item in items[::2]]
    joins = [_join(item) for item in items[1::2]]

    def meets(row: Row) -> bool:
        result = tests[0](row)
        for takes_both, test in zip(joins, tests[1:], strict=True):
            result = (result and test(row)) if takes_both else (result or test(row))
        return result

    return meets


def _join(item: Json) -> bool:
    word = (text_of(item) or "").strip().upper()
    if word not in {"AND", "OR"}:
        raise RestError(400, RestText.CONDITION)
    return word == "AND"


def _comparison(item: Json) -> _Test:
    if not isinstance(item, dict):
        raise RestError(400, RestText.CONDITION)
    name = _inner(item.get("field"), "field")
    operator = (text_of(item.get("op")) or "").strip().upper()
    negated = operator in _NEGATED
    compare = _COMPARES.get(_NEGATED.get(operator, operator))
    if compare is None or not name:
        raise RestError(400, RestText.CONDITION)
    wanted = _wanted(item.get("value"))
    return lambda row: any(compare(row.get(name, ""), one) for one in wanted) is not negated


def _wanted(value: Json) -> tuple[str, ...]:
    """Return the value, or the values of a list, to compare with; null is an empty text."""
    listed = value.get("list") if isinstance(value, dict) else None
    if isinstance(listed, list):
        return tuple(_inner(one, "value") for one in listed)
    return (_inner(value, "value"),)


def _inner(value: Json, name: str) -> str:
    return text_of(value.get(name) if isinstance(value, dict) else value) or ""


def _order(held: str, wanted: str) -> int:
    """Compare by size if both are numbers, else as text without case."""
    left, right = parse_number(held), parse_number(wanted)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    near, far = held.casefold(), wanted.casefold()
    return (near > far) - (near < far)


def _is_like(held: str, pattern: str) -> bool:
    parts = re.escape(pattern.casefold()).replace("%", ".*").replace("_", ".")
    return re.fullmatch(parts, held.casefold(), re.DOTALL) is not None


_NEGATED: Mapping[str, str] = MappingProxyType(
    {"<>": "=", "!=": "=", "NOT IN": "IN", "IS NOT": "IS", "NOT LIKE": "LIKE"}
)
_COMPARES: Mapping[str, _Compare] = MappingProxyType(
    {
        "=": lambda held, wanted: _order(held, wanted) == 0,
        "IN": lambda held, wanted: _order(held, wanted) == 0,
        "IS": lambda held, wanted: held == wanted,
        "LIKE": _is_like,
        ">": lambda held, wanted: _order(held, wanted) > 0,
        "<": lambda held, wanted: _order(held, wanted) < 0,
        ">=": lambda held, wanted: _order(held, wanted) >= 0,
        "<=": lambda held, wanted: _order(held, wanted) <= 0,
    }
)


def _rank(value: str) -> tuple[bool, Decimal, str]:
    """Return a sort key: numbers first and by size, then texts without case."""
    number = parse_number(value)
    return (number is None, number or Decimal(0), value.casefold())
