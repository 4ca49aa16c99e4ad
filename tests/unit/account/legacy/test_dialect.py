"""account/legacy/dialect.py: the fewest calls in an order that works, or a manual step."""

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
from schemactl.model.plan import CallDraft, ManualCode, ManualStep, Permission
from schemactl.model.schema import Field, Schema
from tests.builders import a_field, a_schema, a_section

CARRIER = 1234
REPLACE = frozenset({Permission.REPLACES_FIELD})


def calls_for(*changes: Change) -> tuple[CallDraft, ...]:
    return LegacyDialect(tag_carrier=CARRIER).calls_for(changes, LiveState(schema=a_schema()))


def words(calls: Sequence[CallDraft]) -> list[str]:
    return [call.request for call in calls]


def steps_for(
    *changes: Change,
    live: Schema | None = None,
    permissions: frozenset[Permission] = frozenset(),
    carrier: int | None = CARRIER,
) -> tuple[ManualStep, ...]:
    state = LiveState(schema=live or a_schema())
    return LegacyDialect(tag_carrier=carrier).manual_steps(changes, state, permissions)


def step_for(
    change: Change,
    *others: Change,
    live: Schema | None = None,
    permissions: frozenset[Permission] = frozenset(),
    carrier: int | None = CARRIER,
) -> ManualStep | None:
    steps = steps_for(change, *others, live=live, permissions=permissions, carrier=carrier)
    return next((step for step in steps if step.change == change.id), None)


def add(name: str, kind: str = "text", options: Sequence[str] | None = None) -> AddField:
    return AddField(section="S", after=a_field(name, kind, options))


def options_of(name: str, *, added: Sequence[str] = (), removed: Sequence[str] = ()) -> Change:
    field = a_field(name, "tdrop", ["x"])
    return ChangeOptions(
        section="S", before=field, after=field, added=tuple(added), removed=tuple(removed)
    )


def retype(name: str, before: str = "text", after: Field | None = None) -> ChangeType:
    return ChangeType(
        section="S", before=a_field(name, before), after=after or a_field(name, "price")
    )


def remove(name: str) -> RemoveField:
    return RemoveField(section="S", before=a_field(name), explicit=True)


def test_it_says_what_it_is() -> None:
    dialect = LegacyDialect()
    assert (dialect.name, dialect.proves_each_call) == ("legacy", False)
    assert "tdrop" in dialect.declarable_types
    assert not {"email", "sms", "address", ""} & dialect.declarable_types


def test_a_new_section_is_one_call_with_all_its_fields() -> None:
    section = AddSection(section="S")
    (call,) = calls_for(section, add("A"), add("B", "price"))
    assert call.request == "add_section"
    assert call.arguments == {
        "section": "S",
        "fields": ({"name": "A", "type": "text"}, {"name": "B", "type": "price"}),
    }
    assert call.serves == ("add-section/S", "add-field/S/A", "add-field/S/B")


def test_a_new_section_without_fields_is_one_call() -> None:
    (call,) = calls_for(AddSection(section="S"))
    assert call.arguments == {"section": "S", "fields": ()}


def test_new_fields_of_a_section_are_one_call() -> None:
    calls = calls_for(add("A"), AddField(section="T", after=a_field("B")), add("C"))
    assert [(call.request, call.arguments["section"], len(call.serves)) for call in calls] == [
        ("edit_section", "S", 2),
        ("edit_section", "T", 1),
    ]


def test_all_new_options_of_a_field_are_one_call_and_the_gone_ones_another() -> None:
    added, removed = calls_for(options_of("A", added=["x", "y"], removed=["z", "w"]))
    assert (added.request, added.arguments) == (
        "add_dropdown",
        {"field": "A", "options": ("x", "y")},
    )
    assert (removed.request, removed.arguments) == (
        "remove_dropdown",
        {"field": "A", "options": ("z", "w")},
    )


def test_a_new_field_gets_its_options_in_a_call_after_it() -> None:
    made, filled = calls_for(add("A", "tdrop", ["x", "y"]))
    assert (made.request, filled.request) == ("edit_section", "add_dropdown")
    assert made.serves == filled.serves == ("add-field/S/A",)


@pytest.mark.parametrize("options", [None, []])
def test_a_new_field_without_options_needs_no_dropdown_call(
    options: Sequence[str] | None,
) -> None:
    assert words(calls_for(add("A", "tdrop", options))) == ["edit_section"]


def test_all_tags_are_put_on_the_carrier_and_taken_off_in_two_calls() -> None:
    put, taken = calls_for(AddTag(tag="A"), AddTag(tag="B"))
    assert (put.request, taken.request) == ("add_tag", "remove_tag")
    assert put.arguments == taken.arguments == {"contact": "1234", "tags": ("A", "B")}
    assert put.serves == taken.serves == ("add-tag/A", "add-tag/B")


def test_removals_are_made_one_by_one_and_a_section_after_its_fields() -> None:
    calls = calls_for(RemoveSection(section="S"), remove("A"), remove("B"))
    assert words(calls) == ["remove_field", "remove_field", "remove_section"]
    assert calls[0].arguments == {"section": "S", "field": "A"}


def test_a_replaced_field_goes_and_comes_anew_with_its_options() -> None:
    calls = calls_for(
        retype("A", after=a_field("A", "tdrop", ["x"])), retype("B"), retype("C", "price")
    )
    assert words(calls) == ["remove_field"] * 3 + ["edit_section", "add_dropdown"]
    assert calls[3].serves == ("change-type/S/A", "change-type/S/B", "change-type/S/C")


def test_what_adds_comes_first_and_what_removes_last() -> None:
    calls = calls_for(
        remove("Gone"),
        RemoveSection(section="T"),
        retype("Retyped"),
        options_of("Options", added=["x"], removed=["y"]),
        AddTag(tag="VIP"),
        add("New", "tdrop", ["x"]),
        AddSection(section="U"),
    )
    assert words(calls) == [
        *("add_section", "edit_section", "add_dropdown", "add_dropdown", "add_tag"),
        *("remove_tag", "remove_dropdown", "remove_field", "edit_section"),
        *("remove_field", "remove_section"),
    ]


@pytest.mark.parametrize(
    ("change", "code", "words_of_it"),
    [
        (
            RenameSection(section="New", was="Old"),
            ManualCode.RENAME_BY_HAND,
            'rename the section "Old" to "New"',
        ),
        (
            RenameSection(section="Sales", was="sales ", explained=False),
            ManualCode.NAME_DIFFERS,
            'write the section as the account does, "sales ", or in',
        ),
        (
            RenameField(section="S", before=a_field("Old"), after=a_field("New")),
            ManualCode.RENAME_BY_HAND,
            'rename the field "Old" to "New"',
        ),
        (
            RenameField(section="S", before=a_field("a"), after=a_field("A"), explained=False),
            ManualCode.NAME_DIFFERS,
            'write the field as the account does, "a", or in',
        ),
        (
            MoveField(section="S", source="T", before=a_field("A"), after=a_field("A")),
            ManualCode.MOVE_BY_HAND,
            'drag "A" from section "T" to "S"',
        ),
        (
            MoveField(section="S", source="T", before=a_field("B"), after=a_field("A")),
            ManualCode.MOVE_BY_HAND,
            'drag "B" from section "T" to "S" and rename it to "A"',
        ),
        (
            ResolveDuplicate(section="S", after=a_field("A"), found=(a_field("A"),) * 2),
            ManualCode.AMBIGUOUS_NAME,
            "rename or remove all but one of the 2 fields",
        ),
        (
            ResolveDuplicate(section="S", after=None, found=(a_field("A"),) * 3),
            ManualCode.AMBIGUOUS_NAME,
            "remove those of the 3 fields",
        ),
        (RemoveTag(tag="VIP"), ManualCode.TAG_BY_HAND, 'delete the tag "VIP"'),
        (
            RenameTag(tag="VIP", was="Gold"),
            ManualCode.TAG_BY_HAND,
            'rename the tag "Gold" to "VIP"',
        ),
        (
            ChangeSettings(
                section="S",
                before=a_field("A", required=False, unique=True),
                after=a_field("A", required=True, unique=False),
            ),
            ManualCode.SETTING_BY_HAND,
            (
                'in the field editor of the web interface, make "A" in section "S" required '
                "and not unique"
            ),
        ),
        (
            ChangeSettings(
                section="S",
                before=a_field("A", required=False, unique=False),
                after=a_field("A", unique=True),
            ),
            ManualCode.SETTING_BY_HAND,
            'make "A" in section "S" unique',
        ),
        (
            ChangeDescription(section="S", before="Old", after="New"),
            ManualCode.SETTING_BY_HAND,
            'give section "S" the description "New"',
        ),
        (
            ChangeDescription(section="S", before="Old", after=""),
            ManualCode.SETTING_BY_HAND,
            'delete the description of section "S"',
        ),
    ],
)
def test_what_no_call_can_do_is_a_manual_step(
    change: Change, code: ManualCode, words_of_it: str
) -> None:
    step = step_for(change)
    assert step is not None
    assert (step.code, step.change) == (code, change.id)
    assert words_of_it in step.instruction


def test_nobody_is_asked_to_rename_a_system_field() -> None:
    live = a_field("E-Mail", custom=False)
    change = RenameField(section="S", before=live, after=a_field("E-mail"), explained=False)
    step = step_for(change)
    assert step is not None
    assert step.instruction == 'write the field as the account does, "E-Mail"'


def test_another_type_is_by_hand_and_offers_the_permission_to_replace() -> None:
    live = a_schema(a_section("S", a_field("A")))
    step = step_for(retype("A"), live=live)
    assert step is not None
    assert step.code is ManualCode.TYPE_BY_HAND
    assert step.alternative is not None
    assert "--allow replaces-field" in step.alternative


def test_the_permission_to_replace_turns_another_type_into_calls() -> None:
    live = a_schema(a_section("S", a_field("A")))
    assert step_for(retype("A"), live=live, permissions=REPLACE) is None


def test_no_other_permission_replaces_a_field() -> None:
    live = a_schema(a_section("S", a_field("A")))
    assert step_for(retype("A"), live=live, permissions=frozenset(Permission) - REPLACE)


@pytest.mark.parametrize(
    ("custom", "reason"),
    [
        (True, "in place, and protect: true keeps it from being replaced: "),
        (False, "the account has a system field of this name, which stays as it is"),
    ],
)
def test_what_is_protected_is_replaced_by_no_permission_and_says_why(
    *, custom: bool, reason: str
) -> None:
    live = a_field("A", custom=custom)
    change = ChangeType(section="S", before=live, after=a_field("A", "price"), protected=True)
    schema = a_schema(a_section("S", live))
    step = step_for(change, live=schema, permissions=frozenset(Permission))
    assert step is not None
    assert reason in step.instruction
    assert step.alternative is None


@pytest.mark.parametrize(
    "live",
    [
        a_schema(a_section("S", a_field("A"), a_field("a"))),
        a_schema(a_section("S", a_field("A")), a_section("s")),
        a_schema(a_section("S", a_field("A")), a_section("T", a_field(" A"))),
    ],
    ids=["field", "section", "dropdown"],
)
def test_a_field_of_an_ambiguous_name_is_not_replaced(live: Schema) -> None:
    change = retype("A", after=a_field("A", "tdrop", ["x"]))
    assert step_for(change, live=live, permissions=frozenset(Permission)) is not None


def test_a_name_shared_with_another_section_does_not_matter_without_options() -> None:
    live = a_schema(a_section("S", a_field("A")), a_section("T", a_field("A")))
    assert step_for(retype("A"), live=live, permissions=REPLACE) is None


@pytest.mark.parametrize("other", ["A", "a", " A "])
@pytest.mark.parametrize(
    "change",
    [options_of("A", added=["x"]), options_of("A", removed=["x"]), add("A", "tdrop", ["x"])],
    ids=["added", "removed", "new"],
)
def test_dropdown_calls_on_a_name_that_occurs_twice_are_refused(
    change: Change, other: str
) -> None:
    here = () if isinstance(change, AddField) else (a_field("A", "tdrop", ["x"]),)
    live = a_schema(a_section("S", *here), a_section("T", a_field(other)))
    step = step_for(change, live=live)
    assert step is not None
    assert step.code is ManualCode.AMBIGUOUS_NAME
    assert "dropdown calls name no section" in step.instruction


def test_dropdown_calls_are_refused_where_the_plan_itself_makes_the_name_ambiguous() -> None:
    first = add("A", "tdrop", ["x"])
    second = AddField(section="T", after=a_field("a"))
    assert step_for(first, second) is not None
    assert step_for(second, first) is None, "it needs no dropdown call"


def test_the_rest_goes_on_beside_an_ambiguous_name() -> None:
    live = a_schema(a_section("S", a_field("A", "tdrop")), a_section("T", a_field("A")))
    steps = steps_for(options_of("A", added=["x"]), options_of("B", added=["x"]), live=live)
    assert [step.change for step in steps] == ["change-options/S/A"]


def test_a_field_beside_one_that_looks_alike_is_made_by_hand() -> None:
    step = step_for(add("A"), live=a_schema(a_section("S", a_field("a"))))
    assert step is not None
    assert "differs only in case, spaces or invisible characters" in step.instruction


def test_a_section_beside_one_that_looks_alike_is_made_by_hand() -> None:
    step = step_for(AddSection(section="S"), live=a_schema(a_section("s")))
    assert step is not None
    assert step.code is ManualCode.AMBIGUOUS_NAME


@pytest.mark.parametrize("twin", ["S", "s "])
def test_a_field_of_a_section_whose_name_is_shared_is_made_by_hand(twin: str) -> None:
    live = a_schema(a_section("S"), a_section(twin))
    step = step_for(add("A", "tdrop", ["x"]), live=live)
    assert step is not None
    assert "several sections" in step.instruction
    assert 'with the options "x"' in step.instruction


@pytest.mark.parametrize(
    ("change", "live"),
    [
        (remove("A"), a_schema(a_section("S", a_field("A"), a_field("a")))),
        (remove("A"), a_schema(a_section("S", a_field("A")), a_section("s", a_field("A ")))),
        (remove(""), a_schema(a_section("S", a_field("")))),
        (remove(" "), a_schema(a_section("S", a_field(" ")))),
        (RemoveSection(section="S"), a_schema(a_section("S"), a_section("s"))),
        (RemoveSection(section=" "), a_schema(a_section(" "))),
    ],
)
def test_what_shares_its_name_or_has_none_is_removed_by_hand(
    change: Change, live: Schema
) -> None:
    step = step_for(change, live=live)
    assert step is not None
    assert step.code is ManualCode.AMBIGUOUS_NAME


def test_a_field_is_removed_though_another_section_has_the_name() -> None:
    live = a_schema(a_section("S", a_field("A")), a_section("T", a_field("A")))
    assert step_for(remove("A"), live=live) is None


def test_a_tag_without_carrier_is_made_by_hand_and_the_carrier_is_offered() -> None:
    step = step_for(AddTag(tag="VIP"), carrier=None)
    assert step is not None
    assert step.code is ManualCode.TAG_BY_HAND
    assert step.alternative is not None
    assert "tag_carrier" in step.alternative
    assert step_for(AddTag(tag="VIP")) is None


def test_a_tag_that_looks_like_one_of_the_account_is_not_made() -> None:
    step = step_for(AddTag(tag="VIP"), live=a_schema(tags=["vip "]))
    assert step is not None
    assert step.code is ManualCode.NAME_DIFFERS
    assert '"vip "' in step.instruction


def test_what_the_api_cannot_set_is_left_out_of_its_calls() -> None:
    field = a_field("A", required=True, unique=True)
    (call,) = calls_for(
        AddSection(section="S", description="Text"), AddField(section="S", after=field)
    )
    assert call.arguments == {"section": "S", "fields": ({"name": "A", "type": "text"},)}
    assert step_for(AddField(section="S", after=field)) is None
