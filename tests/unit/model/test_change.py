"""model/change.py: what distinguishes one change from another."""

from __future__ import annotations

import pytest

from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeKind,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
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
from schemactl.model.change_groups import by_object
from schemactl.model.filling import FillSource
from schemactl.model.plan import Permission
from tests.builders import a_field, a_hazard, a_location, a_plan

OLD, NEW = a_field("Old"), a_field("New")
SOURCE = FillSource(section="S", name="Old")
ONE_OF_EACH: tuple[Change, ...] = (
    AddObject(custom_object="Pets"),
    AddSection(section="S"),
    RenameSection(section="S", was="R"),
    ChangeDescription(section="S", before="a", after="b"),
    RemoveSection(section="S"),
    AddField(section="S", after=NEW),
    RenameField(section="S", before=OLD, after=NEW),
    MoveField(section="S", source="R", before=OLD, after=NEW),
    ChangeType(section="S", before=OLD, after=NEW),
    ChangeOptions(section="S", before=OLD, after=NEW),
    ChangeSettings(section="S", before=OLD, after=NEW),
    FillField(section="S", after=NEW, sources=(SOURCE,), types=("text",)),
    RemoveField(section="S", before=OLD, explicit=True),
    ResolveDuplicate(section="S", after=None, found=(OLD, OLD)),
    AddTag(tag="VIP"),
    RenameTag(tag="VIP", was="Gold"),
    RemoveTag(tag="VIP"),
)


def test_every_kind_of_change_has_its_own_id() -> None:
    assert {change.kind for change in ONE_OF_EACH} == set(ChangeKind)
    assert len({change.id for change in ONE_OF_EACH}) == len(ONE_OF_EACH)


def test_a_change_has_the_new_name_of_a_field_and_a_removal_the_last_one() -> None:
    ids = {change.kind: change.id for change in ONE_OF_EACH}
    assert ids[ChangeKind.RENAME_FIELD] == "rename-field/S/New"
    assert ids[ChangeKind.REMOVE_FIELD] == "remove-field/S/Old"
    assert ids[ChangeKind.RESOLVE_DUPLICATE] == "resolve-duplicate/S/Old"


def test_a_path_in_a_custom_object_begins_with_its_label() -> None:
    field = a_field("Weight")
    assert AddField(section="S", after=field, custom_object="Pets").id == (
        "add-field/Pets/S/Weight"
    )
    assert RemoveSection(section="S", custom_object="Pets").id == "remove-section/Pets/S"
    assert AddObject(custom_object="Pets/Cars").id == "add-object/Pets~1Cars"


def test_changes_are_grouped_by_object_in_order_with_contacts_first() -> None:
    pets = AddSection(section="S", custom_object="Pets")
    vip, contacts = AddTag(tag="VIP"), AddSection(section="S")

    parts = by_object((pets, vip, contacts))

    assert list(parts.items()) == [("", (vip, contacts)), ("Pets", (pets,))]
    assert by_object(()) == {"": ()}


@pytest.mark.parametrize(
    ("section", "name", "expected"),
    [
        ("a/b", "c", "add-field/a~1b/c"),
        ("a", "b/c", "add-field/a/b~1c"),
        ("a~1b", "c", "add-field/a~01b/c"),
        ("", " ", "add-field// "),
    ],
)
def test_ids_of_names_with_slashes_are_distinct(section: str, name: str, expected: str) -> None:
    assert AddField(section=section, after=a_field(name)).id == expected


def test_reading_the_id_does_not_change_a_change() -> None:
    asked, fresh = AddTag(tag="VIP"), AddTag(tag="VIP")
    assert asked.id == asked.id
    assert asked == fresh
    assert hash(asked) == hash(fresh)


def test_a_plan_returns_the_position_of_each_change() -> None:
    change = AddTag(tag="VIP", location=a_location(4))
    plan = a_plan(change)
    assert plan.change_location(change.id) == a_location(4)
    assert plan.change_location("add-tag/Other") is None


def test_a_plan_is_empty_without_changes() -> None:
    assert a_plan().is_empty
    assert not a_plan(AddTag(tag="VIP")).is_empty


def test_a_permission_lifts_its_own_hazard_and_no_other() -> None:
    field, section = (
        a_hazard(code=Permission.REMOVES_FIELD),
        a_hazard(code=Permission.REMOVES_SECTION),
    )
    plan = a_plan(hazards=[field, section], permissions=[Permission.REMOVES_FIELD])
    assert field.permission is Permission.REMOVES_FIELD
    assert plan.refusals == (section,)
