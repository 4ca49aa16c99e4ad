"""model/object_state.py: the state of one object in an account."""

from __future__ import annotations

from schemactl.model.live_index import LiveIndex
from schemactl.model.object_state import (
    ContentsState,
    DescriptionState,
    FieldState,
    NamesState,
    ObjectState,
    PreconditionKind,
    TypedName,
    observe,
)
from schemactl.model.schema import FieldKey, Schema
from tests.builders import a_field, a_schema, a_section


def seen(kind: PreconditionKind, *path: str, live: Schema) -> ObjectState | None:
    return observe(kind, path, LiveIndex(live))


def test_a_missing_object_has_no_state() -> None:
    live = a_schema(a_section("Other", a_field("A")), tags=["x"])
    paths = {
        kind: ("S", "F") if kind is PreconditionKind.FIELD else ("S",)
        for kind in PreconditionKind
    }
    assert [observe(kind, path, LiveIndex(live)) for kind, path in paths.items()] == [
        None
    ] * len(PreconditionKind)


def test_the_state_of_a_section_or_tag_has_all_similar_names() -> None:
    live = a_schema(*map(a_section, ("s", "S", "T", "S")), tags=["vip ", "VIP", "V"])
    assert seen(PreconditionKind.SECTION, "S", live=live) == NamesState(("S", "S", "s"))
    assert seen(PreconditionKind.TAG, "VIP", live=live) == NamesState(("VIP", "vip "))


def test_the_state_of_a_field_has_similar_fields_and_those_in_other_sections() -> None:
    live = a_schema(
        a_section("S", a_field("phone", "phone"), a_field("Phone"), a_field("Fax")),
        a_section("T", a_field("PHONE ")),
    )
    assert seen(PreconditionKind.FIELD, "S", "Phone", live=live) == FieldState(
        (a_field("Phone"), a_field("phone", "phone")), (FieldKey("T", "PHONE "),)
    )


def test_a_field_in_another_section_only_is_part_of_the_state() -> None:
    live = a_schema(a_section("T", a_field("A")))
    found = seen(PreconditionKind.FIELD, "S", "A", live=live)
    assert found == FieldState((), (FieldKey("T", "A"),))


def test_the_order_in_the_account_is_not_part_of_a_state() -> None:
    one = (a_field("A", "tdrop", ["x", "y"]), a_field("A", "list", []), a_field("A", "list"))
    other = (a_field("A", "list"), a_field("A", "list", []), a_field("A", "tdrop", ["y", "x"]))
    for kind, path in (
        (PreconditionKind.FIELD, ("S", "A")),
        (PreconditionKind.SECTION_CONTENTS, ("S",)),
    ):
        states = [
            observe(kind, path, LiveIndex(a_schema(a_section("S", *fields))))
            for fields in (one, other)
        ]
        assert states[0] == states[1] is not None


def test_options_type_and_custom_are_part_of_a_state() -> None:
    variants = (
        a_field("A", "tdrop", ["x"]),
        a_field("A", "tdrop", ["x", "x"]),
        a_field("A", "tdrop", []),
        a_field("A", "tdrop"),
        a_field("A", "tdrop", custom=False),
        a_field("A"),
    )
    states = [
        seen(PreconditionKind.FIELD, "S", "A", live=a_schema(a_section("S", variant)))
        for variant in variants
    ]
    assert all(states.count(state) == 1 for state in states)


def test_the_contents_of_a_section_are_names_and_types() -> None:
    live = a_schema(a_section("S", a_field("B", "list", ["x"]), a_field("A")), a_section("E"))
    assert seen(PreconditionKind.SECTION_CONTENTS, "S", live=live) == ContentsState(
        (TypedName("A", "text"), TypedName("B", "list"))
    )
    assert seen(PreconditionKind.SECTION_CONTENTS, "E", live=live) == ContentsState(())


def test_a_description_is_part_of_a_state_if_the_api_reports_it() -> None:
    live = a_schema(a_section("S", description="Text\r\n"), a_section("T", description=""))
    unreported = a_schema(a_section("S"))
    kind = PreconditionKind.SECTION_DESCRIPTION
    assert seen(kind, "S", live=live) == DescriptionState("Text\r\n")
    assert seen(kind, "T", live=live) == DescriptionState("")
    assert seen(kind, "S", live=unreported) is None


def test_required_and_unique_are_part_of_a_state_if_the_api_reports_them() -> None:
    for found in (a_field("A", required=True, unique=False), a_field("A")):
        live = a_schema(a_section("S", found))
        assert seen(PreconditionKind.FIELD, "S", "A", live=live) == FieldState((found,))


def test_fields_of_one_name_have_a_fixed_order_by_their_settings() -> None:
    twins = (a_field("A", required=True), a_field("A", required=False))
    states = [
        seen(PreconditionKind.FIELD, "S", "A", live=a_schema(a_section("S", *fields)))
        for fields in (twins, twins[::-1])
    ]
    assert states[0] == states[1]
