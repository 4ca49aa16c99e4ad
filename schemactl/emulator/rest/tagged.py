"""Which contacts have a tag: `objects/tag`, and the rows of object 138 (`TagSubscribers`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemactl.emulator.account import Account
from schemactl.emulator.clauses import Clause, both, tagged
from schemactl.emulator.names import Names
from schemactl.emulator.rest.column_clauses import number_columns
from schemactl.emulator.rest.conditions import read_condition
from schemactl.emulator.rest.contact_query import ContactQuery, visible
from schemactl.emulator.rest.json_values import Json
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.rows import (
    collection,
    info,
    refuse_groups,
    wanted_page,
    wants_count,
)
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.switches import Switches

COLUMNS: Mapping[str, str] = MappingProxyType(
    {"tag_id": "t.tag_id", "object_id": "t.contact_id", "object_type_id": "c.object_id"}
)


def read_tagged(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Return a page of the contacts with a tag, or their number alone."""
    query = ContactQuery(account, request, switches)
    clause = both(tagged(_tag_ids(account, request, switches)), query.clause())
    if wants_count(request, switches):
        return {"data": {"count": str(account.contacts.count(clause))}}
    return query.page(clause)


def read_subscribers(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Return a page of the pairs of tag and contact, ordered by both."""
    clause = _subscribers(request, switches)
    page = wanted_page(request, key="tag_id")
    rows = account.labels.subscribers(clause, start=page.start, limit=page.limit)
    counts = wants_count(request, switches)
    return collection(
        (
            {
                "tag_id": str(tag_id),
                "object_id": str(record_id),
                "object_type_id": str(object_id),
            }
            for tag_id, record_id, object_id in rows
        ),
        account.labels.count_subscribers(clause) if counts else None,
    )


def count_subscribers(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Return the number of the pairs of tag and contact."""
    number = account.labels.count_subscribers(_subscribers(request, switches))
    return info(number, COLUMNS)


def _subscribers(request: RestRequest, switches: Switches) -> Clause:
    refuse_groups(request)
    condition = read_condition(request.arguments.get("condition"), switches)
    return both(visible(switches), number_columns(condition, COLUMNS, switches))


def _tag_ids(account: Account, request: RestRequest, switches: Switches) -> tuple[int, ...]:
    """Return the tag that a request names by id or name; none if no tag has the name.

    Raises:
        RestError: It names no tag.
    """
    number, name = request.number("tag_id"), request.text("tag_name")
    if number is not None:
        return (number,)
    if not name:
        raise RestError(400, RestText.PARAMETER)
    found = Names(switches).find(account.labels.tags(), name)
    return () if found is None else (found.id,)
