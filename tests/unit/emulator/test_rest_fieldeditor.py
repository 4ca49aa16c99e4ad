"""The editor of fields: create, change and delete sections, fields and options over REST."""

from __future__ import annotations

import pytest

from tests.unit.emulator.talk import Talk, a_section, contact_data

STAGE = {"alias": "Stage", "type": "drop", "options": {"add": ["New", "Won", "Lost"]}}
SIZE = {"alias": "Size", "type": "text"}
CREATABLE = (
    *("address", "check", "country", "drop", "email", "fulldate", "list", "longtext"),
    *("numeric", "phone", "price", "sms", "state", "text"),
)


@pytest.fixture
def sales(talk: Talk) -> Talk:
    """An account with a section of two columns; contact 1 has a value in each field."""
    talk.fieldeditor("POST", a_section("Sales", [STAGE], [SIZE], description="Deals."))
    talk.done("update", contact_data(1, Stage="New", Size="large"))
    return talk


def changed(talk: Talk, alias: str, **more: object) -> dict[str, object]:
    """Write an entry that names a field by its number."""
    return {"field": talk.shown(alias)["field"], "alias": alias, **more}


def errors(talk: Talk, method: str, *fields: dict[str, object]) -> object:
    return talk.fieldeditor(method, a_section("Sales", list(fields))).data.get("error")


def test_a_section_is_made_with_its_fields_in_columns(talk: Talk) -> None:
    body = a_section("Sales", [STAGE], [], [SIZE], description="Deals.")
    answer = talk.fieldeditor("POST", body)

    shown = talk.fieldeditor("GET", section="Sales").data
    stage, size = shown["fields"][0][0], shown["fields"][2][0]
    assert answer.data == {
        "success": {stage["field"]: "Stage", size["field"]: "Size", "description": "Deals."},
        "error": [],
    }
    assert (shown["name"], shown["description"]) == ("Sales", "Deals.")
    assert [[one["alias"] for one in column] for column in shown["fields"]] == [
        ["Stage"],
        [],
        ["Size"],
    ]
    assert stage == {
        "id": stage["id"],
        "alias": "Stage",
        "field": f"f{1000 + stage['id']}",
        "type": "drop",
        "required": 0,
        "unique": 0,
        "editable": 1,
        "deletable": 1,
        "options": "",
    }


def test_a_section_may_be_made_without_fields(talk: Talk) -> None:
    answer = talk.fieldeditor("POST", {"name": "Sales", "fields": None})

    assert answer.data == {"success": [], "error": []}
    shown = talk.fieldeditor("GET", section="Sales").data
    assert (shown["description"], shown["fields"]) == (None, [])


def test_a_post_adds_to_a_section_that_is_there(sales: Talk) -> None:
    sales.fieldeditor("POST", a_section("Sales", [{"alias": "Next", "type": "fulldate"}]))
    assert sales.aliases("Sales") == [["Stage", "Next"], ["Size"]]


@pytest.mark.parametrize("kind", CREATABLE)
def test_each_creatable_type_is_shown_as_it_was_asked_for(talk: Talk, kind: str) -> None:
    assert talk.fieldeditor("POST", a_section("S", [{"alias": "A", "type": kind}])).data[
        "success"
    ]
    assert talk.shown("A")["type"] == kind


@pytest.mark.parametrize("kind", ["tdrop", "url", "timestamp", "parent", "mergefield", "date"])
def test_other_types_are_refused_field_by_field(talk: Talk, kind: str) -> None:
    odd = {"alias": "Odd", "type": kind}
    answer = talk.fieldeditor("POST", a_section("Sales", [odd, SIZE]))

    assert answer.data["error"] == {"Odd": "Invalid field type"}
    assert list(answer.data["success"].values()) == ["Size"]
    assert talk.aliases("Sales") == [["Size"]]


def test_a_field_needs_a_name(talk: Talk) -> None:
    answer = talk.fieldeditor("POST", a_section("Sales", [{"alias": " ", "type": "text"}]))
    assert answer.data == {"success": [], "error": {" ": "Invalid field name"}}


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_number_beside_the_alias_does_no_harm(talk: Talk, empty: object) -> None:
    field = {"alias": "Size", "field": empty}
    assert talk.fieldeditor("POST", a_section("Sales", [field])).data["error"] == []
    assert talk.shown("Size")["type"] == "text"


@pytest.mark.parametrize("flag", [1, "1", True, "true"], ids=repr)
def test_flags_are_taken_in_every_form(talk: Talk, flag: object) -> None:
    field = {**SIZE, "required": flag, "unique": flag}
    talk.fieldeditor("POST", a_section("Sales", [field]))
    assert (talk.shown("Size")["required"], talk.shown("Size")["unique"]) == (1, 1)


@pytest.mark.parametrize("flag", [0, "0", False, "", [1]], ids=repr)
def test_flags_that_are_off_or_none_are_off(talk: Talk, flag: object) -> None:
    talk.fieldeditor("POST", a_section("Sales", [{**SIZE, "required": flag}]))
    assert talk.shown("Size")["required"] == 0


def test_options_of_a_new_field_come_in_order_and_once(talk: Talk) -> None:
    options = {"add": ["b", "a", "b", " ", 7]}
    talk.fieldeditor(
        "POST", a_section("Sales", [{"alias": "A", "type": "list", "options": options}])
    )
    assert list(talk.labels("A").values()) == ["b", "a", "7"]


def test_options_may_replace_nothing(talk: Talk) -> None:
    field = {"alias": "A", "type": "drop", "options": {"replace": ["x"]}}
    talk.fieldeditor("POST", a_section("Sales", [field]))
    assert list(talk.labels("A").values()) == ["x"]


def test_options_of_a_text_are_passed_over(talk: Talk) -> None:
    talk.fieldeditor("POST", a_section("Sales", [{**SIZE, "options": {"add": ["x"]}}]))
    talk.server.edit("change-type Sales Size drop")
    assert not talk.labels("Size")


def test_a_rename_keeps_number_and_values(sales: Talk) -> None:
    number = sales.shown("Stage")["field"]
    body = a_section("Sales", [{"field": number, "alias": "Deal Stage"}])
    assert sales.fieldeditor("PUT", {**body, "description": "Deals."}).data == {
        "success": {number: "Deal Stage"}
    }

    assert sales.shown("Deal Stage")["field"] == number
    assert sales.values()["Deal Stage"] == "New"


def test_a_put_without_a_number_finds_a_field_by_its_alias(sales: Talk) -> None:
    number = sales.shown("Stage")["field"]
    sales.fieldeditor("PUT", a_section("Sales", [{"alias": "stage", "required": 1}]))
    assert (sales.shown("Stage")["field"], sales.shown("Stage")["required"]) == (number, 1)


def test_a_put_makes_what_is_not_there(sales: Talk) -> None:
    new: dict[str, object] = {"alias": "New One", "type": "price"}
    columns = ([changed(sales, "Stage"), new], [changed(sales, "Size")])
    sales.fieldeditor("PUT", a_section("Sales", *columns))
    assert sales.aliases("Sales") == [["Stage", "New One"], ["Size"]]


def test_a_put_changes_no_section_that_is_not_there(sales: Talk) -> None:
    answer = sales.fieldeditor("PUT", a_section("None", [SIZE]))
    assert (answer.status, answer.body) == (404, "Section not found")
    assert "None" not in sales.sections()


def test_a_text_may_become_a_long_text_and_nothing_else(sales: Talk) -> None:
    assert errors(sales, "PUT", changed(sales, "Size", type="numeric")) == {
        "Size": "Invalid field type"
    }
    assert errors(sales, "PUT", changed(sales, "Size", type="longtext")) is None
    assert sales.shown("Size")["type"] == "longtext"
    assert sales.values()["Size"] == "large"
    assert errors(sales, "PUT", changed(sales, "Size", type="text")) == {
        "Size": "Invalid field type"
    }


def test_a_new_description_is_among_the_successes(sales: Talk) -> None:
    body = {"name": "Sales", "description": "All deals."}
    assert sales.fieldeditor("PUT", {**body, "fields": sales.fields_of("Sales")}).data[
        "success"
    ]["description"] == ("All deals.")
    same = sales.fieldeditor("PUT", {**body, "fields": sales.fields_of("Sales")}).data
    assert "description" not in same["success"]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"add": ["Parked", "New"]}, ["New", "Won", "Lost", "Parked"]),
        ({"remove": ["Won", "Absent"]}, ["New", "Lost"]),
        ({"replace": ["Parked", "New"]}, ["Parked", "New"]),
        ({"add": ["x"], "remove": ["New", "x"]}, ["Won", "Lost"]),
        ({"replace": []}, []),
        ({}, ["New", "Won", "Lost"]),
        ("New", ["New", "Won", "Lost"]),
        ({"add": "x"}, ["New", "Won", "Lost"]),
    ],
    ids=str,
)
def test_options_are_added_removed_and_replaced_by_label(
    sales: Talk, options: object, left: list[str]
) -> None:
    sales.fieldeditor("PUT", a_section("Sales", [changed(sales, "Stage", options=options)]))
    labels = sales.labels("Stage")
    assert list(labels.values() if labels else []) == left


def test_an_option_that_is_removed_is_taken_from_contacts(sales: Talk) -> None:
    options = {"remove": ["New"]}
    sales.fieldeditor("PUT", a_section("Sales", [changed(sales, "Stage", options=options)]))
    assert sales.values()["Stage"] is None


def test_options_keep_their_numbers_when_others_come_and_go(sales: Talk) -> None:
    before = {label: number for number, label in sales.labels("Stage").items()}
    for options in ({"add": ["Parked"]}, {"remove": ["New"]}):
        sales.fieldeditor("PUT", a_section("Sales", [changed(sales, "Stage", options=options)]))
    after = {label: number for number, label in sales.labels("Stage").items()}
    assert {label: after[label] for label in ("Won", "Lost")} == {
        label: before[label] for label in ("Won", "Lost")
    }
    assert int(after["Parked"]) > max(map(int, before.values()))


def test_numbers_are_counted_over_the_account(sales: Talk) -> None:
    sales.fieldeditor("POST", a_section("Other", [{"alias": "A"}]))
    numbers = [int(sales.shown(one)["field"][1:]) for one in ("Stage", "Size", "A")]
    assert numbers == sorted(set(numbers))


def test_deleting_a_field_takes_its_values(sales: Talk) -> None:
    number = sales.shown("Stage")["field"]
    assert sales.fieldeditor("DELETE", field=number).data == "Deleted"
    assert sales.aliases("Sales") == [[], ["Size"]]
    assert "Stage" not in sales.values()


def test_an_empty_section_can_be_deleted(sales: Talk) -> None:
    sales.fieldeditor("POST", a_section("Empty"))
    assert sales.fieldeditor("DELETE", section="Empty").data == "Deleted"
    assert "Empty" not in sales.sections()


def test_one_field_is_shown_alone(sales: Talk) -> None:
    size = sales.shown("Size")
    assert sales.fieldeditor("GET", field=size["field"]).data == size
    assert sales.fieldeditor("GET", field="firstname").data["alias"] == "First Name"
    assert sales.fieldeditor("GET", field="fn").data["type"] == "mergefield"


def test_system_fields_have_words_for_names_and_cannot_be_deleted(talk: Talk) -> None:
    shown = {alias: talk.shown(alias) for alias in ("First Name", "E-Mail", "Contact Owner")}
    assert [(one["field"], one["type"]) for one in shown.values()] == [
        ("firstname", "text"),
        ("email", "email"),
        ("owner", "parent"),
    ]
    assert {one["deletable"] for one in shown.values()} == {0}
    assert [one["editable"] for one in shown.values()] == [1, 1, 0]


def test_the_full_name_comes_first_and_only_here(talk: Talk) -> None:
    assert talk.aliases("Contact Information")[0][:2] == ["Name", "First Name"]
    assert talk.shown("Name")["options"].startswith("<op:merge field='firstname'>")
    assert "Name" not in talk.sections()["Contact Information"]


def test_no_type_of_a_system_field_that_nobody_can_make_looks_creatable(talk: Talk) -> None:
    meta = talk.rest("GET", "objects/meta", objectID=0).data["0"]["fields"]
    odd = {name: one["type"] for name, one in meta.items() if one["editable"] in {None, 0}}
    assert set(odd.values()) == {"mergefield", "parent", "subscription", "url"}
    assert not set(odd.values()) & set(CREATABLE)


def test_fields_above_the_budget_are_refused_one_by_one(talk: Talk) -> None:
    fields = [{"alias": f"T{number}", "type": "email"} for number in range(53)]
    answer = talk.fieldeditor(
        "POST", a_section("Many", fields, [{"alias": "C", "type": "check"}])
    )

    assert answer.data["error"] == {
        "T51": "Field limit reached",
        "T52": "Field limit reached",
    }
    assert "C" in answer.data["success"].values()
