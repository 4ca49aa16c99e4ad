"""Conditions and counts over the REST API, in every form that clients send."""

from __future__ import annotations

import json

import pytest

from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Answer, Talk, a_section, contact_data

FIELDS: list[dict[str, object]] = [
    {"alias": "Stage", "type": "drop", "options": {"add": ["New", "Won"]}},
    {"alias": "Likes", "type": "list", "options": {"add": ["Golf", "Chess", "Opera"]}},
    {"alias": "Due", "type": "fulldate"},
    {"alias": "Score", "type": "numeric"},
    {"alias": "Known", "type": "check"},
    {"alias": "Note", "type": "text"},
    {"alias": "Story", "type": "longtext"},
]


def prepared(start: Start, *switched: str) -> Talk:
    """Return an account whose first two contacts hold values; the third holds none."""
    talk = start(*switched)
    talk.fieldeditor("POST", a_section("Sales", FIELDS))
    values = {"Stage": "New", "Likes": "Golf*/*Chess", "Due": "1700000000"}
    more = {"Score": "9", "Known": "1", "Note": "Grüße", "Story": "one\ntwo"}
    talk.done("update", contact_data(1, **values, **more))
    talk.done("update", contact_data(2, Stage="Won", Likes="Opera", Score="10", Note="0"))
    return talk


@pytest.fixture
def sales(start: Start) -> Talk:
    return prepared(start)


def clause(talk: Talk, alias: str, operator: str, value: object = None) -> dict[str, object]:
    """Write a comparison with a field by its alias, or by its own word."""
    known = alias in {str(one["alias"]) for one in FIELDS}
    name = talk.shown(alias)["field"] if known else alias
    written: dict[str, object] = {"field": {"field": name}, "op": operator}
    return written if value is None else {**written, "value": value}


def option(talk: Talk, alias: str, label: str) -> str:
    """Return the number of an option."""
    return next(number for number, text in talk.labels(alias).items() if text == label)


def ids(answer: Answer) -> str:
    return "".join(row["id"] for row in answer.data)


def found(talk: Talk, *parts: object) -> str:
    """Return the ids of the contacts that a condition finds; a count must agree."""
    condition = json.dumps(list(parts))
    shown = ids(talk.rest("GET", "Contacts", condition=condition))
    counted = talk.rest("GET", "objects/getInfo", objectID=0, condition=condition)
    assert counted.data["count"] == str(len(shown))
    return shown


@pytest.mark.parametrize(
    ("alias", "operator", "value", "expected"),
    [
        ("Note", "=", {"value": "GRÜSSE"}, "1"),
        ("Note", "=", "grüße", "1"),
        ("Note", "=", {"value": "0"}, "2"),
        ("Note", "=", {"value": ""}, ""),
        ("Note", "<>", {"value": "0"}, "1"),
        ("Note", "IS", "NULL", "3"),
        ("Note", "IS", {"value": "NULL"}, "3"),
        ("Note", "IS NOT", "NULL", "12"),
        ("Note", "is not", {"value": "NULL"}, "12"),
        ("Note", "IS NOT EMPTY", None, "12"),
        ("Note", "LIKE", {"value": "%üß%"}, "1"),
        ("Note", "NOT LIKE", {"value": "%ü%"}, "2"),
        ("Note", "IN", {"list": [{"value": "0"}, {"value": "x"}]}, "2"),
        ("Note", "IN", {"list": ["0", "x"]}, "2"),
        ("Note", "IN", ["0"], "2"),
        ("Note", "=", {"list": [{"value": "0"}]}, "2"),
        ("Note", "NOT IN", {"list": [{"value": "0"}]}, "1"),
        ("Score", ">", {"value": 9}, "2"),
        ("Score", ">=", {"value": "9.0"}, "12"),
        ("Score", "<", {"value": "10"}, "1"),
        ("Score", "<=", {"value": "8"}, ""),
        ("Score", "=", {"value": "9.00"}, "1"),
        ("Score", "IS", "NULL", "3"),
        ("Due", ">", {"value": 1600000000}, "1"),
        ("Due", "=", {"value": "0"}, "23"),
        ("Due", "IS NOT EMPTY", None, "1"),
        ("Known", "=", {"value": "1"}, "1"),
        ("Known", "=", {"value": "0"}, "23"),
        ("Stage", "=", {"value": "0"}, "3"),
        ("Stage", "<>", {"value": "0"}, "12"),
        ("Stage", "IS", "NULL", ""),
        ("Stage", "IS NOT EMPTY", None, "12"),
        ("Likes", "=", {"value": ""}, "3"),
        ("Likes", "=", {"value": "*/*"}, ""),
        ("Likes", "IS NOT EMPTY", None, "12"),
        ("Likes", "LIKE", {"value": "%*/*%"}, "12"),
        ("id", "IN", {"list": [{"value": 1}, {"value": "3"}]}, "13"),
        ("id", ">", {"value": "1"}, "23"),
        ("id", "=", {"value": "x"}, ""),
        ("dlm", ">", {"value": "0"}, "123"),
        ("owner", "=", {"value": "1"}, "123"),
        ("fn", "=", {"value": "bruno castell"}, "2"),
        ("fn", "LIKE", {"value": "%o%"}, "23"),
        ("fn", "IS NOT", "NULL", "123"),
    ],
)
def test_each_operator_finds_what_a_read_shows(
    sales: Talk, alias: str, operator: str, value: object, expected: str
) -> None:
    assert found(sales, clause(sales, alias, operator, value)) == expected


def test_options_are_found_by_number(sales: Talk) -> None:
    new, golf = option(sales, "Stage", "New"), option(sales, "Likes", "Golf")
    chess = option(sales, "Likes", "Chess")

    assert found(sales, clause(sales, "Stage", "=", {"value": new})) == "1"
    assert found(sales, clause(sales, "Stage", "<>", {"value": new})) == "23"
    assert found(sales, clause(sales, "Stage", "IN", {"list": [{"value": new}]})) == "1"
    assert found(sales, clause(sales, "Stage", "=", {"value": "New"})) == ""
    for value in (golf, f"*/*{golf}*/*"):
        assert found(sales, clause(sales, "Likes", "CONTAINS", {"value": value})) == "1"
        none = found(sales, clause(sales, "Likes", "DOES NOT CONTAIN", {"value": value}))
        assert none == "23"
    whole = f"*/*{golf}*/*{chess}*/*"
    assert found(sales, clause(sales, "Likes", "=", {"value": whole})) == "1"
    assert found(sales, clause(sales, "Likes", "LIKE", {"value": f"%*/*{golf}*/*%"})) == "1"
    assert found(sales, clause(sales, "Likes", "LIKE", {"value": f"%{golf}%"})) == "1"
    assert found(sales, clause(sales, "Likes", "CONTAINS", {"value": "9999"})) == ""


def test_empty_and_filled_are_everybody_for_each_type(sales: Talk) -> None:
    forms = [("=", {"value": one}) for one in ("", "0", "*/*", "*/**/*")]
    for alias in ("Stage", "Likes", "Due", "Score"):
        parts: list[object] = [clause(sales, alias, "IS", "NULL")]
        for operator, value in forms:
            parts += ["OR", clause(sales, alias, operator, value)]
        empty = found(sales, *parts)
        filled = found(sales, clause(sales, alias, "IS NOT EMPTY"))
        assert sorted(empty + filled) == ["1", "2", "3"]


def test_a_written_blank_is_no_null(sales: Talk) -> None:
    note = sales.shown("Note")["field"]
    sales.rest("PUT", "Contacts", {"id": 3, note: ""})
    assert sales.rest("GET", "Contact", id=3).data[note] == ""
    assert found(sales, clause(sales, "Note", "IS", "NULL")) == ""
    assert found(sales, clause(sales, "Note", "=", {"value": ""})) == "3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("email='ada.fielding@example.com' OR firstname='Bruno'", "12"),
        ("city = 'Leeds' AND lastname = 'Fielding'", "1"),
        ("city = 'Leeds' AND lastname = 'Nobody'", ""),
        ("city IN ('Leeds', 'Lagos')", "13"),
        ("city NOT IN ('Leeds')", "23"),
        ("company LIKE '%Daughters'", "1"),
        ("company not like '%Daughters'", "23"),
        ("country IS NULL", "123"),
        ("country is not null", ""),
        ("id >= 2", "23"),
        ('`city`="Leeds"', "1"),
        ("company = 'Fielding & Daughters'", "1"),
        (r"lastname = 'O\'Brien' OR lastname = 'O''Brien' OR city = 'Lagos'", "3"),
    ],
)
def test_sql_is_understood_beside_json(talk: Talk, text: str, expected: str) -> None:
    assert ids(talk.rest("GET", "Contacts", condition=text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "city = Leeds'",
        "city 'Leeds'",
        "city = 'Leeds' 'Lagos'",
        "city = 'Leeds' AND",
        "city = 'Leeds'; DROP TABLE contact",
        "city IN 'Leeds'",
        "city IN ('Leeds'",
        "city IS 'Leeds'",
        "city NOT 'Leeds'",
        "city = (1)",
        "(city = 'Leeds')",
        "nonsense",
    ],
)
def test_sql_that_is_no_condition_is_refused(talk: Talk, text: str) -> None:
    answer = talk.rest("GET", "Contacts", condition=text)
    assert (answer.status, answer.body) == (400, "Invalid condition")


def test_a_long_condition_is_refused_and_not_a_failure(talk: Talk) -> None:
    one: dict[str, object] = {"field": {"field": "id"}, "op": "=", "value": {"value": 1}}
    many: list[object] = [one]
    for _ in range(150):
        many += ["OR", one]
    assert found(talk, *many) == "1"
    mixed = [one, *(part for place in range(99) for part in (("AND", "OR")[place % 2], one))]
    assert found(talk, *mixed) == "1"
    values = [{"value": number} for number in range(5001)]
    fitting = {**one, "op": "IN", "value": {"list": values[:5000]}}
    shown = talk.rest("GET", "objects?objectID=0", {"condition": [fitting]})
    assert ids(shown) == "123"
    body: dict[str, object] = {"condition": [{**one, "op": "IN", "value": {"list": values}}]}
    assert talk.rest("GET", "objects?objectID=0", body).status == 400
    body = {"condition": [*many, *(["OR", one] * 100)]}
    assert talk.rest("GET", "objects?objectID=0", body).status == 400


def test_a_count_comes_with_a_page_and_alone(talk: Talk) -> None:
    page = talk.rest("GET", "Contacts", count="true", range=1).json
    assert (page["count"], len(page["data"])) == ("3", 1)
    assert "count" not in talk.rest("GET", "Contacts", count="false").json
    assert talk.rest("GET", "Contacts/getInfo", search="castell").data["count"] == "1"


def test_notes_are_searched_where_that_is_asked_for(talk: Talk) -> None:
    talk.done("add_notes", '<contact id="2"><note>Called at noon</note></contact>')
    assert ids(talk.rest("GET", "Contacts", search="noon")) == ""
    assert ids(talk.rest("GET", "Contacts", search="noon", searchNotes="true")) == "2"


def test_columns_ids_and_order(talk: Talk) -> None:
    rows = talk.rest("GET", "Contacts", listFields="email,no_such_field", ids="3,1,99").data
    assert [set(row) for row in rows] == [{"id", "email"}, {"id", "email"}]
    assert [row["id"] for row in rows] == ["1", "3"]
    assert ids(talk.rest("GET", "Contacts", ids="0")) == "123"
    assert ids(talk.rest("GET", "Contacts", sort="lastname")) == "213"
    assert ids(talk.rest("GET", "Contacts", sort="lastname", sortDir="desc")) == "312"
    assert ids(talk.rest("GET", "Contacts", sort="fn", sortDir="desc")) == "321"
    assert ids(talk.rest("GET", "Contacts", sort="id", sortDir="desc", range=2)) == "32"
    assert ids(talk.rest("GET", "Contacts", sort="dlm")) == "123"
    assert ids(talk.rest("GET", "Contacts", sort="no_such_field")) == "123"


def test_no_page_has_more_than_fifty_contacts(talk: Talk) -> None:
    talk.server.edit("\n".join(["add-contact City=Ur"] * 60))
    assert len(talk.rest("GET", "Contacts", range=250).data) == 50
    assert len(talk.rest("GET", "Contacts", start=50, count="1").data) == 13
    assert talk.rest("GET", "Contacts", start=10**14).data == []


@pytest.mark.parametrize("name", ["group_id", "group_ids"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "Contacts"), ("GET", "Contacts/getInfo"), ("DELETE", "Tags"), ("GET", "Tags")],
)
def test_a_group_is_never_ignored(talk: Talk, method: str, path: str, name: str) -> None:
    talk.server.edit("add-tag VIP")
    answer = talk.rest(method, f"{path}?{name}=5")
    assert (answer.status, talk.tags()) == (501, ["VIP"])
    assert answer.body.startswith("The schemactl emulator does not serve")


@pytest.fixture
def tagged(talk: Talk) -> Talk:
    talk.done("update", contact_data(1, Contact_Tags="VIP*/*Partner"))
    talk.done("update", contact_data(3, Contact_Tags="VIP"))
    return talk


def test_contacts_with_a_tag_are_listed_and_counted(tagged: Talk) -> None:
    for which in ("tag_id=1", "tag_name=vip"):
        path = f"objects/tag?objectID=0&{which}"
        assert ids(tagged.rest("GET", path)) == "13"
        assert tagged.rest("GET", f"{path}&count=true").data == {"count": "2"}
    rows = tagged.rest(
        "GET", "objects/tag", objectID=0, tag_id=1, start=1, range=1, listFields="id"
    ).data
    assert rows == [{"id": "3"}]
    assert tagged.rest("GET", "objects/tag", objectID=0, tag_name="Nothing").data == []
    assert tagged.rest("GET", "objects/tag", objectID=0).status == 400


def test_tags_of_all_contacts_are_rows_of_their_own(tagged: Talk) -> None:
    rows = tagged.rest("GET", "TagSubscribers", count="true").json
    pairs = [(row["tag_id"], row["object_id"]) for row in rows["data"]]
    assert (pairs, rows["count"]) == ([("1", "1"), ("1", "3"), ("2", "1")], "3")
    assert len(tagged.rest("GET", "objects", objectID=138, start=1, range=1).data) == 1
    condition = json.dumps([{"field": {"field": "tag_id"}, "op": "=", "value": {"value": 1}}])
    for path in ("TagSubscribers/getInfo", "objects/getInfo?objectID=138"):
        joined = f"{path}{'&' if '?' in path else '?'}"
        answer = tagged.rest("GET", f"{joined}condition={condition.replace(' ', '')}")
        assert answer.data["count"] == "2"
    unknown = condition.replace("tag_id", "name")
    assert tagged.rest("GET", "TagSubscribers", condition=unknown).status == 400


def test_tags_of_a_contact_are_found_by_their_field(tagged: Talk) -> None:
    def by(operator: str, value: object = None) -> str:
        return found(tagged, clause(tagged, "contact_cat", operator, value))

    assert by("CONTAINS", {"value": "2"}) == "1"
    assert by("LIKE", {"value": "%*/*1*/*%"}) == "13"
    assert by("DOES NOT CONTAIN", {"value": "2"}) == "23"
    assert by("IS NOT EMPTY") == "13"
    assert by("=", {"value": ""}) == "2"
    assert by("IS", "NULL") == ""
