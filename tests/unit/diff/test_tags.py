"""diff.tags: tags by their exact names."""

from __future__ import annotations

from schemactl.diff import diff_schemas
from schemactl.model.change import RenameTag
from schemactl.model.desired import DesiredTag
from schemactl.model.difference import Difference, NoticeCode, Unmanaged, UnmanagedKind
from tests.builders import a_desired, a_location, a_schema, a_tag


def ids(*, tags: list[str], removed: list[str], live: list[str]) -> list[str]:
    desired = a_desired(tags=tags, removed_tags=removed)
    difference = diff_schemas(desired=desired, live=a_schema(tags=live))
    return [change.id for change in difference.changes]


def test_missing_tags_are_added_and_unwanted_ones_removed_in_file_order() -> None:
    found = ids(tags=["B", "A", "C"], removed=["Z", "Y"], live=["C", "Y", "Z"])
    assert found == ["add-tag/B", "add-tag/A", "remove-tag/Z", "remove-tag/Y"]


def test_a_tag_that_should_go_and_is_not_there_is_no_difference() -> None:
    assert ids(tags=[], removed=["Gone"], live=[]) == []


def test_tags_are_compared_with_case_and_spaces() -> None:
    assert ids(tags=["VIP"], removed=["old"], live=["vip", "VIP ", "Old"]) == ["add-tag/VIP"]


def test_tags_that_nobody_speaks_of_are_unmanaged_and_sorted() -> None:
    desired = a_desired(tags=["VIP"], removed_tags=["Old"])
    difference = diff_schemas(desired=desired, live=a_schema(tags=["b", "VIP", "a", "Old"]))
    assert difference.unmanaged == tuple(
        Unmanaged(kind=UnmanagedKind.TAG, section=None, name=name) for name in ("a", "b")
    )


def compared(*tags: DesiredTag, live: list[str], removed: tuple[str, ...] = ()) -> Difference:
    desired = a_desired(tags=tags, removed_tags=removed)
    return diff_schemas(desired=desired, live=a_schema(tags=live))


def test_an_earlier_name_explains_the_rename_of_a_tag() -> None:
    found = compared(a_tag("VIP", line=3, was=["Older", "Old"]), live=["Old"])
    rename = RenameTag(tag="VIP", was="Old", location=a_location(3))
    assert found == Difference(changes=(rename,), managed_count=1)


def test_the_first_earlier_name_that_exists_is_taken_and_the_others_are_reported() -> None:
    found = compared(a_tag("VIP", was=["A", "B", "C"]), live=["C", "B"])
    assert [change.id for change in found.changes] == ["rename-tag/VIP"]
    assert [(one.code, one.about) for one in found.notices] == [(NoticeCode.WAS_LEFT_OVER, "C")]
    assert found.unmanaged == ()


def test_a_tag_under_none_of_its_names_is_made() -> None:
    assert [one.id for one in compared(a_tag("VIP", was=["Old"]), live=["old"]).changes] == [
        "add-tag/VIP"
    ]


def test_an_earlier_name_that_still_exists_beside_the_new_one_is_reported_and_left_alone() -> (
    None
):
    found = compared(a_tag("VIP", line=3, was=["Gone", "Old"]), live=["Old", "VIP"])
    (notice,) = found.notices
    assert (found.changes, found.unmanaged) == ((), ())
    assert (notice.code, notice.about) == (NoticeCode.WAS_LEFT_OVER, "Old")
    assert notice.location == a_location(3)
    assert notice.message == (
        'is an earlier name of the tag "VIP" and still exists beside it: '
        "tag its contacts again, then list it under removed:"
    )
    assert found.managed_count == 2


def test_a_tag_that_the_files_declare_or_want_gone_is_no_earlier_name() -> None:
    declared = compared(a_tag("VIP", was=["Old"]), a_tag("Old"), live=["Old"])
    assert [change.id for change in declared.changes] == ["add-tag/VIP"]
    unwanted = compared(a_tag("VIP", was=["Old"]), live=["Old"], removed=("Old",))
    assert [change.id for change in unwanted.changes] == ["add-tag/VIP", "remove-tag/Old"]
    assert declared.notices == unwanted.notices == ()


def test_no_two_tags_take_one_earlier_name() -> None:
    found = compared(a_tag("A", was=["Old"]), a_tag("B", was=["Old"]), live=["Old"])
    assert [change.id for change in found.changes] == ["rename-tag/A", "add-tag/B"]
    assert found.notices == ()
