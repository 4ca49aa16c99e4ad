"""Notes, tasks, automations and their like over REST, unique ids, tags of custom objects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.emulator.edits import RECORD_KINDS
from schemactl.emulator.rest.kinds import KINDS, NOTE, SEQUENCE
from schemactl.emulator.unique_ids import id_of, unique_id
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk

PLURALS = {kind.number: kind.plural for kind in KINDS.values() if kind.plural}


def test_edits_create_what_no_request_and_no_other_edit_does() -> None:
    assert KINDS.keys() - {NOTE, SEQUENCE} == RECORD_KINDS


@pytest.mark.parametrize("number", sorted(KINDS))
def test_each_kind_is_an_empty_list_until_there_is_one(talk: Talk, number: int) -> None:
    expected = 2 if number == SEQUENCE else 0
    for path in filter(None, (f"objects?objectID={number}", PLURALS.get(number))):
        assert len(talk.rest("GET", path).data) == expected
    info = talk.rest("GET", f"objects/getInfo?objectID={number}")
    assert info.data["count"] == str(expected)
    assert talk.rest("GET", f"object?objectID={number}&id=99").body == "Object not found"
    assert talk.rest("GET", f"object?objectID={number}").status == 400


@pytest.mark.parametrize("number", sorted(RECORD_KINDS))
def test_a_record_that_somebody_made_is_listed_counted_and_read(
    talk: Talk, number: int
) -> None:
    kind = KINDS[number]
    content = {"name": "Wélcome", "pause": "0", "nodes": [{"id": 3}]}
    talk.server.edit(f"add-record {number} '{json.dumps(content)}'")

    (row,) = talk.rest("GET", kind.plural).data
    assert row == {kind.key: "1", "name": "Wélcome", "pause": "0"}
    assert talk.rest("GET", f"{kind.singular}?id=1").data == {**content, kind.key: "1"}
    assert talk.rest("GET", f"{kind.plural}?search=nothing").data == []
    assert talk.rest("GET", f"{kind.plural}?group_id=4").status == 501


@pytest.mark.parametrize("number", sorted(PLURALS))
def test_only_what_the_vendor_offers_is_done_to_a_kind(talk: Talk, number: int) -> None:
    kind = KINDS[number]
    if number in RECORD_KINDS:
        talk.server.edit(f"add-record {number} '{{}}'")
    else:
        talk.rest("POST", "Notes", {"contact_id": 1, "data": "Called"})
    sent = {"id": 1, "contact_id": 1, "data": "Called again"}
    answers = {
        "PUT": talk.rest("PUT", kind.plural, sent),
        "POST": talk.rest("POST", kind.plural, sent),
        "DELETE": talk.rest("DELETE", f"{kind.singular}?id=1"),
    }
    for method, answer in answers.items():
        is_offered = method in kind.methods
        expected = (200, True) if is_offered else (404, False)
        assert (answer.status, answer.body.startswith("{")) == expected, method


def test_a_note_is_the_same_over_both_apis(talk: Talk) -> None:
    talk.done("add_notes", '<contact id="2"><note time="5">Hello</note></contact>')
    (note,) = talk.rest("GET", "Notes").data
    assert (note["contact_id"], note["data"], note["date"]) == ("2", "Hello", "5")

    made = talk.rest("POST", "Notes", {"contact_id": 2, "data": "Wrote"}).data
    talk.rest("PUT", "Notes", {"id": made["id"], "data": "Wrote twice"})
    assert "Wrote twice" in talk.call("fetch_notes", "<contact_id>2</contact_id>").body
    talk.rest("DELETE", f"Note?id={made['id']}")
    assert len(talk.rest("GET", "Notes").data) == 1
    assert talk.rest("POST", "Notes", {"contact_id": 99, "data": "x"}).status == 404
    assert talk.rest("POST", "Notes", {"contact_id": 1}).status == 400


def test_a_contact_is_found_by_its_unique_id_unless_an_id_is_sent(talk: Talk) -> None:
    first, second = (talk.rest("GET", "Contact", id=one).data["unique_id"] for one in (1, 2))
    assert first != second
    assert talk.rest("GET", f"Contact?unique_id={second}").data["id"] == "2"
    assert talk.rest("PUT", "Contacts", {"unique_id": second, "city": "Ur"}).data["attrs"]
    assert talk.rest("GET", "Contact", id=2).data["city"] == "Ur"
    talk.rest("PUT", "Contacts", {"id": 1, "unique_id": second, "city": "Uruk"})
    assert talk.rest("GET", "Contact", id=1).data["city"] == "Uruk"
    saved = talk.rest("POST", "Contacts/saveorupdate", {"unique_id": second, "title": "Dr"})
    assert saved.data["attrs"]["id"] == "2"
    assert talk.rest("GET", "Contact?unique_id=NOBODY").status == 404
    fields = talk.rest("GET", "objects/meta?objectID=0").data["0"]["fields"]
    assert "unique_id" not in fields


def test_no_two_unique_ids_are_the_same() -> None:
    numbers = (*range(1, 2_000), 10**6, 10**9)
    assert [id_of(unique_id(number)) for number in numbers] == list(numbers)
    assert len({unique_id(number) for number in numbers}) == len(numbers)


def test_records_of_a_custom_object_have_tags_of_their_own(talk: Talk) -> None:
    talk.server.edit("add-object Pets Pet\nin-object Pets add-section Details\nadd-tag Both")
    pet = talk.rest("POST", "Pets", {}).data["id"]
    tag = talk.rest("POST", "Tags", {"tag_name": "Both", "object_type_id": 10000}).data
    talk.rest("PUT", "Pets/tag", {"ids": pet, "add_list": tag["tag_id"]})
    talk.rest(
        "PUT", "objects/tagByName", {"objectID": 10000, "ids": [pet], "add_names": ["New"]}
    )

    tagged = talk.rest("GET", "objects/tag?objectID=10000&tag_name=Both").data
    assert [row["id"] for row in tagged] == [pet]
    made = [one for one in talk.rest("GET", "Tags").data if one["tag_name"] == "New"]
    assert [one["object_type_id"] for one in made] == ["10000"]
    of_contacts = talk.rest("PUT", "Pets/tag", {"ids": pet, "add_list": "1"})
    assert of_contacts.status == 200
    assert talk.rest("GET", "objects/tag?objectID=10000&tag_id=1").data == []
    rows = talk.rest("GET", "TagSubscribers").data
    assert {(row["object_id"], row["object_type_id"]) for row in rows} == {(pet, "10000")}


def test_a_seed_file_can_ask_for_a_crowd(start: Start, tmp_path: Path) -> None:
    seed = {"kind": "snapshot", "format_version": 1, "sections": [], "contacts": 120}
    path = tmp_path / "seed.json"
    for asked, expected in ((120, 123), ("120:7", 123)):
        path.write_text(json.dumps({**seed, "contacts": asked}), encoding="utf-8")
        info = start(seed=path).rest("GET", "Contacts/getInfo")
        assert info.data["count"] == str(expected)
