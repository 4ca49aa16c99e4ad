"""diff.options: options as a set."""

from __future__ import annotations

import pytest

from schemactl.diff.options import compare_options, renamed_options


@pytest.mark.parametrize(
    ("wanted", "live", "added", "removed"),
    [
        (("a", "b"), ("b", "a"), (), ()),
        (("b", "a"), (), ("b", "a"), ()),
        ((), ("b", "a"), (), ("b", "a")),
        (("a", "c"), ("b", "a"), ("c",), ("b",)),
        (("Yes",), ("yes",), ("Yes",), ("yes",)),
        (("a ",), (" a",), (), ()),
        (("a", "a "), ("a",), (), ()),
        (("a",), ("a", "a "), (), ()),
        (("a",), ("a", "a"), (), ()),
        (("",), (), ("",), ()),
        (("",), (" ",), (), ()),
        (("Caf\u00e9",), ("Cafe\u0301",), (), ()),
        (("a b",), ("a\u00a0b\u200b",), (), ()),
        (("1.10",), ("1.1",), ("1.10",), ("1.1",)),
    ],
)
def test_options_differ_as_a_set_with_outer_blanks_aside(
    wanted: tuple[str, ...],
    live: tuple[str, ...],
    added: tuple[str, ...],
    removed: tuple[str, ...],
) -> None:
    assert compare_options(wanted=wanted, live=live) == (added, removed)


@pytest.mark.parametrize(
    ("earlier", "live", "removed", "renamed"),
    [
        ([("Won", ("Closed",))], ("New", "Closed"), ("Closed",), [("Closed", "Won")]),
        ([("Won", ("Closed",))], ("New", "Won"), (), []),
        ([("Won", ("A", "B"))], ("A", "B", "Won "), ("A", "B"), [("A", "Won "), ("B", "Won ")]),
        ([("Won", ("Closed ",))], ("Closed",), ("Closed",), [("Closed", "Won")]),
        ([], ("Closed",), ("Closed",), []),
    ],
)
def test_an_option_of_an_earlier_name_is_renamed(
    earlier: list[tuple[str, tuple[str, ...]]],
    live: tuple[str, ...],
    removed: tuple[str, ...],
    renamed: list[tuple[str, str]],
) -> None:
    found = renamed_options(earlier, live=live, removed=removed)
    assert [tuple(one) for one in found] == renamed
