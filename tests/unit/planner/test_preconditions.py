"""planner/preconditions.py: every object that a plan touches or relies on, each once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

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
from schemactl.model.object_state import (
    ContentsState,
    DescriptionState,
    FieldState,
    NamesState,
    PreconditionKind,
    TypedName,
)
from schemactl.model.plan import Precondition
from schemactl.model.schema import Schema
from schemactl.planner.preconditions import find_preconditions
from tests.builders import a_field, a_schema, a_section

SECTION, CONTENTS = PreconditionKind.SECTION, PreconditionKind.SECTION_CONTENTS
DESCRIPTION, FIELD, TAG = (
    PreconditionKind.SECTION_DESCRIPTION,
    PreconditionKind.FIELD,
    PreconditionKind.TAG,
)


def preconditions_of(*changes: Change, live: Schema | None = None) -> tuple[Precondition, ...]:
    return find_preconditions(changes, live or a_schema())


def places(*changes: Change, live: Schema | None = None) -> list[tuple[str, ...]]:
    return [(entry.kind, *entry.path) for entry in preconditions_of(*changes, live=live)]


def add(name: str, *, section: str = "S") -> AddField:
    return AddField(section=section, after=a_field(name))


def state(name: str, kind: str = "text", options: Sequence[str] | None = None) -> FieldState:
    return FieldState((a_field(name, kind, options),))


def names(*found: str) -> NamesState:
    return NamesState(found)


LIVE = a_schema(a_section("S", a_field("A"), a_field("O", "tdrop", ["x"])), tags=["VIP"])


def test_a_new_field_relies_on_its_section() -> None:
    section, first, second = preconditions_of(add("B"), add("C"), live=LIVE)
    assert (section.kind, section.path) == (SECTION, ("S",))
    assert section.live == section.desired == names("S")
    assert section.serves == ("add-field/S/B", "add-field/S/C")
    assert (first.path, first.live, first.desired) == (("S", "B"), None, state("B"))
    assert second.serves == ("add-field/S/C",)


def test_a_new_field_does_not_rely_on_a_section_that_the_plan_makes() -> None:
    section, _ = preconditions_of(AddSection(section="S"), add("A"))
    assert (section.live, section.desired) == (None, names("S"))
    assert section.serves == ("add-section/S",)


def test_a_removed_section_is_observed_with_all_that_is_in_it() -> None:
    section, contents = preconditions_of(RemoveSection(section="S"), live=LIVE)
    assert (section.kind, section.live, section.desired) == (SECTION, names("S"), None)
    assert (contents.kind, contents.path) == (CONTENTS, ("S",))
    fields = (TypedName("A", "text"), TypedName("O", "tdrop"))
    assert (contents.live, contents.desired) == (ContentsState(fields), None)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (
            RemoveField(section="S", before=a_field("A"), explicit=True),
            [(SECTION, "S"), (FIELD, "S", "A")],
        ),
        (
            ResolveDuplicate(section="S", after=None, found=(a_field("A"),) * 2),
            [(FIELD, "S", "A")],
        ),
        (
            ChangeType(section="S", before=a_field("A"), after=a_field("A", "price")),
            [(SECTION, "S"), (FIELD, "S", "A")],
        ),
        (
            RenameField(section="S", before=a_field("Old"), after=a_field("A")),
            [(FIELD, "S", "A"), (FIELD, "S", "Old")],
        ),
        (
            MoveField(section="S", source="T", before=a_field("Old"), after=a_field("A")),
            [(FIELD, "S", "A"), (FIELD, "T", "Old")],
        ),
        (RenameSection(section="S", was="R"), [(SECTION, "R"), (SECTION, "S")]),
        (AddTag(tag="VIP"), [(TAG, "VIP")]),
        (RemoveTag(tag="VIP"), [(TAG, "VIP")]),
        (RenameTag(tag="VIP", was="Gold"), [(TAG, "Gold"), (TAG, "VIP")]),
        (
            ChangeSettings(section="S", before=a_field("A"), after=a_field("A")),
            [(FIELD, "S", "A")],
        ),
        (
            ChangeDescription(section="S", before="", after="Text"),
            [(SECTION, "S"), (DESCRIPTION, "S")],
        ),
    ],
)
def test_each_change_is_seen_where_it_is_and_where_it_will_be(
    change: Change, seen: list[tuple[str, ...]]
) -> None:
    assert places(change) == seen


def test_fields_of_a_renamed_section_are_looked_for_under_its_name_in_the_account() -> None:
    rename = RenameSection(section="New", was="S")
    options = ChangeOptions(
        section="New",
        before=a_field("O", "tdrop", ["x"]),
        after=a_field("O", "tdrop", ["y"]),
        added=("y",),
        removed=("x",),
    )
    found = {entry.path: entry for entry in preconditions_of(rename, options, live=LIVE)}
    assert found["S", "O"].live == state("O", "tdrop", ("x",))
    assert found["S", "O"].desired == state("O", "tdrop", ("y",))


def test_a_moved_field_of_another_type_is_looked_for_where_it_is() -> None:
    live = a_schema(a_section("S"), a_section("T", a_field("Old")))
    move = MoveField(
        section="S", source="T", before=a_field("Old"), after=a_field("A", "price")
    )
    retype = ChangeType(section="S", before=a_field("Old"), after=a_field("A", "price"))
    here, there = (
        one for one in preconditions_of(move, retype, live=live) if one.kind is FIELD
    )
    assert (here.path, here.live, here.desired) == (("S", "A"), None, state("A", "price"))
    assert (there.path, there.live, there.desired) == (("T", "Old"), state("Old"), None)
    assert there.serves == (move.id, retype.id)


def test_a_section_that_goes_is_wanted_gone_though_a_field_relies_on_it() -> None:
    for changes in (
        (RemoveSection(section="S"), add("B")),
        (add("B"), RemoveSection(section="S")),
    ):
        (entry,) = [one for one in preconditions_of(*changes, live=LIVE) if one.kind is SECTION]
        assert entry.desired is None
        assert set(entry.serves) == {change.id for change in changes}


def test_a_section_a_field_and_a_tag_of_one_name_are_three_objects() -> None:
    assert places(AddTag(tag="S"), AddSection(section="S"), add("S")) == [
        (SECTION, "S"),
        (FIELD, "S", "S"),
        (TAG, "S"),
    ]


def test_names_with_slashes_are_not_mistaken_for_others() -> None:
    fields = list(places(add("b/c", section="a"), add("c", section="a/b")))
    assert (FIELD, "a", "b/c") in fields
    assert (FIELD, "a/b", "c") in fields


def test_a_renamed_tag_is_wanted_gone_under_its_old_name_and_there_under_the_new() -> None:
    old, new = preconditions_of(RenameTag(tag="Whale", was="VIP"), live=LIVE)
    assert (old.path, old.live, old.desired) == (("VIP",), names("VIP"), None)
    assert (new.path, new.live, new.desired) == (("Whale",), None, names("Whale"))
    assert old.serves == new.serves == ("rename-tag/Whale",)


def test_settings_are_seen_and_wanted_as_the_account_shows_them() -> None:
    before = a_field("A", required=False, unique=True)
    change = ChangeSettings(section="S", before=before, after=a_field("A", required=True))
    (entry,) = preconditions_of(change, live=a_schema(a_section("S", before)))
    assert entry.live == FieldState((before,))
    assert entry.desired == FieldState((change.after,))


def test_a_description_relies_on_its_text_and_on_its_section() -> None:
    live = a_schema(a_section("S", description="Old"))
    change = ChangeDescription(section="S", before="Old", after="New")
    section, text = preconditions_of(change, live=live)
    assert section.live == section.desired == names("S")
    assert (text.kind, text.path, text.live, text.desired) == (
        DESCRIPTION,
        ("S",),
        DescriptionState("Old"),
        DescriptionState("New"),
    )


def test_the_description_of_a_renamed_section_is_looked_for_under_its_name_in_the_account() -> (
    None
):
    live = a_schema(a_section("Old", description="Text"))
    describe = ChangeDescription(section="S", before="Text", after="New")
    seen = preconditions_of(RenameSection(section="S", was="Old"), describe, live=live)
    assert [(entry.kind, entry.path) for entry in seen] == [
        (SECTION, ("Old",)),
        (DESCRIPTION, ("Old",)),
        (SECTION, ("S",)),
    ]
    assert seen[1].live == DescriptionState("Text")
    assert seen[2].serves == ("rename-section/S",)
