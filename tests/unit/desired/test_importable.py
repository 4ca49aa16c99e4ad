"""desired/importable.py: what of a live account files can declare."""

from __future__ import annotations

import pytest

from schemactl.desired.importable import Skipped, pick_importable
from schemactl.model.schema import Field, Schema, Section
from tests.builders import a_field, a_schema, a_section


def test_custom_fields_and_tags_are_picked_and_the_vendors_own_are_not() -> None:
    live = a_schema(
        a_section("Contact Information", a_field("E-Mail", custom=False), a_field("Nickname")),
        a_section("Lead Information", a_field("Contact Owner", "", custom=False)),
        tags=["VIP"],
    )
    picked = pick_importable(live)
    assert picked.schema == a_schema(
        a_section("Contact Information", a_field("Nickname")), tags=["VIP"]
    )
    assert picked.skipped == ()


def test_the_vendors_own_fields_are_picked_when_asked_for() -> None:
    live = Schema(
        sections=(
            Section(
                name="Lead Information",
                fields=(
                    Field(name="Contact Owner", type="", custom=False),
                    Field(name="Lead Source", type="tdrop", options=("Ad",), custom=False),
                ),
                custom=False,
            ),
        )
    )
    picked = pick_importable(live, include_system=True)
    assert picked.schema == a_schema(
        a_section("Lead Information", a_field("Lead Source", "tdrop", ["Ad"]))
    )
    assert picked.skipped == (
        Skipped(
            about="Lead Information / Contact Owner", reason='no file can declare its type ""'
        ),
    )


def test_names_that_no_file_can_hold_are_left_out_with_the_reason() -> None:
    live = a_schema(
        a_section(
            "Sales",
            a_field(""),
            a_field("  "),
            a_field("Line\nBreak"),
            a_field("Turned\u202e"),
            a_field("Twice"),
            a_field("twice "),
            a_field("Status", "tdrop", ["New", "Turned\u202e"]),
        ),
        a_section("sales"),
        a_section(" "),
        tags=["VIP", "vip", "", "a*/*b"],
    )
    picked = pick_importable(live)
    assert picked.schema == a_schema(a_section("Sales"), tags=["VIP"])
    assert len(picked.skipped) == 12


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Lead\u200b Status", "U+200B ZERO WIDTH SPACE at character 5"),
        ("\u2764\ufe0f Lead", "U+FE0F VARIATION SELECTOR-16 at character 2"),
        ("x\u3164", "U+3164 HANGUL FILLER at character 2"),
    ],
    ids=["zero width", "emoji", "filler"],
)
def test_a_name_with_an_invisible_character_is_skipped_by_name(name: str, reason: str) -> None:
    live = a_schema(a_section("Sales", a_field(name), a_field("Ok", "tdrop", ["y", name])))
    picked = pick_importable(live)
    assert picked.schema == a_schema(a_section("Sales"))
    assert [reason in one.reason for one in picked.skipped] == [True, True]


def test_two_options_that_look_alike_are_skipped_with_their_field() -> None:
    field = a_field("Town", "tdrop", ["Caf\u00e9", "Cafe\u0301"])
    (skipped,) = pick_importable(a_schema(a_section("Sales", field))).skipped
    assert skipped.reason == "people cannot tell two of its options apart"


def test_settings_and_descriptions_are_picked_only_where_the_account_has_some() -> None:
    def live(name: str, *, required: bool | None, unique: bool | None) -> Field:
        return Field(name=name, type="text", required=required, unique=unique)

    account = Schema(
        sections=(
            Section(
                name="Sales",
                description="First call.\nContract.",
                fields=(
                    live("A", required=True, unique=False),
                    live("B", required=False, unique=True),
                    live("C", required=None, unique=None),
                ),
            ),
            Section(name="Archive", description=""),
            Section(name="Events", description=None),
        )
    )
    picked = pick_importable(account)
    assert picked.schema == Schema(
        sections=(
            Section(
                name="Sales",
                description="First call.\nContract.",
                fields=(
                    live("A", required=True, unique=None),
                    live("B", required=None, unique=True),
                    live("C", required=None, unique=None),
                ),
            ),
            Section(name="Archive"),
            Section(name="Events"),
        )
    )
    assert picked.skipped == ()


@pytest.mark.parametrize("text", ["a\tb", "turned\u202e", "a\n", "a\r\n"])
def test_a_description_that_no_file_can_hold_is_left_out_alone(text: str) -> None:
    live = Schema(sections=(Section(name="Sales", description=text, fields=(a_field("A"),)),))
    picked = pick_importable(live)
    assert picked.schema == a_schema(a_section("Sales", a_field("A")))
    assert picked.skipped == (
        Skipped(
            about="Sales",
            reason=(
                "its description holds a character that cannot be seen, or ends in a line break"
            ),
        ),
    )


def test_an_option_that_the_account_has_twice_is_written_once() -> None:
    live = a_schema(a_section("Sales", a_field("Status", "tdrop", ["New", "Won", "New"])))
    (section,) = pick_importable(live).schema.sections
    assert section.fields[0].options == ("New", "Won")
