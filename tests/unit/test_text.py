"""text.py: a user's words in a message, and the nearest valid word."""

from __future__ import annotations

import pytest

from schemactl.text import and_list, counted, most_similar, nearest, quoted_short


def test_long_text_is_cut() -> None:
    assert quoted_short("x" * 60) == f'"{"x" * 60}"'
    assert quoted_short("x" * 10_000) == f'"{"x" * 59}…"'


def test_control_characters_for_a_terminal_are_escaped() -> None:
    assert quoted_short("\x1b[31mred\n\u202e") == r'"\x1b[31mred\n\u202e"'


def test_letters_of_all_languages_are_shown_unchanged() -> None:
    assert quoted_short("Größe 日本 🔥") == '"Größe 日本 🔥"'


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("text", "text"),
        ("TEXT", "text"),
        (" text ", "text"),
        ("txt", "text"),
        ("dropdown", "tdrop"),
        ("dropdwn", "tdrop"),
        ("xyzzy", None),
        ("", None),
        ("t" * 100_000, None),
    ],
)
def test_the_nearest_word_is_found_if_one_is_similar(word: str, right: str | None) -> None:
    assert nearest(word, ["text", "tdrop"], synonyms={"dropdown": "tdrop"}) == right


@pytest.mark.parametrize(
    ("others", "min_ratio", "found"),
    [
        (["fax", "Fax 2"], 0.6, 1),
        (["Fax 1", "Fax 2"], 0.6, 0),
        (["xyz"], 0.6, None),
        (["xyz"], 0, 0),
        ([], 0, None),
    ],
)
def test_the_most_similar_text_is_the_first_of_equals(
    others: list[str], min_ratio: float, found: int | None
) -> None:
    assert most_similar("Fax", others, min_ratio=min_ratio) == found


def test_words_are_joined_as_in_a_sentence() -> None:
    assert and_list(["a"]) == "a"
    assert and_list(["a", "b", "c"]) == "a, b and c"
    assert and_list(["a", "b"], link="or") == "a or b"
    assert (counted(1, "field"), counted(1_000, "field")) == ("1 field", "1,000 fields")
