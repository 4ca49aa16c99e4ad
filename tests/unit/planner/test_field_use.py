"""planner/field_use.py: what fields take of a limit, object by object, and what to warn of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.rest.dialect import RestDialect
from schemactl.model.change import AddField, AddObject, AddSection, Change, RemoveField
from schemactl.model.difference import Difference, Notice, NoticeCode
from schemactl.model.field_limits import (
    ASSUMED_LIMIT,
    FIELD_BYTES,
    AppliedLimit,
    FieldLimit,
    FieldUse,
)
from schemactl.model.field_types import FieldType
from schemactl.model.plan import Plan
from schemactl.model.schema import CONTACTS, CustomObject, Schema
from schemactl.planner import PlanContext, make_plan
from tests.builders import MADE, a_field, a_notice, a_schema, a_section

PETS = "Pets"
BYTES = AppliedLimit(limit=FieldLimit.BYTES_39611, stated=True)
FIELDS = AppliedLimit(limit=FieldLimit.FIELDS_1600, stated=True)


def plan(
    *changes: Change,
    live: Schema,
    limit: AppliedLimit = ASSUMED_LIMIT,
    reported: Iterable[Notice] = (),
) -> Plan:
    return make_plan(
        Difference(changes=changes, notices=tuple(reported)),
        live=LiveState(schema=live, calls=2),
        dialect=RestDialect(),
        context=PlanContext(made=MADE, account="demo", field_limit=limit),
    )


def add(name: str, kind: str = "text", *, custom_object: str = CONTACTS) -> AddField:
    return AddField(section="S", after=a_field(name, kind), custom_object=custom_object)


def full(number: int, kind: str, *, pets: int = 0) -> Schema:
    """Return an account with a number of fields of a type, and some in Pets."""
    contacts = a_schema(a_section("S", *(a_field(f"F{n}", kind) for n in range(number))))
    section = a_section("S", *(a_field(f"P{n}", kind) for n in range(pets)))
    return replace(contacts, objects=(CustomObject(label=PETS, sections=(section,)),))


def warnings(made: Plan) -> list[tuple[str, str]]:
    return [
        (one.about, one.message)
        for one in made.notices
        if one.code is NoticeCode.MAYBE_EXCEEDS_FIELD_BUDGET
    ]


def test_each_object_is_counted_apart_and_all_together() -> None:
    live = replace(
        a_schema(a_section("S", a_field("A"), a_field("Email", "email", custom=False))),
        objects=(
            CustomObject(label=PETS, sections=(a_section("S", a_field("Age", "price")),)),
        ),
    )
    gone = RemoveField(section="S", before=a_field("A"), explicit=True)
    budget = plan(add("B"), gone, add("Breed", "check", custom_object=PETS), live=live).budget
    assert budget.contacts == FieldUse(
        field_bytes_before=768,
        field_bytes_peak=2 * 768,
        field_bytes_after=768,
        fields_before=2,
        fields_peak=3,
        fields_after=2,
    )
    (pets,) = budget.custom_objects
    assert pets == FieldUse(
        custom_object=PETS,
        field_bytes_before=64,
        field_bytes_peak=65,
        field_bytes_after=65,
        fields_before=1,
        fields_peak=2,
        fields_after=2,
    )
    assert budget.all_objects.field_bytes_after == 768 + 65
    assert budget.all_objects.fields_after == 4


def test_an_object_that_the_plan_makes_is_counted_too() -> None:
    made = plan(
        AddObject(custom_object="Cars"),
        AddSection(section="S", custom_object="Cars"),
        add("Plate", custom_object="Cars"),
        live=a_schema(),
    )
    (cars,) = made.budget.custom_objects
    assert (cars.custom_object, cars.field_bytes_after, cars.fields_after) == ("Cars", 768, 1)


def test_only_a_type_whose_size_is_on_no_page_is_unknown() -> None:
    assert {str(kind) for kind in FieldType} - set(FIELD_BYTES) == {"funnel"}


def test_an_assumed_limit_that_is_exceeded_is_a_notice_that_says_where_it_is_from() -> None:
    made = plan(add("Last"), live=full(51, "text"), reported=[a_notice()])
    ((about, message),) = warnings(made)
    assert about == "contacts"
    assert "39,936 of 39,611 bytes" in message
    assert "without a date" in message
    assert "1,600 fields per object" in message
    assert "field_limit in schemactl.yaml" in message
    assert made.notices[-1] == a_notice()


@pytest.mark.parametrize(
    ("number", "kind", "units"),
    [
        (50, "text", []),
        (1599, "check", []),
        (1600, "check", ["1,600 fields"]),
        (1600, "text", ["39,611 bytes", "1,600 fields"]),
    ],
)
def test_both_known_limits_are_warned_of_where_none_is_stated(
    number: int, kind: str, units: list[str]
) -> None:
    messages = [
        message for _, message in warnings(plan(add("Z", kind), live=full(number, kind)))
    ]
    assert len(messages) == len(units)
    assert all(unit in message for unit, message in zip(units, messages, strict=True))


@pytest.mark.parametrize("limit", [BYTES, FIELDS])
def test_a_stated_limit_is_a_hazard_or_nothing_and_no_notice(limit: AppliedLimit) -> None:
    assert warnings(plan(add("Z"), live=full(1700, "text"), limit=limit)) == []


@pytest.mark.parametrize("limit", [ASSUMED_LIMIT, BYTES])
def test_bytes_of_all_objects_are_only_warned_of_as_they_may_be_shared(
    limit: AppliedLimit,
) -> None:
    ((about, message),) = warnings(plan(add("Z"), live=full(30, "text", pets=30), limit=limit))
    assert about == "all objects together"
    assert "46,848 of 39,611 bytes" in message
    assert "whether objects share" in message


def test_fields_of_all_objects_have_no_common_limit() -> None:
    live = full(1000, "check", pets=1000)
    assert warnings(plan(add("Z", "check"), live=live, limit=FIELDS)) == []


def test_while_another_object_grows_a_full_one_counts_only_if_bytes_are_shared() -> None:
    live = full(60, "text", pets=1)
    elsewhere = add("Z", custom_object=PETS)
    assert [about for about, _ in warnings(plan(add("Z"), live=live))] == ["contacts"]
    reported = [about for about, _ in warnings(plan(elsewhere, live=live))]
    assert reported == ["all objects together"]
    assert warnings(plan(elsewhere, live=live, limit=FIELDS)) == []


def test_what_adds_no_field_brings_no_warning() -> None:
    gone = RemoveField(section="S", before=a_field("F1"), explicit=True)
    assert warnings(plan(gone, live=full(2000, "text", pets=60))) == []
