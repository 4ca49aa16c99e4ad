"""account/rest/manual_steps.py: what a person must do over the REST API, described exactly."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.rest.dialect import RestDialect
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
from schemactl.model.plan import ManualCode, ManualStep, Permission
from schemactl.model.schema import Field, Schema
from tests.builders import a_field, a_schema, a_section

REPLACE = frozenset({Permission.REPLACES_FIELD})
EDITOR = "in the field editor of the web interface, "
SIMILAR = (
    "a field there has this name, or one that differs only in case, spaces or invisible "
    "characters"
)
LIVE = a_schema(a_section("S", a_field("A"), a_field("B", "tdrop", ["x", "y"])), tags=["VIP"])
TWINS = a_schema(*LIVE.sections, a_section("s "))


def steps_for(
    *changes: Change, live: Schema = LIVE, permissions: frozenset[Permission] = frozenset()
) -> tuple[ManualStep, ...]:
    return RestDialect().manual_steps(changes, LiveState(schema=live), permissions)


def step_for(
    change: Change,
    *others: Change,
    live: Schema = LIVE,
    permissions: frozenset[Permission] = frozenset(),
) -> ManualStep:
    steps = steps_for(change, *others, live=live, permissions=permissions)
    (step,) = (step for step in steps if step.change == change.id)
    return step


def add(name: str, options: Sequence[str] | None = None) -> AddField:
    kind = "text" if options is None else "tdrop"
    return AddField(section="S", after=a_field(name, kind, options))


def rename(before: str, after: str, *, explained: bool = True) -> RenameField:
    return RenameField(
        section="S", before=a_field(before), after=a_field(after), explained=explained
    )


def retype(name: str, after: str, *, before: Field | None = None) -> ChangeType:
    return ChangeType(
        section="S", before=before or a_field(name), after=a_field(name, after, None)
    )


def options_of(name: str, before: Sequence[str] | None, *after: str) -> ChangeOptions:
    return ChangeOptions(
        section="S",
        before=a_field(name, "tdrop", before),
        after=a_field(name, "tdrop", after),
        added=tuple(option for option in after if option not in (before or ())),
        removed=tuple(option for option in before or () if option not in after),
    )


SETTINGS = ChangeSettings(
    section="S", before=a_field("A"), after=a_field("A", required=True, unique=False)
)
DESCRIPTION = ChangeDescription(section="S", before="", after="about")
REMOVAL = RemoveField(section="S", before=a_field("A"), explicit=True)


@pytest.mark.parametrize(
    "change",
    [
        AddSection(section="New"),
        add("C"),
        rename("A", "Alpha"),
        rename("A", " a"),
        retype("A", "longtext"),
        options_of("B", ["x", "y"], "x", "z"),
        SETTINGS,
        DESCRIPTION,
        REMOVAL,
        RemoveSection(section="S"),
        AddTag(tag="New"),
        RenameTag(tag="vip", was="VIP"),
        RenameTag(tag="New", was="VIP"),
        RemoveTag(tag="VIP"),
    ],
    ids=lambda change: str(change.id),
)
def test_what_a_call_does_wants_nobody(change: Change) -> None:
    assert steps_for(change) == ()


def test_nothing_to_do_wants_nobody() -> None:
    assert steps_for() == ()


@pytest.mark.parametrize(
    ("change", "code", "instruction"),
    [
        (
            RenameSection(section="New", was="S"),
            ManualCode.RENAME_BY_HAND,
            'in the field editor of the web interface, rename the section "S" to "New"',
        ),
        (
            RenameSection(section="s", was="S", explained=False),
            ManualCode.NAME_DIFFERS,
            (
                'write the section as the account does, "S", or in the field editor of the web '
                'interface, rename the section "S" to "s"'
            ),
        ),
        (
            rename("A", "a", explained=False),
            ManualCode.NAME_DIFFERS,
            (
                'write the field as the account does, "A", or in the field editor of the web '
                'interface, rename the field "A" to "a"'
            ),
        ),
        (
            MoveField(section="S", source="T", before=a_field("A"), after=a_field("A")),
            ManualCode.MOVE_BY_HAND,
            'in the field editor of the web interface, drag "A" from section "T" to "S"',
        ),
        (
            ResolveDuplicate(section="S", after=a_field("A"), found=(a_field("A"),) * 2),
            ManualCode.AMBIGUOUS_NAME,
            (
                'in the field editor of the web interface, section "S", rename or remove all '
                'but one of the 2 fields named "A"'
            ),
        ),
        (
            retype("A", "price"),
            ManualCode.TYPE_BY_HAND,
            (
                "text cannot become price in place: in the field editor of the web interface, "
                'create a field of type price in section "S", move the values of "A" over, '
                "then rename both"
            ),
        ),
        (
            AddSection(section=" s"),
            ManualCode.AMBIGUOUS_NAME,
            (
                'in the field editor of the web interface, create the section " s": another '
                "section's name differs only in case, spaces or invisible characters, and the "
                "API may take both for one"
            ),
        ),
        (
            add("a"),
            ManualCode.AMBIGUOUS_NAME,
            EDITOR + f'create "a" of type text in section "S": {SIMILAR}',
        ),
        (
            rename("A", "b"),
            ManualCode.AMBIGUOUS_NAME,
            EDITOR + f'rename "A" to "b" in section "S": {SIMILAR}',
        ),
        (
            options_of("A", None, "x"),
            ManualCode.AMBIGUOUS_NAME,
            EDITOR + 'give "A" in section "S" the options "x": the API does not return its '
            "options",
        ),
        (
            options_of("C", None),
            ManualCode.AMBIGUOUS_NAME,
            EDITOR + 'give "C" in section "S" the options (none): the API does not return its '
            "options",
        ),
        (
            AddTag(tag="vip "),
            ManualCode.NAME_DIFFERS,
            (
                'write the tag as the account does, "VIP", or rename it in Contacts > Settings '
                "> Manage Tags"
            ),
        ),
    ],
    ids=lambda value: value.id if hasattr(value, "id") else "",
)
def test_what_no_call_surely_does_is_a_manual_step(
    change: Change, code: ManualCode, instruction: str
) -> None:
    step = step_for(change)
    assert (step.code, step.change) == (code, change.id)
    assert step.instruction == instruction


@pytest.mark.parametrize(
    ("change", "action"),
    [
        (
            add("C", ["x", "y"]),
            'create "C" of type tdrop in section "S" with the options "x", "y"',
        ),
        (rename("A", "Alpha"), 'rename "A" to "Alpha" in section "S"'),
        (retype("A", "longtext"), 'make "A" in section "S" a field of type longtext'),
        (options_of("B", ["x", "y"], "x"), 'give "B" in section "S" the options "x"'),
        (SETTINGS, 'make "A" in section "S" required and not unique'),
        (DESCRIPTION, 'give section "S" the description "about"'),
        (REMOVAL, 'remove "A" from section "S"'),
        (RemoveSection(section="S"), 'remove the section "S"'),
    ],
    ids=lambda value: value.id if hasattr(value, "id") else "",
)
def test_nothing_is_sent_about_a_section_whose_name_is_shared(
    change: Change, action: str
) -> None:
    step = step_for(change, live=TWINS, permissions=frozenset(Permission))
    assert step.code is ManualCode.AMBIGUOUS_NAME
    why = ": several sections of the account have this name"
    assert step.instruction == EDITOR + action + why


@pytest.mark.parametrize("change", [add("C"), rename("A", "C")], ids=["new", "renamed"])
def test_a_name_that_is_in_another_section_is_given_by_hand(change: Change) -> None:
    live = a_schema(*LIVE.sections, a_section("T", a_field("c ")))
    step = step_for(change, live=live)
    assert step.instruction.endswith(
        "the API finds fields by name, and another field has this name"
    )


def test_of_new_fields_of_one_name_the_first_is_made_by_a_call() -> None:
    second = AddField(section="T", after=a_field("c"))
    third = AddField(section="U", after=a_field("C "))

    steps = steps_for(add("C"), second, third)

    assert [step.change for step in steps] == [second.id, third.id]
    assert all('files declare this name in section "S" too' in one.instruction for one in steps)


def test_a_field_is_not_renamed_to_the_name_of_a_new_one() -> None:
    step = step_for(rename("A", "C"), AddField(section="T", after=a_field("C")))
    assert 'files declare this name in section "T" too' in step.instruction


def test_the_permission_to_replace_turns_another_type_into_calls() -> None:
    change = retype("A", "price")
    assert steps_for(change, permissions=REPLACE) == ()
    assert step_for(change, permissions=frozenset(Permission) - REPLACE).alternative


@pytest.mark.parametrize(
    "live",
    [
        TWINS,
        a_schema(a_section("S", a_field("A"), a_field("a"))),
        a_schema(a_section("S", a_field("A")), a_section("T", a_field("A "))),
    ],
    ids=["section", "field beside it", "field elsewhere"],
)
def test_a_field_is_not_replaced_where_its_name_would_mean_another(live: Schema) -> None:
    step = step_for(retype("A", "price"), live=live, permissions=REPLACE)
    assert (step.code, step.alternative) == (ManualCode.TYPE_BY_HAND, None)


def test_a_field_is_not_replaced_where_another_is_to_get_its_name() -> None:
    other = AddField(section="T", after=a_field("A"))
    change = retype("A", "price")
    steps = steps_for(change, other, permissions=REPLACE)
    assert [step.change for step in steps] == [change.id, other.id]


def test_a_field_of_the_vendors_keeps_its_type_whatever_is_permitted() -> None:
    before = a_field("A", custom=False)
    step = step_for(retype("A", "longtext", before=before), permissions=frozenset(Permission))
    assert step.instruction == (
        'give "A" the type text in the file, or give this one another name: the account has a '
        "system field of this name, which stays as it is"
    )


def test_the_rest_goes_on_beside_what_is_done_by_hand() -> None:
    assert [step.change for step in steps_for(add("C"), add("a"), SETTINGS)] == [add("a").id]


@pytest.mark.parametrize(
    "kind", ["parent", "url", "mergefield", "funnel", "a type of tomorrow"]
)
def test_a_field_of_a_type_that_the_api_only_reads_is_changed_by_hand(kind: str) -> None:
    before = a_field("A", kind)
    renamed = RenameField(section="S", before=before, after=a_field("Z", kind), explained=True)
    required = ChangeSettings(
        section="S", before=before, after=a_field("A", kind, required=True)
    )
    live = a_schema(a_section("S", before))

    steps = [step_for(change, live=live) for change in (renamed, required)]

    assert [step.code for step in steps] == [
        ManualCode.RENAME_BY_HAND,
        ManualCode.SETTING_BY_HAND,
    ]
    assert all("the API only reads fields of this type" in step.instruction for step in steps)
