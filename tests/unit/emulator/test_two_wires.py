"""One account behind two APIs: a change over one is visible over the other."""

from __future__ import annotations

import pytest

from tests.unit.emulator.talk import Talk, a_section, contact_data, options_data, section_data


def test_what_the_older_wire_makes_is_shown_by_the_newer(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("Stage", "tdrop"), ("Size", "text")))
    talk.done("add_dropdown", options_data("Stage", "New", "Won"))

    assert talk.aliases("Sales") == [["Stage", "Size"]]
    assert talk.shown("Stage")["type"] == "drop"
    assert list(talk.labels("Stage").values()) == ["New", "Won"]


def test_what_the_newer_wire_makes_is_shown_by_the_older(talk: Talk) -> None:
    stage = {"alias": "Stage", "type": "drop", "options": {"add": ["New", "R&D <1>"]}}
    talk.fieldeditor("POST", a_section("Sales", [stage], [{"alias": "Size"}]))

    assert talk.sections()["Sales"] == ["Stage", "Size"]
    assert talk.options("Sales", "Stage") == ["New", "R&D <1>"]
    assert talk.field("Sales", "Stage").get("editable") == "1"


@pytest.mark.parametrize(
    ("kind", "older"),
    [
        ("drop", "tdrop"),
        ("address", "text"),
        ("email", "email"),
        ("sms", "sms"),
        ("list", "list"),
        ("country", "country"),
        ("fulldate", "fulldate"),
    ],
)
def test_types_in_the_words_of_either_wire(talk: Talk, kind: str, older: str) -> None:
    talk.fieldeditor("POST", a_section("Sales", [{"alias": "A", "type": kind}]))
    assert talk.field("Sales", "A").get("type") == older
    assert talk.shown("A")["type"] == kind


def test_a_field_removed_by_either_is_gone_for_both(talk: Talk) -> None:
    talk.fieldeditor("POST", a_section("Sales", [{"alias": "A"}, {"alias": "B"}]))
    talk.done("remove_field", section_data("Sales", ("A", "")))
    assert talk.aliases("Sales") == [["B"]]
    talk.fieldeditor("DELETE", field=talk.shown("B")["field"])
    assert talk.sections()["Sales"] == []
    talk.done("remove_section", '<Group_Tag name="Sales"/>')
    assert talk.fieldeditor("GET", section="Sales").status == 404


def test_the_full_name_keeps_no_one_from_adding_fields(talk: Talk) -> None:
    talk.done("edit_section", section_data("Contact Information", ("Shoe Size", "numeric")))
    assert talk.all_aliases("Contact Information")[-1] == "Shoe Size"
    assert talk.sections()["Contact Information"][-1] == "Shoe Size"


def test_settings_of_a_field_survive_the_older_wire(talk: Talk) -> None:
    field = {"alias": "A", "type": "drop", "required": 1, "unique": 1}
    talk.fieldeditor("POST", a_section("Sales", [field], description="Deals."))
    talk.done("edit_section", section_data("Sales", ("A", "text"), ("B", "text")))
    talk.done("add_dropdown", options_data("A", "x"))

    assert (talk.shown("A")["required"], talk.shown("A")["unique"]) == (1, 1)
    assert talk.fieldeditor("GET", section="Sales").data["description"] == "Deals."


def test_edits_are_seen_on_both(talk: Talk) -> None:
    talk.server.edit("""
        add-section Sales
        describe-section Sales 'All our deals.'
        add-field Sales Stage drop New Won
        add-field Sales Where address
        set-required Sales Stage yes
        set-unique Sales Where yes
        rename-field Sales Where Place
    """)
    section = talk.fieldeditor("GET", section="Sales").data
    stage, place = section["fields"][0]

    assert section["description"] == "All our deals."
    assert (stage["type"], stage["required"], stage["unique"]) == ("drop", 1, 0)
    assert (place["alias"], place["type"], place["unique"]) == ("Place", "address", 1)
    assert talk.options("Sales", "Stage") == ["New", "Won"]
    talk.server.edit("set-required Sales Stage no")
    assert talk.shown("Stage")["required"] == 0


def test_a_value_is_one_on_both(talk: Talk) -> None:
    talk.fieldeditor("POST", a_section("Sales", [{"alias": "Size"}]))
    number = talk.shown("Size")["field"]
    talk.done("update", contact_data(2, Size="large"))
    assert talk.rest("GET", "Contact", id=2).data[number] == "large"
    talk.rest("PUT", "Contacts", {"id": 2, number: "small"})
    assert talk.values(2)["Size"] == "small"


def test_the_byte_budget_is_the_accounts(talk: Talk) -> None:
    fields = [{"alias": f"T{number}", "type": "text"} for number in range(51)]
    talk.fieldeditor("POST", a_section("Many", fields))
    answer = talk.call("edit_section", section_data("Many", ("One More", "text")))
    assert answer.error == "Field Limit Reached"
    assert talk.fieldeditor("POST", a_section("Many", [{"alias": "X", "type": "sms"}])).data[
        "error"
    ] == {"X": "Field limit reached"}
