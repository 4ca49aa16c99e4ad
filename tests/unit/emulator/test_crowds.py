"""Many invented contacts: the same in every run, with values of every type."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from schemactl.emulator import Crowd, EmulatorError, EmulatorServer, parse_crowd
from schemactl.emulator.invented_contacts import AWKWARD_TEXTS
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk

SNAPSHOT = json.dumps(
    {
        "kind": "snapshot",
        "format_version": 1,
        "backend": "rest",
        "sections": [
            {
                "name": "Sales",
                "custom": True,
                "fields": [
                    {"name": kind.title(), "type": kind, "custom": True, "options": options}
                    for kind, options in (
                        *((kind, None) for kind in ("text", "longtext", "numeric", "price")),
                        *((kind, None) for kind in ("fulldate", "check", "phone", "state")),
                        *((kind, None) for kind in ("country", "email", "sms", "address")),
                        *((kind, ["a", "b", "c"]) for kind in ("drop", "list")),
                    )
                ],
            },
            {
                "name": "Contact Information",
                "custom": False,
                "fields": [
                    {"name": name, "type": "text", "custom": False}
                    for name in ("First Name", "Last Name", "E-Mail", "City")
                ],
            },
        ],
        "tags": ["VIP"],
    }
)


def rows(talk: Talk) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = []
    while page := talk.rest("GET", "Contacts", start=len(found)).data:
        found += page
    return found


def test_contacts_are_the_same_in_every_run_and_of_every_kind(start: Start) -> None:
    one, same = (start(seed=SNAPSHOT, crowd=Crowd(300, 7)) for _ in range(2))
    other, more = (
        start(seed=SNAPSHOT, crowd=Crowd(300)),
        start(seed=SNAPSHOT, crowd=Crowd(400, 7)),
    )
    found = rows(one)
    assert len(found) == 303
    assert found[3:] == rows(same)[3:] == rows(more)[3:303]
    assert found[3:] != rows(other)[3:]
    for alias in ("Text", "Numeric", "Price", "Fulldate", "Check", "Phone", "Drop", "List"):
        values = [row[one.shown(alias)["field"]] for row in found]
        unset = {"Drop": "0", "Fulldate": "0", "Check": "0", "List": ""}.get(alias)
        assert 60 < sum(value not in {unset, None} for value in values) < 260, alias
    texts = {row[one.shown("Text")["field"]] for row in found}
    assert {None, "", "0"} <= texts
    assert len(texts & set(AWKWARD_TEXTS)) > 6
    assert any("\n" in (row[one.shown("Longtext")["field"]] or "") for row in found)
    assert any("ü" in (row["lastname"] or "") for row in found)
    assert len({row["email"] for row in found}) > 280
    assert one.call("fetch", f"<contact_id>{found[20]['id']}</contact_id>").error is None
    tagged = one.rest("GET", "objects/tag", objectID=0, tag_id=1, count="true").data
    assert 20 < int(tagged["count"]) < 120


def test_a_large_account_is_paged_and_counted_alike_over_both_wires(start: Start) -> None:
    talk = start(crowd=Crowd(1_200, 1))
    condition = json.dumps(
        [{"field": {"field": "city"}, "op": "=", "value": {"value": "köln"}}]
    )
    counted = talk.rest("GET", "Contacts/getInfo", condition=condition).data["count"]
    equation = "<equation><field>City</field><op>e</op><value>Köln</value></equation>"
    assert talk.call("search", equation, count="1").tree.findtext("count") == counted
    everybody = "<equation><field>Contact ID</field><op>g</op><value>0</value></equation>"
    pages = [
        talk.call("search", f"<search page='{page}'>{everybody}</search>", getIds="1").tree
        for page in (1, 2, 3)
    ]
    ids = [one.text for page in pages for one in page.iter("contact_id")]
    assert len(ids) == len(set(ids)) == 1_203


def indexes_of(file: Path) -> dict[str, str]:
    connection = sqlite3.connect(file)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    )
    found = dict(rows)
    connection.close()
    return found


def test_the_indexes_are_there_after_a_crowd_was_made(tmp_path: Path) -> None:
    for name, crowd in (("large", Crowd(50)), ("usual", Crowd())):
        with EmulatorServer(tmp_path / name, crowd=crowd):
            pass
    large, usual = (indexes_of(tmp_path / name) for name in ("large", "usual"))
    assert large == usual
    assert {"value_folded", "value_number", "contact_object", "contact_modified"} <= set(large)


def test_an_account_that_exists_takes_no_crowd(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    with EmulatorServer(file, crowd=Crowd(5)):
        pass
    with pytest.raises(EmulatorError) as caught, EmulatorServer(file, crowd=Crowd(5)):
        pass
    assert "already holds an account" in str(caught.value)
    with EmulatorServer(file) as server:
        assert len(rows(Talk(server=server))) == 8


@pytest.mark.parametrize(
    ("text", "crowd"), [("0", Crowd()), (" 12 ", Crowd(12)), ("1000000:7", Crowd(1_000_000, 7))]
)
def test_a_crowd_is_written_with_its_seed(text: str, crowd: Crowd) -> None:
    assert parse_crowd(text) == crowd


@pytest.mark.parametrize("text", ["", "many", "-1", "1:2:3", "1000001", "1:x"])
def test_what_is_no_crowd_is_reported(text: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_crowd(text)
    assert caught.value.hint


def test_one_field_is_filled_for_everybody(start: Start) -> None:
    talk = start(crowd=Crowd(100))
    talk.server.edit("add-section Sales\nadd-field Sales Score numeric")
    talk.server.edit("fill-values Score 3")
    name = talk.shown("Score")["field"]
    filled = [row[name] for row in rows(talk)]
    assert 30 < sum(value is not None for value in filled) < 90
    talk.server.edit("fill-values Score 3")
    assert [row[name] for row in rows(talk)] == filled
    for wrong in ("fill-values 'Contact Tags'", "fill-values Score x", "fill-values Nothing"):
        with pytest.raises(EmulatorError):
            talk.server.edit(wrong)


def test_more_contacts_come_later_and_values_are_spread_over_them(start: Start) -> None:
    talk = start()
    before = len(rows(talk))
    talk.server.edit("add-contacts 5:7\nadd-section Sales\nadd-field Sales Trade text")
    talk.server.edit('spread-values Trade Dental=2 "two words"=1')
    name = talk.shown("Trade")["field"]
    values = [row[name] for row in rows(talk)]
    assert len(values) == before + 5
    assert values[:3] == ["Dental", "Dental", "two words"]
    assert not any(values[3:])
    for wrong in ("add-contacts many", "spread-values Trade Dental", "spread-values Trade x=y"):
        with pytest.raises(EmulatorError):
            talk.server.edit(wrong)
