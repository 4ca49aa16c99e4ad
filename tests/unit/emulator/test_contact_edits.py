"""What other people do to contacts, also in the middle of paging and of many writes."""

from __future__ import annotations

from contextlib import suppress
from http.client import HTTPException

import pytest

from schemactl.emulator import EmulatorError, parse_fault
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk, contact_data
from tests.unit.emulator.test_rest_conditions import ids


def test_a_value_is_cleared_as_if_it_was_never_set(talk: Talk) -> None:
    talk.server.edit("set-value 1 City ''\nclear-value 2 City")
    shown = [talk.rest("GET", "Contact", id=number).data["city"] for number in (1, 2)]
    assert shown == ["", None]


def test_contacts_are_deleted(talk: Talk) -> None:
    talk.server.edit("delete-contact 1 3")
    assert ids(talk.rest("GET", "Contacts")) == "2"


def test_merging_fills_blanks_and_keeps_tags(talk: Talk) -> None:
    talk.server.edit("set-value 1 City ''\ntag-contact 1 VIP\ntag-contact 2 Gold VIP")
    talk.done("update", contact_data(2, Sequences="1"))
    talk.server.edit("merge-contacts 1 2")
    assert ids(talk.rest("GET", "Contacts")) == "13"
    row = talk.rest("GET", "Contact", id=1).data
    assert (row["firstname"], row["city"]) == ("Ada", "Girona")
    assert (row["contact_cat"], row["updateSequence"]) == ("*/*1*/*2*/*", "*/*1*/*")


def test_tags_are_put_on_and_taken_off(talk: Talk) -> None:
    talk.server.edit("tag-contact 1 VIP Gold\nuntag-contact 1 VIP")
    assert talk.values()["Contact Tags"] == "*/*Gold*/*"


@pytest.mark.parametrize(
    "wrong",
    [
        "delete-contact 9",
        "merge-contacts 1 1",
        "merge-contacts 1 9",
        "clear-value 1 Nothing",
        "clear-value x City",
        "tag-contact 1",
        "set-value 9 City Ur",
    ],
)
def test_what_cannot_be_edited_is_reported_and_nothing_changes(talk: Talk, wrong: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        talk.server.edit(f"set-value 1 City Ur\n{wrong}")
    assert caught.value.hint
    assert talk.values()["City"] == "Leeds"


def test_records_of_an_object_are_edited_within_it(talk: Talk) -> None:
    talk.server.edit(
        "add-object Pets Pet\nin-object Pets add-section Details\n"
        "in-object Pets add-field Details Breed text\nin-object Pets add-contact Breed=Collie"
    )
    assert ids(talk.rest("GET", "Pets")) == "4"
    talk.server.edit("in-object Pets set-value 4 Breed Boxer\nin-object Pets fill-values Breed")
    talk.server.edit("in-object Pets delete-contact 4")
    assert talk.rest("GET", "Pets").data == []
    with pytest.raises(EmulatorError):
        talk.server.edit("in-object Pets delete-contact 1")


def test_a_deletion_between_two_pages_shifts_a_contact_past_the_reader(start: Start) -> None:
    fault = parse_fault("contacts_get:other-user:skip=1:edit=delete-contact 1")
    talk = start(faults=(fault,))
    talk.server.edit("\n".join(["add-contact City=Ur"] * 97))
    walked = [
        row["id"]
        for start_ in (0, 50)
        for row in talk.rest("GET", "Contacts", start=start_, sort="id").data
    ]
    everybody = {row["id"] for row in talk.rest("GET", "Contacts", sort="id").data}
    assert "51" not in walked
    assert "51" in everybody


def test_a_value_changes_between_two_writes(start: Start) -> None:
    fault = parse_fault("contact_update:other-user:skip=1:edit=set-value 2 Company 'Their own'")
    talk = start(faults=(fault,))
    for number in (1, 2, 3):
        talk.rest("PUT", "Contacts", {"id": number, "city": "York"})
    assert [talk.values(number)["City"] for number in (1, 2, 3)] == ["York"] * 3
    assert talk.values(2)["Company"] == "Their own"


def test_a_contact_is_merged_away_before_its_write(start: Start) -> None:
    fault = parse_fault("contact_update:other-user:skip=1:edit=merge-contacts 1 2")
    talk = start(faults=(fault,))
    statuses = [
        talk.rest("PUT", "Contacts", {"id": number, "city": "York"}).status
        for number in (1, 2, 3)
    ]
    assert statuses == [200, 404, 200]


@pytest.mark.parametrize(
    ("kind", "tagged"),
    [
        ("cut-before-acting", "13"),
        ("cut-after-acting", "123"),
        ("half-body", "123"),
        ("status-500", "13"),
        ("status-500:acts=yes", "123"),
        ("lying-success", "13"),
        ("status-429", "13"),
    ],
)
def test_one_of_many_writes_fails_in_the_middle(start: Start, kind: str, tagged: str) -> None:
    talk = start(faults=(parse_fault(f"tagged_put:{kind}:skip=1"),))
    talk.server.edit("add-tag VIP")
    for number in (1, 2, 3):
        body = {"objectID": 0, "ids": str(number), "add_list": "1"}
        with suppress(HTTPException, OSError):
            talk.rest("PUT", "objects/tag", body)
    assert ids(talk.rest("GET", "objects/tag", objectID=0, tag_id=1)) == tagged
