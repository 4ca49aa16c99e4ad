"""diff.match: which live section and field each declared one means."""

from __future__ import annotations

import pytest

from schemactl.diff.match import FieldMatch, How, SectionMatch, live_names, match_sections
from schemactl.model.desired import DesiredSection
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import FieldKey, Section
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_schema,
    a_section,
)


def match(declared: list[DesiredSection], live: list[Section]) -> tuple[SectionMatch, ...]:
    return match_sections(a_desired(*declared), LiveIndex(a_schema(*live)))


def match_one(declared: DesiredSection, *live: Section) -> FieldMatch:
    """Match the only field of the only declared section."""
    (section,) = match([declared], list(live))
    (field,) = section.fields
    return field


def test_the_exact_name_in_the_exact_section_is_the_field() -> None:
    found = match_one(a_desired_section("S", a_field("A")), a_section("S", a_field("A")))
    assert (found.how, found.key) == (How.EXACT, FieldKey("S", "A"))


def test_without_a_match_a_field_is_missing_and_would_be_where_declared() -> None:
    found = match_one(a_desired_section("S", a_field("A")), a_section("T", a_field("B")))
    assert (found.how, found.key, found.found) == (How.MISSING, FieldKey("S", "A"), ())


@pytest.mark.parametrize(
    "live_name", ["phone", "PHONE", "Phone ", "\tPhone", " pHONE ", "Pho\u200bne"]
)
def test_another_case_or_outer_blanks_are_a_lookalike(live_name: str) -> None:
    declared = a_desired_section("S", a_field("Phone"))
    found = match_one(declared, a_section("S", a_field(live_name)))
    assert (found.how, found.key) == (How.LOOKALIKE, FieldKey("S", live_name))


@pytest.mark.parametrize(
    "live_name", ["Cafe\u0301", "CAFE\u0301", "Caf\u00e9\u3164", "\u00a0Caf\u00e9"], ids=ascii
)
def test_what_looks_the_same_is_a_lookalike(live_name: str) -> None:
    found = match_one(
        a_desired_section("S", a_field("Caf\u00e9")), a_section("S", a_field(live_name))
    )
    assert (found.how, found.key) == (How.LOOKALIKE, FieldKey("S", live_name))


def test_spaces_within_a_name_make_it_another() -> None:
    declared = a_desired_section("S", a_field("Cell Phone"))
    found = match_one(declared, a_section("S", a_field("CellPhone")))
    assert found.how is How.MISSING


def test_a_lookalike_in_another_section_is_another_field() -> None:
    found = match_one(
        a_desired_section("S", a_field("Phone")), a_section("T", a_field("phone"))
    )
    assert found.how is How.MISSING


def test_an_earlier_name_is_a_rename() -> None:
    declared = a_desired_section("S", a_desired_field(a_field("New"), was=["Older", "Old"]))
    found = match_one(declared, a_section("S", a_field("Old")))
    assert (found.how, found.key) == (How.RENAMED, FieldKey("S", "Old"))


def test_the_new_name_wins_over_the_earlier_one() -> None:
    declared = a_desired_section("S", a_desired_field(a_field("New"), was=["Old"]))
    found = match_one(declared, a_section("S", a_field("Old"), a_field("New")))
    assert found.how is How.EXACT


def test_an_earlier_name_explains_better_than_a_lookalike() -> None:
    declared = a_desired_section("S", a_desired_field(a_field("New"), was=["Old"]))
    found = match_one(declared, a_section("S", a_field("new"), a_field("Old")))
    assert (found.how, found.key.name) == (How.RENAMED, "Old")


def test_an_earlier_name_keeps_its_field_though_a_lookalike_is_declared_before() -> None:
    declared = a_desired_section(
        "S", a_desired_field(a_field("Mail ")), a_desired_field(a_field("E-Mail"), was=["mail"])
    )
    (section,) = match([declared], [a_section("S", a_field("mail"))])
    assert [field.how for field in section.fields] == [How.MISSING, How.RENAMED]


def test_a_system_field_was_never_called_otherwise() -> None:
    declared = a_desired_section("S", a_desired_field(a_field("New"), was=["First Name"]))
    system = a_field("First Name", custom=False)
    assert match_one(declared, a_section("S", system)).how is How.MISSING
    assert match_one(declared, a_section("T", system)).how is How.MISSING


def test_a_lookalike_of_a_system_field_is_that_field() -> None:
    declared = a_desired_section("S", a_field("E-mail"))
    found = match_one(declared, a_section("S", a_field("E-Mail", custom=False)))
    assert found.how is How.LOOKALIKE


@pytest.mark.parametrize("custom", [True, False])
def test_a_field_of_the_name_in_another_section_has_moved(*, custom: bool) -> None:
    found = match_one(
        a_desired_section("S", a_field("A")), a_section("T", a_field("A", custom=custom))
    )
    assert (found.how, found.key) == (How.MOVED, FieldKey("T", "A"))


def test_a_field_of_an_earlier_name_in_another_section_has_moved() -> None:
    declared = a_desired_section("S", a_desired_field(a_field("New"), was=["Old"]))
    found = match_one(declared, a_section("T", a_field("Old")))
    assert (found.how, found.key) == (How.MOVED, FieldKey("T", "Old"))


def test_a_field_that_is_declared_where_it_is_has_not_moved() -> None:
    declared = [a_desired_section("S", a_field("A")), a_desired_section("T", a_field("A"))]
    new, old = match(declared, [a_section("T", a_field("A"))])
    assert (new.fields[0].how, old.fields[0].how) == (How.MISSING, How.EXACT)


def test_two_declared_fields_never_mean_one_that_moved() -> None:
    declared = [a_desired_section(name, a_field("A")) for name in ("S", "T", "U")]
    live = [a_section(name, a_field("A")) for name in ("X", "Y")]
    hows = [section.fields[0].how for section in match(declared, live)]
    assert hows == [How.MOVED, How.MOVED, How.MISSING]


def test_the_own_name_elsewhere_goes_before_an_earlier_name_elsewhere() -> None:
    renamed = a_desired_section("S", a_desired_field(a_field("New"), was=["A"]))
    moved = a_desired_section("T", a_field("A"))
    first, second = match([renamed, moved], [a_section("X", a_field("A"))])
    assert (first.fields[0].how, second.fields[0].how) == (How.MISSING, How.MOVED)


def test_a_name_that_occurs_twice_is_found_twice() -> None:
    live = a_section("S", a_field("A"), a_field("A", "price"))
    found = match_one(a_desired_section("S", a_field("A")), live)
    assert (found.how, len(found.found)) == (How.EXACT, 2)


def test_a_section_is_matched_by_its_earlier_name_and_its_fields_with_it() -> None:
    declared = a_desired_section("Sales", a_field("A"), was=["Deals"])
    (section,) = match([declared], [a_section("Deals", a_field("A"))])
    assert (section.how, section.live_name) == (How.RENAMED, "Deals")
    assert (section.fields[0].how, section.fields[0].key) == (How.EXACT, FieldKey("Deals", "A"))


def test_a_section_is_matched_by_a_lookalike() -> None:
    (section,) = match([a_desired_section("Sales")], [a_section("SALES ")])
    assert (section.how, section.live_name) == (How.LOOKALIKE, "SALES ")


@pytest.mark.parametrize("mark_custom", [True, False])
def test_a_system_section_was_never_called_otherwise(*, mark_custom: bool) -> None:
    # Real accounts mark some system sections as custom, but never a field in them.
    live = a_section("Affiliate Data", a_field("$ Sales", custom=False), custom=mark_custom)
    (section,) = match([a_desired_section("Partners", was=["Affiliate Data"])], [live])
    assert section.how is How.MISSING


def test_two_declared_sections_never_mean_one_live_section() -> None:
    declared = [a_desired_section("New", was=["Old"]), a_desired_section("Other", was=["Old"])]
    hows = [section.how for section in match(declared, [a_section("Old")])]
    assert hows == [How.RENAMED, How.MISSING]


def test_an_earlier_section_name_goes_before_a_lookalike_declared_before_it() -> None:
    declared = [a_desired_section("OLD"), a_desired_section("New", was=["old"])]
    hows = [section.how for section in match(declared, [a_section("old")])]
    assert hows == [How.MISSING, How.RENAMED]


def test_a_declared_section_is_nobodys_earlier_one() -> None:
    declared = [a_desired_section("New", was=["Old"]), a_desired_section("Old")]
    hows = [section.how for section in match(declared, [a_section("Old")])]
    assert hows == [How.MISSING, How.EXACT]


def test_missing_sections_have_no_live_name() -> None:
    matches = match([a_desired_section("S"), a_desired_section("T")], [a_section("T")])
    assert list(live_names(matches)) == ["T"]
