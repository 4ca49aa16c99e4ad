"""text.py and report/text: words that are safe, true and of known width."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.model.characters import appearance
from schemactl.report.style import Style
from schemactl.report.text.lines import BLANK, Line, Span, line, paragraphs, plain_text
from schemactl.report.text.wrapping import cell_width, padded, wrap_list, wrap_words
from schemactl.text import (
    MIN_SHORTENED,
    and_list,
    counted,
    created_by_apply,
    duration,
    named,
    named_each,
    quoted,
    short_hash,
    shortened,
    visible,
)


@settings(deadline=None)
@given(st.text())
def test_any_text_becomes_visible(text: str) -> None:
    assert visible(text).isprintable()
    assert named(text).isprintable()


@settings(deadline=None)
@given(st.text(), st.text())
def test_two_names_never_look_the_same(one: str, other: str) -> None:
    assert (named(one) == named(other)) == (one == other)


@settings(deadline=None)
@given(
    st.text("aeé \u00a0\u200b\u0301\u3164\u2800\ufe0f"),
    st.text("aeé \u00a0\u200b\u0301\u3164\u2800\ufe0f"),
)
def test_two_names_shown_never_look_the_same_to_people(one: str, other: str) -> None:
    # Outer and repeated plain spaces are in quotes, where they can be counted.
    shown = [named(name).replace(" ", "_") for name in (one, other)]
    assert (appearance(shown[0]) == appearance(shown[1])) == (one == other)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc\rd", r"a\tb\nc\rd"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b", r"\x9b"),
        ("a\u202eb", r"a\u202eb"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("Büro ☎", "Büro ☎"),
    ],
    ids=["spaces", "escape", "one byte escape", "turned", "tag", "half a character", "fine"],
)
def test_what_shows_nothing_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_names_are_quoted_only_where_they_could_be_misread() -> None:
    assert named("Lead Status") == "Lead Status"
    assert named("$ Sales") == "$ Sales"
    assert named("") == '""'
    assert named("Website ") == '"Website "'
    assert named("-none-") == '"-none-"'
    assert quoted('say "\\"') == r'"say \"\\\""'


def test_names_in_a_list_are_quoted_where_they_hold_its_comma() -> None:
    assert list(named_each(["a", "b, c"])) == ["a", '"b, c"']


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 calls"), (1, "1 call"), (1204, "1,204 calls")]
)
def test_numbers_have_their_noun(number: int, words: str) -> None:
    assert counted(number, "call") == words


@pytest.mark.parametrize(
    ("words", "joined"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
    ids=["none", "one", "two", "three"],
)
def test_lists_are_joined_as_people_do(words: list[str], joined: str) -> None:
    assert and_list(words) == joined


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 s"), (2.4, "2 s"), (119.0, "119 s"), (480.4, "8 min"), (9000.0, "2.5 h")],
)
def test_times_are_said_in_a_fitting_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_width_is_counted_in_cells() -> None:
    assert cell_width("abc") == 3
    assert cell_width("電話") == 4
    assert cell_width("e\u0301") == 1
    assert padded("電話", 6) == "電話  "


@settings(deadline=None)
@given(st.lists(st.text("ab電", min_size=1, max_size=8), min_size=1), st.integers(1, 30))
def test_wrapped_words_lose_nothing_and_keep_to_the_width(words: list[str], width: int) -> None:
    lines = wrap_words(words, width)

    assert " ".join(lines).split(" ") == words
    for text in lines:
        assert cell_width(text) <= width or " " not in text


@settings(deadline=None)
@given(
    st.lists(st.text("ab", min_size=1, max_size=8), min_size=1, max_size=30),
    st.integers(20, 60),
    st.integers(1, 5),
)
def test_a_shortened_list_says_how_many_are_missing(
    words: list[str], width: int, max_lines: int
) -> None:
    lines = wrap_list(words, width, max_lines=max_lines)

    shown, _, rest = " ".join(lines).partition(" … and ")
    missing = int(rest.removesuffix(" more (-v)")) if rest else 0
    assert len(lines) <= max_lines
    assert shown.split(", ") == words[: len(words) - missing]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0123456789abcdef" * 4, "0123456789ab"),
        ("f" * 40 + "-dirty", "f" * 12 + "-dirty"),
        ("v1.2", "v1.2"),
        ("0a1b", "0a1b"),
        ("", ""),
        ("\x1b[2J", "\\x1b[2J"),
    ],
)
def test_a_hash_is_shortened_to_twelve_digits(text: str, shown: str) -> None:
    assert short_hash(text) == shown


def test_an_origin_names_the_commit_in_short() -> None:
    at = "2026-01-02T03:04:05+00:00"
    assert created_by_apply(at, "") == "created by the apply of 2 January 2026 at 03:04 UTC"
    assert created_by_apply(at, f"{'0a' * 20}-dirty").endswith(
        " from commit 0a0a0a0a0a0a-dirty"
    )


@settings(deadline=None)
@given(st.lists(st.text("ab", min_size=1, max_size=8), min_size=1), st.integers(1, 60))
def test_an_unlimited_list_is_whole(words: list[str], width: int) -> None:
    assert " ".join(wrap_list(words, width)).split(", ") == words


def test_spaces_at_the_end_of_a_line_are_dropped() -> None:
    made = line("a", Span("  ", Style.DIM), " ")

    assert made == Line((Span("a"),))
    assert line("  ") == BLANK


def test_groups_are_separated_by_a_blank_line_and_empty_ones_leave_no_gap() -> None:
    one, two = line("1"), line("2")

    assert plain_text(paragraphs([one], [], [two, one], ())) == "1\n\n2\n1\n"
    assert plain_text(paragraphs()) == ""


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.integers(MIN_SHORTENED, 30))
def test_two_shortened_names_never_look_the_same(one: str, other: str, longest: int) -> None:
    shown = shortened(one, longest), shortened(other, longest)

    assert (shown[0] == shown[1]) == (one == other)
    assert all(text.isprintable() for text in shown)


def test_a_name_that_plays_a_shortened_one_is_quoted() -> None:
    cut = shortened("A" * 100, 20)

    assert len(cut) == 20
    assert shortened(cut, 20) == f'"{cut}"'
