"""safety/stale.py: what moved in an account since a plan was made, shown with three sides."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.account.rest.dialect import RestDialect
from schemactl.errors import ExitCode
from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    RemoveField,
    RemoveSection,
    RenameField,
    RenameTag,
)
from schemactl.model.difference import Difference
from schemactl.model.object_state import ContentsState, PreconditionKind, TypedName
from schemactl.model.plan import Permission, Plan
from schemactl.model.schema import Field, Schema
from schemactl.planner import PlanContext, make_plan
from schemactl.safety import StalePlanError, find_stale, refuse_stale
from tests.builders import MADE, a_field, a_schema, a_section
from tests.fake_account import apply_calls

STATUS = a_field("Lead Status", "tdrop", ["New", "Won"])


def plan(*changes: Change, live: Schema) -> Plan:
    return make_plan(
        Difference(changes=changes),
        live=LiveState(schema=live),
        dialect=LegacyDialect(tag_carrier=7),
        context=PlanContext(made=MADE, account="demo", permissions=frozenset(Permission)),
    )


def plan_over_rest(*changes: Change, live: Schema) -> Plan:
    return make_plan(
        Difference(changes=changes),
        live=LiveState(schema=live),
        dialect=RestDialect(),
        context=PlanContext(made=MADE, account="demo"),
    )


def add(name: str, kind: str = "text", *, section: str = "S") -> AddField:
    options = ("x", "y") if kind == "tdrop" else None
    return AddField(section=section, after=a_field(name, kind, options))


def remove(name: str, *, section: str = "S") -> RemoveField:
    return RemoveField(section=section, before=a_field(name), explicit=True)


def set_options(field: Field, *options: str, section: str = "S") -> ChangeOptions:
    before = frozenset(field.options or ())
    return ChangeOptions(
        section=section,
        before=field,
        after=a_field(field.name, field.type, options),
        added=tuple(option for option in options if option not in before),
        removed=tuple(before - frozenset(options)),
    )


def moved_paths(made: Plan, now: Schema, own: Sequence[str] = ()) -> list[tuple[str, ...]]:
    return [one.path for one in find_stale(made, now, own=frozenset(own))]


def test_an_account_that_did_not_move_is_not_refused() -> None:
    live = a_schema(a_section("S", STATUS), tags=["x"])
    made = plan(add("A"), set_options(STATUS, "New", "Lost"), AddTag(tag="VIP"), live=live)
    refuse_stale(made, live)


def test_changes_elsewhere_do_not_disturb() -> None:
    live = a_schema(a_section("S", STATUS, a_field("Fax")), a_section("T"))
    made = plan(add("A"), set_options(STATUS, "New"), live=live)
    now = a_schema(
        a_section("S", STATUS, a_field("Fax", "phone"), a_field("Pager")),
        a_section("U", a_field("B")),
        tags=["VIP"],
    )
    assert find_stale(made, now) == ()


def test_three_sides_are_shown_for_just_what_moved() -> None:
    live = a_schema(a_section("Sales Pipeline", STATUS, a_field("Fax")))
    made = plan(
        set_options(STATUS, "New", "Won", "Lost", section="Sales Pipeline"),
        remove("Fax", section="Sales Pipeline"),
        live=live,
    )
    held = a_field("Lead Status", "tdrop", ["New", "Won", "On hold"])
    now = a_schema(a_section("Sales Pipeline", held, a_field("Fax")))

    with pytest.raises(StalePlanError) as refusal:
        refuse_stale(made, now)

    assert str(refusal.value) == (
        "stale-plan: 1 object of the account is not as this plan saw it; nothing was changed\n"
        "  Sales Pipeline / Lead Status\n"
        "    seen     tdrop: New, Won\n"
        "    now      tdrop: New, On hold, Won\n"
        "    wanted   tdrop: Lost, New, Won"
    )
    assert refusal.value.hint == "plan again and review what is new"
    assert refusal.value.exit_code is ExitCode.REFUSED
    assert [one.path for one in refusal.value.moved] == [("Sales Pipeline", "Lead Status")]


@pytest.mark.parametrize(
    "now",
    [
        a_schema(),
        a_schema(a_section("S"), a_section("s ")),
        a_schema(a_section("S"), a_section("S")),
    ],
    ids=["gone", "look-alike", "twice"],
)
def test_a_new_field_is_refused_where_its_section_moved(now: Schema) -> None:
    made = plan(add("A"), live=a_schema(a_section("S")))
    assert moved_paths(made, now) == [("S",)]


@pytest.mark.parametrize(
    "now",
    [
        a_schema(a_section("S", a_field("A"))),
        a_schema(a_section("S", a_field("a "))),
        a_schema(a_section("S"), a_section("T", a_field("A"))),
    ],
    ids=["made by another", "look-alike", "elsewhere"],
)
def test_a_new_field_is_refused_where_one_of_its_name_appeared(now: Schema) -> None:
    made = plan(add("A"), live=a_schema(a_section("S"), a_section("T")))
    assert moved_paths(made, now) == [("S", "A")]


def test_a_call_that_names_a_section_is_refused_where_a_look_alike_section_appeared() -> None:
    live = a_schema(a_section("S", a_field("A"), a_field("B")))
    retyped = ChangeType(section="S", before=a_field("A"), after=a_field("A", "price"))
    now = a_schema(*live.sections, a_section("s"))
    assert moved_paths(plan(retyped, live=live), now) == [("S",)]
    assert moved_paths(plan(remove("B"), live=live), now) == [("S",)]


def test_a_field_that_appeared_in_a_section_to_be_removed_is_not_destroyed_unseen() -> None:
    made = plan(
        remove("A"), RemoveSection(section="S"), live=a_schema(a_section("S", a_field("A")))
    )
    now = a_schema(a_section("S", a_field("A"), a_field("New")))
    (one,) = find_stale(made, now)
    fields = (TypedName("A", "text"), TypedName("New", "text"))
    assert one.seen == ContentsState(fields[:1])
    assert (one.now, one.wanted) == (ContentsState(fields), None)


def test_what_a_person_is_to_do_may_be_done_before_the_plan_is_applied() -> None:
    live = a_schema(a_section("S", a_field("Old")))
    rename = RenameField(section="S", before=a_field("Old"), after=a_field("Renamed"))
    made = plan(rename, add("A"), live=live)
    assert find_stale(made, a_schema(a_section("S", a_field("Renamed")))) == ()


WIDE = a_schema(a_section("S", a_field("Fax"), a_field("Pager")), a_section("Keep"))
WIDE_CHANGES: tuple[Change, ...] = (
    AddSection(section="N"),
    add("Fax", section="N"),
    add("Stage", "tdrop", section="N"),
    add("B", section="Keep"),
    AddTag(tag="VIP"),
    remove("Fax"),
    remove("Pager"),
    RemoveSection(section="S"),
)


def test_after_any_of_its_own_calls_a_plan_is_not_stale() -> None:
    made = plan(*WIDE_CHANGES, live=WIDE)
    assert len(made.calls) >= 7
    for number in range(len(made.calls) + 1):
        own = {change for call in made.calls[:number] for change in call.serves}
        refuse_stale(made, apply_calls(WIDE, made.calls[:number]), own=frozenset(own))


def test_another_users_work_is_distinguished_from_the_plans_own() -> None:
    made = plan(*WIDE_CHANGES, live=WIDE)
    done = apply_calls(WIDE, made.calls[:1])
    now = Schema(
        sections=tuple(
            a_section(section.name, *section.fields, a_field("Intruder"))
            if section.name == "S"
            else section
            for section in done.sections
        ),
        tags=("vip",),
    )
    with pytest.raises(StalePlanError, match="no further call was made") as refusal:
        refuse_stale(made, now, own=frozenset(made.calls[0].serves))
    assert [one.path for one in refusal.value.moved] == [("S",), ("VIP",)]


def test_a_section_that_went_while_another_was_made_is_seen_to_have_gone() -> None:
    made = plan(*WIDE_CHANGES, live=WIDE)
    own = frozenset({"add-section/N"})
    now = a_schema(a_section("N"), a_section("Keep"))
    found = [(one.kind, one.path) for one in find_stale(made, now, own=own)]
    assert (PreconditionKind.SECTION, ("S",)) in found


def test_a_tag_that_appeared_is_not_taken_for_a_section_of_its_name() -> None:
    made = plan(AddSection(section="VIP"), AddTag(tag="VIP"), live=a_schema())
    now = a_schema(a_section("VIP"), tags=["VIP"])
    (one,) = find_stale(made, now, own=frozenset({"add-section/VIP"}))
    assert (one.kind, one.path) == (PreconditionKind.TAG, ("VIP",))


DESCRIBE = ChangeDescription(section="S", before="Old", after="New")


def described(text: str | None) -> Schema:
    return a_schema(a_section("S", a_field("A"), description=text))


def test_a_description_that_somebody_wrote_meanwhile_is_not_overwritten() -> None:
    made = plan_over_rest(DESCRIBE, live=described("Old"))
    refuse_stale(made, described("Old"))
    with pytest.raises(StalePlanError) as refusal:
        refuse_stale(made, described("By hand\nin between"))
    assert str(refusal.value) == (
        "stale-plan: 1 object of the account is not as this plan saw it; nothing was changed\n"
        '  description of section "S"\n'
        '    seen     "Old"\n'
        '    now      "By hand\\nin between"\n'
        '    wanted   "New"'
    )


def test_a_description_does_not_disturb_a_plan_that_leaves_it_alone() -> None:
    made = plan_over_rest(add("B"), live=described("Old"))
    assert find_stale(made, described("By hand")) == ()


def test_a_description_that_the_plan_itself_wrote_is_not_stale() -> None:
    made = plan_over_rest(DESCRIBE, add("B"), live=described("Old"))
    own = frozenset({DESCRIBE.id})
    assert find_stale(made, described("New"), own=own) == ()
    assert moved_paths(made, described("New")) == [("S",)]


def test_a_setting_that_somebody_made_meanwhile_is_refused_unless_the_plan_did_it() -> None:
    before, after = (a_field("A", required=value, unique=False) for value in (False, True))
    change = ChangeSettings(section="S", before=before, after=after)
    made = plan_over_rest(change, live=a_schema(a_section("S", before)))
    now = a_schema(a_section("S", after))
    assert moved_paths(made, now) == [("S", "A")]
    assert find_stale(made, now, own=frozenset({change.id})) == ()


@pytest.mark.parametrize(
    "now", [(), ("Gold", "VIP"), ("Gold", "vip")], ids=["gone", "new name taken", "look-alike"]
)
def test_a_tag_is_not_renamed_where_either_name_moved(now: tuple[str, ...]) -> None:
    rename = RenameTag(tag="VIP", was="Gold")
    made = plan_over_rest(rename, live=a_schema(tags=["Gold"]))
    assert find_stale(made, a_schema(tags=["Gold", "Other"])) == ()
    assert len(find_stale(made, a_schema(tags=now))) == 1


def test_a_tag_that_the_plan_itself_renamed_is_not_stale() -> None:
    rename = RenameTag(tag="VIP", was="Gold")
    made = plan_over_rest(rename, AddTag(tag="B"), live=a_schema(tags=["Gold"]))
    assert find_stale(made, a_schema(tags=["VIP"]), own=frozenset({rename.id})) == ()
    assert find_stale(made, a_schema(tags=["VIP", "B"]), own=frozenset({rename.id})) != ()
