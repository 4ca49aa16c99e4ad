"""drift.causes: files, account or both, attribute by attribute."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from schemactl.diff import diff_schemas
from schemactl.drift.items import drift_of
from schemactl.model.base import Applied, Base
from schemactl.model.desired import Desired, DesiredObject, DesiredSection, DesiredTag, Manage
from schemactl.model.drift import Cause, Drift
from schemactl.model.schema import CustomObject, Field, Schema, Section
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
    a_schema,
    a_section,
    a_tag,
)

APPLIED = Applied(at="2026-11-23T09:00:00+00:00")
PENDING, DRIFT, CONFLICT, UNKNOWN = Cause.PENDING, Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN


def drift_from(desired: Desired, live: Schema, before: Schema | None) -> Drift:
    base = None
    if before is not None:
        base = Base(account="a", backend="rest", address="", applied=APPLIED, schema=before)
    difference = diff_schemas(desired=desired, live=live)
    return drift_of(difference, account="a", backend="rest", base=base)


def cause(desired: Desired, live: Schema, before: Schema | None) -> Cause:
    (item,) = (one for one in drift_from(desired, live, before).items if one.is_difference)
    return item.cause


def of_field(field: Field) -> Schema:
    return a_schema(a_section("S", field))


def wanting(*fields: Field, manage: Manage = Manage.MERGE) -> Desired:
    section = DesiredSection(
        name="S",
        location=a_location(),
        fields=tuple(map(a_desired_field, fields)),
        manage=manage,
    )
    return a_desired(section)


NOTHING = a_schema(a_section("S"))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (NOTHING, PENDING),
        (of_field(a_field("A")), DRIFT),
        (of_field(a_field("A", "numeric")), CONFLICT),
        (None, UNKNOWN),
    ],
)
def test_a_field_that_is_missing_was_there_or_not(
    before: Schema | None, expected: Cause
) -> None:
    assert cause(wanting(a_field("A")), NOTHING, before) is expected


@pytest.mark.parametrize(
    ("was", "expected"), [("text", DRIFT), ("numeric", PENDING), ("phone", CONFLICT)]
)
def test_a_type_was_that_of_one_side_or_of_none(was: str, expected: Cause) -> None:
    live, before = of_field(a_field("A", "numeric")), of_field(a_field("A", was))

    assert cause(wanting(a_field("A", "text")), live, before) is expected


@pytest.mark.parametrize(
    ("was", "expected"),
    [
        (("New", "Won"), DRIFT),
        (("New", "Lost"), PENDING),
        (("New",), CONFLICT),
        (("New", "Won", "Lost"), CONFLICT),
        ((" Won ", "New"), DRIFT),
        (None, UNKNOWN),
    ],
)
def test_each_option_is_judged_by_itself(was: tuple[str, ...] | None, expected: Cause) -> None:
    wanted = a_field("A", "tdrop", options=("New", "Won"))
    found = a_field("A", "tdrop", options=("New", "Lost"))
    before = a_field("A", "tdrop", options=was)

    assert cause(wanting(wanted), of_field(found), of_field(before)) is expected


@pytest.mark.parametrize(
    ("was", "expected"), [(True, DRIFT), (False, PENDING), (None, UNKNOWN)]
)
@pytest.mark.parametrize("setting", ["required", "unique"])
def test_a_setting_is_judged_if_the_account_shows_it(
    *, setting: str, was: bool | None, expected: Cause
) -> None:
    def with_setting(*, on: bool | None) -> Field:
        if setting == "required":
            return a_field("A")._replace(required=on)
        return a_field("A")._replace(unique=on)

    live, before = of_field(with_setting(on=False)), of_field(with_setting(on=was))

    assert cause(wanting(with_setting(on=True)), live, before) is expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("Next Call",), DRIFT), (("Follow-up",), PENDING), ((), CONFLICT)],
)
def test_another_name_was_given_by_files_or_account(
    names: Sequence[str], expected: Cause
) -> None:
    section = a_desired_section("S", a_desired_field(a_field("Next Call"), was=("Follow-up",)))
    before = a_schema(a_section("S", *map(a_field, names)))

    assert cause(a_desired(section), of_field(a_field("Follow-up")), before) is expected


@pytest.mark.parametrize(("place", "expected"), [("S", DRIFT), ("T", PENDING)])
def test_a_field_that_is_elsewhere_was_moved_by_files_or_account(
    place: str, expected: Cause
) -> None:
    live = a_schema(a_section("S"), a_section("T", a_field("A")))
    before = a_schema(
        *(a_section(name, *([a_field("A")] if name == place else [])) for name in ("S", "T"))
    )

    assert cause(wanting(a_field("A")), live, before) is expected


@pytest.mark.parametrize(
    ("was", "expected"), [("One", DRIFT), ("Two", PENDING), ("Six", CONFLICT), (None, UNKNOWN)]
)
def test_a_description_is_judged_like_any_other_text(was: str | None, expected: Cause) -> None:
    section = a_desired_section("S", description="One")
    live, before = (Schema(sections=(Section(name="S", description=t),)) for t in ("Two", was))

    assert cause(a_desired(section), live, before) is expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (NOTHING, DRIFT),
        (of_field(a_field("B")), PENDING),
        (of_field(a_field("B", "numeric")), CONFLICT),
    ],
)
def test_what_should_not_exist_came_or_was_there(before: Schema, expected: Cause) -> None:
    desired = wanting(manage=Manage.MIRROR)

    assert cause(desired, of_field(a_field("B")), before) is expected


def test_fields_of_a_renamed_section_are_known_under_its_old_name() -> None:
    section = a_desired_section("New", a_desired_field(a_field("A", "text")), was=("Old",))
    live = a_schema(a_section("Old", a_field("A", "numeric")))

    items = drift_from(a_desired(section), live, live).items

    assert [(item.object, item.cause) for item in items] == [
        ("section", PENDING),
        ("field", PENDING),
    ]


@pytest.mark.parametrize(("tags", "expected"), [(("VIP",), DRIFT), ((), PENDING)])
def test_a_tag_that_is_missing_was_there_or_not(tags: Sequence[str], expected: Cause) -> None:
    before = Schema(tags=tuple(tags))

    assert cause(a_desired(tags=(a_tag("VIP"),)), Schema(), before) is expected


def test_a_tag_that_was_renamed_in_the_account_has_drifted() -> None:
    tag = DesiredTag(name="VIP", location=a_location(), was=("Gold",))

    assert cause(a_desired(tags=(tag,)), Schema(tags=("Gold",)), Schema(tags=("VIP",))) is DRIFT


def test_an_unmanaged_object_is_reported_with_whether_it_is_new() -> None:
    live = a_schema(a_section("S", a_field("Old"), a_field("New")))
    before = of_field(a_field("Old"))

    items = drift_from(wanting(), live, before).items

    assert {item.name: item.cause for item in items} == {"Old": PENDING, "New": DRIFT}


def test_an_object_that_no_file_named_when_the_base_was_kept_is_unknown() -> None:
    entry = DesiredObject(
        label="Pets",
        location=a_location(),
        sections=(a_desired_section("S", a_desired_field(a_field("A"))),),
    )
    live = Schema(objects=(CustomObject(label="Pets", sections=(a_section("S"),)),))
    desired = Desired(objects=(entry,))

    assert cause(desired, live, Schema()) is UNKNOWN
    assert cause(desired, live, live) is PENDING


def test_without_a_base_nothing_is_known() -> None:
    drift = drift_from(wanting(a_field("A")), of_field(a_field("B")), None)

    assert drift.applied is None
    assert {item.cause for item in drift.items} == {UNKNOWN}
