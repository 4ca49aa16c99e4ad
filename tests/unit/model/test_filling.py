"""model.filling: what a value of one field becomes in another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.model.field_types import OPTION_TYPES, FieldType
from schemactl.model.filling import UNMAPPED, Converted, FillSource, convert, first_value
from schemactl.model.record_update import Value
from schemactl.model.schema import Field


def a_source(others: str = "", pattern: str = "", **mapped: str) -> FillSource:
    return FillSource(
        section="Old", name="Was", map=tuple(mapped.items()), others=others, format=pattern
    )


def a_target(kind: str, *options: str) -> Field:
    return Field(name="New", type=kind, options=options or None)


@pytest.mark.parametrize(
    ("value", "source", "kind", "target", "expected"),
    [
        ("x", a_source(x="X"), "text", a_target("tdrop", "X"), ("X",)),
        ("X", a_source(), "text", a_target("tdrop", "X"), ("X",)),
        ("y", a_source(x="X"), "text", a_target("tdrop", "X"), UNMAPPED),
        ("y", a_source("X"), "text", a_target("tdrop", "X"), ("X",)),
        ("y", a_source("empty"), "text", a_target("tdrop", "X"), ()),
        (("A", "B"), a_source(A="X", B="X"), "list", a_target("tdrop", "X"), ("X",)),
        (("A", "B"), a_source(A="X", B="Y"), "list", a_target("tdrop", "X", "Y"), UNMAPPED),
        (("A", "B"), a_source(A="X"), "list", a_target("list", "X", "B"), ("X", "B")),
        (("A", "B"), a_source(), "list", a_target("text"), "A, B"),
        ("1700000000", a_source(), "fulldate", a_target("fulldate"), "1700000000"),
        ("14.11.2023", a_source("", "%d.%m.%Y"), "text", a_target("fulldate"), "1699920000"),
        ("14.11.23", a_source("", "%d.%m.%Y"), "text", a_target("fulldate"), UNMAPPED),
        ("14.11.2023", a_source(), "text", a_target("fulldate"), UNMAPPED),
        ("1699920000", a_source("", "%d.%m.%Y"), "fulldate", a_target("text"), "14.11.2023"),
        ("1699920000", a_source(), "fulldate", a_target("text"), UNMAPPED),
        ("$1,234.50", a_source(), "text", a_target("price"), "1234.50"),
        ("twelve", a_source("empty"), "text", a_target("numeric"), ""),
        ("NaN", a_source(), "text", a_target("numeric"), UNMAPPED),
        ("1", a_source(), "check", a_target("check"), "1"),
        ("yes", a_source(yes="1"), "text", a_target("check"), "1"),
        ("yes", a_source(), "text", a_target("check"), UNMAPPED),
        ("any", a_source(), "text", a_target("longtext"), "any"),
        ("any", a_source(), "text", a_target("email"), UNMAPPED),
    ],
)
def test_a_value_becomes_what_the_files_say(
    value: Value, source: FillSource, kind: str, target: Field, expected: Converted
) -> None:
    assert convert(value, source, kind, target) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [(("", "b"), (1, "b")), ((("A",), "b"), (0, ("A",))), (("", ()), None), ((), None)],
)
def test_the_first_source_with_a_value_decides(
    values: tuple[Value, ...], expected: tuple[int, Value] | None
) -> None:
    assert first_value(values) == expected


@given(
    value=st.text(min_size=1, max_size=8)
    | st.lists(st.text(min_size=1), min_size=1).map(tuple),
    kind=st.sampled_from(FieldType),
    target=st.sampled_from(FieldType),
    others=st.sampled_from(["", "empty", "A"]),
    pattern=st.sampled_from(["", "%d.%m.%Y", "%Q"]),
)
def test_any_value_is_converted_or_unmapped(
    value: Value, kind: str, target: str, others: str, pattern: str
) -> None:
    wanted = a_target(target, "A", "B") if target in OPTION_TYPES else a_target(target)
    found = convert(value, a_source(others, pattern), kind, wanted)
    if found is UNMAPPED:
        return
    assert isinstance(found, tuple) is (target in OPTION_TYPES)
    if isinstance(found, tuple):
        assert set(found) <= {"A", "B"}
