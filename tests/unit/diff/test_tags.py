"""diff.tags: tags by their exact names."""

from __future__ import annotations

from schemactl.diff import diff_schemas
from schemactl.model.difference import Unmanaged, UnmanagedKind
from tests.builders import a_desired, a_schema


def ids(*, tags: list[str], removed: list[str], live: list[str]) -> list[str]:
    desired = a_desired(tags=tags, removed_tags=removed)
    difference = diff_schemas(desired=desired, live=a_schema(tags=live))
    return [change.id for change in difference.changes]


def test_missing_tags_are_added_and_unwanted_ones_removed_in_file_order() -> None:
    found = ids(tags=["B", "A", "C"], removed=["Z", "Y"], live=["C", "Y", "Z"])
    assert found == ["add-tag/B", "add-tag/A", "remove-tag/Z", "remove-tag/Y"]


def test_a_tag_that_should_go_and_is_not_there_is_no_difference() -> None:
    assert ids(tags=[], removed=["Gone"], live=[]) == []


def test_tags_are_compared_with_case_and_blanks() -> None:
    assert ids(tags=["VIP"], removed=["old"], live=["vip", "VIP ", "Old"]) == ["add-tag/VIP"]


def test_tags_that_nobody_speaks_of_are_unmanaged_and_sorted() -> None:
    desired = a_desired(tags=["VIP"], removed_tags=["Old"])
    difference = diff_schemas(desired=desired, live=a_schema(tags=["b", "VIP", "a", "Old"]))
    assert difference.unmanaged == tuple(
        Unmanaged(kind=UnmanagedKind.TAG, section=None, name=name) for name in ("a", "b")
    )
