"""The rows of a collection that a request asks for: filtered, sorted, fifty a page.

A request for more rows silently gets fifty (seen by clients).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from schemactl.emulator.errors import NotServedError
from schemactl.emulator.rest.comparing import meets_condition
from schemactl.emulator.rest.conditions import read_condition
from schemactl.emulator.rest.json_values import Json, flag_of, number_of, text_of
from schemactl.emulator.rest.request import RestRequest
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import CountParameter
from schemactl.emulator.values import parse_number

PAGE_ROWS = 50
MAX_START = 10**12

Row: TypeAlias = Mapping[str, str | None]


class Page(NamedTuple):
    """The wanted part of a collection."""

    start: int
    limit: int
    sort: str
    is_backwards: bool


def chosen(
    rows: Iterable[Row], request: RestRequest, switches: Switches, *, key: str
) -> list[Row]:
    """Return the rows that `ids`, `search` and `condition` select; all if none is sent.

    Raises:
        RestError: The condition is invalid.
        NotServedError: A group of records is asked for.
    """
    refuse_groups(request)
    condition = read_condition(request.arguments.get("condition"), switches)
    ids = sent_ids(request)
    search = (request.text("search") or "").casefold()
    return [
        row
        for row in rows
        if (ids is None or number_of(row[key]) in ids)
        and (not search or any(search in (text or "").casefold() for text in row.values()))
        and meets_condition(row, condition)
    ]


def refuse_groups(request: RestRequest) -> None:
    """Refuse to choose by groups, which the emulator does not have; 0 is no group.

    Raises:
        NotServedError: A group is named. To ignore it would choose all records.
    """
    for name in ("group_id", "group_ids"):
        if request.arguments.get(name) not in (None, "", "0", 0, []):
            msg = f"records by {name}: its accounts have no groups"
            raise NotServedError(msg)


def sent_ids(request: RestRequest) -> frozenset[int] | None:
    """Return the `ids` of a request, sent as a list or with commas.

    None means every record: clients send no ids for that, an empty text, or 0.
    """
    value = request.arguments.get("ids")
    if value is None or value == "":
        return None
    items = value if isinstance(value, list) else (text_of(value) or "").split(",")
    numbers = [number_of(item) for item in items]
    return None if numbers == [0] else frozenset(one for one in numbers if one is not None)


def wanted_page(request: RestRequest, *, key: str) -> Page:
    """Return the page and the order that a request asks for."""
    return Page(
        start=min(request.number("start") or 0, MAX_START),
        limit=min(request.number("range") or PAGE_ROWS, PAGE_ROWS),
        sort=request.text("sort") or key,
        is_backwards=(request.text("sortDir") or "asc").lower() == "desc",
    )


def wants_count(request: RestRequest, switches: Switches) -> bool:
    """Whether a request for a page asks for the number of all rows, too."""
    is_known = switches.count_param is CountParameter.ON
    return is_known and flag_of(request.arguments.get("count")) is True


def page(
    rows: Sequence[Row], request: RestRequest, switches: Switches, *, key: str
) -> dict[str, Json]:
    """Return one page of rows, and their number if `count` asks for it."""
    wanted = wanted_page(request, key=key)
    ordered = sorted(
        rows, key=lambda row: _rank(row.get(wanted.sort) or ""), reverse=wanted.is_backwards
    )
    shown = ordered[wanted.start : wanted.start + wanted.limit]
    return collection(shown, len(rows) if wants_count(request, switches) else None)


def collection(rows: Iterable[Row], count: int | None) -> dict[str, Json]:
    """Return the members of an answer with rows; a count is a text."""
    found: dict[str, Json] = {"data": [dict(row) for row in rows]}
    if count is not None:
        found["count"] = str(count)
    return {**found, "misc": []}


def info(count: int, columns: Iterable[str]) -> dict[str, Json]:
    """Return a number of rows as text, with members that clients ignore."""
    return {
        "data": {
            "listFields": list(columns),
            "listFieldSettings": [],
            "cardViewSettings": [],
            "viewMode": [],
            "count": str(count),
        }
    }


def _rank(value: str) -> tuple[bool, Decimal, str]:
    """Return a sort key: numbers first and by size, then texts without case."""
    number = parse_number(value)
    return (number is None, number or Decimal(0), value.casefold())
