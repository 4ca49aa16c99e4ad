"""document/reader.py and tree.py: bytes to values with positions, or to problems."""

from __future__ import annotations

import gc

import pytest

from schemactl.document.nodes import Mapping, Sequence
from schemactl.document.reader import (
    MAX_BYTES,
    Document,
    garbage_collection_paused,
    has_bad_character,
    read_document,
)
from schemactl.document.tree import MAX_DEPTH
from schemactl.errors import Location


def read(text: str | bytes) -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    return read_document(
        data, file="a.yaml", numbers=frozenset({"version"}), truths=frozenset({"protect"})
    )


def codes(text: str | bytes) -> list[str]:
    return [problem.code for problem in read(text).problems]


def root(text: str | bytes) -> Mapping:
    document = read(text)
    assert document.problems == ()
    assert isinstance(document.root, Mapping)
    return document.root


@pytest.mark.parametrize(
    "word",
    [
        "Yes",
        "no",
        "on",
        "1.10",
        "010",
        "0x1F",
        "2024-01-01",
        "null",
        "~",
        "1_000",
        ".inf",
        "12:30",
    ],
)
def test_plain_words_stay_as_written(word: str) -> None:
    assert root(f"a: {word}\n") == {"a": word}


def test_quoted_words_keep_their_spaces() -> None:
    assert root("a: ' x '\nb: \"\\ty\"\n") == {"a": " x ", "b": "\ty"}


def test_a_key_without_value_holds_an_empty_text() -> None:
    assert root("a:\nb: x\n") == {"a": "", "b": "x"}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1", 1),
        ("0", 0),
        ("-12", -12),
        ("'1'", "1"),
        ("01", "01"),
        ("+1", "+1"),
        ("1.0", "1.0"),
        ("1_000", "1_000"),
        ("9" * 30, "9" * 30),
        ("\u0661", "\u0661"),
        ("x", "x"),
    ],
)
def test_a_number_is_read_only_if_it_is_required_and_written(
    written: str, read_as: object
) -> None:
    assert root(f"version: {written}\nname: 1\n") == {"version": read_as, "name": "1"}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("true", True), ("false", False), ("'true'", "true"), ("yes", "yes"), ("True", "True")],
)
def test_a_boolean_is_read_only_if_it_is_required_and_written(
    written: str, read_as: object
) -> None:
    assert root(f"protect: {written}\nname: true\n") == {"protect": read_as, "name": "true"}


def test_every_value_and_key_has_its_line_and_column() -> None:
    tree = root("name: x\nfields:\n  - {name: a}\n  - b\n")
    fields = tree["fields"]
    assert isinstance(fields, Sequence)
    assert tree.value_location("name", file="f") == Location("f", 1, 7)
    assert tree.key_location("fields", file="f") == Location("f", 2, 1)
    assert tree.value_location("fields", file="f") == Location("f", 3, 3)
    assert fields.item_location(0, file="f") == Location("f", 3, 5)
    assert fields.item_location(1, file="f") == Location("f", 4, 5)
    assert tree.value_location("absent", file="f") == Location("f", 1, 1)
    assert tree.key_location("absent", file="f") == Location("f", 1, 1)


def test_columns_count_characters_not_bytes() -> None:
    assert root("{é🔥: x, b: y}").key_location("b", file="f") == Location("f", 1, 9)


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
def test_any_line_break_and_a_byte_order_mark_are_valid(break_: str) -> None:
    tree = root(b"\xef\xbb\xbf" + f"a: x{break_}b: y{break_}".encode())
    assert tree == {"a": "x", "b": "y"}
    assert tree.key_location("b", file="f") == Location("f", 2, 1)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "--- # nothing\n...\n"])
def test_a_file_without_content_has_no_root_and_no_problem(text: str) -> None:
    assert read(text) == Document(file="a.yaml", root=None)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a: x\nb: \xe9\n", Location("a.yaml", 2, 4)),
        (b"\xef\xbb\xbfa: \xff\n", Location("a.yaml", 1, 4)),
        ("a: é".encode("utf-16"), Location("a.yaml", 1, 1)),
        ("é: ".encode() + b"\xc3", Location("a.yaml", 1, 4)),
    ],
)
def test_the_first_byte_that_is_not_utf8_is_reported(data: bytes, place: Location) -> None:
    (problem,) = read(data).problems
    assert (problem.code, problem.location) == ("not-utf8", place)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\uffff"],
)
def test_invisible_characters_are_reported_with_their_position(character: str) -> None:
    (problem,) = read(f"a: x\r\nb: y{character}z\n").problems
    assert (problem.code, problem.location) == ("bad-character", Location("a.yaml", 2, 5))
    assert f"U+{ord(character):04X}" in problem.message
    assert has_bad_character(f"y{character}z")


def test_tabs_and_line_breaks_are_valid_in_a_file_but_not_in_a_name() -> None:
    assert read("a:\tx\t# tab\r\n").problems == ()
    assert all(has_bad_character(f"x{character}") for character in "\t\r\n")


def test_a_binary_file_is_not_reported_byte_by_byte() -> None:
    assert len(read(bytes(10_000)).problems) == 20


def test_a_file_over_the_size_limit_is_not_parsed() -> None:
    assert codes(b"[" * (MAX_BYTES + 1)) == ["file-too-large"]
    assert codes(b"#" * MAX_BYTES) == []


def test_a_repeated_key_keeps_its_first_value_and_reports_its_position() -> None:
    document = read("a: x\nb: {c: 1, c: {d: 2}, e: 3}\na: [y]\n")
    assert document.root == {"a": "x", "b": {"c": "1", "e": "3"}}
    first, second = document.problems
    assert (first.code, first.location) == ("duplicate-key", Location("a.yaml", 2, 11))
    assert (second.location, second.hint) == (
        Location("a.yaml", 3, 1),
        "it is first in line 1; keep one of the two",
    )


def test_a_merge_key_is_reported_and_omitted_unless_it_is_in_quotes() -> None:
    document = read("a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: {'<<': 3}\n")
    assert [problem.code for problem in document.problems] == ["merge-key"]
    assert document.root == {"a": {"x": "1"}, "b": {"y": "2"}, "c": {"<<": "3"}}


def test_a_key_that_is_not_text_is_reported_and_omitted_with_its_value() -> None:
    document = read("? [a, b]\n: {c: d}\ne: f\n? {g: h}\n: i\n")
    assert [problem.code for problem in document.problems] == ["key-not-text"] * 2
    assert document.root == {"e": "f"}


def test_tags_are_reported_and_have_no_effect() -> None:
    document = read("a: !!int 1\nb: !!python/object/apply:os.system ['true']\nc: ! x\n")
    assert [problem.code for problem in document.problems] == ["yaml-tag"] * 3
    assert document.root == {"a": "1", "b": ["true"], "c": "x"}


def test_an_alias_has_its_value_and_a_text_the_position_of_its_use() -> None:
    tree = root("a: &a [x, y]\nb: *a\nc: &c true\nprotect: *c\n*c : key\n")
    assert tree == {
        "a": ["x", "y"],
        "b": ["x", "y"],
        "c": "true",
        "protect": True,
        "true": "key",
    }
    assert tree.value_location("protect", file="f") == Location("f", 4, 10)


def test_an_alias_of_a_repeated_anchor_is_the_later_value() -> None:
    assert root("a: &a x\nb: &a y\nc: *a\n")["c"] == "y"


@pytest.mark.parametrize("text", ["a: *b\n", "a: &a [*a]\n", "a: &a {b: {c: *a}}\n"])
def test_an_alias_of_nothing_or_of_itself_is_reported(text: str) -> None:
    assert codes(text) == ["unknown-alias"]


def test_aliases_that_multiply_are_stopped() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    document = read("\n".join(lines))
    assert [problem.code for problem in document.problems] == ["alias-bomb"]
    assert document.root is None


def test_many_small_aliases_are_stopped_as_well() -> None:
    lines = "\n".join("- *a" for _ in range(2_000))
    assert codes(f"- &a [{', '.join('x' * 60)}]\n{lines}\n") == ["alias-bomb"]


def test_many_harmless_aliases_are_valid() -> None:
    lines = "\n".join("- *a" for _ in range(2_000))
    assert codes(f"- &a [Yes, No]\n{lines}\n") == []


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_nesting_is_bounded() -> None:
    assert codes(nested(MAX_DEPTH)) == []
    assert codes(nested(MAX_DEPTH + 1)) == ["too-deep"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{? [", "- [", "!!x ["])
def test_a_hundred_thousand_levels_are_a_problem_and_not_a_crash(opening: str) -> None:
    assert codes(opening * 100_000) in (
        ["too-deep"],
        ["yaml-syntax"],
        ["yaml-tag"] * 50 + ["too-deep"],
    )


def test_nesting_by_aliases_is_bounded() -> None:
    head = f"- &a0 {nested(40)}\n"
    assert codes(head + "- [[[[[[[[*a0]]]]]]]]\n") == []
    assert codes(head + "- [[[[[[[[[[*a0]]]]]]]]]]\n") == ["too-deep"]
    chain = "".join(f"- &a{step} [*a{step - 1}]\n" for step in range(1, 200))
    assert codes(head + chain) == ["too-deep"]


@pytest.mark.parametrize("text", ["a: x\n---\nb: y\n", "---\n---\n", "a: x\n...\n---\nb: y\n"])
def test_a_second_document_is_reported(text: str) -> None:
    assert codes(text) == ["many-documents"]


def test_problems_before_a_syntax_error_are_kept() -> None:
    assert codes("a: x\na: y\nb: [z\n") == ["duplicate-key", "yaml-syntax"]


def test_the_collector_is_paused_and_enabled_again_only_if_it_was() -> None:
    assert gc.isenabled()
    with garbage_collection_paused():
        assert not gc.isenabled()
        with garbage_collection_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
