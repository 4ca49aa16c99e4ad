"""Saved plans, over random accounts and files: read back as written, or not at all."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemactl.accounts import SafetyRules
from schemactl.backend.interface import LiveState
from schemactl.backend.legacy_dialect import LegacyDialect
from schemactl.desired.fingerprint import fingerprint_of
from schemactl.diff import diff_schemas
from schemactl.errors import PlanFileError
from schemactl.model.desired import Desired
from schemactl.model.plan import Permission, Plan
from schemactl.model.schema import Schema
from schemactl.plan_file import plan_digest, plan_text, read_plan
from schemactl.planner import make_plan
from schemactl.safety import find_moved, with_hazards
from tests.fake_account import apply_calls
from tests.strategies import desired_schemas, live_schemas

permission_sets = st.sampled_from((frozenset[Permission](), frozenset(Permission)))


def plan_of(desired: Desired, live: Schema, given_: frozenset[Permission]) -> Plan:
    difference = diff_schemas(desired=desired, live=live)
    plan = make_plan(
        difference,
        account="demo",
        live=LiveState(schema=live),
        dialect=LegacyDialect(tag_carrier=7),
        permissions=given_,
        address="emulator",
        files=fingerprint_of(desired),
    )
    return with_hazards(plan, rules=SafetyRules(), managed_count=difference.managed_count)


plans = st.builds(plan_of, desired_schemas(), live_schemas(), permission_sets)


@given(plans)
def test_a_saved_plan_comes_back_exactly(plan: Plan) -> None:
    text = plan_text(plan)
    again = read_plan(text, file="plan.json")
    assert again == plan
    assert plan_text(again) == text


@given(desired=desired_schemas(), live=live_schemas(), given_=permission_sets)
def test_equal_situations_give_equal_bytes(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    again = frozenset(sorted(given_, reverse=True))
    one = plan_of(desired, live, given_)
    other = plan_of(deepcopy(desired), deepcopy(live), again)
    assert plan_text(one) == plan_text(other)
    assert plan_digest(one) == plan_digest(other)


@given(plan=plans, data=st.data())
def test_a_plan_with_one_character_changed_is_refused_or_the_very_same(
    plan: Plan, data: st.DataObject
) -> None:
    text = plan_text(plan)
    place = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.sampled_from(tuple('09-.eE"\\{}[],: \nutfx\x00é')) | st.characters())
    kept = data.draw(st.sampled_from((0, 1)), label="insert rather than replace or delete")
    for edited in (
        text[:place] + new + text[place + 1 - kept :],
        text[:place] + text[place + 1 :],
    ):
        try:
            read = read_plan(edited, file="plan.json")
        except PlanFileError:
            continue
        assert read == plan


@given(plan=plans, data=st.data())
def test_a_plan_that_was_cut_short_is_refused(plan: Plan, data: st.DataObject) -> None:
    text = plan_text(plan).rstrip()
    length = data.draw(st.integers(0, len(text) - 1))
    try:
        read_plan(text[:length], file="plan.json")
    except PlanFileError:
        return
    raise AssertionError(length)


@given(plan=plans, live=live_schemas())
def test_states_that_are_the_same_are_no_obstacle_and_all_others_are(
    plan: Plan, live: Schema
) -> None:
    """Look at a wholly other account: each object is told exactly where it differs."""
    served = {change for call in plan.calls for change in call.serves}
    moved = find_moved(plan, live)
    assert {(one.kind, one.path) for one in moved} <= {
        (entry.kind, entry.path) for entry in plan.seen if served & set(entry.serves)
    }
    assert all(one.seen != one.now for one in moved)


@settings(max_examples=50)
@given(desired=desired_schemas(), live=live_schemas(), data=st.data())
def test_a_plan_is_not_disturbed_by_what_it_did_itself(
    desired: Desired, live: Schema, data: st.DataObject
) -> None:
    plan = plan_of(desired, live, frozenset(Permission))
    assume(plan.calls)
    assert find_moved(plan, live) == ()
    made = data.draw(st.integers(0, len(plan.calls)), label="calls made before")
    own = frozenset(change for call in plan.calls[:made] for change in call.serves)
    assert find_moved(plan, apply_calls(live, plan.calls[:made]), own=own) == ()
