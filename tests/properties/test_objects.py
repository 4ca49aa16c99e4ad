"""Custom objects: each is planned as contacts are, and none has a say in another."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.interface import LiveState
from schemactl.account.rest.dialect import RestDialect
from schemactl.account.rest.state import OF_CONTACTS, ObjectRef, RestState
from schemactl.diff import diff_schemas
from schemactl.diff.readback import ReadBack
from schemactl.model.change import AddObject, AddTag, Change, RemoveTag, RenameTag
from schemactl.model.desired import Desired, DesiredObject
from schemactl.model.live_index import LiveIndex
from schemactl.model.object_state import observe
from schemactl.model.plan import Call, Permission, Plan, Precondition
from schemactl.model.run import VerdictStatus
from schemactl.model.schema import CustomObject, Schema
from schemactl.planner import PlanContext, make_plan
from tests.builders import MADE, a_location
from tests.fake_account import do_by_hand
from tests.strategies import desired_schemas, live_schemas

PETS: Final = "Pets"
ALL: Final = frozenset(Permission)
permission_sets = st.frozensets(st.sampled_from(Permission))


def without_tags(desired: Desired) -> Desired:
    return replace(desired, tags=(), removed_tags=())


def with_pets(contacts: Desired, pets: Desired) -> Desired:
    entry = DesiredObject(
        label=PETS,
        location=a_location(),
        sections=pets.sections,
        removed_sections=pets.removed_sections,
        removed_fields=pets.removed_fields,
    )
    return replace(contacts, objects=(entry,))


def plan_of(desired: Desired, live: Schema, given_: frozenset[Permission]) -> Plan:
    return make_plan(
        diff_schemas(desired=desired, live=live),
        live=LiveState(schema=live),
        dialect=RestDialect(),
        context=PlanContext(made=MADE, account="demo", permissions=given_),
    )


def as_of_contacts(change: Change) -> Change:
    assert not isinstance(change, AddTag | RenameTag | RemoveTag)
    return replace(change, custom_object="")


def request_of_contacts(call: Call) -> tuple[str, tuple[tuple[str, object], ...]]:
    kept = {k: v for k, v in call.arguments.items() if k not in {"object", "object_id"}}
    return call.request, tuple(kept.items())


def seen_of_contacts(seen: Precondition) -> tuple[object, ...]:
    return seen.kind, seen.path, seen.live, seen.desired


@given(desired_schemas(), desired_schemas(), live_schemas(), live_schemas(), permission_sets)
def test_an_object_is_planned_as_if_it_were_all_the_account_had(
    contacts: Desired,
    pets: Desired,
    live: Schema,
    live_pets: Schema,
    given_: frozenset[Permission],
) -> None:
    both = replace(live, objects=(CustomObject(label=PETS, sections=live_pets.sections),))
    whole = plan_of(with_pets(contacts, pets), both, given_)
    first = plan_of(contacts, live, given_)
    second = plan_of(without_tags(pets), Schema(sections=live_pets.sections), given_)

    of_pets = [change for change in whole.changes if change.custom_object]
    assert [change for change in whole.changes if not change.custom_object] == list(
        first.changes
    )
    assert [as_of_contacts(change) for change in of_pets] == list(second.changes)
    assert len(whole.manual_steps) == len(first.manual_steps) + len(second.manual_steps)
    assert sorted(map(request_of_contacts, whole.calls), key=repr) == sorted(
        map(request_of_contacts, (*first.calls, *second.calls)), key=repr
    )
    assert sorted(map(seen_of_contacts, whole.seen), key=repr) == sorted(
        map(seen_of_contacts, (*first.seen, *second.seen)), key=repr
    )
    assert whole.budget.contacts.field_bytes_after == first.budget.contacts.field_bytes_after


@given(desired_schemas(), desired_schemas(), live_schemas(), live_schemas())
def test_what_is_seen_of_an_object_is_found_in_it_and_nowhere_else(
    contacts: Desired, pets: Desired, live: Schema, live_pets: Schema
) -> None:
    both = replace(live, objects=(CustomObject(label=PETS, sections=live_pets.sections),))

    for seen in plan_of(with_pets(contacts, pets), both, ALL).seen:
        index = LiveIndex(both.of(seen.custom_object))
        assert observe(seen.kind, seen.path, index) == seen.live


@given(desired_schemas(), live_schemas())
def test_all_in_an_object_that_is_missing_waits_for_a_person_to_make_it(
    pets: Desired, live: Schema
) -> None:
    plan = plan_of(with_pets(Desired(), pets), live, ALL)

    steps = {step.change: step for step in plan.manual_steps}
    made = plan.changes[0]
    assert isinstance(made, AddObject)
    assert steps[made.id].waits_for == ()
    assert all(steps[change.id].waits_for == (made.id,) for change in plan.changes[1:2])
    assert set(steps) == {change.id for change in plan.changes}
    assert not plan.calls
    assert ReadBack(live).judge(made).status is VerdictStatus.IGNORED
    after = do_by_hand(live, made)
    assert ReadBack(after).judge(made).status is VerdictStatus.APPLIED
    assert made not in diff_schemas(desired=with_pets(Desired(), pets), live=after).changes


def test_parts_of_a_state_are_put_in_the_place_of_the_old_ones() -> None:
    pets = RestState(ref=ObjectRef(PETS, 10_000))
    state = RestState(objects=(pets,))

    assert state.of(PETS) is pets
    assert state.of("") == RestState(ref=OF_CONTACTS)
    assert state.of("Cars").ref == ObjectRef("Cars", 0)
    assert state.with_part(RestState(ref=OF_CONTACTS)).objects == (pets,)
