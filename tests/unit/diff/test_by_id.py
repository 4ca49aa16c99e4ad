"""diff.by_id: what the base knows is found by its id, whatever the account calls it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemactl.diff import diff_schemas
from schemactl.model.change import RenameField
from schemactl.model.desired import (
    Desired,
    DesiredObject,
    Manage,
    RemovedField,
    RemovedSection,
    RemovedTag,
)
from schemactl.model.difference import Difference, NoticeCode
from schemactl.model.identity import Ids, KnownIds, LiveIds
from schemactl.model.schema import CustomObject, FieldKey, Schema
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


def diff(desired: Desired, live: Schema, now: LiveIds, before: Ids = BEFORE) -> Difference:
    return diff_schemas(desired=desired, live=live, known=KnownIds(ids=before, live=now))


def ids_of(difference: Difference) -> list[str]:
    return [change.id for change in difference.changes]


def test_a_field_under_another_name_is_a_rename_and_not_one_gone_and_one_new() -> None:
    live = a_schema(a_section("S", a_field("Mass"), a_field("B")), tags=["VIP"])
    now = LiveIds(fields={("", "f7"): ("", "S", "Mass"), ("", "f8"): ("", "S", "B")})

    difference = diff(DESIRED, live, now)

    (change,) = difference.changes
    assert isinstance(change, RenameField)
    assert (change.before.name, change.after.name) == ("Mass", "Weight")
    assert difference.unmanaged == ()


def test_a_field_that_was_moved_and_renamed_is_found_too() -> None:
    live = a_schema(a_section("S", a_field("B")), a_section("T", a_field("Mass")), tags=["VIP"])
    now = LiveIds(fields={("", "f7"): ("", "T", "Mass")})

    assert ids_of(diff(DESIRED, live, now)) == ["move-field/S/Weight"]


def test_sections_and_tags_are_known_by_their_ids_as_well() -> None:
    live = a_schema(a_section("Sales", a_field("Weight"), a_field("B")), tags=["Gold"])
    now = LiveIds(sections={("", "3"): ("", "Sales")}, tags={"5": "Gold"})

    assert ids_of(diff(DESIRED, live, now)) == ["rename-section/S", "rename-tag/VIP"]


def test_within_a_custom_object_ids_are_looked_up_under_its_label() -> None:
    pets = DesiredObject(label="Pets", location=a_location(), sections=DESIRED.sections)
    sections = (a_section("S", a_field("Mass"), a_field("B")),)
    live = Schema(objects=(CustomObject(label="Pets", sections=sections),))
    before = Ids(fields={("Pets", "S", "Weight"): "f7"})
    of_contacts = LiveIds(fields={("", "f7"): ("", "S", "Mass")})
    of_pets = LiveIds(fields={("Pets", "f7"): ("Pets", "S", "Mass")})

    found = diff(Desired(objects=(pets,)), live, of_pets, before)
    assert ids_of(found) == ["rename-field/Pets/S/Weight"]
    found = diff(Desired(objects=(pets,)), live, of_contacts, before)
    assert ids_of(found) == ["add-field/Pets/S/Weight"]


def test_a_swap_of_two_names_is_two_renames() -> None:
    live = a_schema(a_section("S", a_field("B"), a_field("Weight")), tags=["VIP"])
    now = LiveIds(fields={("", "f7"): ("", "S", "B"), ("", "f8"): ("", "S", "Weight")})

    assert ids_of(diff(DESIRED, live, now)) == ["rename-field/S/Weight", "rename-field/S/B"]


@pytest.mark.parametrize("names", [("Weight", "B"), ("B", "Weight")])
def test_a_field_that_got_the_name_of_another_one_is_not_created_again(
    names: tuple[str, str],
) -> None:
    fields = (a_desired_field(a_field(name)) for name in names)
    desired = a_desired(a_desired_section("S", *fields), tags=["VIP"])
    live = a_schema(a_section("S", a_field("B"), a_field("B")), tags=["VIP"])
    now = LiveIds(fields={("", "f7"): ("", "S", "B"), ("", "f8"): ("", "S", "B")})

    assert ids_of(diff(desired, live, now)) == ["resolve-duplicate/S/B"]


def test_a_renamed_section_does_not_decide_between_an_earlier_name_and_the_new_one() -> None:
    field = a_desired_field(a_field("Mass"), was=("Weight",))
    desired = a_desired(
        a_desired_section("S", field, a_desired_field(a_field("B"))), tags=["VIP"]
    )
    fields = (a_field("Weight"), a_field("Mass"), a_field("B"))
    live = a_schema(a_section("Sales", *fields), tags=["VIP"])
    now = LiveIds(
        sections={("", "3"): ("", "Sales")},
        fields={("", "f7"): ("", "Sales", "Weight"), ("", "f8"): ("", "Sales", "B")},
    )

    difference = diff(desired, live, now)

    assert ids_of(difference) == ["rename-section/S"]
    assert [one.code for one in difference.notices] == [NoticeCode.WAS_LEFT_OVER]


def test_two_fields_that_share_a_name_are_one_manual_step_if_both_differ() -> None:
    fields = (a_desired_field(a_field(name, "price")) for name in ("Weight", "B"))
    desired = a_desired(a_desired_section("S", *fields), tags=["VIP"])
    live = a_schema(a_section("S", a_field("B"), a_field("B")), tags=["VIP"])
    now = LiveIds(fields={("", "f7"): ("", "S", "B"), ("", "f8"): ("", "S", "B")})

    assert ids_of(diff(desired, live, now)) == ["resolve-duplicate/S/B"]


def test_a_swap_of_two_sections_moves_no_field_and_removes_none() -> None:
    fields = {"S": "f1", "T": "f2"}
    desired = Desired(
        sections=tuple(
            a_desired_section(
                name, a_desired_field(a_field(f"of {name}")), manage=Manage.MIRROR
            )
            for name in fields
        )
    )
    live = a_schema(a_section("T", a_field("of S")), a_section("S", a_field("of T")))
    before = Ids(
        sections={("", "S"): "1", ("", "T"): "2"},
        fields={("", name, f"of {name}"): number for name, number in fields.items()},
    )
    now = LiveIds(
        sections={("", "1"): ("", "T"), ("", "2"): ("", "S")},
        fields={("", "f1"): ("", "T", "of S"), ("", "f2"): ("", "S", "of T")},
    )

    assert ids_of(diff(desired, live, now, before)) == ["rename-section/S", "rename-section/T"]


def test_in_swapped_sections_a_renamed_field_is_not_taken_for_a_new_one_of_its_old_name() -> (
    None
):
    desired = a_desired(
        a_desired_section("S", a_desired_field(a_field("D"), was=("A",))),
        a_desired_section("T", a_desired_field(a_field("A"))),
    )
    live = a_schema(a_section("T", a_field("A")), a_section("S"))
    before = Ids(sections={("", "S"): "1", ("", "T"): "2"}, fields={("", "S", "A"): "f1"})
    now = LiveIds(
        sections={("", "1"): ("", "T"), ("", "2"): ("", "S")},
        fields={("", "f1"): ("", "T", "A")},
    )

    assert ids_of(diff(desired, live, now, before)) == [
        "rename-section/S",
        "rename-field/S/D",
        "rename-section/T",
        "add-field/T/A",
    ]


def test_dropdowns_that_were_swapped_keep_their_options() -> None:
    size, colour = a_field("Size", "tdrop", ["L"]), a_field("Colour", "tdrop", ["red"])
    desired = a_desired(a_desired_section("S", a_desired_field(size), a_desired_field(colour)))
    live = a_schema(
        a_section("S", a_field("Colour", "tdrop", ["L"]), a_field("Size", "tdrop", ["red"]))
    )
    before = Ids(fields={("", "S", "Size"): "f1", ("", "S", "Colour"): "f2"})
    now = LiveIds(fields={("", "f1"): ("", "S", "Colour"), ("", "f2"): ("", "S", "Size")})

    assert ids_of(diff(desired, live, now, before)) == [
        "rename-field/S/Size",
        "rename-field/S/Colour",
    ]


def test_what_was_renamed_in_the_browser_and_in_the_files_is_one_field() -> None:
    zed = a_desired_field(a_field("Zed"), was=("Weight",))
    desired = a_desired(a_desired_section("S", zed, manage=Manage.MIRROR), tags=["VIP"])
    live = a_schema(a_section("S", a_field("Quux")), tags=["VIP"])
    now = LiveIds(fields={("", "f7"): ("", "S", "Quux")})

    (change,) = diff(desired, live, now).changes

    assert isinstance(change, RenameField)
    assert (change.before.name, change.after.name) == ("Quux", "Zed")


def test_a_mirrored_section_keeps_what_was_given_a_declared_name() -> None:
    desired = a_desired(
        a_desired_section("S", a_desired_field(a_field("Weight")), manage=Manage.MIRROR)
    )
    live = a_schema(a_section("S", a_field("Mass"), a_field("Weight")))
    now = LiveIds(fields={("", "f7"): ("", "S", "Mass"), ("", "f9"): ("", "S", "Weight")})

    difference = diff(desired, live, now)

    assert ids_of(difference) == ["rename-field/S/Weight"]
    codes = {one.code for one in difference.notices}
    assert codes == {NoticeCode.NAME_TAKEN, NoticeCode.BREAKS_MERGE_TAGS}
    assert [one.name for one in difference.unmanaged] == ["Weight"]


def test_a_field_to_remove_that_changed_its_name_with_another_stays() -> None:
    removed = RemovedField(key=FieldKey("S", "B"), location=a_location())
    section = a_desired_section("S", a_desired_field(a_field("Weight")))
    desired = Desired(sections=(section,), removed_fields=(removed,))
    live = a_schema(a_section("S", a_field("B"), a_field("Weight")))
    now = LiveIds(fields={("", "f7"): ("", "S", "B"), ("", "f8"): ("", "S", "Weight")})

    assert ids_of(diff(desired, live, now)) == ["rename-field/S/Weight"]


@pytest.mark.parametrize(
    "now",
    [
        LiveIds(fields={("", "f8"): ("", "S", "Bulk"), ("", "f9"): ("", "S", "B")}),
        LiveIds(fields={("", "f7"): ("", "S", "B")}),
        LiveIds(fields={("", "f9"): ("", "S", "B")}),
    ],
    ids=["what had the name has another now", "the name was that of another", "created again"],
)
def test_a_name_that_means_something_else_by_now_is_not_removed(now: LiveIds) -> None:
    removed = RemovedField(key=FieldKey("S", "B"), location=a_location())
    live = a_schema(a_section("S", a_field("B"), a_field("Bulk")))

    difference = diff(Desired(removed_fields=(removed,)), live, now)

    assert difference.changes == ()
    assert [one.code for one in difference.notices] == [NoticeCode.REMOVAL_UNCLEAR]


def test_a_section_that_got_the_name_of_one_to_remove_stays_with_its_fields() -> None:
    removed = RemovedSection(name="S", location=a_location())
    live = a_schema(a_section("S", a_field("Precious")), a_section("Old", a_field("B")))
    now = LiveIds(sections={("", "3"): ("", "Old"), ("", "4"): ("", "S")})

    difference = diff(Desired(removed_sections=(removed,)), live, now)

    assert difference.changes == ()
    assert [one.code for one in difference.notices] == [NoticeCode.REMOVAL_UNCLEAR]


def test_a_tag_that_got_the_name_of_one_to_remove_stays() -> None:
    removed = RemovedTag(name="VIP", location=a_location())
    desired = replace(a_desired(tags=["Gold"]), removed_tags=(removed,))
    before = Ids(tags={"VIP": "5", "Gold": "6"})
    swapped = LiveIds(tags={"5": "Gold", "6": "VIP"})

    changes = ids_of(diff(desired, a_schema(tags=["VIP", "Gold"]), swapped, before))

    assert changes == ["rename-tag/Gold"]


def test_the_vendors_own_field_is_never_renamed_and_never_made_a_second_time() -> None:
    desired = a_desired(a_desired_section("S", a_desired_field(a_field("Email"))))
    live = a_schema(a_section("S", a_field("E-Mail", custom=False)))
    before = Ids(fields={("", "S", "Email"): "email"})
    now = LiveIds(fields={("", "email"): ("", "S", "E-Mail")})

    (change,) = diff(desired, live, now, before).changes

    assert isinstance(change, RenameField)
    assert not change.explained


def test_what_bears_its_name_still_or_is_gone_is_left_to_the_names() -> None:
    live = a_schema(a_section("S", a_field("Weight"), a_field("B")), tags=["VIP"])
    unmoved = LiveIds(fields={("", "f7"): ("", "S", "Weight")})

    for now in (unmoved, LiveIds()):
        assert diff(DESIRED, live, now) == diff_schemas(desired=DESIRED, live=live)


def test_a_field_that_the_files_moved_and_the_account_renamed_is_still_one() -> None:
    desired = a_desired(
        a_desired_section("S", a_field("B"), manage=Manage.MIRROR),
        a_desired_section("T", a_field("Weight")),
        tags=["VIP"],
    )
    live = a_schema(a_section("S", a_field("Mass"), a_field("B")), a_section("T"), tags=["VIP"])
    now = LiveIds(fields={("", "f7"): ("", "S", "Mass"), ("", "f8"): ("", "S", "B")})

    assert ids_of(diff(desired, live, now)) == ["move-field/T/Weight"]
