"""document/problem_list.py and its users: the limits on very many problems."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemactl.desired.vocabulary import SCHEMA_FILE
from schemactl.document.checker import Checker
from schemactl.document.problem_list import MAX_ERRORS, MAX_WARNINGS, ProblemList
from schemactl.document.reader import read_document
from schemactl.document.tree import StopReadingError, TreeBuilder
from schemactl.errors import Location, Problem, Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING
MANY = 2 * MAX_ERRORS


def problem(line: int, severity: Severity = ERROR) -> Problem:
    return Problem(Location("a.yaml", line, 1), "wrong-value", "wrong", None, severity)


def test_each_problem_is_kept_once_in_the_order_found() -> None:
    kept = ProblemList()
    kept.extend([problem(2), problem(1), problem(2)])
    assert list(kept) == [problem(2), problem(1)]


def test_too_many_errors_are_cut_and_one_more_reports_it() -> None:
    kept = ProblemList(max_errors=2)
    kept.extend(problem(line) for line in range(1, 10))
    *first, last = kept
    assert first == [problem(1), problem(2)]
    assert (last.code, last.severity) == ("too-many-problems", ERROR)
    assert last.message == "there are more errors than the 2 that are reported"


def test_warnings_never_replace_an_error() -> None:
    kept = ProblemList(max_errors=2, max_warnings=3)
    kept.extend(problem(line, WARNING) for line in range(1, 10))
    assert not kept.is_full
    kept.extend([problem(20)])
    assert [one.severity for one in kept] == [WARNING] * 4 + [ERROR]


def test_the_search_stops_once_errors_are_omitted() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Problem]:
        while True:
            taken.append(1)
            yield problem(len(taken))

    ProblemList(max_errors=3).extend(endless())
    assert len(taken) <= 5


@pytest.mark.parametrize(
    "text",
    [
        "sections:\n" + "- {nme: A}\n" * MANY,
        "sections:\n- name: A\n  fields:\n" + "  - {name: F, type: x, y: z}\n" * MANY,
        "tags:\n" + "- {}\n" * MANY,
        "tags:\n" + "- !x A\n" * MANY,
        "tags: []\n" * MANY,
        "".join(f"key{number}: 1\n" for number in range(MANY)),
        "tags: &t [" + "{}," * MANY + "]\nremoved: {tags: *t}\n",
    ],
    ids=["missing", "fields", "types", "marks", "keys", "unknown", "alias"],
)
def test_only_the_first_of_many_problems_are_kept(text: str) -> None:
    checker = Checker("schema-file", SCHEMA_FILE)
    document = checker.read(f"version: 1\n{text}".encode(), file="a.yaml")
    found = list(document.problems)
    if document.root is not None:
        found += checker.check(document.root, file="a.yaml")
    assert MAX_ERRORS / 2 < len(found) <= MAX_ERRORS + 1
    assert [one.code for one in found].count("too-many-problems") == 1


def test_only_the_first_texts_that_a_comment_cuts_are_kept() -> None:
    text = "- a #b\n" * (MAX_WARNINGS + 50)
    assert len(read_document(text.encode(), file="a.yaml").cut) == MAX_WARNINGS + 1


def test_a_file_of_too_many_values_is_not_read_to_the_end() -> None:
    builder = TreeBuilder(
        file="a.yaml", numbers=frozenset(), truths=frozenset(), max_events=1_000
    )
    with pytest.raises(StopReadingError):
        builder.build("- a\n" * 2_000)
    (found,) = builder.problems
    assert (found.code, found.location.line) == ("file-too-large", 998)
