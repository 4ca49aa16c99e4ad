"""diff/likely_renames.py: when a new field is asked after as an old one under another name."""

from __future__ import annotations

from schemactl.diff import diff_schemas
from schemactl.model.difference import NoticeCode
from schemactl.model.schema import Field, Section
from tests.builders import a_desired, a_desired_section, a_field, a_schema, a_section


def messages(declared: Field, *live: Field) -> list[str]:
    difference = diff_schemas(
        desired=a_desired(a_desired_section("S", declared)),
        live=a_schema(a_section("S", *live)),
    )
    return [
        notice.message
        for notice in difference.notices
        if notice.code is NoticeCode.MAYBE_RENAMED
    ]


def test_the_most_similar_unmanaged_field_of_the_same_type_is_named() -> None:
    found = messages(a_field("Deal Value"), a_field("Deal Size"), a_field("Deal Values"))

    assert len(found) == 1
    assert '`was: ["Deal Values"]`' in found[0]


def test_a_field_of_another_type_is_not_asked_after() -> None:
    assert messages(a_field("Deal Value", "price"), a_field("Deal Values", "text")) == []


def test_a_name_with_little_in_common_is_not_asked_after() -> None:
    assert messages(a_field("Deal Value"), a_field("Shoe Size")) == []


def test_the_vendors_own_fields_are_not_asked_after() -> None:
    assert messages(a_field("Deal Value"), a_field("Deal Values", custom=False)) == []


def section_messages(*live: Section) -> list[str]:
    declared = a_desired_section("Sales", a_field("A"), a_field("B"), a_field("C"))
    difference = diff_schemas(desired=a_desired(declared), live=a_schema(*live))
    assert next(change.id for change in difference.changes) == "add-section/Sales"
    return [f"{notice.about} {notice.message}" for notice in difference.notices]


def test_a_section_that_takes_the_fields_of_an_unmanaged_one_is_asked_after_once() -> None:
    live = a_section("Pipeline", a_field("A"), a_field("B"), a_field("X", "price"))

    (message,) = section_messages(live)

    assert message == (
        'Sales would be created, and 2 fields of "Pipeline", which no file names, moved '
        'into it by hand: if that is the same section, write `was: ["Pipeline"]`'
    )


def test_a_section_that_takes_half_of_the_fields_of_another_is_not_asked_after() -> None:
    live = a_section("Pipeline", a_field("A"), a_field("X", "price"))
    assert section_messages(live) == []


def test_a_section_that_takes_fields_of_the_vendors_section_is_not_asked_after() -> None:
    live = a_section("Contacts", a_field("A"), a_field("B"), custom=False)
    assert section_messages(live) == []


def test_every_schema_of_a_report_knows_every_notice() -> None:
    from schemactl.document.resources import schema_text

    for name in ("plan", "drift"):
        assert [code for code in NoticeCode if f'"{code}"' not in schema_text(name)] == []
