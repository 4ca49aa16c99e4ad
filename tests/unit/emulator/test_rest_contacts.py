"""Contacts over the REST API: values by the fields' names, options by their numbers."""

from __future__ import annotations

import json

import pytest

from tests.unit.emulator.talk import Answer, Talk, a_section, contact_data

FIELDS: list[dict[str, object]] = [
    {"alias": "Stage", "type": "drop", "options": {"add": ["New", "Won"]}},
    {"alias": "Likes", "type": "list", "options": {"add": ["Golf", "Chess"]}},
    {"alias": "Due", "type": "fulldate"},
    {"alias": "Value", "type": "price"},
    {"alias": "Known", "type": "check"},
]

UNSET = {"Stage": "0", "Likes": "", "Due": "0", "Value": None, "Known": "0"}


@pytest.fixture
def sales(talk: Talk) -> Talk:
    talk.fieldeditor("POST", a_section("Sales", FIELDS))
    return talk


def condition(*parts: object) -> str:
    return json.dumps(list(parts))


def where(name: str, operator: str, value: object) -> dict[str, object]:
    return {"field": {"field": name}, "op": operator, "value": value}


def first_names(answer: Answer) -> list[str]:
    return [row["firstname"] for row in answer.data]


def test_a_contact_is_made_and_seen_over_the_other_wire(talk: Talk) -> None:
    made = talk.rest("POST", "Contacts", {"firstname": "Ida", "email": "ida@example.com"}).data
    assert (made["id"], made["fn"], made["owner"], made["email"]) == (
        "4",
        "Ida",
        "1",
        "ida@example.com",
    )
    assert talk.values(4)["First Name"] == "Ida"
    assert talk.rest("GET", "Contact", id=4).data == made


def test_values_are_answered_as_texts_or_null(talk: Talk) -> None:
    values = talk.rest("GET", "Contact", id=1).data.values()
    assert {type(one) for one in values} == {str, type(None)}


def test_options_are_answered_by_number_and_kept_by_label(sales: Talk) -> None:
    stage, likes = sales.shown("Stage")["field"], sales.shown("Likes")["field"]
    golf, chess = sales.labels("Likes")
    won = next(number for number, label in sales.labels("Stage").items() if label == "Won")
    answer = sales.rest(
        "PUT", "Contacts", {"id": 1, stage: won, likes: f"*/*{golf}*/*{chess}*/*"}
    )

    assert answer.data["attrs"] == {
        stage: won,
        likes: f"*/*{golf}*/*{chess}*/*",
        "dlm": answer.data["attrs"]["dlm"],
        "id": "1",
    }
    assert sales.values()["Stage"] == "Won"
    assert sales.values()["Likes"] == "Golf*/*Chess"
    sales.done("update", contact_data(1, Stage="New"))
    assert sales.rest("GET", "Contact", id=1).data[stage] != won


def test_an_option_that_was_renamed_is_still_chosen(sales: Talk) -> None:
    sales.done("update", contact_data(1, Stage="New", Likes="Golf*/*Chess"))
    before = sales.rest("GET", "Contact", id=1).data
    sales.server.edit("rename-option Sales Stage New Fresh\nrename-option Sales Likes Golf Go")
    assert sales.values()["Likes"] == "Go*/*Chess"
    assert sales.rest("GET", "Contact", id=1).data == before


def test_what_is_not_set_is_reported_by_type(sales: Talk) -> None:
    row = sales.rest("GET", "Contact", id=1).data
    reported = {alias: row[sales.shown(alias)["field"]] for alias in UNSET}
    assert reported == UNSET
    assert row["country"] is None


@pytest.mark.parametrize(
    ("alias", "sent", "reported"),
    [
        ("Stage", None, "0"),
        ("Due", 1700000000, "1700000000"),
        ("Due", "soon", "0"),
        ("Value", "1,234.5", "1234.5"),
        ("Known", "1", "1"),
        ("Known", True, "1"),
    ],
)
def test_values_are_taken_by_type(sales: Talk, alias: str, sent: object, reported: str) -> None:
    name = sales.shown(alias)["field"]
    sales.rest("PUT", "Contacts", {"id": "1", name: sent})
    assert sales.rest("GET", "Contact", id=1).data[name] == reported


def test_tags_and_sequences_are_answered_and_accepted_by_number(talk: Talk) -> None:
    talk.server.edit("add-tag VIP\nadd-tag Gold")
    talk.rest(
        "PUT", "Contacts", {"id": 1, "contact_cat": "*/*2*/*", "updateSequence": "*/*1*/*"}
    )
    row = talk.rest("GET", "Contact", id=1).data
    assert (row["contact_cat"], row["updateSequence"]) == ("*/*2*/*", "*/*1*/*")
    assert talk.values()["Contact Tags"] == "*/*Gold*/*"


def test_a_value_for_no_field_is_passed_over(talk: Talk) -> None:
    answer = talk.rest("PUT", "Contacts", {"id": 1, "f9": "x", "firstname": ["x"]})
    assert set(answer.data["attrs"]) == {"dlm", "id"}


def test_saving_finds_the_contact_of_the_address(talk: Talk) -> None:
    known = {"email": "ADA.Fielding@example.com", "city": "York"}
    answer = talk.rest("POST", "Contacts/saveorupdate", known)
    assert answer.data["attrs"]["id"] == "1"
    assert talk.values()["City"] == "York"
    assert talk.rest("POST", "Contacts/saveorupdate", {"email": "new@x.org"}).data["id"] == "4"
    assert talk.rest("POST", "Contacts/saveorupdate", {"firstname": "Ida"}).data["id"] == "5"


@pytest.mark.parametrize(("method", "path"), [("POST", "Contacts"), ("PUT", "Contacts")])
def test_an_address_must_be_one(talk: Talk, method: str, path: str) -> None:
    answer = talk.rest(method, path, {"id": 1, "email": "nobody"})
    assert (answer.status, answer.body) == (422, "Invalid email address")


def test_a_deleted_contact_is_gone_over_both_wires(talk: Talk) -> None:
    assert talk.rest("DELETE", "Contact", id=1).json == {"code": 0, "account_id": 50}
    assert talk.rest("GET", "Contact", id=1).status == 404
    assert talk.call("fetch", "<contact_id>1</contact_id>").error == "Invalid Contact Ids"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([where("lastname", "=", {"value": "castell"})], ["Bruno"]),
        ([where("lastname", "<>", {"value": "Castell"})], ["Ada", "Chidi"]),
        ([where("id", "IN", {"list": [{"value": 1}, {"value": "3"}]})], ["Ada", "Chidi"]),
        ([where("id", "NOT IN", {"list": [{"value": 1}]})], ["Bruno", "Chidi"]),
        ([where("city", "LIKE", {"value": "l%s"})], ["Ada", "Chidi"]),
        ([where("city", "LIKE", {"value": "_irona"})], ["Bruno"]),
        ([where("country", "IS", {"value": None})], ["Ada", "Bruno", "Chidi"]),
        ([where("country", "IS NOT", {"value": None})], []),
        ([where("id", ">", {"value": 1})], ["Bruno", "Chidi"]),
        ([where("id", "<=", "2")], ["Ada", "Bruno"]),
        (
            [
                where("city", "=", {"value": "Leeds"}),
                "OR",
                where("city", "=", {"value": "Lagos"}),
                "and",
                where("firstname", "=", {"value": "Chidi"}),
            ],
            ["Chidi"],
        ),
    ],
    ids=repr,
)
def test_a_condition_chooses_contacts(
    talk: Talk, wanted: list[object], found: list[str]
) -> None:
    query = condition(*wanted)
    assert first_names(talk.rest("GET", "Contacts", condition=query)) == found
    assert talk.rest("GET", "Contacts/getInfo", condition=query).data["count"] == str(
        len(found)
    )


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "[1]",
        '["AND"]',
        condition(where("id", "~", "1")),
        condition(where("", "=", "1")),
        condition(where("id", "=", "1"), "XOR", where("id", "=", "1")),
        condition(where("id", "=", "1"), "AND"),
        "[" * 100_000,
    ],
    ids=lambda text: text[:120],
)
def test_what_is_no_condition_is_refused(talk: Talk, text: str) -> None:
    answer = talk.rest("POST", "objects", {"objectID": 0, "condition": text})
    assert answer.status == 200, "a new contact has no condition"
    shown = talk.rest("GET", "objects?objectID=0", {"condition": text})
    assert (shown.status, shown.body) == (400, "Invalid condition")


def test_pages_and_columns_of_contacts(talk: Talk) -> None:
    rows = talk.rest("GET", "Contacts", start=1, range=1, listFields="firstname,fn").data
    assert rows == [{"id": "2", "firstname": "Bruno", "fn": "Bruno Castell"}]


def test_values_of_related_records_are_shown_only_with_one_contact(talk: Talk) -> None:
    talk.server.edit("add-system-field 'Lead Information' Breed related_data")
    assert talk.shown("Breed")["type"] == "related_data"
    assert talk.rest("GET", "Contact", id=1).data["breed"] is None
    for path in ("Contacts", "Contacts?listFields=id,breed"):
        assert "breed" not in talk.rest("GET", path).data[0]


def test_an_account_without_the_usual_fields_has_contacts_too(talk: Talk) -> None:
    talk.server.edit("remove-section 'Contact Information'")
    made = talk.rest("POST", "Contacts", {"email": "a@b.c"}).data
    assert (made["email"], made["fn"]) == (None, "")


def test_there_are_no_custom_objects(talk: Talk) -> None:
    assert talk.rest("GET", "CustomObjects").data == []
