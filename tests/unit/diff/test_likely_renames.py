"""diff/likely_renames.py: when a new field is asked after as an old one under another name."""

from __future__ import annotations

from schemactl.diff import diff_schemas
from schemactl.model.difference import NoticeCode
from schemactl.model.schema import Field
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


def test_every_schema_of_a_report_knows_every_notice() -> None:
    from schemactl.resources import schema_text

    for name in ("plan", "drift"):
        assert [code for code in NoticeCode if f'"{code}"' not in schema_text(name)] == []
