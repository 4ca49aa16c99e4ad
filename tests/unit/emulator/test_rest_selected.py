"""Calls on many contacts at once over the REST API: tags, sequences, deletion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.emulator.talk import FORM, REST, Answer, Talk, contact_data
from tests.unit.emulator.test_rest_conditions import ids

TAGGED = "The tag is now being processed."
SUBSCRIBED = "The subscription is now being processed."


@pytest.fixture
def tagged(talk: Talk) -> Talk:
    talk.server.edit("add-tag VIP\nadd-tag Gold\nadd-tag 'For tasks' 1")
    return talk


def put(talk: Talk, path: str = "objects/tag", method: str = "PUT", **body: Any) -> Answer:  # noqa: ANN401 - whatever a client sends
    return talk.rest(method, path, {"objectID": 0, **body})


def cats(talk: Talk) -> list[str]:
    return [row["contact_cat"] for row in talk.rest("GET", "Contacts").data]


def test_tags_are_put_on_and_taken_off_by_id(tagged: Talk) -> None:
    assert put(tagged, ids="1,2", add_list="1,2,3,99").data == TAGGED
    assert cats(tagged) == ["*/*1*/*2*/*", "*/*1*/*2*/*", ""]
    assert put(tagged, method="DELETE", ids=[1], remove_list=[2]).data == TAGGED
    assert cats(tagged) == ["*/*1*/*", "*/*1*/*2*/*", ""]


def test_tags_may_be_sent_as_a_form_or_in_the_query(tagged: Talk) -> None:
    form = b"objectID=0&ids=3&add_list=1"
    answer = tagged.post(form, path="/1/objects/tag", method="PUT", headers={**REST, **FORM})
    assert answer.data == TAGGED
    tagged.rest("PUT", "objects/tag?objectID=0&ids=2&add_list=2")
    assert cats(tagged) == ["", "*/*2*/*", "*/*1*/*"]
    tagged.rest("DELETE", "objects/tag?objectID=0&ids=2,3&remove_list=1,2")
    assert cats(tagged) == ["", "", ""]


@pytest.mark.parametrize("every", [{"ids": "0"}, {"ids": 0}, {"performAll": True}])
def test_every_contact_is_taken_where_the_vendor_warns_of_it(
    tagged: Talk, every: dict[str, Any]
) -> None:
    answer = put(tagged, **every, add_list="1")
    assert (answer.status, cats(tagged)) == (200, ["*/*1*/*"] * 3)


@pytest.mark.parametrize("nothing", [{}, {"ids": ""}, {"performAll": "false"}, {"ids": []}])
def test_nothing_selected_is_refused(tagged: Talk, nothing: dict[str, Any]) -> None:
    assert put(tagged, **nothing, add_list="1").status == 400
    assert put(tagged, "Contacts", "DELETE", **nothing).status == 400
    assert cats(tagged) == [""] * 3


def test_tags_of_a_condition_and_never_of_a_group(tagged: Talk) -> None:
    put(tagged, condition="city = 'Lagos'", add_list="1")
    assert cats(tagged) == ["", "", "*/*1*/*"]
    assert put(tagged, group_id=5, performAll=True, add_list="1").status == 501
    assert put(tagged, ids="1").status == 400


def test_tags_by_name_need_an_array_of_ids(tagged: Talk) -> None:
    path = "objects/tagByName"
    assert put(tagged, path, ids="1,2", add_names=["VIP"]).status == 400
    assert put(tagged, path, ids=[1, 3], add_names=["vip", "Brand new"]).data == TAGGED
    assert tagged.tags() == ["VIP", "Gold", "Brand new"]
    assert cats(tagged) == ["*/*1*/*4*/*", "", "*/*1*/*4*/*"]
    gone = put(tagged, path, "DELETE", ids=[1], remove_names=["Brand new", "Nothing"])
    assert (gone.data, cats(tagged)[0]) == (TAGGED, "*/*1*/*")
    assert put(tagged, path, "DELETE", ids="1", remove_names=["VIP"]).status == 400
    assert put(tagged, path, ids=[1]).status == 400


@pytest.mark.parametrize(("path", "kind"), [("sequence", None), ("subscribe", "Sequence")])
def test_contacts_are_put_on_sequences(talk: Talk, path: str, kind: str | None) -> None:
    more = {} if kind is None else {"sub_type": kind}
    answer = put(talk, f"objects/{path}", ids="1", add_list="2", **more)
    assert answer.data == SUBSCRIBED
    assert talk.rest("GET", "Contact", id=1).data["updateSequence"] == "*/*2*/*"
    put(talk, f"objects/{path}", "DELETE", ids="1", remove_list="2", **more)
    assert talk.rest("GET", "Contact", id=1).data["updateSequence"] == ""


@pytest.mark.parametrize("word", ["pause", "unpause"])
def test_sequences_are_paused(talk: Talk, word: str) -> None:
    assert put(talk, f"objects/{word}", "POST", ids="1").data == SUBSCRIBED
    assert put(talk, f"objects/{word}", "POST").status == 400


def test_contacts_are_deleted_by_id_or_all(talk: Talk) -> None:
    assert talk.rest("DELETE", "Contacts", ids="1,99").data == "Deleted"
    assert ids(talk.rest("GET", "Contacts")) == "23"
    assert talk.rest("DELETE", "objects?objectID=0&performAll=true").data == "Deleted"
    assert talk.rest("GET", "Contacts").data == []


def test_a_contact_is_found_by_its_address(talk: Talk) -> None:
    found = talk.rest("GET", "object/getByEmail", objectID=0, email="ADA.fielding@example.com")
    assert found.data == {"id": "1"}
    missing = talk.rest("GET", "object/getByEmail", objectID=0, email="no@example.com")
    assert (missing.status, missing.body) == (404, "Object not found")
    assert talk.rest("GET", "object/getByEmail", objectID=0).status == 400


def test_blanks_are_ignored_where_that_is_asked_for(talk: Talk) -> None:
    sent = {"email": "ada.fielding@example.com", "city": "", "company": "0"}
    ignoring = talk.rest(
        "POST", "objects/saveorupdate", {"objectID": 0, "ignore_blanks": True, **sent}
    )
    assert set(ignoring.data["attrs"]) == {"email", "company", "dlm", "id"}
    assert talk.values()["City"] == "Leeds"
    blanking = talk.rest("POST", "Contacts/saveorupdate", sent)
    assert blanking.data["attrs"]["city"] == ""
    assert talk.values()["City"] is None


@pytest.fixture
def pets(talk: Talk) -> Talk:
    talk.server.edit(
        "add-object Pets Pet\nin-object Pets add-section Details\n"
        "in-object Pets add-field Details Breed text\n"
        "in-object Pets add-field Details Size tdrop Small Large"
    )
    return talk


def breed_of(talk: Talk) -> str:
    meta = talk.rest("GET", "objects/meta", objectID=10000, format="byId").data
    fields = meta["10000"]["fields"].items()
    return next(str(name) for name, field in fields if field["alias"] == "Breed")


def test_records_of_a_custom_object_are_created_found_and_deleted(pets: Talk) -> None:
    breed = breed_of(pets)
    made = pets.rest("POST", "objects", {"objectID": 10000, breed: "Collie"}).data
    assert (made["id"], made[breed]) == ("4", "Collie")
    assert "fn" not in made
    pets.rest("POST", "objects", {"objectID": 10000, breed: "Beagle"})

    by_name = f"{breed}='collie'"
    assert ids(pets.rest("GET", "objects", objectID=10000)) == "45"
    assert ids(pets.rest("GET", "Pets", condition=by_name)) == "4"
    assert pets.rest("GET", "Pets/getInfo", condition=by_name).data["count"] == "1"
    assert pets.rest("GET", "Pet", id=5).data[breed] == "Beagle"
    assert pets.rest("PUT", "pets", {"id": 5, breed: "Boxer"}).data["attrs"][breed] == "Boxer"
    assert ids(pets.rest("GET", "Contacts")) == "123"
    assert pets.rest("GET", "Contact", id=4).status == 404
    assert pets.rest("GET", "Pet", id=1).status == 404

    assert pets.rest("DELETE", "Pet", id=4).status == 200
    assert pets.rest("DELETE", "objects", objectID=10000, performAll=1).data == "Deleted"
    assert pets.rest("GET", "Pets").data == []
    assert ids(pets.rest("GET", "Contacts")) == "123"


def test_an_object_that_does_not_exist_is_no_empty_list(pets: Talk) -> None:
    for path in ("objects?objectID=10001", "object?objectID=10001&id=1"):
        answer = pets.rest("GET", path)
        assert (answer.status, answer.body) == (404, "Object not found")
    assert pets.rest("GET", "Horses").body == "Invalid path and/or method"
    waiting = pets.rest("POST", "Pets/pause", {"ids": "4"})
    assert (waiting.status, "does not serve" in waiting.body) == (501, True)
    pets.server.edit("remove-object Pets")
    assert pets.rest("GET", "Pets").status == 404


def test_a_removed_object_takes_its_records_along(pets: Talk) -> None:
    pets.rest("POST", "Pets", {breed_of(pets): "Collie"})
    pets.server.edit("remove-object Pets")
    pets.server.edit("add-object Cats Cat 10000")
    assert pets.rest("GET", "Cats").data == []
    assert pets.values(1)["First Name"] == "Ada"


def test_values_of_contacts_stay_where_a_record_goes(pets: Talk) -> None:
    pets.done("update", contact_data(1, City="York"))
    assert pets.rest("DELETE", "Pets", performAll="true").status == 200
    assert pets.values()["City"] == "York"
