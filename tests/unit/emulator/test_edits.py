"""Edits: what a person does in the web interface, as commands of the emulator."""

from __future__ import annotations

import re

import pytest

from schemactl.emulator import EmulatorError, describe_edits, parse_edits
from tests.unit.emulator.talk import Talk, contact_data

SALES = """
# the account's own section
add-section Sales
add-field Sales Stage tdrop New Won Lost
add-field Sales 'Next Call' fulldate
"""


@pytest.fixture
def sales(talk: Talk) -> Talk:
    """An account with a section of two fields, the first a dropdown that contact 1 uses."""
    talk.server.edit(SALES)
    talk.done("update", contact_data(1, Stage="New", Next_Call="1000000000"))
    return talk


def test_sections_and_fields_are_made_as_custom_ones(sales: Talk) -> None:
    assert sales.sections()["Sales"] == ["Stage", "Next Call"]
    assert sales.field("Sales", "Stage").get("editable") == "1"
    assert sales.options("Sales", "Stage") == ["New", "Won", "Lost"]


def test_renaming_keeps_everything_else(sales: Talk) -> None:
    sales.server.edit("rename-section Sales Pipeline\nrename-field Pipeline Stage State")

    assert sales.sections()["Pipeline"] == ["State", "Next Call"]
    tree = sales.call("fetch", "<contact_id>1</contact_id>").tree
    assert tree.findtext(".//Group_Tag[@name='Pipeline']/field[@name='State']") == "New"


def test_moving_a_field_keeps_its_values(sales: Talk) -> None:
    sales.server.edit("move-field Sales Stage 'Lead Information'")

    assert sales.sections()["Sales"] == ["Next Call"]
    assert sales.sections()["Lead Information"][-1] == "Stage"
    assert sales.values()["Stage"] == "New"


def test_changing_the_type_keeps_values_and_drops_senseless_options(sales: Talk) -> None:
    sales.server.edit("change-type Sales Stage list")
    assert sales.options("Sales", "Stage") == ["New", "Won", "Lost"]

    sales.server.edit("change-type Sales Stage text")
    assert (sales.field("Sales", "Stage").get("type"), len(sales.field("Sales", "Stage"))) == (
        "text",
        0,
    )
    assert sales.values()["Stage"] == "New"


def test_removing_takes_what_is_inside_along(sales: Talk) -> None:
    sales.server.edit("remove-field Sales Stage")
    assert sales.sections()["Sales"] == ["Next Call"]
    sales.server.edit("remove-section Sales")
    assert "Sales" not in sales.sections()


def test_options_can_be_added_removed_renamed_and_put_in_order(sales: Talk) -> None:
    sales.server.edit(
        "add-option Sales Stage Open Shut\n"
        "remove-option Sales Stage Won New\n"
        "rename-option Sales Stage Shut Closed\n"
        "reorder-options Sales Stage Closed Lost\n"
    )
    assert sales.options("Sales", "Stage") == ["Closed", "Lost", "Open"]
    assert sales.values()["Stage"] is None


def test_a_name_can_occur_twice_or_be_empty(sales: Talk) -> None:
    sales.server.edit(
        "add-field Sales Stage text\nadd-field Sales '' text\nadd-section Sales\n"
        "add-field 'Contact Information' Stage numeric"
    )
    names = [one.get("name") for one in sales.call("key").tree.iter("Group_Tag")]

    assert names.count("Sales") == 2
    assert "Stage" in sales.sections()["Contact Information"]
    fields = sales.call("key").tree.findall(".//Group_Tag[@name='Sales']/field")
    assert [one.get("name") for one in fields] == ["Stage", "Next Call", "Stage", ""]


def test_system_fields_can_be_made(sales: Talk) -> None:
    sales.server.edit("add-system-field 'Lead Information' Origin tdrop A B")
    field = sales.field("Lead Information", "Origin")
    assert (field.get("editable"), len(field)) == (None, 2)


def test_tags_can_be_made_renamed_and_removed(talk: Talk) -> None:
    talk.server.edit("add-tag Old\nadd-tag VIP")
    talk.done("update", contact_data(1, Contact_Tags="Old*/*VIP"))
    talk.server.edit("rename-tag Old 'Not so old'\nremove-tag VIP")

    assert talk.tags() == ["Not so old"]
    assert talk.values()["Contact Tags"] == "*/*Not so old*/*"


def test_contacts_can_be_made_and_changed(talk: Talk) -> None:
    talk.server.edit(
        "add-contact 'First Name=Di' 'City=a=b' 'Contact Tags=VIP'\n"
        "set-value 4 'Zip Code' 12345\nadd-contact"
    )
    values = talk.values(4)
    assert (values["First Name"], values["City"], values["Zip Code"]) == ("Di", "a=b", "12345")
    assert talk.tags() == ["VIP"]
    assert talk.values(5)["First Name"] is None


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("add-sectoin X", "there is no edit 'add-sectoin'", "did you mean 'add-section'?"),
        ("add-section", "add-section does not take 0 words", "write: add-section NAME"),
        ("add-section A B", "add-section does not take 2 words", "write: add-section NAME"),
        (
            "add-field A B",
            "add-field does not take 2 words",
            "write: add-field SECTION NAME TYPE",
        ),
        (
            "add-tag 'x",
            "the edit cannot be read: No closing quotation: add-tag 'x",
            "put names",
        ),
        ("''", "there is no edit ''", "Choose one of: add-section"),
        ("remove-section sales", "no section 'sales'", "did you mean 'Sales'?"),
        (
            "remove-field Sales stage",
            "no field in section 'Sales' called 'stage'",
            "did you mean",
        ),
        ("remove-tag VIP", "no tag 'VIP'", ""),
        ("add-option Sales 'Next Call' x", "field 'Next Call' has type 'fulldate' and", "only"),
        ("remove-option Sales Stage Own", "field 'Stage' has no option 'Own'", "did you mean"),
        (
            "reorder-options Sales Stage Own",
            "field 'Stage' has no option 'Own'",
            "did you mean",
        ),
        (
            "rename-option Sales Stage Own x",
            "field 'Stage' has no option 'Own'",
            "did you mean",
        ),
        ("add-contact City", "'City' sets no field", "write FIELD=VALUE"),
        ("add-contact Ciy=Rye", "no field 'Ciy'", "did you mean 'City'?"),
        ("set-value 9 City Rye", "no contact with id '9'", "there are: 1, 2, 3"),
        ("set-value x City Rye", "no contact with id 'x'", "there are: 1, 2, 3"),
        ("set-value 1 Ciy Rye", "no field 'Ciy'", "did you mean 'City'?"),
    ],
)
def test_a_wrong_edit_is_reported_and_nothing_is_done(
    sales: Talk, line: str, message: str, hint: str
) -> None:
    with pytest.raises(EmulatorError) as caught:
        sales.server.edit(f"add-section More\n{line}")

    assert message in str(caught.value)
    assert (caught.value.hint or "").startswith(hint)
    assert "More" not in sales.sections()


def test_a_wrong_line_is_reported_with_its_number() -> None:
    with pytest.raises(EmulatorError, match=r"^line 3: there is no edit 'x'$"):
        parse_edits("add-tag a\n\nx\n")


def test_every_edit_is_described() -> None:
    usages = describe_edits()
    assert "set-value CONTACT_ID FIELD VALUE" in usages
    assert len(usages) == 35


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("set-required Sales Stage 1", "'1' is neither yes nor no"),
        ("set-unique Sales Stage maybe", "'maybe' is neither yes nor no"),
        ("set-unique Sales Stag yes", "no field in section 'Sales' called 'Stag'"),
        ("describe-section Sale Text", "no section 'Sale'"),
        ("add-tag VIP people", "'people' is not the number of a kind of object"),
    ],
)
def test_settings_that_cannot_be_made_are_reported(
    sales: Talk, edit: str, message: str
) -> None:
    with pytest.raises(EmulatorError, match=re.escape(message)) as caught:
        sales.server.edit(edit)
    assert caught.value.hint


def test_renaming_an_option_renames_it_in_contacts(sales: Talk) -> None:
    sales.server.edit("rename-option Sales Stage New 'Brand New'")
    assert sales.values()["Stage"] == "Brand New"
