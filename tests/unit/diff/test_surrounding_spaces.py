"""diff/surrounding_spaces.py: when a space around a name is asked after."""

from __future__ import annotations

from schemactl.diff import diff_schemas
from schemactl.model.desired import Desired
from schemactl.model.difference import NoticeCode
from schemactl.model.schema import Schema
from tests.builders import a_desired, a_desired_section, a_field, a_schema, a_section


def asked(desired: Desired, live: Schema) -> list[tuple[str, str]]:
    """Return what is asked after, with the first words of the message."""
    return [
        (notice.about, notice.message.partition(" is new and starts or ends with a space")[0])
        for notice in diff_schemas(desired=desired, live=live).notices
        if notice.code is NoticeCode.OUTER_BLANKS
    ]


def test_a_new_name_with_a_space_at_its_end_is_asked_after() -> None:
    field = a_field("Size ", "tdrop", options=(" S", "M"))
    desired = a_desired(a_desired_section(" Shoes", field), tags=("VIP ", "Lead"))
    assert asked(desired, a_schema()) == [
        (" Shoes", 'the section " Shoes"'),
        (" Shoes / Size ", 'the field "Size "'),
        (" Shoes / Size ", 'the option " S"'),
        ("VIP ", 'the tag "VIP "'),
    ]


def test_a_space_that_the_account_has_too_is_no_matter() -> None:
    section = a_section(" Shoes", a_field("Size ", "tdrop", options=(" S", "M")))
    desired = a_desired(a_desired_section(section.name, *section.fields), tags=("VIP ",))
    assert asked(desired, a_schema(section, tags=("VIP ",))) == []


def test_only_the_new_one_of_several_options_is_asked_after() -> None:
    old = a_field("Size ", "tdrop", options=("S ", "M"))
    new = a_field("Size ", "tdrop", options=("S ", "M", "L "))
    live = a_schema(a_section("Shoes", old))
    assert asked(a_desired(a_desired_section("Shoes", new)), live) == [
        ("Shoes / Size ", 'the option "L "')
    ]


def test_the_place_in_the_file_is_reported() -> None:
    desired = a_desired(a_desired_section("Shoes ", line=7))
    (notice,) = diff_schemas(desired=desired, live=a_schema()).notices
    assert notice.location == desired.sections[0].location
