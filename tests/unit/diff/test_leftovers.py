"""diff.leftovers: what becomes of live objects that nothing declares."""

from __future__ import annotations

import pytest

from schemactl.diff import diff_schemas
from schemactl.model.change import RemoveField, RemoveSection, ResolveDuplicate
from schemactl.model.desired import Desired, Manage
from schemactl.model.difference import Difference, NoticeCode, Unmanaged, UnmanagedKind
from schemactl.model.schema import Section
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_schema,
    a_section,
    an_unmanaged,
)


def diff(desired: Desired, *live: Section) -> Difference:
    return diff_schemas(desired=desired, live=a_schema(*live))


def ids(difference: Difference) -> list[str]:
    return [change.id for change in difference.changes]


def codes(difference: Difference) -> list[NoticeCode]:
    return [notice.code for notice in difference.notices]


def test_custom_things_that_nothing_declares_are_listed_in_account_order() -> None:
    difference = diff(
        a_desired(a_desired_section("S")),
        a_section("T", a_field("C", "price")),
        a_section("S", a_field("B"), a_field("A", "ndrop")),
    )
    assert difference.changes == ()
    assert difference.unmanaged == (
        an_unmanaged("C", section="T", field_type="price"),
        an_unmanaged("T", section="T", kind=UnmanagedKind.SECTION),
        an_unmanaged("B", section="S"),
        an_unmanaged("A", section="S", field_type="ndrop"),
    )


def test_system_sections_and_fields_are_not_listed() -> None:
    difference = diff(
        a_desired(),
        a_section("Contact Information", a_field("First Name", custom=False), custom=False),
        a_section("Affiliate Data", a_field("$ Sales", "price", custom=False)),
        a_section("Invoices", custom=False),
    )
    assert difference.unmanaged == ()


def test_a_custom_field_in_a_system_section_is_listed_and_its_section_is_not() -> None:
    difference = diff(
        a_desired(),
        a_section("Leads", a_field("First Name", custom=False), a_field("Mine"), custom=False),
    )
    assert difference.unmanaged == (an_unmanaged("Mine", section="Leads"),)


def test_each_of_several_nameless_fields_is_listed() -> None:
    difference = diff(a_desired(), a_section("S", a_field(""), a_field("")))
    unnamed = Unmanaged(kind=UnmanagedKind.FIELD, section="S", name="", type="text")
    assert difference.unmanaged[:2] == (unnamed, unnamed)
    assert codes(difference) == [NoticeCode.DUPLICATE_NAME]


def test_merge_leaves_alone_what_mirror_removes() -> None:
    live = a_section("S", a_field("A"), a_field("B"))
    merge = diff(a_desired(a_desired_section("S", a_field("A"))), live)
    mirror = diff(
        a_desired(a_desired_section("S", a_field("A"), manage=Manage.MIRROR, line=3)), live
    )

    assert merge.changes == ()
    (removal,) = mirror.changes
    assert isinstance(removal, RemoveField)
    assert (removal.id, removal.explicit) == ("remove-field/S/B", False)
    assert removal.location == a_desired_section(line=3).location
    assert mirror.unmanaged == ()


@pytest.mark.parametrize("kind", ["", "sequence", "ndrop", "Payment Center Link", "date"])
def test_mirror_leaves_types_that_no_file_can_declare(kind: str) -> None:
    mirror = a_desired(a_desired_section("S", manage=Manage.MIRROR))
    difference = diff(mirror, a_section("S", a_field("A", kind)))
    assert difference.changes == ()
    assert difference.unmanaged == (an_unmanaged("A", section="S", field_type=kind),)


def test_mirror_leaves_nameless_and_system_fields() -> None:
    mirror = a_desired(a_desired_section("S", manage=Manage.MIRROR))
    live = a_section("S", a_field(""), a_field("First Name", custom=False))
    assert diff(mirror, live).changes == ()


def test_mirror_takes_the_custom_fields_of_a_system_section() -> None:
    mirror = a_desired(a_desired_section("S", manage=Manage.MIRROR))
    live = a_section("S", a_field("First Name", custom=False), a_field("B"), custom=False)
    assert ids(diff(mirror, live)) == ["remove-field/S/B"]


def test_mirror_does_not_take_a_field_that_is_declared_elsewhere() -> None:
    desired = a_desired(
        a_desired_section("S", manage=Manage.MIRROR), a_desired_section("T", a_field("A"))
    )
    difference = diff(desired, a_section("S", a_field("A")), a_section("T"))
    assert ids(difference) == ["move-field/T/A"]


def test_mirror_in_a_renamed_section_names_the_section_as_it_is_now() -> None:
    desired = a_desired(a_desired_section("New", was=["Old"], manage=Manage.MIRROR))
    difference = diff(desired, a_section("Old", a_field("A")))
    assert ids(difference) == ["rename-section/New", "remove-field/Old/A"]


def test_a_duplicate_that_mirror_would_take_is_resolved_by_a_person() -> None:
    mirror = a_desired(a_desired_section("S", manage=Manage.MIRROR))
    (change,) = diff(mirror, a_section("S", a_field("A"), a_field("A"))).changes
    assert isinstance(change, ResolveDuplicate)
    assert change.after is None


def test_a_duplicate_of_which_one_is_not_declarable_is_left_alone_by_mirror() -> None:
    mirror = a_desired(a_desired_section("S", manage=Manage.MIRROR))
    difference = diff(mirror, a_section("S", a_field("A"), a_field("A", "ndrop")))
    assert difference.changes == ()
    assert len(difference.unmanaged) == 2


def test_a_field_listed_as_removed_goes_and_is_harmless_once_gone() -> None:
    desired = a_desired(removed_fields=[("S", "A")])
    (removal,) = diff(desired, a_section("S", a_field("A"))).changes
    assert isinstance(removal, RemoveField)
    assert removal.explicit
    assert diff(desired, a_section("S")).changes == ()
    assert diff(desired).changes == ()


def test_a_removed_field_is_named_exactly() -> None:
    difference = diff(a_desired(removed_fields=[("S", "Fax")]), a_section("S", a_field("fax")))
    assert difference.changes == ()


def test_a_removed_field_may_be_of_a_type_that_no_file_can_declare() -> None:
    difference = diff(
        a_desired(removed_fields=[("S", "A")]), a_section("S", a_field("A", "ndrop"))
    )
    assert ids(difference) == ["remove-field/S/A"]


def test_a_system_field_listed_as_removed_is_reported_and_kept() -> None:
    difference = diff(
        a_desired(removed_fields=[("S", "A")]), a_section("S", a_field("A", custom=False))
    )
    assert difference.changes == ()
    assert codes(difference) == [NoticeCode.SYSTEM_OBJECT]


def test_a_system_field_as_an_earlier_name_is_reported_and_kept() -> None:
    difference = diff(
        a_desired(a_desired_section("S", a_desired_field(a_field("Mobile"), was=["Cell"]))),
        a_section("S", a_field("Cell", custom=False), a_field("Shoe Size")),
    )
    assert ids(difference) == ["add-field/S/Mobile"]
    (notice,) = difference.notices
    assert (notice.code, notice.about) == (NoticeCode.SYSTEM_OBJECT, "S / Cell")
    assert notice.message == (
        'belongs to the system and is never renamed: "Mobile" is created beside it; '
        "delete it from was:"
    )


def test_a_system_section_as_an_earlier_name_is_reported_and_kept() -> None:
    difference = diff(
        a_desired(a_desired_section("Clients", was=["Contact Information"])),
        a_section("Contact Information", a_field("E-Mail", custom=False), custom=False),
    )
    assert ids(difference) == ["add-section/Clients"]
    (notice,) = difference.notices
    assert (notice.code, notice.about) == (NoticeCode.SYSTEM_OBJECT, "Contact Information")


def test_a_field_that_a_declared_one_was_called_is_not_removed_but_renamed() -> None:
    desired = a_desired(
        a_desired_section("S", a_desired_field(a_field("New"), was=["Old"])),
        removed_fields=[("S", "Old")],
    )
    assert ids(diff(desired, a_section("S", a_field("Old")))) == ["rename-field/S/New"]


def test_a_section_listed_as_removed_goes_after_its_fields() -> None:
    desired = a_desired(removed_sections=["S"])
    difference = diff(desired, a_section("S", a_field("A"), a_field("B", "ndrop")))
    assert ids(difference) == ["remove-field/S/A", "remove-field/S/B", "remove-section/S"]
    assert all(
        change.explicit for change in difference.changes if isinstance(change, RemoveField)
    )
    assert diff(desired).changes == ()


def test_sections_of_one_name_are_one_removal() -> None:
    difference = diff(
        a_desired(removed_sections=["S"]), a_section("S", a_field("A")), a_section("S")
    )
    assert ids(difference) == ["remove-field/S/A", "remove-section/S"]


@pytest.mark.parametrize(
    "live",
    [
        a_section("S", a_field("Mine"), custom=False),
        a_section("S", a_field("Mine"), a_field("Theirs", custom=False)),
    ],
    ids=["not marked custom", "holds a system field"],
)
def test_a_system_section_listed_as_removed_is_reported_and_kept_with_all_in_it(
    live: Section,
) -> None:
    difference = diff(a_desired(removed_sections=["S"]), live)
    assert difference.changes == ()
    assert codes(difference) == [NoticeCode.SYSTEM_OBJECT]
    assert difference.unmanaged == (an_unmanaged("Mine", section="S"),)


def test_a_section_that_a_declared_one_was_called_is_renamed_and_no_system_object() -> None:
    desired = a_desired(a_desired_section("New", was=["Old"]), removed_sections=["Old"])
    difference = diff(desired, a_section("Old", a_field("A")))
    assert [
        type(change) for change in difference.changes if isinstance(change, RemoveSection)
    ] == []
    assert difference.notices == ()


def test_a_field_declared_elsewhere_is_not_removed_with_its_section() -> None:
    desired = a_desired(a_desired_section("T", a_field("A")), removed_sections=["S"])
    difference = diff(desired, a_section("S", a_field("A")), a_section("T"))
    assert ids(difference) == ["move-field/T/A", "remove-section/S"]


@pytest.mark.parametrize("manage", list(Manage))
def test_an_earlier_name_that_still_exists_is_reported_and_kept(manage: Manage) -> None:
    desired = a_desired(
        a_desired_section("S", a_desired_field(a_field("New"), was=["Old"]), manage=manage)
    )
    difference = diff(desired, a_section("S", a_field("New"), a_field("Old")))
    assert difference.changes == ()
    assert difference.unmanaged == ()
    (notice,) = difference.notices
    assert notice.code is NoticeCode.WAS_LEFT_OVER
    assert notice.about == "S / Old"
    assert "--allow copies-values" in notice.message


def test_an_earlier_name_that_still_exists_goes_once_listed_as_removed() -> None:
    desired = a_desired(
        a_desired_section("S", a_desired_field(a_field("New"), was=["Old"])),
        removed_fields=[("S", "Old")],
    )
    difference = diff(desired, a_section("S", a_field("New"), a_field("Old")))
    assert ids(difference) == ["remove-field/S/Old"]


def test_a_system_field_is_never_reported_as_left_over() -> None:
    desired = a_desired(
        a_desired_section("S", a_desired_field(a_field("New"), was=["First Name"]))
    )
    live = a_section("S", a_field("New"), a_field("First Name", custom=False))
    assert diff(desired, live).notices == ()
