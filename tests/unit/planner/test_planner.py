"""planner: calls in order with what each needs, what waits, and the price."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.difference import Difference
from schemactl.model.pace import Pace, RequestCost, seconds_for, wait_for_limit
from schemactl.model.plan import ManualCode, Permission, Plan, Summary
from schemactl.model.schema import Schema
from schemactl.planner import PlanContext, make_plan
from schemactl.planner.dependencies import find_dependencies
from tests.builders import MADE, a_field, a_notice, a_schema, a_section, an_unmanaged


def plan(
    *changes: Change,
    live: Schema | None = None,
    permissions: Sequence[Permission] = (),
    rate: int | None = None,
) -> Plan:
    return make_plan(
        Difference(changes=changes),
        live=LiveState(schema=live or a_schema(), calls=2),
        dialect=LegacyDialect(tag_carrier=7),
        context=PlanContext(
            made=MADE,
            account="demo",
            permissions=frozenset(permissions),
            pace=Pace(calls_per_minute=rate),
        ),
    )


def add(name: str, kind: str = "text", *, section: str = "S") -> AddField:
    return AddField(section=section, after=a_field(name, kind))


def remove(name: str, kind: str = "text", *, section: str = "S") -> RemoveField:
    return RemoveField(section=section, before=a_field(name, kind), explicit=True)


def retype(name: str, before: str, after: str) -> ChangeType:
    return ChangeType(section="S", before=a_field(name, before), after=a_field(name, after))


def new_options(name: str) -> ChangeOptions:
    field = a_field(name, "tdrop", ["x"])
    return ChangeOptions(section="S", before=field, after=field, added=("x",), removed=("y",))


MOVE = MoveField(section="S", source="T", before=a_field("A"), after=a_field("A"))
RENAME = RenameField(section="S", before=a_field("Old"), after=a_field("A"))
RENAME_SECTION = RenameSection(section="S", was="R")
DUPLICATE = ResolveDuplicate(section="T", after=None, found=(a_field("D"),) * 2)


def test_a_section_comes_before_what_is_in_it() -> None:
    changes = (AddSection(section="S"), add("A"), add("B", section="T"))
    assert find_dependencies(changes) == {"add-field/S/A": ("add-section/S",)}


def test_a_fields_place_comes_before_its_content() -> None:
    changes = (RENAME_SECTION, MOVE, retype("A", "text", "price"))
    assert find_dependencies(changes) == {
        "move-field/S/A": ("rename-section/S",),
        "change-type/S/A": ("rename-section/S", "move-field/S/A"),
    }


def settings_of(name: str) -> ChangeSettings:
    before, after = (a_field(name, required=value) for value in (False, True))
    return ChangeSettings(section="S", before=before, after=after)


@pytest.mark.parametrize("placed", [RENAME, MOVE], ids=["renamed", "moved"])
def test_a_fields_name_and_place_come_before_its_settings(placed: Change) -> None:
    changes = (RENAME_SECTION, placed, settings_of("A"), settings_of("B"))
    assert find_dependencies(changes) == {
        placed.id: (RENAME_SECTION.id,),
        "change-settings/S/A": (RENAME_SECTION.id, placed.id),
        "change-settings/S/B": (RENAME_SECTION.id,),
    }


def test_a_section_has_its_name_before_its_description() -> None:
    describe = ChangeDescription(section="S", before="", after="Text")
    assert find_dependencies((describe, RENAME_SECTION)) == {describe.id: (RENAME_SECTION.id,)}
    assert (
        find_dependencies((describe, ChangeDescription(section="T", before="", after="x")))
        == {}
    )


def test_tags_wait_for_nothing() -> None:
    tags = (AddTag(tag="B"), RenameTag(tag="A", was="Old"), RemoveTag(tag="C"))
    assert find_dependencies((AddSection(section="A"), *tags)) == {}


def test_settings_and_descriptions_keep_no_section_from_being_removed() -> None:
    describe = ChangeDescription(section="S", before="", after="Text")
    gone = RemoveSection(section="S")
    assert find_dependencies((settings_of("A"), describe, gone)) == {}


def test_a_fields_name_comes_before_its_options() -> None:
    needs = find_dependencies((RENAME, new_options("A"), new_options("B")))
    assert needs == {"change-options/S/A": ("rename-field/S/A",)}


def test_a_section_is_removed_only_after_all_that_is_in_it() -> None:
    changes = (MOVE, RemoveSection(section="T"), remove("C", section="T"), DUPLICATE)
    assert find_dependencies(changes)["remove-section/T"] == (
        "move-field/S/A",
        "remove-field/T/C",
        "resolve-duplicate/T/D",
    )


def test_what_waits_for_a_manual_step_is_blocked_and_has_no_call() -> None:
    blocked = plan(RENAME_SECTION, add("A"), add("B"), AddTag(tag="VIP"))
    assert [(step.code, step.change, step.waits_for) for step in blocked.manual_steps] == [
        (ManualCode.RENAME_BY_HAND, "rename-section/S", ()),
        (ManualCode.BLOCKED, "add-field/S/A", ("rename-section/S",)),
        (ManualCode.BLOCKED, "add-field/S/B", ("rename-section/S",)),
    ]
    assert [call.request for call in blocked.calls] == ["add_tag", "remove_tag"]


def test_a_section_is_not_removed_while_a_field_waits_to_be_moved_out() -> None:
    live = a_schema(a_section("T", a_field("A"), a_field("C")))
    blocked = plan(MOVE, remove("C", section="T"), RemoveSection(section="T"), live=live)
    assert [call.request for call in blocked.calls] == ["remove_field"]
    assert blocked.manual_steps[-1].waits_for == ("move-field/S/A",)


def test_manual_steps_have_the_order_of_the_changes() -> None:
    steps = plan(add("A"), RENAME_SECTION, RemoveTag(tag="VIP")).manual_steps
    assert [step.change for step in steps] == [
        "add-field/S/A",
        "rename-section/S",
        "remove-tag/VIP",
    ]


def test_calls_are_numbered_and_name_those_that_must_be_done_before() -> None:
    field = AddField(section="S", after=a_field("A", "tdrop", ["x"]))
    live = a_schema(a_section("T", a_field("C")))
    calls = plan(
        AddSection(section="S"),
        field,
        AddTag(tag="VIP"),
        remove("C", section="T"),
        RemoveSection(section="T"),
        live=live,
    ).calls
    assert [(call.number, call.request, call.needs) for call in calls] == [
        (1, "add_section", ()),
        (2, "add_dropdown", (1,)),
        (3, "add_tag", ()),
        (4, "remove_tag", (3,)),
        (5, "remove_field", ()),
        (6, "remove_section", (5,)),
    ]


def test_a_replaced_field_comes_anew_only_after_it_has_gone() -> None:
    live = a_schema(a_section("S", a_field("A"), a_field("B")))
    calls = plan(
        retype("A", "text", "price"),
        retype("B", "text", "price"),
        live=live,
        permissions=[Permission.REPLACES_FIELD],
    ).calls
    assert [(call.request, call.needs) for call in calls] == [
        ("remove_field", ()),
        ("remove_field", ()),
        ("edit_section", (1, 2)),
    ]


def test_the_plan_shows_what_was_read_and_what_was_permitted() -> None:
    live = a_schema(a_section("S", a_field("A"), a_field("B")), tags=["VIP"])
    made = make_plan(
        Difference(unmanaged=(an_unmanaged(),), notices=(a_notice(),)),
        live=LiveState(schema=live, calls=2),
        dialect=LegacyDialect(),
        context=PlanContext(
            made=MADE,
            account="acme",
            permissions=frozenset({Permission.REMOVES_FIELD, Permission.MANY_REMOVALS}),
        ),
    )
    assert (made.account, made.backend, made.is_empty) == ("acme", "legacy", True)
    size = made.size
    assert (size.sections, size.fields, size.tags, size.calls) == (1, 2, 1, 2)
    assert made.permissions == (Permission.MANY_REMOVALS, Permission.REMOVES_FIELD)
    assert (made.unmanaged, made.notices) == ((an_unmanaged(),), (a_notice(),))
    assert (made.budget.calls, made.budget.requests) == (0, 2)


def test_each_change_counts_once_and_by_hand_is_by_hand_only() -> None:
    live = a_schema(a_section("S", a_field("O", "tdrop"), a_field("R")))
    made = plan(add("A"), new_options("O"), remove("R"), AddTag(tag="T"), MOVE, live=live)
    assert made.summary == Summary(add=2, change=1, remove=1, by_hand=1)


@pytest.mark.parametrize(
    ("calls", "rate", "seconds"),
    [
        (0, None, 0.0),
        (0, 150, 0.0),
        (4, None, 2.0),
        (4, 150, 2.0),
        (150, 150, 75.0),
        (10, 10, 5.0),
        (11, 10, 60.5),
        (21, 10, 120.5),
        (1, 1, 0.5),
        (3, 1, 120.5),
        (400, 180, 200.0),
    ],
)
def test_seconds_follow_the_rate_where_it_is_what_slows(
    calls: int, rate: int | None, seconds: float
) -> None:
    cost = RequestCost(requests=calls, trips=calls)
    assert seconds_for(cost, Pace(calls_per_minute=rate)) == seconds


def test_reads_that_are_made_at_once_take_the_time_of_one() -> None:
    one_by_one, four = Pace(), Pace(at_once=4)
    assert [one_by_one.trips(9), four.trips(9), four.trips(4), four.trips(0)] == [9, 3, 1, 0]


@pytest.mark.parametrize(
    ("requests", "sent_at", "seconds"),
    [
        (0, (), 0.0),
        (10, (), 0.0),
        (11, (), 60.0),
        # Of ten requests in the last minute, the first leaves the window first.
        (1, tuple(range(91, 101)), 51.0),
        (10, tuple(range(91, 101)), 60.0),
        (11, tuple(range(91, 101)), 111.0),
        # What was sent longer ago leaves room.
        (10, tuple(range(20, 30)), 0.0),
    ],
)
def test_the_limit_delays_what_follows_by_when_the_last_requests_were_sent(
    requests: int, sent_at: tuple[float, ...], seconds: float
) -> None:
    assert wait_for_limit(requests, sent_at=sent_at, now=100.0, limit=10) == seconds


def test_the_reads_that_prove_are_in_the_seconds_and_not_in_the_calls() -> None:
    live = a_schema(a_section("S", a_field("A"), a_field("B")))
    # Two for the plan, one after the review, one right before each removal, one at the end.
    budget = plan(remove("A"), remove("B"), live=live).budget
    assert (budget.calls, budget.requests) == (2, 8)
    assert budget.seconds == 8 * Pace().seconds_per_call


def test_bytes_count_what_comes_before_what_goes() -> None:
    live = a_schema(a_section("S", a_field("A"), a_field("B", "price"), a_field("C", "funnel")))
    budget = plan(add("N"), remove("A"), live=live).budget
    assert budget.contacts.field_bytes_before == 768 + 64
    assert budget.contacts.field_bytes_peak == 2 * 768 + 64
    assert budget.contacts.field_bytes_after == 768 + 64
    assert budget.contacts.field_bytes_unknown == 1


def test_unknown_costs_follow_what_comes_and_goes() -> None:
    live = a_schema(a_section("S", a_field("A", "funnel")))
    made = plan(add("B", "funnel"), add("C", "funnel"), remove("A", "funnel"), live=live)
    assert made.budget.contacts.field_bytes_unknown == 2


def test_a_replaced_field_has_gone_before_it_comes_anew() -> None:
    live = a_schema(a_section("S", a_field("A", "price")))
    change = retype("A", "price", "text")
    replaced = plan(change, live=live, permissions=[Permission.REPLACES_FIELD]).budget
    by_hand = plan(change, live=live).budget
    assert (replaced.contacts.field_bytes_before, replaced.contacts.field_bytes_after) == (
        64,
        768,
    )
    assert replaced.contacts.field_bytes_peak == 768
    assert by_hand.contacts.field_bytes_peak == 64 + 768, "a person makes the new one first"


def test_a_smaller_replacement_does_not_lower_the_peak() -> None:
    live = a_schema(a_section("S", a_field("A")))
    change = retype("A", "text", "price")
    budget = plan(change, live=live, permissions=[Permission.REPLACES_FIELD]).budget
    assert (budget.contacts.field_bytes_peak, budget.contacts.field_bytes_after) == (768, 64)


def test_a_system_field_of_another_type_costs_nothing() -> None:
    system = a_field("A", "numeric", custom=False)
    change = ChangeType(section="S", before=system, after=a_field("A"), protected=True)
    budget = plan(change, live=a_schema(a_section("S", system))).budget
    assert (budget.contacts.field_bytes_peak, budget.contacts.field_bytes_after) == (0, 0)
