"""Comparing two accounts: the same is no difference, and each difference is reported once."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume, example, given

from schemactl.drift.between import drift_between
from schemactl.model.drift import Drift, DriftStatus
from schemactl.model.schema import FieldKey, Schema
from tests.builders import a_field, a_schema, a_section
from tests.strategies import live_schemas


def between(one: Schema, other: Schema) -> Drift:
    return drift_between(one, other, name="one", other_name="other")


def keys_of(schema: Schema) -> Counter[FieldKey]:
    return Counter(FieldKey(section, field.name) for section, field in schema.all_fields())


def with_options(*options: str) -> Schema:
    return a_schema(a_section("S", a_field("A", "tdrop", options)))


def named(drift: Drift) -> set[tuple[str, str | None, str]]:
    places = {(item.object.value, item.section, item.name) for item in drift.items}
    for item in drift.items:
        places |= {(item.object.value, state.section, state.name) for state in item.found}
    return places


@given(live_schemas(with_settings=True))
def test_an_account_is_like_itself(live: Schema) -> None:
    twice = {key for key, times in keys_of(live).items() if times > 1}

    items = between(live, live).items

    assert all(item.status is DriftStatus.AMBIGUOUS for item in items)
    assert {FieldKey(item.section or "", item.name) for item in items} <= twice


@given(live_schemas(with_settings=True), live_schemas(with_settings=True))
def test_every_field_that_only_one_side_has_is_reported(one: Schema, other: Schema) -> None:
    reported = named(between(one, other))

    only_one = {key for key in keys_of(one) if not keys_of(other)[key]}
    only_other = {key for key in keys_of(other) if not keys_of(one)[key]}
    for key in only_one | only_other:
        assert ("field", key.section, key.name) in reported or any(
            name in key or section == key.section for _, section, name in reported
        )


# Files may not add an empty option; an account may be the only one to have it.
@example(with_options(), with_options(""))
@example(with_options("X"), with_options("X", " "))
@given(live_schemas(), live_schemas())
def test_what_differs_one_way_differs_the_other_way_too(one: Schema, other: Schema) -> None:
    assume(
        max(keys_of(one).values(), default=1) == 1 == max(keys_of(other).values(), default=1)
    )

    assert bool(between(one, other).items) == bool(between(other, one).items)


def test_the_vendors_own_fields_are_compared_like_all_others() -> None:
    one = a_schema(a_section("S", a_field("A", custom=False)))

    (item,) = (
        item for item in between(one, a_schema(a_section("S"))).items if item.is_difference
    )

    assert item.message == "field S / A is only in one"


def test_a_name_that_only_the_other_side_has_twice_is_reported() -> None:
    one = a_schema(a_section("S", a_field("A")))
    other = a_schema(a_section("S", a_field("A"), a_field("A")))

    (item,) = between(one, other).items

    assert item.status is DriftStatus.AMBIGUOUS
    assert item.is_difference
