"""Saved plans, over random accounts and files: read back as written, or not at all."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemactl.account.interface import Dialect, LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.account.rest.dialect import RestDialect
from schemactl.apply.saved_plan import as_of_today
from schemactl.desired.fingerprint import fingerprint_desired
from schemactl.diff import diff_schemas
from schemactl.errors import PlanFileError, RefusedError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.desired import Desired
from schemactl.model.plan import Fingerprint, Permission, Plan
from schemactl.model.schema import Field, Schema
from schemactl.planner import PlanContext, make_plan
from schemactl.planner.verification import Evidence, refuse_forged, refuse_inconsistent
from schemactl.project import SafetyRules
from schemactl.report.text.lines import plain_text
from schemactl.report.text.plan import plan_text as plan_as_lines
from schemactl.safety import (
    find_stale,
    refuse_altered_hazards,
    refuse_foreign,
    refuse_stale,
    with_hazards,
)
from schemactl.store.plan import plan_digest, plan_text, read_plan
from schemactl.store.plan.writing import digest_of
from tests.builders import MADE
from tests.fake_account import apply_calls
from tests.properties.altered import altered
from tests.strategies import (
    desired_schemas,
    live_fields,
    live_schemas,
    live_sections,
    tag_names,
)

permission_sets = st.sampled_from((frozenset[Permission](), frozenset(Permission)))


LEGACY = LegacyDialect(tag_carrier=7)


def plan_of(
    desired: Desired,
    live: Schema,
    given_: frozenset[Permission],
    dialect: Dialect = LEGACY,
) -> Plan:
    difference = diff_schemas(desired=desired, live=live)
    plan = make_plan(
        difference,
        live=LiveState(schema=live),
        dialect=dialect,
        context=PlanContext(
            made=MADE,
            account="demo",
            permissions=given_,
            identity=AccountIdentity(address="emulator"),
            files=Fingerprint.of(fingerprint_desired(desired)),
        ),
    )
    return with_hazards(plan, rules=SafetyRules(), managed_count=difference.managed_count)


plans = st.builds(plan_of, desired_schemas(), live_schemas(), permission_sets) | st.builds(
    plan_of,
    desired_schemas(),
    live_schemas(with_settings=True),
    permission_sets,
    st.sampled_from((LEGACY, RestDialect(), RestDialect(sends_whole=False))),
)


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


@given(
    desired=desired_schemas(),
    live=live_schemas() | live_schemas(with_settings=True),
    given_=permission_sets,
    dialect=st.sampled_from((LEGACY, RestDialect())),
    data=st.data(),
)
def test_a_plan_with_any_one_value_altered_is_refused_or_the_same(
    desired: Desired,
    live: Schema,
    given_: frozenset[Permission],
    dialect: Dialect,
    data: st.DataObject,
) -> None:
    """Whoever writes a plan file writes a fitting digest: all else must give it away."""
    plan = plan_of(desired, live, given_, dialect)
    document = json.loads(plan_text(plan))
    del document["digest"]
    forged = data.draw(altered(document))
    assume(forged != document and isinstance(forged, dict))
    assert isinstance(forged, dict)
    text = json.dumps({**forged, "digest": digest_of(forged)})
    try:
        read = verified(text, plan, LiveState(schema=live), dialect)
    except RefusedError:
        return
    assert read.calls == plan.calls
    assert shown(read, plan) == shown(plan, plan)


def verified(text: str, true: Plan, live: LiveState, dialect: Dialect) -> Plan:
    """Read a plan as apply does, where files and account lead to the true one."""
    read = read_plan(text, file="plan.json")
    refuse_inconsistent(read)
    refuse_altered_hazards(read)
    refuse_foreign(
        read,
        account=true.account,
        backend=true.backend,
        identity=true.identity,
        files=true.files.text,
    )
    refuse_stale(read, live.schema)
    fresh = replace(true, permissions=read.permissions)
    evidence = Evidence(fresh=fresh, live=live, dialect=dialect, is_recorded=lambda _: False)
    refuse_forged(read, evidence)
    return read


def shown(plan: Plan, fresh: Plan) -> str:
    """Show a plan as apply does, with the hazards of today."""
    today = as_of_today(plan, fresh)
    judged = with_hazards(today, rules=SafetyRules(), managed_count=1000)
    return plain_text(plan_as_lines(judged, width=200, verbose=True))


@given(plan=plans)
def test_a_true_plan_fits_itself(plan: Plan) -> None:
    refuse_inconsistent(plan)
    refuse_altered_hazards(plan)


@given(plan=plans, data=st.data())
def test_a_plan_that_was_cut_short_is_refused(plan: Plan, data: st.DataObject) -> None:
    text = plan_text(plan).rstrip()
    length = data.draw(st.integers(0, len(text) - 1))
    try:
        read_plan(text[:length], file="plan.json")
    except PlanFileError:
        return
    raise AssertionError(length)


@given(plan=plans, live=live_schemas() | live_schemas(with_settings=True))
def test_states_that_are_the_same_are_no_obstacle_and_all_others_are(
    plan: Plan, live: Schema
) -> None:
    """Compare with a different account: each object is reported exactly where it differs."""
    served = {change for call in plan.calls for change in call.serves}
    moved = find_stale(plan, live)
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
    assert find_stale(plan, live) == ()
    made = data.draw(st.integers(0, len(plan.calls)), label="calls made before")
    own = frozenset(change for call in plan.calls[:made] for change in call.serves)
    assert find_stale(plan, apply_calls(live, plan.calls[:made]), own=own) == ()


@st.composite
def meddled(draw: st.DrawFn, live: Schema) -> Schema:
    """An account after another user's work: objects made, altered and taken away."""
    sections = list(live.sections)
    for _ in range(draw(st.integers(1, 3))):
        match draw(st.sampled_from(("field", "section", "drop-field", "drop-section"))):
            case "section":
                sections.append(draw(live_sections()))
            case "field" if sections:
                at = draw(st.integers(0, len(sections) - 1))
                field = draw(live_fields())
                sections[at] = replace(sections[at], fields=(*sections[at].fields, field))
            case "drop-field" if sections:
                at = draw(st.integers(0, len(sections) - 1))
                sections[at] = replace(sections[at], fields=sections[at].fields[1:])
            case "drop-section" if sections:
                sections.pop(draw(st.integers(0, len(sections) - 1)))
            case _:
                pass
    tags = (*live.tags, *draw(st.lists(tag_names, max_size=1)))
    return Schema(sections=tuple(sections), tags=tuple(dict.fromkeys(tags)))


def fields_of(schema: Schema) -> Counter[tuple[str, Field]]:
    return Counter(schema.all_fields())


@given(desired=desired_schemas(), live=live_schemas(), data=st.data())
def test_calls_on_an_account_that_did_not_move_do_what_was_reviewed_and_no_more(
    desired: Desired, live: Schema, data: st.DataObject
) -> None:
    plan = plan_of(desired, live, frozenset(Permission))
    now = data.draw(meddled(live))
    assume(plan.calls and not find_stale(plan, now))
    # The stand-in account fails a call that could mean two things, or nothing.
    planned, reached = apply_calls(live, plan.calls), apply_calls(now, plan.calls)
    assert fields_of(now) - fields_of(reached) == fields_of(live) - fields_of(planned)
    assert fields_of(reached) - fields_of(now) == fields_of(planned) - fields_of(live)
