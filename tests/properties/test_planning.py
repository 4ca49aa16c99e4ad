"""Planning, over random accounts and files: what must hold for every pair of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from schemactl.account.interface import Dialect, LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.account.rest.dialect import RestDialect
from schemactl.diff import diff_schemas
from schemactl.diff.readback import ReadBack
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeSettings,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.desired import Desired, Manage
from schemactl.model.difference import Difference, NoticeCode, UnmanagedKind
from schemactl.model.pace import Pace
from schemactl.model.plan import ManualCode, Permission, Plan
from schemactl.model.run import VerdictStatus
from schemactl.model.schema import Field, FieldKey, Schema
from schemactl.planner import PlanContext, make_plan
from schemactl.project import SafetyRules
from schemactl.safety import with_hazards
from tests.builders import (
    MADE,
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_schema,
    a_section,
)
from tests.fake_account import apply_call, apply_calls, can_be_done_by_hand, do_by_hand
from tests.strategies import desired_schemas, live_schemas

CARRIER = 7
MAX_STEPS = 80
permission_sets = st.sampled_from((frozenset[Permission](), frozenset(Permission)))
carriers = st.sampled_from((None, CARRIER))
accounts = live_schemas() | live_schemas(with_settings=True)
"""As either API shows them."""


def difference_of(desired: Desired, live: Schema) -> Difference:
    return diff_schemas(desired=desired, live=live)


def plan_of(
    desired: Desired,
    live: Schema,
    permissions: frozenset[Permission] = frozenset(),
    carrier: int | None = CARRIER,
    dialect: Dialect | None = None,
) -> Plan:
    difference = difference_of(desired, live)
    plan = make_plan(
        difference,
        live=LiveState(schema=live),
        dialect=dialect or LegacyDialect(tag_carrier=carrier),
        context=PlanContext(
            made=MADE, account="demo", permissions=permissions, pace=Pace(calls_per_minute=150)
        ),
    )
    return with_hazards(plan, rules=SafetyRules(), managed_count=difference.managed_count)


def by_hand(plan: Plan) -> set[str]:
    return {step.change for step in plan.manual_steps}


def ids(plan: Plan) -> list[str]:
    return [change.id for change in plan.changes]


def with_own_identity(live: Schema) -> Schema:
    """Make every field an object of its own, so that `is` identifies which one is meant."""
    return replace(
        live,
        sections=tuple(
            replace(section, fields=tuple(field._replace() for field in section.fields))
            for section in live.sections
        ),
    )


@given(desired=desired_schemas(), live=accounts, given_=permission_sets, carrier=carriers)
def test_every_change_has_either_calls_or_a_manual_step(
    desired: Desired, live: Schema, given_: frozenset[Permission], carrier: int | None
) -> None:
    plan = plan_of(desired, live, given_, carrier)

    served = {change for call in plan.calls for change in call.serves}
    assert len(set(ids(plan))) == len(plan.changes), "ids are unique"
    assert served | by_hand(plan) == set(ids(plan))
    assert not served & by_hand(plan)
    assert len(by_hand(plan)) == len(plan.manual_steps)


@given(desired=desired_schemas(), live=live_schemas(with_settings=True), given_=permission_sets)
def test_over_the_rest_api_too_every_change_has_either_calls_or_a_manual_step(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    plan = plan_of(desired, live, given_, dialect=RestDialect())

    served = {change for call in plan.calls for change in call.serves}
    assert served | by_hand(plan) == set(ids(plan))
    assert not served & by_hand(plan)


@given(desired=desired_schemas(), live=accounts, given_=permission_sets, carrier=carriers)
def test_after_the_calls_only_the_manual_steps_are_left(
    desired: Desired, live: Schema, given_: frozenset[Permission], carrier: int | None
) -> None:
    plan = plan_of(desired, live, given_, carrier)

    reached = apply_calls(live, plan.calls)

    assert set(ids(plan_of(desired, reached, given_, carrier))) == by_hand(plan)


@given(desired=desired_schemas(), live=accounts, given_=permission_sets)
def test_reading_back_proves_every_change_that_an_honest_account_made(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    plan = plan_of(desired, live, given_)
    read_back = ReadBack(apply_calls(live, plan.calls))

    verdicts = {
        change.id: read_back.judge(change)
        for change in plan.changes
        if change.id not in by_hand(plan)
    }

    assert {verdict.status for verdict in verdicts.values()} <= {VerdictStatus.APPLIED}


@given(desired=desired_schemas(), live=live_schemas(), given_=permission_sets)
def test_the_account_shows_each_call_once_it_was_made_and_not_before(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    dialect = LegacyDialect(tag_carrier=CARRIER)
    for call in plan_of(desired, live, given_).calls:
        if call.request == "remove_tag":
            continue  # what a contact holds is no part of the schema
        assert not dialect.shows(call, LiveState(schema=live))
        live = apply_call(live, call)
        assert dialect.shows(call, LiveState(schema=live))


@given(desired=desired_schemas(), live=accounts, given_=permission_sets)
def test_calls_and_a_person_together_reach_what_the_files_say(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    for _ in range(MAX_STEPS):
        plan = plan_of(desired, live, given_)
        live = apply_calls(live, plan.calls)
        step = next(doable_steps(plan_of(desired, live, given_), live), None)
        if step is None:
            break
        live = do_by_hand(live, step)

    rest = plan_of(desired, live, given_)
    assert rest.calls == ()
    assert not list(doable_steps(rest, live)), "a person never came to an end"
    assert all(is_beyond_reach(change, rest, live) for change in rest.changes)


def doable_steps(plan: Plan, live: Schema) -> Iterator[Change]:
    steps = {step.change: step for step in plan.manual_steps}
    for change in plan.changes:
        step = steps.get(change.id)
        if step and step.code is not ManualCode.BLOCKED and can_be_done_by_hand(change, live):
            yield change


def is_beyond_reach(change: Change, plan: Plan, live: Schema) -> bool:
    """Whether it needs one of the vendor's own things to become another."""
    steps = {step.change: step for step in plan.manual_steps}
    changes = {one.id: one for one in plan.changes}
    waits_for = steps[change.id].waits_for
    return not can_be_done_by_hand(change, live) or any(
        is_beyond_reach(changes[awaited], plan, live) for awaited in waits_for
    )


@given(desired=desired_schemas(), live=accounts, given_=permission_sets)
def test_only_what_the_files_want_gone_is_removed_and_never_the_vendors(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    plan = plan_of(desired, live, given_)
    reached = apply_calls(live, plan.calls)
    lost = Counter(fields_of(live)) - Counter(fields_of(reached))

    for key, kind, is_custom in lost:
        assert is_custom
        replaced = Permission.REPLACES_FIELD in given_ and declares_another_type(
            desired, key, kind
        )
        assert replaced or is_wanted_gone(desired, key)
    gone = {section.name for section in live.sections} - {one.name for one in reached.sections}
    assert gone <= {entry.name for entry in desired.removed_sections}
    assert set(live.tags) <= set(reached.tags)


def fields_of(schema: Schema) -> Iterator[tuple[FieldKey, str, bool]]:
    for section, field in schema.all_fields():
        yield FieldKey(section, field.name), field.type, field.custom


def declares_another_type(desired: Desired, key: FieldKey, kind: str) -> bool:
    return any(
        entry.field.type != kind and not entry.protect
        for section in desired.sections
        for entry in section.fields
        if FieldKey(section.name, entry.field.name) == key
    )


def is_wanted_gone(desired: Desired, key: FieldKey) -> bool:
    explicit = key in {entry.key for entry in desired.removed_fields}
    with_section = key.section in {entry.name for entry in desired.removed_sections}
    return explicit or with_section or is_mirrored_away(desired, key)


def is_mirrored_away(desired: Desired, key: FieldKey) -> bool:
    fold = key.section.strip().casefold()
    return any(
        section.manage is Manage.MIRROR
        and key.name not in {entry.field.name for entry in section.fields}
        and (key.section in section.was or fold == section.name.strip().casefold())
        for section in desired.sections
    )


@given(desired=desired_schemas(), live=live_schemas())
def test_a_call_that_loses_anything_serves_a_change_that_wants_permission(
    desired: Desired, live: Schema
) -> None:
    plan = plan_of(desired, live)
    risky = {change for hazard in plan.refusals for change in hazard.changes}

    for call in plan.calls:
        after = apply_call(live, call)
        loses = bool(Counter(fields_of(live)) - Counter(fields_of(after)))
        if loses or options_of(live) - options_of(after):
            assert set(call.serves) & risky
        live = after


def options_of(schema: Schema) -> set[tuple[str, str, str]]:
    return {
        (section, field.name, option)
        for section, field in schema.all_fields()
        for option in field.options or ()
    }


@example(
    desired=a_desired(a_desired_section("S", a_desired_field(a_field("A"), protect=True))),
    live=a_schema(a_section("S", a_field("A", "price"))),
    given_=frozenset(Permission),
)
@given(desired=desired_schemas(), live=live_schemas(), given_=permission_sets)
def test_protected_fields_are_never_removed_or_replaced(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    protected = {
        FieldKey(section.name, entry.field.name)
        for section in desired.sections
        for entry in section.fields
        if entry.protect
    }
    reached = apply_calls(live, plan_of(desired, live, given_).calls)

    kept = Counter(place for place in fields_of(live) if place[0] in protected)
    assert not kept - Counter(fields_of(reached))


@given(desired=desired_schemas(), live=live_schemas(), given_=permission_sets)
def test_the_number_of_calls_is_the_smallest_that_the_documented_requests_allow(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    plan = plan_of(desired, live, given_)

    assert len(plan.calls) == fewest_calls(live, apply_calls(live, plan.calls))
    assert plan.budget.calls == len(plan.calls)


def fewest_calls(before: Schema, after: Schema) -> int:
    """Count from the outcome alone: sections and fields that came, went, or changed."""
    old, new = by_place(before), by_place(after)
    old_names = {section.name for section in before.sections}
    new_names = {section.name for section in after.sections}
    remade = {key for key in old.keys() & new.keys() if old[key][0].type != new[key][0].type}
    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    fresh = {key for key in came | remade if new[key][0].options}
    kept = old.keys() & new.keys() - remade
    grown = {key for key in kept if options_at(new, key) - options_at(old, key)}
    shrunk = {key for key in kept if options_at(old, key) - options_at(new, key)}
    return (
        len(new_names - old_names)
        + len({key.section for key in came if key.section in old_names})
        + len({key.section for key in remade})
        + len(fresh)
        + len(grown)
        + len(shrunk)
        + 2 * bool(set(after.tags) - set(before.tags))
        + len(remade)
        + sum(len(old[key]) for key in went)
        + len(old_names - new_names)
    )


def by_place(schema: Schema) -> dict[FieldKey, list[Field]]:
    found: dict[FieldKey, list[Field]] = {}
    for section, field in schema.all_fields():
        found.setdefault(FieldKey(section, field.name), []).append(field)
    return found


def options_at(places: dict[FieldKey, list[Field]], key: FieldKey) -> set[str]:
    return set(places[key][0].options or ())


@given(desired=desired_schemas(), live=live_schemas(), given_=permission_sets)
def test_calls_add_before_they_remove_and_need_only_earlier_ones(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    plan = plan_of(desired, live, given_)
    ranks = [rank_of(plan, call.number) for call in plan.calls]

    assert ranks == sorted(ranks)
    assert [call.number for call in plan.calls] == list(range(1, len(plan.calls) + 1))
    for call in plan.calls:
        assert all(needed < call.number for needed in call.needs)


def rank_of(plan: Plan, number: int) -> int:
    """Rank a call: 0 only adds, 1 takes options away, 2 replaces, 3 removes for good."""
    call = plan.calls[number - 1]
    replaces = any(change.startswith("change-type/") for change in call.serves)
    if replaces:
        return 2
    if call.request in {"remove_field", "remove_section"}:
        return 3
    return 1 if call.request == "remove_dropdown" else 0


@given(desired=desired_schemas(), live=accounts, given_=permission_sets)
def test_the_same_files_and_account_give_the_same_plan(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    assert plan_of(desired, live, given_) == plan_of(desired, live, given_)


@given(desired=desired_schemas(), live=accounts)
def test_every_live_custom_object_is_declared_or_changed_or_unmanaged_and_only_one_of_them(
    desired: Desired, live: Schema
) -> None:
    live = with_own_identity(live)
    difference = difference_of(desired, live)
    changed = {id(field) for change in difference.changes for field in live_fields_of(change)}
    declared = declared_places(desired, difference)
    unmanaged = Counter(
        (entry.section, entry.name, entry.type)
        for entry in difference.unmanaged
        if entry.kind is UnmanagedKind.FIELD
    )
    # Fields that share their name with one of the vendor's are reported together with it.
    spoken_of = {
        notice.about
        for notice in difference.notices
        if notice.code in {NoticeCode.WAS_LEFT_OVER, NoticeCode.SYSTEM_OBJECT}
    }
    for section, field in live.all_fields():
        key = FieldKey(section, field.name)
        if not field.custom or id(field) in changed or key in declared:
            continue
        if str(key) not in spoken_of:
            unmanaged[section, field.name, field.type] -= 1
    assert all(count == 0 for count in unmanaged.values())


def live_fields_of(change: Change) -> tuple[Field, ...]:
    match change:
        case AddObject() | AddSection() | RenameSection() | RemoveSection():
            return ()
        case ChangeDescription() | AddTag() | RenameTag() | RemoveTag():
            return ()
        case AddField() | FillField():
            return ()
        case ResolveDuplicate():
            return change.found
        case _:
            return (change.before,)


def declared_places(desired: Desired, difference: Difference) -> set[FieldKey]:
    """Return where the account would have each declared field under its own name."""
    live_names = {
        change.section: change.was
        for change in difference.changes
        if isinstance(change, RenameSection)
    }
    return {
        FieldKey(live_names.get(section.name, section.name), entry.field.name)
        for section in desired.sections
        for entry in section.fields
    }


@given(desired=desired_schemas(), live=live_schemas())
def test_no_two_changes_take_the_same_live_field_for_two_declared_ones(
    desired: Desired, live: Schema
) -> None:
    live = with_own_identity(live)
    difference = difference_of(desired, live)
    taken = [
        id(field)
        for change in difference.changes
        if isinstance(change, RenameField | MoveField | ResolveDuplicate | RemoveField)
        for field in live_fields_of(change)
    ]
    assert len(set(taken)) == len(taken)


@example(
    desired=a_desired(a_desired_section("S", a_field("A"), a_field("B"))),
    live=a_schema(a_section("S", a_field("A", "price"))),
    given_=frozenset(Permission),
)
@given(desired=desired_schemas(), live=live_schemas(), given_=permission_sets)
def test_bytes_on_the_way_are_what_applying_call_by_call_really_takes(
    desired: Desired, live: Schema, given_: frozenset[Permission]
) -> None:
    plan = plan_of(desired, live, given_)
    if plan.manual_steps:
        return
    totals = [live_bytes(live)]
    for call in plan.calls:
        live = apply_call(live, call)
        totals.append(live_bytes(live))

    assert plan.budget.contacts.field_bytes_before == totals[0]
    assert plan.budget.contacts.field_bytes_after == totals[-1]
    assert plan.budget.contacts.field_bytes_peak == max(totals)


COSTS = {"text": 768, "longtext": 8, "tdrop": 20, "list": 20, "price": 64, "check": 1}


def live_bytes(schema: Schema) -> int:
    return sum(COSTS.get(field.type, 0) for _, field in schema.all_fields() if field.custom)


@given(desired=desired_schemas(), live=live_schemas())
def test_what_the_api_does_not_report_is_never_compared(desired: Desired, live: Schema) -> None:
    kinds = (ChangeSettings, ChangeDescription)
    assert not any(isinstance(one, kinds) for one in difference_of(desired, live).changes)


@given(desired=desired_schemas(), live=live_schemas(with_settings=True))
def test_each_setting_asked_for_is_as_the_account_has_it_or_a_change_of_its_own(
    desired: Desired, live: Schema
) -> None:
    difference = difference_of(desired, live)
    changed = {
        change.path for change in difference.changes if not isinstance(change, RemoveField)
    }
    found = Counter(FieldKey(section, field.name) for section, field in live.all_fields())
    by_key = {FieldKey(section, field.name): field for section, field in live.all_fields()}
    for section, wanted in desired.schema.all_fields():
        key = FieldKey(section, wanted.name)
        if found[key] == 1 and (section, wanted.name) not in changed:
            assert wanted.required in {None, by_key[key].required}
            assert wanted.unique in {None, by_key[key].unique}


@given(st.text(alphabet="ab \t\n"), st.sampled_from(("\n", "\r\n", "\r")), st.booleans())
def test_a_description_that_came_with_other_line_breaks_and_spaces_is_no_difference(
    text: str,
    line_break: str,
    trims: bool,  # noqa: FBT001 - drawn, not passed
) -> None:
    came = line_break.join(line.rstrip() if trims else line + " " for line in text.split("\n"))
    desired = a_desired(a_desired_section("S", description=text))
    live = a_schema(a_section("S", description=came.strip() if trims else came))
    assert difference_of(desired, live).changes == ()
    change = ChangeDescription(section="S", before="before", after=text)
    assert ReadBack(live).judge(change).status is VerdictStatus.APPLIED


@given(desired=desired_schemas(), live=live_schemas())
def test_every_live_tag_ends_in_one_place(desired: Desired, live: Schema) -> None:
    difference = difference_of(desired, live)
    tags = {tag.name for tag in desired.tags}
    places = Counter(
        (
            *(tag for tag in live.tags if tag in tags),
            *(one.was for one in difference.changes if isinstance(one, RenameTag)),
            *(one.tag for one in difference.changes if isinstance(one, RemoveTag)),
            *(one.name for one in difference.unmanaged if one.kind is UnmanagedKind.TAG),
            *(one.about for one in difference.notices if "of the tag" in one.message),
        )
    )
    assert places == Counter(live.tags)


@given(desired=desired_schemas(), live=live_schemas(with_settings=True))
def test_reading_back_proves_what_a_person_did_and_nothing_before(
    desired: Desired, live: Schema
) -> None:
    for change in difference_of(desired, live).changes:
        if isinstance(change, ChangeSettings | ChangeDescription | RenameTag):
            before = ReadBack(live).judge(change)
            assert before.status is not VerdictStatus.APPLIED
            if is_placed(change, live):
                after = ReadBack(do_by_hand(live, change)).judge(change)
                assert after.status is VerdictStatus.APPLIED, after


def is_placed(change: ChangeSettings | ChangeDescription | RenameTag, live: Schema) -> bool:
    """Whether it waits for no other name or place."""
    match change:
        case RenameTag():
            return True
        case ChangeDescription():
            return change.section in {section.name for section in live.sections}
        case ChangeSettings():
            return (change.section, change.before) in set(live.all_fields()) and (
                change.before.name == change.name
            )
