"""Pages of contacts do not walk through all of them: their steps in SQLite are counted."""

from __future__ import annotations

import json
import sqlite3

import pytest

from schemactl.emulator.account import Account
from schemactl.emulator.default_account import default_seed
from schemactl.emulator.invented_contacts import Crowd, invent_contacts
from schemactl.emulator.rest.calls import REST_HANDLERS
from schemactl.emulator.rest.json_values import Json
from schemactl.emulator.rest.request import RestRequest, RestWord
from schemactl.emulator.seed import fill_account
from schemactl.emulator.storage import Storage
from schemactl.emulator.switches import Switches

FEW, MANY = 400, 4_000
STEP = 10
NOW = 1_760_000_000.0


def fill(number: int) -> Storage:
    def write(connection: sqlite3.Connection) -> None:
        fill_account(connection, default_seed(), now=NOW)
        account = Account(connection, switches=Switches(), now=NOW)
        account.labels.add_tag("VIP")
        invent_contacts(connection, Crowd(number, 1), now=NOW)
        connection.execute("ANALYZE")

    return Storage(None, fill=write)


@pytest.fixture(scope="module")
def accounts() -> tuple[Storage, Storage]:
    return fill(FEW), fill(MANY)


def steps(storage: Storage, word: RestWord, arguments: dict[str, Json]) -> int:
    """Return how many steps SQLite takes for a request, in tens."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    request = RestRequest(
        word=word, method="GET", path="", app_id="", key="", arguments=arguments
    )
    with storage.transaction() as connection:
        account = Account(connection, switches=Switches(), now=NOW)
        connection.set_progress_handler(count, STEP)
        try:
            REST_HANDLERS[word](account, request, Switches())
        finally:
            connection.set_progress_handler(None, STEP)
    return counted


def where(name: str, operator: str, value: str) -> str:
    return json.dumps([{"field": {"field": name}, "op": operator, "value": {"value": value}}])


@pytest.mark.parametrize(
    ("word", "arguments"),
    [
        (RestWord.CONTACTS_GET, {}),
        (RestWord.CONTACTS_GET, {"sort": "id", "sortDir": "desc"}),
        (RestWord.CONTACTS_GET, {"sort": "dlm"}),
        (RestWord.CONTACTS_GET, {"ids": "7,8,300"}),
        (RestWord.CONTACTS_GET, {"condition": where("id", ">", "200"), "sort": "id"}),
        (RestWord.CONTACTS_GET, {"condition": where("email", "=", "a.b@example.com")}),
        (RestWord.CONTACTS_INFO, {"condition": where("email", "=", "a.b@example.com")}),
        (RestWord.CONTACT_GET, {"id": "300"}),
        (RestWord.SUBSCRIBERS_GET, {}),
    ],
    ids=str,
)
def test_a_page_costs_as_much_in_a_large_account(
    accounts: tuple[Storage, Storage], word: RestWord, arguments: dict[str, Json]
) -> None:
    few, many = (steps(storage, word, arguments) for storage in accounts)
    assert many < 1.5 * few + 20
