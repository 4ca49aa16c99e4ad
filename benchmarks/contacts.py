"""Measure what requests about contacts cost the emulator with very many of them.

The emulator runs in this process, so that processor time is that of both sides; the client is
a bare connection. The account is made once, in a file.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus, urlencode

from schemactl.emulator import Crowd, EmulatorServer

CONTACTS: Final = 100_000
SEED: Final = 7
ROUNDS: Final = 11
KEY: Final = {"Api-Appid": "app-id", "Api-Key": "secret-key"}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
NOT_BLANK: Final = "<equation><field>City</field><op>n</op><value></value></equation>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: what it is about, its path with the query, and a body for the Contacts API."""

    name: str
    path: str
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The processor time of one request, in every round."""

    name: str
    times_s: Sequence[float]


def measure_contacts() -> tuple[float, tuple[Cost, ...]]:
    """Return the seconds that the account took to make, and the cost of each request."""
    with tempfile.TemporaryDirectory() as folder:
        before = time.process_time()
        file = Path(folder) / "account.sqlite"
        with EmulatorServer(file, crowd=Crowd(CONTACTS, SEED)) as server:
            made_s = time.process_time() - before
            server.edit("add-tag VIP")
            connection = HTTPConnection(server.base_url.removeprefix("http://"), timeout=60)
            return made_s, tuple(_cost(connection, asked) for asked in _asked())


def table(costs: Sequence[Cost]) -> str:
    """Return the costs as a Markdown table."""
    lines = ["| request | ms |", "| --- | ---: |"]
    for cost in costs:
        low, high = min(cost.times_s) * 1000, max(cost.times_s) * 1000
        middle = statistics.median(cost.times_s) * 1000
        lines.append(f"| {cost.name} | {middle:.1f} ({low:.1f}-{high:.1f}) |")
    return "\n".join(lines)


def _cost(connection: HTTPConnection, asked: Asked) -> Cost:
    times_s: list[float] = []
    for _ in range(ROUNDS):
        before = time.process_time()
        method, headers = ("POST", FORM) if asked.body else ("GET", KEY)
        connection.request(method, asked.path, body=asked.body.encode(), headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        times_s.append(time.process_time() - before)
        if answer.status != 200 or not content:  # noqa: PLR2004 - the status of success
            msg = f"{asked.name}: {answer.status} {content[:200]!r}"
            raise RuntimeError(msg)
    return Cost(name=asked.name, times_s=times_s[1:])


def _asked() -> tuple[Asked, ...]:
    after = _where("id", ">", {"value": str(CONTACTS // 2)})
    in_city = _where("city", "=", {"value": "Köln"})
    empty = [*_where("company", "IS", "NULL"), "OR", *_where("company", "=", {"value": ""})]
    return (
        Asked(name="first page of 50", path=_contacts(sort="id")),
        Asked(name="last page of 50", path=_contacts(sort="id", start=CONTACTS - 50)),
        Asked(
            name="page of 50 after an id, two columns",
            path=_contacts(sort="id", listFields="id,city", condition=json.dumps(after)),
        ),
        Asked(name="page of 50 by a value", path=_contacts(condition=json.dumps(in_city))),
        Asked(name="page of 50 sorted by date of change", path=_contacts(sort="dlm")),
        Asked(name="page of 50 sorted by a text", path=_contacts(sort="city")),
        Asked(name="page of 50 by a text anywhere", path=_contacts(search="4711")),
        Asked(name="count of all", path="/1/Contacts/getInfo"),
        Asked(name="count by a value", path=_count(in_city)),
        Asked(name="count of the empty", path=_count(empty)),
        Asked(name="count of the filled", path=_count(_where("company", "IS NOT EMPTY", None))),
        Asked(
            name="one by e-mail address",
            path="/1/object/getByEmail?objectID=0&email=ada.fielding%40example.com",
        ),
        _search("Contacts API: page of 500 whole contacts", page="7"),
        _search("Contacts API: count of the filled", count="true"),
    )


def _contacts(**query: str | int) -> str:
    return f"/1/Contacts?{urlencode(query)}"


def _count(condition: Sequence[object]) -> str:
    return f"/1/Contacts/getInfo?{urlencode({'condition': json.dumps(condition)})}"


def _where(name: str, operator: str, value: object) -> list[Mapping[str, object]]:
    return [{"field": {"field": name}, "op": operator, "value": value}]


def _search(name: str, *, page: str = "1", **more: str) -> Asked:
    data = quote_plus(f"<search page='{page}'>{NOT_BLANK}</search>")
    form = {"appid": "app-id", "key": "secret-key", "reqType": "search", "data": data, **more}
    return Asked(name=name, path="/cdata.php", body=urlencode(form))
