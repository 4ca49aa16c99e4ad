"""model/schema.py and its indexes: lookups and counts."""

from __future__ import annotations

import pytest

from schemactl.model.desired import Desired
from schemactl.model.field_limits import count_unknown, known_bytes
from schemactl.model.field_types import is_finer
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import (
    FieldKey,
    Schema,
    fold_name,
    is_same_description,
)
from tests.builders import a_desired, a_desired_section, a_field, a_schema, a_section


@pytest.mark.parametrize(("one", "other"), [(" E-Mail", "e-mail "), ("STRASSE", "straße")])
def test_folding_ignores_case_and_outer_blanks(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("E-Mail", "Email"), ("a b", "ab"), ("é", "e")])
def test_folding_keeps_everything_else(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@pytest.mark.parametrize(
    ("name", "kind", "declarable"),
    [("A", "tdrop", True), ("A", "email", True), ("", "text", False), ("A", "ndrop", False)],
)
def test_a_file_can_declare_a_field_with_a_name_and_a_known_type(
    name: str, kind: str, *, declarable: bool
) -> None:
    assert a_field(name, kind).is_declarable is declarable


@pytest.mark.parametrize(
    ("marked", "field_custom", "system"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
def test_a_section_is_the_vendors_if_it_or_one_of_its_fields_is_not_custom(
    *, marked: bool, field_custom: bool, system: bool
) -> None:
    section = a_section("S", a_field(custom=field_custom), custom=marked)
    assert section.is_system is system


def test_fields_are_listed_with_their_sections_and_counted() -> None:
    schema = a_schema(a_section("S", a_field("A")), a_section("T", a_field("A"), a_field("B")))
    assert [(section, field.name) for section, field in schema.all_fields()] == [
        ("S", "A"),
        ("T", "A"),
        ("T", "B"),
    ]
    assert schema.field_count == 3


def test_the_desired_schema_has_no_instructions() -> None:
    field = a_field("A", "tdrop", ["x"])
    desired = a_desired(a_desired_section("S", field, was=["Old"]), tags=["VIP"])
    assert desired.schema == a_schema(a_section("S", field), tags=["VIP"])
    assert Desired().schema == Schema()


def test_only_custom_fields_count_for_the_bytes() -> None:
    fields = [a_field("A"), a_field("B", "check"), a_field("C", custom=False)]
    assert known_bytes(fields) == 769


def test_fields_whose_size_is_not_public_are_counted_separately() -> None:
    kinds = ["country", "funnel", "ndrop", "", "text"]
    fields = [a_field(str(index), kind) for index, kind in enumerate(kinds)]
    assert (known_bytes(fields), count_unknown(fields)) == (773, 3)
    assert count_unknown([a_field("A", "ndrop", custom=False)]) == 0


def test_the_index_merges_sections_of_one_name() -> None:
    index = LiveIndex(
        a_schema(
            a_section("S", a_field("A"), custom=False), a_section("S", a_field("A", "price"))
        )
    )
    section = index.section("S")
    assert section is not None
    assert (len(section.fields), section.custom) == (2, False)
    assert [field.type for field in index.named(FieldKey("S", "A"))] == ["text", "price"]


def test_the_index_is_empty_for_unknown_names() -> None:
    index = LiveIndex(a_schema())
    key = FieldKey("S", "A")
    assert index.section("S") is None
    assert index.sections_like("S") == ()
    assert index.named(key) == index.fields_like(key) == ()
    assert index.places("A") == ()
    assert dict(index.fields("S")) == {}


def test_the_index_separates_similar_names_from_the_name_itself() -> None:
    index = LiveIndex(
        a_schema(
            a_section("S", a_field("A"), a_field("a"), a_field("A ")),
            a_section("s"),
            a_section("T", a_field("a ")),
        )
    )
    assert [field.name for field in index.fields_like(FieldKey("S", "A"))] == ["a", "A "]
    assert index.sections_like("S") == ("s",)


def test_the_index_returns_every_place_of_a_name() -> None:
    index = LiveIndex(
        a_schema(a_section("S", a_field("A"), a_field("A")), a_section("T", a_field("A")))
    )
    assert [section for section, _ in index.places("A")] == ["S", "S", "T"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a\nb", "a\r\nb"),
        ("a\nb", "a\rb"),
        ("a\nb", "a \t\nb "),
        ("a", "a\n"),
        ("a", " \n a"),
        ("", " \r\n"),
        ("a\n\nb", "a\r\n \r\nb"),
    ],
)
def test_invisible_line_breaks_and_spaces_do_not_change_a_description(
    one: str, other: str
) -> None:
    assert is_same_description(one, other)
    assert is_same_description(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a b", "a  b"), ("a\nb", "a b"), ("a\n\nb", "a\nb"), ("a\n b", "a\nb"), ("A", "a")],
)
def test_visible_differences_make_descriptions_different(one: str, other: str) -> None:
    assert not is_same_description(one, other)


@pytest.mark.parametrize(
    ("kind", "than", "finer"),
    [
        ("address", "text", True),
        ("email", "text", True),
        ("sms", "phone", True),
        ("text", "email", False),
        ("text", "text", False),
        ("sms", "text", False),
        ("longtext", "text", False),
        ("", "ndrop", False),
    ],
)
def test_a_type_is_finer_than_the_one_that_replaces_it_over_the_other_api(
    kind: str, than: str, *, finer: bool
) -> None:
    assert is_finer(kind, than=than) is finer
