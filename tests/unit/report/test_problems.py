"""report/problems_*.py: problems of the files as text, JSON and GitHub annotations."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.errors import Location, Problem, Severity
from schemactl.report.ci.findings import findings_of_problems
from schemactl.report.ci.github import github_annotations
from schemactl.report.json.problems import problems_json
from schemactl.report.text.lines import plain_text
from schemactl.report.text.problems import problems_text
from tests.builders import a_location
from tests.unit.report.documents import read_document
from tests.unit.report.golden import golden

UNKNOWN = Problem(
    location=a_location(3, 5),
    code="unknown-type",
    message='there is no field type "date"',
    hint='write "fulldate"',
)
BLANKS = Problem(
    location=a_location(9, 13, file="crm/tags.yaml"),
    code="outer-blanks",
    message='the name "VIP " ends in a space',
    severity=Severity.WARNING,
)


def text_of(*problems: Problem, width: int = 80, verbose: bool = False) -> str:
    return plain_text(problems_text(problems, width=width, verbose=verbose))


def a_problem(line: int, code: str = "unknown-type", file: str = "a.yaml") -> Problem:
    return Problem(location=Location(file, line, 1), code=code, message="it is wrong")


def a_thousand() -> list[Problem]:
    return [
        a_problem(n, "duplicate-field" if n % 10 == 0 else "unknown-type", f"{n // 100}.yaml")
        for n in range(1, 1000)
    ] + [BLANKS]


def test_problems_are_sorted_by_file_and_place_with_a_total() -> None:
    assert text_of(BLANKS, UNKNOWN) == (
        'crm/sales.yaml:3:5: error: there is no field type "date" [unknown-type]\n'
        '    hint: write "fulldate"\n'
        "\n"
        'crm/tags.yaml:9:13: warning: the name "VIP " ends in a space [outer-blanks]\n'
        "\n"
        "1 error and 1 warning in 2 files; "
        "`schemactl explain unknown-type` explains the first\n"
    )


def test_no_problems_are_no_lines() -> None:
    assert text_of() == ""


def test_a_thousand_problems_are_reported_at_a_reasonable_length() -> None:
    assert text_of(*a_thousand()) == golden("problems-thousand-80.txt")


def test_verbose_lists_each_of_a_thousand() -> None:
    assert text_of(*a_thousand(), verbose=True).count("it is wrong") == 999


def test_errors_are_reported_before_warnings_fill_the_limit() -> None:
    warnings = [
        Problem(
            location=Location("a.yaml", n, 1),
            code="outer-blanks",
            message="space",
            severity=Severity.WARNING,
        )
        for n in range(1, 100)
    ]

    text = text_of(*warnings, a_problem(500))

    assert "a.yaml:500:1: error: it is wrong [unknown-type]\n" in text
    assert "outer-blanks  50  first at a.yaml:50:1\n" in text


def test_the_same_problem_twice_is_reported_twice() -> None:
    text = text_of(UNKNOWN, UNKNOWN)

    assert text.count("[unknown-type]") == 2
    assert "\n\n2 errors in 1 file; " in text


def test_hints_are_wrapped_and_places_are_not() -> None:
    long = Problem(
        location=a_location(1, 1, file="folder/" * 20 + "a.yaml"),
        code="wrong-value",
        message="m" * 100,
        hint="word " * 40 + "end",
    )

    first, *hints = text_of(long).splitlines()[:-2]

    assert first.endswith(f"{'m' * 100} [wrong-value]")
    assert len(hints) > 1
    assert all(len(hint) <= 80 for hint in hints)


@given(st.text(), st.text())
def test_nothing_from_a_file_acts_on_the_terminal(words: str, file: str) -> None:
    problem = Problem(
        location=a_location(file=file), code="wrong-value", message=words, hint=words
    )

    for line in problems_text([problem] * 60, width=80):
        assert line.text.isprintable()


def test_json_has_every_problem_and_their_number() -> None:
    document = read_document(problems_json([BLANKS, UNKNOWN]), "problems")

    assert document == {
        "format_version": 1,
        "kind": "problems",
        "problems": [
            {
                "code": "unknown-type",
                "severity": "error",
                "location": {"file": "crm/sales.yaml", "line": 3, "column": 5},
                "message": 'there is no field type "date"',
                "hint": 'write "fulldate"',
            },
            {
                "code": "outer-blanks",
                "severity": "warning",
                "location": {"file": "crm/tags.yaml", "line": 9, "column": 13},
                "message": 'the name "VIP " ends in a space',
                "hint": None,
            },
        ],
        "summary": {"errors": 1, "warnings": 1},
    }


def test_json_of_no_problems_is_still_a_document() -> None:
    document = read_document(problems_json([]), "problems")

    assert document["summary"] == {"errors": 0, "warnings": 0}


@pytest.mark.parametrize(
    ("known", "broken"),
    [
        ('"line": 3', '"line": 0'),
        ('"severity": "error"', '"severity": "note"'),
        ('"hint": "write', '"hints": "write'),
        ('"errors": 1', '"errors": "1"'),
        ('"kind": "problems"', '"kind": "plan"'),
    ],
)
def test_json_schema_refuses_what_is_not_ours(known: str, broken: str) -> None:
    text = problems_json([UNKNOWN])
    assert known in text

    with pytest.raises(jsonschema.ValidationError):
        read_document(text.replace(known, broken), "problems")


def test_github_annotations_are_workflow_commands() -> None:
    assert github_annotations(findings_of_problems([BLANKS, UNKNOWN])) == (
        "::error file=crm/sales.yaml,line=3,col=5,title=unknown-type::"
        'there is no field type "date"%0Awrite "fulldate"\n'
        "::warning file=crm/tags.yaml,line=9,col=13,title=outer-blanks::"
        'the name "VIP " ends in a space\n'
    )


def test_github_annotations_escape_what_parts_their_members() -> None:
    problem = Problem(
        location=a_location(file="a,b:100%.yaml"), code="wrong-value", message="100% :: wrong"
    )

    assert github_annotations(findings_of_problems([problem])) == (
        "::error file=a%2Cb%3A100%25.yaml,line=1,col=1,title=wrong-value::100%25 :: wrong\n"
    )


@given(st.text(), st.text())
def test_a_file_cannot_start_a_workflow_command_of_its_own(words: str, file: str) -> None:
    problem = Problem(location=a_location(file=file), code="wrong-value", message=words)

    text = github_annotations(findings_of_problems([problem]))

    assert len(text.splitlines()) == 1
    assert text.endswith("\n")
