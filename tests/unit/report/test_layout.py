"""report/text/layout.py: rows in columns, whatever their words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.report.changes import Detail, list_detail
from schemactl.report.style import Style
from schemactl.report.text.layout import Columns, Row, fit_columns, lay_out, note
from schemactl.report.text.lines import plain_text

COLUMNS = Columns(width=40, what=12, detail=20)


def a_row(name: str = "Status", *details: Detail, place: str = "", what: str = "tdrop") -> Row:
    return Row(
        indent=4,
        sign="+",
        style=Style.ADD,
        name=name,
        what=what,
        details=details,
        place=place,
    )


def text_of(row: Row, columns: Columns = COLUMNS) -> str:
    return plain_text(lay_out(row, columns))


def test_a_row_that_fits_is_one_line_with_its_place_at_the_right() -> None:
    row = a_row("Name", list_detail(["A", "B"]), place="a.yaml:1")

    assert text_of(row) == "    + Name  tdrop   A, B        a.yaml:1\n"


def test_a_place_without_room_is_below() -> None:
    row = a_row("Name", list_detail(["Alpha", "Beta"]), place="folder/file.yaml:1")

    assert text_of(row) == (
        "    + Name  tdrop   Alpha, Beta\n                      folder/file.yaml:1\n"
    )


def test_a_long_name_is_never_cut() -> None:
    name = "n" * 60

    assert text_of(a_row(name, list_detail(["A"]))) == (
        f"    + {name}  tdrop\n                    A\n"
    )


def test_a_long_list_ends_by_saying_what_is_missing() -> None:
    row = a_row("Name", list_detail(map(str, range(100, 130))))

    assert text_of(row) == (
        "    + Name  tdrop   100, 101, 102, 103,\n                    104 … and 25 more (-v)\n"
    )


def test_what_is_lost_gets_more_lines_and_all_of_them_if_asked() -> None:
    row = a_row("Name", list_detail(map(str, range(100, 130)), sign="-", style=Style.REMOVE))
    full = Columns(width=40, what=12, detail=20, full=True)

    assert len(text_of(row).splitlines()) == 5
    assert text_of(row).endswith(" more (-v)\n")
    assert text_of(row, full).endswith(" 127, 128, 129\n")


def test_a_detail_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="not 2 sentences"):
        Detail(words=("one", "two"))


def test_columns_are_as_wide_as_their_words_within_a_share() -> None:
    rows = [a_row("Status"), a_row("n" * 70, what="list")]

    assert fit_columns(rows, width=100) == Columns(width=100, what=14, detail=21)
    assert fit_columns([], width=0) == Columns(width=40, what=2, detail=2)


def test_an_aside_is_at_the_right_or_below() -> None:
    def shown(text: str) -> str:
        lines = note("! ", text, indent=2, width=40, style=Style.WARNING, aside="--allow it")
        return plain_text(lines)

    assert shown("short") == "  ! short                     --allow it\n"
    assert shown("as long as the line is") == ("  ! as long as the line is    --allow it\n")
    assert shown("as long as the line is, now") == (
        "  ! as long as the line is, now\n                              --allow it\n"
    )


@settings(deadline=None)
@given(
    st.text("ab ", max_size=50),
    st.lists(st.text("abc", min_size=1, max_size=20), max_size=20),
    st.text("ab.", max_size=50),
    st.integers(0, 150),
)
def test_no_line_is_longer_than_it_must(
    name: str, options: list[str], place: str, width: int
) -> None:
    details = (list_detail(options, sign="+"),) if options else ()
    row = a_row(name, *details, place=place)
    columns = fit_columns([row], width=width)
    longest_word = max(map(len, [name, place, *options]))

    for line in lay_out(row, columns):
        assert line.width <= max(columns.width, columns.detail + longest_word + 30)
