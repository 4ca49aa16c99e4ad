"""safety/wording.py: what changed, in words that a tired person understands."""

from __future__ import annotations

from schemactl.model.object_state import (
    ContentsState,
    DescriptionState,
    NamesState,
    ObjectState,
    PreconditionKind,
    TypedName,
    state_of_fields,
)
from schemactl.model.schema import FieldKey
from schemactl.safety import StaleObject
from schemactl.safety.wording import moved_text
from tests.builders import a_field


def shown(
    kind: PreconditionKind,
    *path: str,
    seen: ObjectState | None,
    now: ObjectState | None,
    wanted: ObjectState | None = None,
) -> list[str]:
    stale = StaleObject(kind=kind, path=path, seen=seen, now=now, wanted=wanted)
    return [line.strip() for line in moved_text([stale], is_resumed=False).splitlines()[1:]]


def test_sections_and_tags_are_present_absent_or_there_under_other_names() -> None:
    there = NamesState(("S",))
    assert shown(PreconditionKind.SECTION, "S", seen=there, now=None, wanted=there) == [
        'section "S"',
        "seen     present",
        "now      absent",
        "wanted   present",
    ]
    alike = NamesState(("VIP", "vip"))
    assert shown(PreconditionKind.TAG, "VIP", seen=None, now=alike) == [
        'tag "VIP"',
        "seen     absent",
        "now      as VIP, vip",
        "wanted   absent",
    ]


def test_what_a_section_holds_is_listed_with_types() -> None:
    contents = PreconditionKind.SECTION_CONTENTS
    now = ContentsState((TypedName("Fax", "text"), TypedName("", "")))
    assert shown(contents, "S", seen=ContentsState(()), now=now) == [
        'fields of section "S"',
        "seen     none",
        'now      Fax (text), " (no type)"',
        "wanted   absent",
    ]


def test_a_field_is_shown_with_all_that_it_could_be_mistaken_for() -> None:
    assert shown(
        PreconditionKind.FIELD,
        "S",
        "A",
        seen=state_of_fields([a_field("A", "tdrop", [])]),
        now=state_of_fields(
            [a_field("A", custom=False), a_field("a", "")],
            [FieldKey("T", "A"), FieldKey("U", "A ")],
        ),
        wanted=state_of_fields([a_field("A", "tdrop")]),
    ) == [
        "S / A",
        "seen     tdrop: no options",
        (
            'now      text (system) and "a", no type; also in section "T"; also in '
            'section "U", as "A "'
        ),
        "wanted   tdrop",
    ]


def test_a_field_is_shown_as_required_and_unique() -> None:
    fields = (
        a_field("A", "tdrop", ["x"], required=True, unique=True),
        a_field("A", "tdrop", ["x"], required=False, unique=True),
        a_field("A", "tdrop", ["x"]),
    )
    seen, now, wanted = (state_of_fields([field]) for field in fields)
    assert shown(PreconditionKind.FIELD, "S", "A", seen=seen, now=now, wanted=wanted)[1:] == [
        "seen     tdrop, required, unique: x",
        "now      tdrop, unique: x",
        "wanted   tdrop: x",
    ]


def test_the_description_of_a_section_is_shown_as_one_quoted_text() -> None:
    kind = PreconditionKind.SECTION_DESCRIPTION
    seen, now, wanted = map(DescriptionState, ("One, two\nthree", "", "\x1b[2J"))
    assert shown(kind, "S", seen=seen, now=now, wanted=wanted) == [
        'description of section "S"',
        'seen     "One, two\\nthree"',
        "now      none",
        'wanted   "\\x1b[2J"',
    ]
    assert shown(kind, "S", seen=seen, now=None)[2] == "now      absent"


def test_a_field_in_another_section_only_is_absent_here() -> None:
    state = state_of_fields([], [FieldKey("T", "A")])
    lines = shown(PreconditionKind.FIELD, "S", "A", seen=None, now=state)
    assert lines[2] == 'now      absent; also in section "T"'


def test_what_the_states_do_not_share_comes_first_in_long_lists() -> None:
    many = [f"Option {number:02}" for number in range(30)]
    fields = [a_field("A", "tdrop", many), a_field("A", "tdrop", [*many[1:], "Zebra"])]
    lines = shown(
        PreconditionKind.FIELD,
        "S",
        "A",
        seen=state_of_fields(fields[:1]),
        now=state_of_fields(fields[1:]),
        wanted=state_of_fields([a_field("A", "tdrop", many[:3])]),
    )
    assert lines[2].startswith("now      tdrop: Zebra, Option 03,")
    assert lines[1].endswith("and 22 more")
    assert lines[3] == "wanted   tdrop: Option 00, Option 01, Option 02"


def test_names_cannot_act_on_a_terminal_or_pass_for_two() -> None:
    field = a_field("A", "tdrop", ["\x1b[2J", "x, y", " z"])
    lines = shown(PreconditionKind.FIELD, "\nS", "A", seen=None, now=state_of_fields([field]))
    assert lines[0] == '"\\nS" / A'
    assert lines[2] == 'now      tdrop: "\\x1b[2J", " z", "x, y"'


def test_of_many_objects_the_first_are_shown_and_the_rest_counted() -> None:
    moved = [
        StaleObject(
            kind=PreconditionKind.TAG,
            path=(tag,),
            seen=None,
            now=NamesState((tag,)),
            wanted=None,
        )
        for tag in (f"t{number}" for number in range(12))
    ]
    lines = moved_text(moved, is_resumed=False).splitlines()
    assert lines[0].startswith("stale-plan: 12 objects of the account are not as this plan saw")
    assert lines[-1] == "  and 2 objects more"
    assert len(lines) == 1 + 10 * 4 + 1
