"""Tags over the REST API."""

from __future__ import annotations

import json

import pytest

from tests.unit.emulator.talk import Answer, Talk, contact_data

EXISTS = "A tag of this name exists"


@pytest.fixture
def tagged(talk: Talk) -> Talk:
    """An account with three tags, the first on contact 1, and one for another object."""
    talk.done("update", contact_data(1, Contact_Tags="VIP"))
    talk.server.edit("add-tag Gold\nadd-tag 'R&D, <new>'\nadd-tag VIP 10000")
    return talk


def names(answer: Answer) -> list[str]:
    return [row["tag_name"] for row in answer.data]


def test_rows_are_texts_and_name_the_object(tagged: Talk) -> None:
    rows = tagged.rest("GET", "Tags").data
    assert rows[0] == {"tag_id": "1", "object_type_id": "0", "tag_name": "VIP"}
    assert [row["object_type_id"] for row in rows] == ["0", "0", "0", "10000"]


def test_tags_for_other_objects_are_not_shown_over_the_older_wire(tagged: Talk) -> None:
    assert tagged.tags() == ["VIP", "Gold", "R&D, <new>"]


def test_a_tag_is_made_and_found_over_either_wire(talk: Talk) -> None:
    assert talk.rest("POST", "Tags", {"tag_name": "VIP"}).data == {
        "tag_id": "1",
        "tag_name": "VIP",
    }
    assert talk.tags() == ["VIP"]
    assert talk.rest("GET", "Tag", id="1").data["tag_name"] == "VIP"


def test_a_name_is_unique_for_each_kind_of_object(tagged: Talk) -> None:
    answer = tagged.rest("POST", "Tags", {"tag_name": "Gold"})
    assert (answer.status, answer.body) == (400, EXISTS)
    body = {"tag_name": "Gold", "object_type_id": "10000"}
    assert tagged.rest("POST", "Tags", body).data["tag_id"] == "5"
    assert tagged.rest("POST", "Tags", body).status == 400


def test_saving_finds_the_tag_that_is_there(tagged: Talk) -> None:
    saved = [
        tagged.rest("POST", "Tags/saveorupdate", {"tag_name": name}).data["tag_id"]
        for name in ("Gold", "Silver", "Silver")
    ]
    assert saved == ["2", "5", "5"]


def test_a_renamed_tag_stays_on_its_contacts(tagged: Talk) -> None:
    answer = tagged.rest("PUT", "Tags", {"id": 1, "tag_name": "Very Important"})
    assert answer.data == {"attrs": {"tag_name": "Very Important"}}
    assert tagged.values()["Contact Tags"] == "*/*Very Important*/*"


def test_a_tag_cannot_get_the_name_of_another(tagged: Talk) -> None:
    assert tagged.rest("PUT", "Tags", {"id": 1, "tag_name": "Gold"}).body == EXISTS
    assert tagged.rest("PUT", "Tags", {"id": 2, "tag_name": "gold"}).status == 200


def test_a_deleted_tag_is_taken_off_its_contacts(tagged: Talk) -> None:
    answer = tagged.rest("DELETE", "Tag", id=1)
    assert answer.json == {"code": 0, "account_id": 50}
    assert tagged.tags() == ["Gold", "R&D, <new>"]
    assert tagged.values()["Contact Tags"] is None


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"ids": "1,3"}, ["Gold", "VIP"]),
        ({"ids": [1, "3"]}, ["Gold", "VIP"]),
        ({"ids": "x"}, ["VIP", "Gold", "R&D, <new>", "VIP"]),
        ({"search": "gold"}, ["VIP", "R&D, <new>", "VIP"]),
        ({}, []),
        ({"ids": ""}, []),
    ],
    ids=str,
)
def test_many_tags_go_at_once_and_all_where_none_is_named(
    tagged: Talk, body: dict[str, object], left: list[str]
) -> None:
    answer = tagged.rest("DELETE", "Tags", body)
    assert answer.json == {"code": 0, "data": "Deleted", "account_id": 50}
    assert list(tagged.rest_tags().values()) == left


def test_no_page_has_more_than_fifty_rows(talk: Talk) -> None:
    talk.server.edit("\n".join(f"add-tag T{number}" for number in range(120)))
    pages = [talk.rest("GET", "Tags", start=start, range=500) for start in (0, 50, 100, 150)]
    assert [len(page.data) for page in pages] == [50, 50, 20, 0]
    assert [name for page in pages for name in names(page)] == [f"T{n}" for n in range(120)]
    assert talk.rest("GET", "Tags/getInfo").data["count"] == "120"
    assert talk.rest("GET", "Tags", count="true", range=2).json["count"] == "120"
    assert len(talk.rest("GET", "Tags", range=0).data) == 50


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "tag_name"}, ["Gold", "R&D, <new>", "VIP", "VIP"]),
        ({"sort": "tag_id", "sortDir": "desc"}, ["VIP", "R&D, <new>", "Gold", "VIP"]),
        ({"sort": "nothing"}, ["VIP", "Gold", "R&D, <new>", "VIP"]),
        ({"ids": "2"}, ["Gold"]),
        ({"search": "r&d"}, ["R&D, <new>"]),
        ({"start": "1", "range": "1"}, ["Gold"]),
    ],
    ids=str,
)
def test_tags_are_sorted_and_chosen(
    tagged: Talk, query: dict[str, str], expected: list[str]
) -> None:
    assert names(tagged.rest("GET", "Tags", headers=None, **query)) == expected


def test_a_condition_chooses_tags(tagged: Talk) -> None:
    condition = [
        {"field": {"field": "object_type_id"}, "op": "=", "value": {"value": 0}},
        "AND",
        {"field": {"field": "tag_name"}, "op": "LIKE", "value": {"value": "%o%"}},
    ]
    assert names(tagged.rest("GET", "Tags", condition=json.dumps(condition))) == ["Gold"]
