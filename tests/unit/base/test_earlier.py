"""base.earlier: what the account renamed is found by its id, and nothing else is."""

from __future__ import annotations

from schemactl.base.earlier import with_earlier_names
from schemactl.diff import diff_schemas
from schemactl.model.base import Applied, Base, Ids
from schemactl.model.change import RenameField, RenameSection, RenameTag
from schemactl.model.desired import Desired, DesiredObject
from schemactl.model.schema import CustomObject, Schema
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
    a_schema,
    a_section,
)

DESIRED = a_desired(
    a_desired_section("S", a_desired_field(a_field("Weight")), a_desired_field(a_field("B"))),
    tags=["VIP"],
)
BEFORE = Ids(
    sections={("", "S"): "3"},
    fields={("", "S", "Weight"): "f7", ("", "S", "B"): "f8"},
    tags={"VIP": "5"},
)


def a_base(ids: Ids) -> Base:
    applied = Applied(at="2026-11-23T09:00:00+00:00")
    return Base(
        account="a", backend="rest", address="", applied=applied, schema=Schema(), ids=ids
    )


def named(now: Ids, *, desired: Desired = DESIRED, before: Ids = BEFORE) -> Desired:
    return with_earlier_names(desired, a_base(before), now)


def test_a_field_under_another_name_is_a_rename_and_not_one_gone_and_one_new() -> None:
    now = Ids(fields={("", "S", "Mass"): "f7", ("", "S", "B"): "f8"})
    live = a_schema(a_section("S", a_field("Mass"), a_field("B")), tags=["VIP"])

    difference = diff_schemas(desired=named(now), live=live)

    (change,) = difference.changes
    assert isinstance(change, RenameField)
    assert (change.before.name, change.after.name) == ("Mass", "Weight")
    assert difference.unmanaged == ()


def test_a_field_that_was_moved_and_renamed_is_found_too() -> None:
    now = Ids(fields={("", "T", "Mass"): "f7"})
    live = a_schema(a_section("S", a_field("B")), a_section("T", a_field("Mass")), tags=["VIP"])

    difference = diff_schemas(desired=named(now), live=live)

    assert [change.kind for change in difference.changes] == ["move-field"]


def test_sections_and_tags_are_known_by_their_ids_as_well() -> None:
    now = Ids(sections={("", "Sales"): "3"}, tags={"Gold": "5"})
    live = a_schema(a_section("Sales", a_field("Weight"), a_field("B")), tags=["Gold"])

    changes = diff_schemas(desired=named(now), live=live).changes

    assert [type(change) for change in changes] == [RenameSection, RenameTag]


def test_within_a_custom_object_ids_are_looked_up_under_its_label() -> None:
    pets = DesiredObject(label="Pets", location=a_location(), sections=DESIRED.sections)
    before = Ids(fields={("Pets", "S", "Weight"): "f7"})
    now = Ids(fields={("Pets", "S", "Mass"): "f7"})
    live = Schema(
        objects=(
            CustomObject(
                label="Pets", sections=(a_section("S", a_field("Mass"), a_field("B")),)
            ),
        )
    )

    desired = named(now, desired=Desired(objects=(pets,)), before=before)

    assert [one.id for one in diff_schemas(desired=desired, live=live).changes] == [
        "rename-field/Pets/S/Weight"
    ]


def test_what_bears_its_name_still_or_is_gone_is_left_alone() -> None:
    assert named(BEFORE) == DESIRED
    assert named(Ids()) == DESIRED
    assert with_earlier_names(DESIRED, None, BEFORE) == DESIRED


def test_earlier_names_of_the_files_stay() -> None:
    field = a_desired_field(a_field("Weight"), was=("Size",))
    desired = a_desired(a_desired_section("S", field))

    found = named(Ids(fields={("", "S", "Mass"): "f7"}), desired=desired)

    assert found.sections[0].fields[0].was == ("Mass", "Size")
