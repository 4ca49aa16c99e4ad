"""Sections, fields and options over the API, as in the manual and in recorded answers."""

from __future__ import annotations

import pytest

from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk, contact_data, options_data, section_data


def test_a_new_account_has_a_real_accounts_system_sections(talk: Talk) -> None:
    sections = talk.sections()

    assert list(sections) == [
        "Contact Information",
        "Lead Information",
        "Sequences and Tags",
        "Affiliate Data",
        "Credit Card",
    ]
    assert "Website " in sections["Contact Information"], "the space at its end is real"


def test_key_says_what_is_custom_at_the_field(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("Stage", "tdrop")))
    tree = talk.call("key").tree
    contact = tree.find("contact")

    assert contact is not None
    assert dict(contact.attrib) == {"id": "", "bulk_mail": ""}
    editable = {one.get("name"): one.get("editable") for one in tree.iter("Group_Tag")}
    assert (editable["Contact Information"], editable["Credit Card"]) == (None, "1")
    assert [one.get("name") for one in tree.iter("field") if one.get("editable")] == ["Stage"]


def test_add_section_makes_the_fields_in_their_order(talk: Talk) -> None:
    fields = (("B", "numeric"), ("A", "text"), ("C", "country"))
    talk.done("add_section", section_data("Sales", *fields))

    assert talk.sections()["Sales"] == ["B", "A", "C"]
    assert talk.field("Sales", "C").get("type") == "country"


def test_edit_section_adds_fields_at_the_end(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("A", "text")))
    talk.done("edit_section", section_data("Sales", ("B", "longtext")))

    assert talk.sections()["Sales"] == ["A", "B"]


def test_custom_fields_can_be_added_to_system_sections(talk: Talk) -> None:
    talk.done("edit_section", section_data("Lead Information", ("Score", "numeric")))

    assert talk.field("Lead Information", "Score").get("editable") == "1"


def test_options_are_added_in_order_and_once(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("Stage", "tdrop")))
    talk.done("add_dropdown", options_data("Stage", "New", "Won", "New"))
    talk.done("add_dropdown", options_data("Stage", "Won", "Lost", "won"))

    assert talk.options("Sales", "Stage") == ["New", "Won", "Lost", "won"]


def test_an_apostrophe_in_an_option_is_not_escaped(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("Stage", "tdrop")))
    talk.done("add_dropdown", options_data("Stage", "Mum's Day &amp; &lt;more&gt;"))

    assert "<option>Mum's Day &amp; &lt;more&gt;</option>" in talk.call("key").body


def test_names_with_odd_signs_come_back_as_they_were(talk: Talk) -> None:
    name = "$ #/()-_ é 日本 &amp; &quot;x&quot; 'y' "
    talk.done("add_section", section_data(name, (name, "text")))

    plain = "$ #/()-_ é 日本 & \"x\" 'y' "
    assert talk.sections()[plain] == [plain]


def test_a_system_dropdown_takes_options(talk: Talk) -> None:
    talk.done("add_dropdown", options_data("Lead Source", "Podcast"))
    assert talk.options("Lead Information", "Lead Source")[-1] == "Podcast"


def test_a_dropdown_call_means_the_first_dropdown_of_that_name(talk: Talk) -> None:
    for section in ("One", "Two"):
        talk.done("add_section", section_data(section, ("Stage", "tdrop")))
    talk.done("add_dropdown", options_data("Stage", "New"))

    assert (talk.options("One", "Stage"), talk.options("Two", "Stage")) == (["New"], [])


@pytest.mark.parametrize("name", ["Nowhere", "City", "Contact Tags"])
def test_options_cannot_be_added_to_what_is_no_dropdown(talk: Talk, name: str) -> None:
    assert talk.call("add_dropdown", options_data(name, "x")).error == "Invalid Dropdown Field"


def test_a_removed_option_leaves_every_contact(talk: Talk) -> None:
    fields = (("Stage", "tdrop"), ("Likes", "list"))
    talk.done("add_section", section_data("Sales", *fields))
    talk.done("add_dropdown", options_data("Stage", "New", "Won"))
    talk.done("update", contact_data(1, Stage="New", Likes="*/*Tea*/*Jazz*/*"))
    talk.done("update", contact_data(2, Stage="Won", Likes="*/*Tea*/*"))

    talk.done("remove_dropdown", options_data("Stage", "New"))
    talk.done("remove_dropdown", options_data("Likes", "Tea"))

    assert talk.options("Sales", "Stage") == ["Won"]
    assert (talk.values(1)["Stage"], talk.values(2)["Stage"]) == (None, "Won")
    assert (talk.values(1)["Likes"], talk.values(2)["Likes"]) == ("*/*Jazz*/*", None)


def test_a_removed_field_takes_its_values_along_for_good(talk: Talk) -> None:
    add = section_data("Sales", ("Stage", "text"))
    talk.done("add_section", add)
    talk.done("update", contact_data(1, Stage="New"))
    talk.done("remove_field", section_data("Sales", ("Stage", "")))
    assert talk.sections()["Sales"] == []

    talk.done("edit_section", add)
    assert talk.values()["Stage"] is None


def test_a_removed_section_takes_fields_and_values_along(talk: Talk) -> None:
    add = section_data("Sales", ("Stage", "text"))
    talk.done("add_section", add)
    talk.done("update", contact_data(1, Stage="New"))
    talk.done("remove_section", '<data><Group_Tag name="Sales"/></data>')
    assert "Sales" not in talk.sections()

    talk.done("add_section", add)
    assert talk.values()["Stage"] is None


def test_system_fields_and_sections_cannot_be_removed(talk: Talk) -> None:
    field = talk.call("remove_field", section_data("Contact Information", ("City", "")))
    section = talk.call("remove_section", '<Group_Tag name="Credit Card"/>')

    assert (field.error, section.error) == ("System Field", "System Section")
    assert "City" in talk.sections()["Contact Information"]


def test_a_custom_section_that_holds_a_system_field_cannot_be_removed(talk: Talk) -> None:
    talk.server.edit("add-section Sales\nadd-system-field Sales Fixed text")
    assert talk.call("remove_section", '<Group_Tag name="Sales"/>').error == "System Section"


def test_a_refused_call_changes_nothing(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("A", "text"), ("B", "text")))
    both = section_data("Sales", ("A", "")) + section_data("Contact Information", ("City", ""))

    assert talk.call("remove_field", both).error == "System Field"
    assert talk.sections()["Sales"] == ["A", "B"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ('<Group_Tag><field name="A" type="text"/></Group_Tag>', "Invalid Section Name"),
        ('<Group_Tag name=" "/>', "Invalid Section Name"),
        ('<Group_Tag name="S"><field type="text"/></Group_Tag>', "Invalid Field Name"),
        ('<Group_Tag name="S"><field name="" type="text"/></Group_Tag>', "Invalid Field Name"),
        ('<field name="A" type="text"/>', "Invalid XML"),
    ],
)
def test_names_must_be_given(talk: Talk, data: str, error: str) -> None:
    assert talk.call("add_section", data).error == error


def test_the_byte_budget_is_the_vendors(start: Start) -> None:
    talk = start()
    # 51 text fields take 39,168 bytes of 39,611; 443 are left.
    texts = tuple((f"T{number}", "text") for number in range(51))
    talk.done("add_section", section_data("Full", *texts))

    assert talk.call("edit_section", section_data("Full", ("T51", "text"))).error
    talk.done("edit_section", section_data("Full", *((f"P{n}", "price") for n in range(6))))
    assert talk.call("edit_section", section_data("Full", ("P6", "price"))).error
    rest = (("L", "longtext"), ("D", "fulldate"), ("N", "numeric"), ("C", "check"))
    talk.done("edit_section", section_data("Full", *rest, ("X", "country"), ("Y", "funnel")))


def test_removing_fields_gives_their_bytes_back(talk: Talk) -> None:
    texts = tuple((f"T{number}", "text") for number in range(51))
    talk.done("add_section", section_data("Full", *texts))
    talk.done("remove_field", section_data("Full", ("T0", "")))

    talk.done("edit_section", section_data("Full", ("T51", "text")))


def test_a_full_budget_still_takes_what_costs_nothing(talk: Talk) -> None:
    talk.server.edit(
        "\n".join(["add-section Full", *(f"add-field Full T{n} text" for n in range(60))])
    )
    talk.done("edit_section", section_data("Full", ("X", "funnel")))
