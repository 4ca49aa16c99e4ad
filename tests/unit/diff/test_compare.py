"""diff: how what is declared differs from what the account has."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from schemactl.diff import diff_schemas
from schemactl.model.change import (
    AddField,
    AddSection,
    Change,
    ChangeDescription,
    ChangeKind,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RenameField,
    RenameSection,
    ResolveDuplicate,
)
from schemactl.model.desired import DesiredField
from schemactl.model.difference import Difference, NoticeCode
from schemactl.model.schema import Field, Section
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
    a_schema,
    a_section,
)


def diff(declared: DesiredField | Field, *live: Field) -> Difference:
    """Compare one declared field with a section of the same name."""
    desired = a_desired(a_desired_section("S", declared))
    return diff_schemas(desired=desired, live=a_schema(a_section("S", *live)))


def kinds(difference: Difference) -> list[ChangeKind]:
    return [change.kind for change in difference.changes]


def only(difference: Difference) -> Change:
    (change,) = difference.changes
    return change


def test_equal_files_and_account_differ_in_nothing() -> None:
    field = a_field("A", "tdrop", ["x"])
    difference = diff(field, field)
    assert difference == Difference(managed_count=2)


def test_an_empty_account_gets_sections_then_their_fields_in_file_order() -> None:
    desired = a_desired(
        a_desired_section("S", a_field("B"), a_field("A")), a_desired_section("R")
    )
    ids = [change.id for change in diff_schemas(desired=desired, live=a_schema()).changes]
    assert ids == ["add-section/S", "add-field/S/B", "add-field/S/A", "add-section/R"]


def test_a_change_has_the_place_where_the_files_want_it() -> None:
    desired = a_desired(a_desired_section("S", a_desired_field(a_field("A"), line=8), line=7))
    section, field = diff_schemas(desired=desired, live=a_schema()).changes
    assert (section.location, field.location) == (a_location(7), a_location(8))


def test_a_name_with_another_space_is_renamed_by_hand_never_added() -> None:
    change = only(diff(a_field("Website"), a_field("Website ")))
    assert isinstance(change, RenameField)
    assert (change.before.name, change.name, change.explained) == ("Website ", "Website", False)


def test_an_earlier_name_explains_a_rename() -> None:
    change = only(diff(a_desired_field(a_field("New"), was=["Old"]), a_field("Old")))
    assert isinstance(change, RenameField)
    assert change.explained


def test_a_renamed_section_takes_its_fields_along() -> None:
    desired = a_desired(a_desired_section("Sales", a_field("A"), a_field("B"), was=["Deals"]))
    live = a_schema(a_section("Deals", a_field("A")))
    rename, added = diff_schemas(desired=desired, live=live).changes
    assert isinstance(rename, RenameSection)
    assert (rename.was, rename.explained) == ("Deals", True)
    assert isinstance(added, AddField)
    assert added.id == "add-field/Sales/B"


def test_a_lookalike_section_is_not_explained() -> None:
    desired = a_desired(a_desired_section("Sales"))
    change = only(diff_schemas(desired=desired, live=a_schema(a_section("sales"))))
    assert isinstance(change, RenameSection)
    assert not change.explained


def test_a_field_that_is_elsewhere_moves_and_is_not_added() -> None:
    desired = a_desired(a_desired_section("S", a_field("A")))
    live = a_schema(a_section("T", a_field("A")))
    section, move = diff_schemas(desired=desired, live=live).changes
    assert isinstance(section, AddSection)
    assert isinstance(move, MoveField)
    assert (move.source, move.section) == ("T", "S")


def test_the_same_name_declared_in_two_sections_is_two_fields() -> None:
    desired = a_desired(
        a_desired_section("S", a_field("A")), a_desired_section("T", a_field("A"))
    )
    live = a_schema(a_section("S"), a_section("T", a_field("A")))
    assert only(diff_schemas(desired=desired, live=live)).id == "add-field/S/A"


def test_a_moved_field_of_another_type_moves_and_changes() -> None:
    desired = a_desired(a_desired_section("S", a_field("A", "price")))
    live = a_schema(a_section("S"), a_section("T", a_field("A", "text")))
    difference = diff_schemas(desired=desired, live=live)
    assert kinds(difference) == [ChangeKind.MOVE_FIELD, ChangeKind.CHANGE_TYPE]


def test_another_type_is_a_change_of_type_never_a_removal() -> None:
    change = only(diff(a_field("A", "longtext"), a_field("A", "text")))
    assert isinstance(change, ChangeType)
    assert (change.before.type, change.after.type, change.protected) == (
        "text",
        "longtext",
        False,
    )


def test_another_type_says_nothing_of_the_options_for_they_are_made_anew() -> None:
    assert kinds(diff(a_field("A", "tdrop", ["x"]), a_field("A", "text"))) == [
        ChangeKind.CHANGE_TYPE
    ]


@pytest.mark.parametrize(
    ("declared", "live"),
    [
        (a_desired_field(a_field("A", "price"), protect=True), a_field("A")),
        (a_desired_field(a_field("A", "price")), a_field("A", custom=False)),
    ],
    ids=["protected by the files", "the vendor's own"],
)
def test_what_may_not_be_replaced_says_so(declared: DesiredField, live: Field) -> None:
    change = only(diff(declared, live))
    assert isinstance(change, ChangeType)
    assert change.protected


def test_a_system_field_may_be_declared_to_assert_it() -> None:
    assert diff(a_field("First Name"), a_field("First Name", custom=False)).changes == ()


def test_options_of_a_system_dropdown_are_managed() -> None:
    live = a_field("Lead Source", "tdrop", ["Ad"], custom=False)
    change = only(diff(a_field("Lead Source", "tdrop", ["Ad", "Podcast"]), live))
    assert isinstance(change, ChangeOptions)
    assert (change.added, change.removed) == (("Podcast",), ())


def test_options_that_the_files_do_not_list_are_left_to_the_account() -> None:
    difference = diff(a_field("A", "tdrop"), a_field("A", "tdrop", ["x"]))
    assert (difference.changes, difference.notices) == ((), ())


def test_an_empty_list_of_options_wants_none() -> None:
    change = only(diff(a_field("A", "tdrop", []), a_field("A", "tdrop", ["x"])))
    assert isinstance(change, ChangeOptions)
    assert change.removed == ("x",)


@pytest.mark.parametrize("live", [None, []])
def test_no_option_wanted_and_none_there_is_no_difference(live: Sequence[str] | None) -> None:
    difference = diff(a_field("A", "tdrop", []), a_field("A", "tdrop", live))
    assert (difference.changes, difference.notices) == ((), ())


@pytest.mark.parametrize("live", [["b", "a"], ["a ", "b"], ["a", "b", "a"]])
def test_options_in_another_order_or_spacing_are_reported_and_are_no_difference(
    live: list[str],
) -> None:
    difference = diff(a_field("A", "tdrop", ["a", "b"]), a_field("A", "tdrop", live))
    assert difference.changes == ()
    assert [notice.code for notice in difference.notices] == [NoticeCode.OPTION_ORDER]


def test_a_change_of_options_is_where_they_are_written() -> None:
    declared = a_desired_field(a_field("A", "tdrop", ["x"]), line=9)
    assert only(diff(declared, a_field("A", "tdrop", []))).location == a_location(9, 5)


def test_duplicates_that_are_as_declared_are_reported_and_are_no_difference() -> None:
    difference = diff(a_field("A"), a_field("A"), a_field("A"))
    assert difference.changes == ()
    assert [notice.code for notice in difference.notices] == [NoticeCode.DUPLICATE_NAME]
    assert difference.unmanaged == ()


@pytest.mark.parametrize(
    ("declared", "second"),
    [
        (a_field("A"), a_field("A", "price")),
        (a_field("A", "tdrop", ["x"]), a_field("A", "tdrop", ["y"])),
        (a_field("A", required=True), a_field("A", required=False)),
        (a_field("A", unique=False), a_field("A", unique=True)),
    ],
    ids=["type", "options", "required", "unique"],
)
def test_duplicates_of_which_one_differs_must_be_resolved(
    declared: Field, second: Field
) -> None:
    change = only(diff(declared, declared, second))
    assert isinstance(change, ResolveDuplicate)
    assert (change.after, len(change.found)) == (declared, 2)


def test_duplicates_that_would_move_are_reported_where_they_are() -> None:
    desired = a_desired(a_desired_section("S", a_field("A")))
    live = a_schema(a_section("S"), a_section("T", a_field("A"), a_field("A")))
    change = only(diff_schemas(desired=desired, live=live))
    assert isinstance(change, ResolveDuplicate)
    assert change.id == "resolve-duplicate/T/A"


def test_what_is_declared_and_there_counts_as_managed_and_what_is_missing_does_not() -> None:
    desired = a_desired(
        a_desired_section("S", a_field("A"), a_field("New")),
        a_desired_section("Missing"),
        tags=["VIP", "New"],
        removed_fields=[("S", "Old"), ("S", "Gone")],
        removed_tags=["Stale"],
    )
    sections: tuple[Section, ...] = (
        a_section("S", a_field("A"), a_field("Old"), a_field("Extra")),
    )
    live = a_schema(*sections, tags=["VIP", "Stale", "Other"])
    # Section S, fields A and Old, tags VIP and Stale.
    assert diff_schemas(desired=desired, live=live).managed_count == 5


@pytest.mark.parametrize("word", ["required", "unique"])
@pytest.mark.parametrize("wanted", [True, False])
def test_a_setting_that_differs_is_a_change_where_it_is_written(
    word: str, *, wanted: bool
) -> None:
    declared, live = (
        a_field("A", required=value, unique=None)
        if word == "required"
        else a_field("A", required=None, unique=value)
        for value in (wanted, not wanted)
    )
    change = only(diff(a_desired_field(declared, line=9), live))
    assert change == ChangeSettings(
        section="S", before=live, after=declared, location=a_location(9, 7)
    )


def test_both_settings_are_one_change() -> None:
    declared = a_field("A", required=True, unique=False)
    assert kinds(diff(declared, a_field("A", required=False, unique=True))) == [
        ChangeKind.CHANGE_SETTINGS
    ]


@pytest.mark.parametrize(
    ("declared", "live"),
    [
        (a_field("A"), a_field("A", required=True, unique=True)),
        (a_field("A", required=True, unique=True), a_field("A")),
        (a_field("A", required=True), a_field("A", required=True, unique=True)),
        (a_field("A", unique=False), a_field("A", required=True, unique=False)),
    ],
    ids=["left to the account", "not shown", "only required", "only unique"],
)
def test_settings_are_compared_only_if_both_sides_have_them(
    declared: Field, live: Field
) -> None:
    assert diff(declared, live) == Difference(managed_count=2)


def test_a_setting_without_its_own_place_has_the_place_of_its_field() -> None:
    declared = a_desired_field(a_field("A", required=True), line=9)
    change = only(diff(declared._replace(settings_location=None), a_field("A", required=False)))
    assert change.location == a_location(9)


def test_a_renamed_or_moved_field_has_its_settings_changed_too() -> None:
    declared = a_desired_field(a_field("A", required=True), was=["Old"])
    assert kinds(diff(declared, a_field("Old", required=False))) == [
        ChangeKind.RENAME_FIELD,
        ChangeKind.CHANGE_SETTINGS,
    ]
    desired = a_desired(a_desired_section("S", a_field("A", required=True)))
    live = a_schema(a_section("S"), a_section("T", a_field("A", required=False)))
    assert kinds(diff_schemas(desired=desired, live=live)) == [
        ChangeKind.MOVE_FIELD,
        ChangeKind.CHANGE_SETTINGS,
    ]


def test_settings_and_options_of_one_field_are_two_changes() -> None:
    declared = a_field("A", "tdrop", ["x"], required=True)
    assert kinds(diff(declared, a_field("A", "tdrop", [], required=False))) == [
        ChangeKind.CHANGE_SETTINGS,
        ChangeKind.CHANGE_OPTIONS,
    ]


def test_another_type_takes_its_settings_along() -> None:
    declared = a_field("A", "longtext", required=True)
    assert kinds(diff(declared, a_field("A", required=False))) == [ChangeKind.CHANGE_TYPE]


@pytest.mark.parametrize(
    ("declared", "live"), [("text", "email"), ("text", "address"), ("phone", "sms")]
)
def test_a_finer_type_than_declared_is_reported_and_is_no_difference(
    declared: str, live: str
) -> None:
    difference = diff(a_desired_field(a_field("A", declared), line=9), a_field("A", live))
    (notice,) = difference.notices
    assert difference.changes == ()
    assert (notice.code, notice.about) == (NoticeCode.FINER_TYPE, "S / A")
    assert notice.location == a_location(9)
    assert notice.message == (
        f"the account says {live} where the file says {declared}: "
        f"the Contacts API does not have {live}, so this is not a difference"
    )


@pytest.mark.parametrize(("declared", "live"), [("email", "text"), ("email", "address")])
def test_a_coarser_or_another_type_than_declared_is_a_difference(
    declared: str, live: str
) -> None:
    assert kinds(diff(a_field("A", declared), a_field("A", live))) == [ChangeKind.CHANGE_TYPE]


def test_a_field_of_a_finer_type_has_its_settings_compared_all_the_same() -> None:
    difference = diff(a_field("A", required=True), a_field("A", "email", required=False))
    assert kinds(difference) == [ChangeKind.CHANGE_SETTINGS]
    assert [notice.code for notice in difference.notices] == [NoticeCode.FINER_TYPE]


def test_duplicates_of_a_finer_type_are_as_declared() -> None:
    assert diff(a_field("A"), a_field("A", "email"), a_field("A")).changes == ()


def described(wanted: str | None, live: str | None) -> Difference:
    section = a_desired_section("S", line=4, description=wanted)
    return diff_schemas(
        desired=a_desired(section), live=a_schema(a_section("S", description=live))
    )


@pytest.mark.parametrize(
    ("wanted", "live"), [("New", "Old"), ("New", ""), ("", "Old"), ("a\n\nb", "a\nb")]
)
def test_another_description_is_a_change_where_it_is_written(wanted: str, live: str) -> None:
    assert only(described(wanted, live)) == ChangeDescription(
        section="S", before=live, after=wanted, location=a_location(4, 9)
    )


@pytest.mark.parametrize(
    ("wanted", "live"),
    [
        (None, "Old"),
        ("New", None),
        (None, None),
        ("", ""),
        ("One\nTwo", "One \r\nTwo\r\n"),
        ("", " \r\n"),
    ],
    ids=["left to the account", "not shown", "neither", "none", "line ends", "spaces only"],
)
def test_a_description_is_compared_if_both_sides_have_it_and_as_it_is_shown(
    wanted: str | None, live: str | None
) -> None:
    assert described(wanted, live) == Difference(managed_count=1)


def test_a_new_section_comes_with_its_description() -> None:
    desired = a_desired(a_desired_section("S", description="Text"))
    assert only(diff_schemas(desired=desired, live=a_schema())) == AddSection(
        section="S", description="Text", location=a_location()
    )


@pytest.mark.parametrize("live_name", ["Old", "s "], ids=["renamed", "lookalike"])
def test_a_section_under_another_name_has_its_description_compared(live_name: str) -> None:
    desired = a_desired(a_desired_section("S", was=["Old"], description="New"))
    live = a_schema(a_section(live_name, description="Before"))
    rename, describe = diff_schemas(desired=desired, live=live).changes
    assert isinstance(rename, RenameSection)
    assert isinstance(describe, ChangeDescription)
    assert (describe.section, describe.before, describe.after) == ("S", "Before", "New")


@pytest.mark.parametrize(("custom", "number"), [(True, 2), (False, 1)])
def test_a_field_of_the_vendors_in_another_section_is_one_difference(
    *, custom: bool, number: int
) -> None:
    live = a_schema(a_section("Theirs", a_field("Birthday", "fulldate", custom=custom)))
    desired = a_desired(a_desired_section("Mine", a_desired_field(a_field("Birthday"))))

    found = [each.kind for each in diff_schemas(desired=desired, live=live).changes]

    assert found[1:] == [ChangeKind.MOVE_FIELD, ChangeKind.CHANGE_TYPE][:number]
