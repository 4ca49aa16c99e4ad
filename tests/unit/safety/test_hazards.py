"""safety/hazards.py: the risks of a plan, each with the permission that lifts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from schemactl.errors import ExitCode, PlanFileError, RefusedError
from schemactl.model.change import (
    AddField,
    AddSection,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FieldChange,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameSection,
    RenameTag,
)
from schemactl.model.field_limits import FieldLimit, FieldUse
from schemactl.model.plan import Budget, Call, Hazard, ManualCode, ManualStep, Permission, Plan
from schemactl.model.schema import CONTACTS, Field, in_object
from schemactl.project import SafetyRules
from schemactl.safety import refuse_altered_hazards, refuse_hazards, with_hazards
from tests.builders import a_budget, a_call, a_field, a_hazard, a_manual_step, a_plan

PLENTY = 1000
"""So many managed objects that no share of them is large."""


def hazards(
    *changes: Change,
    managed: int = PLENTY,
    calls: tuple[Call, ...] = (),
    manual_steps: tuple[ManualStep, ...] = (),
    budget: Budget | None = None,
    rules: SafetyRules | None = None,
) -> tuple[Hazard, ...]:
    plan = a_plan(*changes, calls=calls, manual_steps=manual_steps, budget=budget)
    return with_hazards(plan, rules=rules or SafetyRules(), managed_count=managed).hazards


def codes(found: tuple[Hazard, ...]) -> list[Permission]:
    return [hazard.code for hazard in found]


def remove(
    name: str, kind: str = "text", *, explicit: bool = True, section: str = "S"
) -> RemoveField:
    return RemoveField(section=section, before=a_field(name, kind), explicit=explicit)


def add(name: str, kind: str = "text", *, section: str = "S") -> AddField:
    return AddField(section=section, after=a_field(name, kind))


REPLACE = ChangeType(section="S", before=a_field("A"), after=a_field("A", "price"))


@pytest.mark.parametrize(
    ("change", "code", "loss"),
    [
        (remove("Fax"), Permission.REMOVES_FIELD, 'values of "S / Fax"'),
        (RemoveSection(section="S"), Permission.REMOVES_SECTION, 'section "S" disappears'),
        (
            ChangeOptions(
                section="S",
                before=a_field("A", "tdrop", ["x", "y"]),
                after=a_field("A", "tdrop", []),
                removed=("x", "y"),
            ),
            Permission.REMOVES_OPTION,
            'that hold the options "x" or "y" of "S / A"',
        ),
        (REPLACE, Permission.REPLACES_FIELD, "removed and created again"),
        (RemoveTag(tag="VIP"), Permission.REMOVES_TAG, 'every contact loses the tag "VIP"'),
    ],
)
def test_each_loss_is_a_hazard_with_its_own_permission(
    change: Change, code: Permission, loss: str
) -> None:
    (hazard,) = hazards(change)
    assert (hazard.code, hazard.permission, hazard.changes) == (code, code, (change.id,))
    assert loss in hazard.message


@pytest.mark.parametrize(
    "change",
    [
        add("A"),
        AddSection(section="S"),
        ChangeOptions(
            section="S",
            before=a_field("A", "tdrop", []),
            after=a_field("A", "tdrop", ["x"]),
            added=("x",),
        ),
        RenameTag(tag="VIP", was="Gold"),
        ChangeDescription(section="S", before="Old", after=""),
        ChangeSettings(
            section="S",
            before=a_field("A", required=True),
            after=a_field("A", required=False),
        ),
    ],
)
def test_what_adds_or_loses_no_value_is_no_hazard(change: Change) -> None:
    assert hazards(change) == ()


WIDEN = ChangeType(section="S", before=a_field("A"), after=a_field("A", "longtext"))


def test_a_type_changed_by_a_call_that_removes_nothing_is_one_way_and_keeps_values() -> None:
    (hazard,) = hazards(WIDEN, calls=(a_call(request="update_fields", serves=[WIDEN.id]),))
    assert (hazard.code, hazard.changes) == (Permission.ONE_WAY_TYPE, (WIDEN.id,))
    assert hazard.message == (
        '"S / A" becomes longtext in place and keeps its values, but can never become text '
        "again"
    )


@pytest.mark.parametrize("removing", ["delete_field", "remove_field"])
def test_a_type_served_by_a_removing_call_among_others_is_a_replacement(removing: str) -> None:
    calls = (
        a_call(1, removing, serves=[WIDEN.id]),
        a_call(2, "create_fields", serves=[WIDEN.id]),
    )
    assert codes(hazards(WIDEN, calls=calls)) == [Permission.REPLACES_FIELD]


def test_a_type_changed_in_place_is_distinguished_from_a_replacement() -> None:
    other = ChangeType(section="S", before=a_field("B"), after=a_field("B", "price"))
    calls = (
        a_call(1, "update_fields", serves=["add-field/S/C", WIDEN.id]),
        a_call(2, "delete_field", serves=[other.id]),
        a_call(3, "create_fields", serves=[other.id]),
    )
    found = {hazard.changes: hazard.code for hazard in hazards(WIDEN, other, calls=calls)}
    assert found == {
        (WIDEN.id,): Permission.ONE_WAY_TYPE,
        (other.id,): Permission.REPLACES_FIELD,
    }


def test_a_type_that_a_person_is_to_change_is_no_hazard() -> None:
    assert hazards(WIDEN, managed=1, manual_steps=(a_manual_step(WIDEN),)) == ()


def test_a_type_changed_in_place_is_no_removal_and_a_deleted_tag_is_one() -> None:
    tags = [RemoveTag(tag=name) for name in ("a", "b")]
    calls = (a_call(request="update_fields", serves=[WIDEN.id]),)
    found = hazards(WIDEN, *tags, calls=calls, rules=SafetyRules(max_removals=1))
    assert found[-1].code is Permission.MANY_REMOVALS
    assert found[-1].changes == ("remove-tag/a", "remove-tag/b")
    assert hazards(WIDEN, managed=1, calls=calls)[0].code is Permission.ONE_WAY_TYPE
    assert len(hazards(WIDEN, managed=1, calls=calls)) == 1


def test_what_is_left_to_a_person_is_no_hazard() -> None:
    change = remove("A")
    assert hazards(change, managed=1, manual_steps=(a_manual_step(change),)) == ()


def test_a_removal_that_nobody_spelled_out_beside_a_like_addition_is_an_unexplained_pair() -> (
    None
):
    removed, added = remove("Follow-up Date", explicit=False), add("Followup date")
    loss, pair = hazards(removed, added)
    assert loss.code is Permission.REMOVES_FIELD
    assert pair.code is Permission.UNEXPLAINED_PAIR
    assert pair.changes == (removed.id, added.id)
    assert pair.hint is not None
    assert 'write `was: ["Follow-up Date"]` beside "Followup date"' in pair.hint


@pytest.mark.parametrize(
    ("removed", "added"),
    [
        (remove("Follow-up", explicit=True), add("Follow up")),
        (remove("Follow-up", explicit=False), add("Follow up", section="T")),
        (remove("Follow-up", explicit=False), add("Colour", "price")),
    ],
    ids=["spelled out", "another section", "neither name nor type alike"],
)
def test_a_pair_that_is_explained_or_unlike_is_none(
    removed: RemoveField, added: AddField
) -> None:
    assert Permission.UNEXPLAINED_PAIR not in codes(hazards(removed, added))


@pytest.mark.parametrize(
    "added",
    [add("Colour", "text"), add("Follow-up on", "price")],
    ids=["same type", "like name"],
)
def test_a_like_name_or_the_same_type_makes_a_pair(added: AddField) -> None:
    found = hazards(remove("Follow-up", explicit=False), added)
    assert Permission.UNEXPLAINED_PAIR in codes(found)


def test_the_likeliest_addition_is_named() -> None:
    removed = remove("Lead Source", explicit=False)
    same_type = [add("Colour"), add("Source"), add("Source of Lead")]
    pair = hazards(removed, add("Lead Sources", "price"), *same_type)[-1]
    assert pair.changes[1] == "add-field/S/Source"


def test_an_addition_left_to_a_person_makes_a_pair_all_the_same() -> None:
    removed, added = remove("Phone", explicit=False), add("Phone no")
    found = hazards(removed, added, manual_steps=(a_manual_step(added),))
    assert Permission.UNEXPLAINED_PAIR in codes(found)


def test_a_pair_is_seen_across_the_rename_of_its_section() -> None:
    rename = RenameSection(section="New", was="Old")
    removed, added = remove("Phone", explicit=False, section="Old"), add("Tel", section="New")
    steps = (a_manual_step(rename), a_manual_step(added))
    found = hazards(rename, added, removed, manual_steps=steps)
    assert Permission.UNEXPLAINED_PAIR in codes(found)


@pytest.mark.parametrize(
    ("count", "managed", "is_many"),
    [(10, PLENTY, False), (11, PLENTY, True), (3, 10, False), (4, 10, True), (1, 0, False)],
)
def test_many_removals_are_many_by_count_or_by_share(
    count: int, managed: int, *, is_many: bool
) -> None:
    found = hazards(*(remove(str(number)) for number in range(count)), managed=managed)
    assert (Permission.MANY_REMOVALS in codes(found)) is is_many


def test_fields_replaced_and_sections_removed_count_as_removals() -> None:
    rules = SafetyRules(max_removals=2)
    found = hazards(remove("B"), REPLACE, RemoveSection(section="T"), rules=rules)
    many = found[-1]
    assert many.code is Permission.MANY_REMOVALS
    assert len(many.changes) == 3
    assert "3 of 1000 managed objects" in many.message


def test_what_only_adds_is_not_counted_among_the_removals() -> None:
    found = hazards(remove("A"), *(add(str(number), "price") for number in range(20)))
    assert codes(found) == [Permission.REMOVES_FIELD]


def test_one_lost_option_is_named_alone() -> None:
    before, after = a_field("A", "tdrop", ["x", "y"]), a_field("A", "tdrop", ["y"])
    (hazard,) = hazards(ChangeOptions(section="S", before=before, after=after, removed=("x",)))
    assert hazard.message == 'contacts that hold the option "x" of "S / A" lose that option'


def test_the_project_sets_the_thresholds() -> None:
    lax = SafetyRules(max_removals=100, max_removed_percent=100)
    found = hazards(*(remove(str(number)) for number in range(50)), managed=50, rules=lax)
    assert Permission.MANY_REMOVALS not in codes(found)


BYTES, FIELDS = FieldLimit.BYTES_39611, FieldLimit.FIELDS_1600
PETS = "Pets"


def test_more_bytes_than_the_stated_limit_are_a_hazard() -> None:
    budget = a_budget(before=39_000, after=39_768, limit=BYTES)
    (hazard,) = hazards(add("A"), budget=budget)
    assert (hazard.code, hazard.changes) == (
        Permission.EXCEEDS_FIELD_BUDGET,
        ("add-field/S/A",),
    )
    assert "39,768 of the 39,611 bytes" in hazard.message
    assert hazard.hint is not None


def test_a_hint_at_longtext_says_in_the_same_sentence_that_it_is_one_way() -> None:
    (hazard,) = hazards(add("A"), budget=a_budget(after=39_768, limit=BYTES))
    (sentence,) = [part for part in re.split(r"[.;] ", hazard.hint or "") if "longtext" in part]
    assert "one-way" in sentence


def test_more_bytes_on_the_way_only_are_a_hazard_that_says_so() -> None:
    budget = a_budget(before=39_000, peak=39_768, after=39_611, limit=BYTES)
    hazard = hazards(add("A"), remove("B"), budget=budget)[-1]
    assert hazard.code is Permission.EXCEEDS_FIELD_BUDGET
    assert hazard.hint is not None
    assert "removals first" in hazard.hint


def test_more_fields_than_the_stated_limit_are_a_hazard_that_does_not_speak_of_bytes() -> None:
    budget = a_budget(after=20 * 1601, fields=1601, limit=FIELDS)
    (hazard,) = hazards(add("A"), budget=budget)
    assert hazard.code is Permission.EXCEEDS_FIELD_BUDGET
    assert "1,601 of the 1,600 fields" in hazard.message
    assert "bytes" not in f"{hazard.message} {hazard.hint}"


@pytest.mark.parametrize(
    "budget",
    [
        a_budget(after=39_611, limit=BYTES),
        a_budget(after=10, fields=2000, limit=BYTES),
        a_budget(after=80_000, fields=1600, limit=FIELDS),
    ],
)
def test_only_the_stated_limit_counts_and_a_full_account_is_no_hazard(budget: Budget) -> None:
    assert hazards(add("A"), budget=budget) == ()


def test_an_assumed_limit_refuses_nothing() -> None:
    assert hazards(add("A"), budget=a_budget(after=80_000, fields=5000)) == ()


def test_each_object_has_the_stated_limit_for_itself() -> None:
    pets = FieldUse(custom_object=PETS, field_bytes_peak=39_612, field_bytes_after=39_612)
    budget = a_budget(after=39_000, limit=BYTES, custom_objects=[pets])
    of_pets = replace(add("A"), custom_object=PETS)
    (hazard,) = hazards(add("B"), of_pets, budget=budget)
    assert hazard.changes == (of_pets.id,)
    assert 'the fields of "Pets"' in hazard.message
    assert hazards(add("B"), budget=budget) == ()


@pytest.mark.parametrize("forged", ["hazard", "limit", "use"])
def test_a_saved_plan_must_have_the_budget_hazard_that_its_own_numbers_lead_to(
    forged: str,
) -> None:
    judged = with_hazards(
        a_plan(add("A"), budget=a_budget(after=39_768, limit=BYTES)),
        rules=SafetyRules(),
        managed_count=PLENTY,
    )
    refuse_altered_hazards(judged)
    match forged:
        case "hazard":
            altered = replace(judged, hazards=())
        case "limit":
            altered = replace(judged, budget=a_budget(after=39_768))
        case _:
            altered = replace(judged, budget=a_budget(after=20, limit=BYTES))
    with pytest.raises(PlanFileError, match="hazards do not follow"):
        refuse_altered_hazards(altered)


def test_an_account_that_is_over_already_may_still_be_changed_without_new_fields() -> None:
    change = MoveField(section="S", source="T", before=a_field("A"), after=a_field("A"))
    budget = a_budget(before=40_000, after=40_000, limit=BYTES)
    assert hazards(change, budget=budget) == ()


def test_a_plan_whose_hazards_are_permitted_is_not_refused() -> None:
    refuse_hazards(a_plan())
    refuse_hazards(a_plan(hazards=[a_hazard()], permissions=[Permission.REMOVES_FIELD]))


def test_a_refusal_names_every_hazard_and_each_permission_once() -> None:
    plan = a_plan(
        hazards=[
            a_hazard(message="Fax is lost"),
            a_hazard(message="Pager is lost"),
            a_hazard(code=Permission.MANY_REMOVALS, message="that is many"),
            a_hazard(code=Permission.REMOVES_OPTION, message="lifted"),
        ],
        permissions=[Permission.REMOVES_OPTION],
    )
    with pytest.raises(RefusedError) as refusal:
        refuse_hazards(plan)
    message = str(refusal.value)
    assert refusal.value.exit_code is ExitCode.REFUSED
    assert all(text in message for text in ("Fax is lost", "Pager is lost", "that is many"))
    assert "lifted" not in message
    assert refusal.value.hint is not None
    assert refusal.value.hint.endswith(
        "--allow many-removals --allow removes-field --allow removes-option"
    ), "those given are named again: the words can be typed as they are"


@pytest.mark.parametrize(
    ("count", "reported"), [(10, None), (11, "and 1 more"), (30, "and 20 more")]
)
def test_a_long_refusal_is_cut_and_says_so(count: int, reported: str | None) -> None:
    hazards = [a_hazard(message=f"field {number} is lost") for number in range(count)]
    with pytest.raises(RefusedError) as refusal:
        refuse_hazards(a_plan(hazards=hazards))
    message = str(refusal.value)
    assert message.count("is lost") == 10
    assert (reported is None) is ("more: the plan shows each" not in message)
    assert (reported or "") in message


@pytest.mark.parametrize("given", Permission)
def test_no_hazard_is_lifted_by_the_permission_of_another(given: Permission) -> None:
    for code in Permission:
        hazard = a_hazard(code=code, message=f"risk {code}")
        plan = a_plan(hazards=[hazard], permissions=[given])
        with nullcontext() if code is given else pytest.raises(RefusedError, match=str(code)):
            refuse_hazards(plan)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            a_field("A", required=False),
            a_field("A", required=True),
            "becomes required: existing contacts",
        ),
        (
            a_field("A", unique=False),
            a_field("A", unique=True),
            "becomes unique: existing contacts",
        ),
        (
            a_field("A", required=False, unique=False),
            a_field("A", required=True, unique=True),
            "becomes required and unique",
        ),
    ],
)
def test_a_rule_turned_on_for_an_existing_field_tightens(
    before: Field, after: Field, words: str
) -> None:
    change = ChangeSettings(section="S", before=before, after=after)
    (hazard,) = hazards(change)
    assert (hazard.code, hazard.changes) == (Permission.TIGHTENS, (change.id,))
    assert words in hazard.message
    assert "forms and integrations" in hazard.message


def test_a_rule_that_comes_along_with_a_type_tightens_too() -> None:
    change = ChangeType(
        section="S",
        before=a_field("A", required=False),
        after=a_field("A", "longtext", required=True),
    )
    in_place = (a_call(request="update_fields", serves=[change.id]),)
    assert codes(hazards(change, calls=in_place)) == [
        Permission.ONE_WAY_TYPE,
        Permission.TIGHTENS,
    ]


def test_what_the_api_does_not_show_is_not_turned_on() -> None:
    change = ChangeSettings(
        section="S", before=a_field("A", required=None), after=a_field("A", required=True)
    )
    assert hazards(change) == ()


LOSES_OPTION = ChangeOptions(
    section="S",
    before=a_field("A", "tdrop", ["x"]),
    after=a_field("A", "tdrop", []),
    removed=("x",),
)


def a_blocked_step(change: Change) -> ManualStep:
    return a_manual_step(change, ManualCode.BLOCKED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (LOSES_OPTION, Permission.REMOVES_OPTION),
        (RemoveSection(section="S"), Permission.REMOVES_SECTION),
        (REPLACE, Permission.REPLACES_FIELD),
        (
            ChangeSettings(
                section="S",
                before=a_field("A", unique=False),
                after=a_field("A", unique=True),
            ),
            Permission.TIGHTENS,
        ),
    ],
)
def test_what_a_blocked_change_will_need_is_named_and_not_demanded(
    change: Change, code: Permission
) -> None:
    plan = a_plan(change, manual_steps=[a_blocked_step(change)])
    judged = with_hazards(plan, rules=SafetyRules(), managed_count=PLENTY)

    assert judged.hazards == ()
    assert codes(judged.later_hazards) == [code]
    refuse_hazards(judged)


@pytest.mark.parametrize(
    ("backend", "change", "code"),
    [
        ("rest", WIDEN, Permission.ONE_WAY_TYPE),
        ("rest", REPLACE, Permission.REPLACES_FIELD),
        ("legacy", WIDEN, Permission.REPLACES_FIELD),
    ],
)
def test_a_blocked_change_of_type_will_keep_the_values_where_the_api_widens_in_place(
    backend: str, change: ChangeType, code: Permission
) -> None:
    plan = replace(a_plan(change, manual_steps=[a_blocked_step(change)]), backend=backend)

    judged = with_hazards(plan, rules=SafetyRules(), managed_count=PLENTY)

    assert codes(judged.later_hazards) == [code]


def test_what_a_person_does_needs_no_permission_later() -> None:
    plan = a_plan(LOSES_OPTION, manual_steps=[a_manual_step(LOSES_OPTION)])

    assert with_hazards(plan, rules=SafetyRules(), managed_count=PLENTY).later_hazards == ()


def judged(*changes: Change) -> Plan:
    return with_hazards(a_plan(*changes), rules=SafetyRules(), managed_count=PLENTY)


def test_a_saved_plan_whose_hazards_follow_from_its_changes_is_left_alone() -> None:
    many = [remove(str(number)) for number in range(20)]
    assert Permission.MANY_REMOVALS in codes(judged(*many).hazards)
    refuse_altered_hazards(judged(*many))


@pytest.mark.parametrize(
    "alter",
    [
        lambda plan: replace(plan, hazards=()),
        lambda plan: replace(plan, hazards=plan.hazards * 2),
        lambda plan: replace(
            plan, hazards=(replace(plan.hazards[0], message="nothing is lost"),)
        ),
        lambda plan: replace(plan, later_hazards=plan.hazards),
    ],
    ids=["none", "doubled", "other words", "put off"],
)
def test_a_saved_plan_with_other_hazards_than_its_changes_bring_is_refused(
    alter: Callable[[Plan], Plan],
) -> None:
    with pytest.raises(PlanFileError, match="its hazards do not follow from its changes"):
        refuse_altered_hazards(alter(judged(remove("A"))))


@pytest.mark.parametrize("custom_object", [CONTACTS, "Deals"])
@pytest.mark.parametrize(
    "change",
    [
        remove("A"),
        REPLACE,
        ChangeSettings(
            section="S", before=a_field("A", required=False), after=a_field("A", required=True)
        ),
        ChangeOptions(
            section="S",
            before=a_field("A", "tdrop", ["x"]),
            after=a_field("A", "tdrop", []),
            removed=("x",),
        ),
    ],
)
def test_a_hazard_names_the_field_with_its_section_and_object(
    change: FieldChange, custom_object: str
) -> None:
    (hazard,) = hazards(replace(change, custom_object=custom_object))
    assert f'"{in_object(custom_object, "S / A")}"' in hazard.message


def test_a_pair_names_both_fields_with_their_section() -> None:
    (pair,) = [
        hazard
        for hazard in hazards(remove("Old", explicit=False), add("New"))
        if hazard.code is Permission.UNEXPLAINED_PAIR
    ]
    assert '"S / Old"' in pair.message
    assert '"S / New"' in pair.message
