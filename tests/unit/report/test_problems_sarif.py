"""report/problems_sarif.py: problems of the files as SARIF, held to the standard."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.document.resources import code_page
from schemactl.errors import Location, Problem, Severity
from schemactl.report.ci.findings import findings_of_problems
from schemactl.report.ci.sarif import sarif
from tests.builders import a_location
from tests.unit.report.sarif_standard import faults_of

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
PROBLEMS = st.builds(
    Problem,
    location=st.builds(
        Location,
        file=st.text(min_size=1),
        line=st.integers(min_value=1, max_value=9999),
        column=st.integers(min_value=1, max_value=9999),
    ),
    code=st.sampled_from(["unknown-type", "outer-blanks", "of-a-newer-program"]),
    message=st.text(min_size=1),
    hint=st.none() | st.text(min_size=1),
    severity=st.sampled_from(Severity),
)


def a_problem(line: int, code: str = "unknown-type", file: str = "a.yaml") -> Problem:
    return Problem(location=Location(file, line, 1), code=code, message="it is wrong")


def sarif_of(*problems: Problem) -> dict[str, Any]:
    """Return the one run of a document that keeps the rules of the standard."""
    document = json.loads(sarif(findings_of_problems(problems)))
    assert faults_of(document) == []
    run: dict[str, Any] = document["runs"][0]
    return run


def test_sarif_names_tool_rules_and_places() -> None:
    run = sarif_of(BLANKS, UNKNOWN)

    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["name"] == "schemactl"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "outer-blanks",
        "unknown-type",
    ]
    assert run["results"] == [
        {
            "ruleId": "unknown-type",
            "ruleIndex": 1,
            "level": "error",
            "message": {"text": 'there is no field type "date"\nwrite "fulldate"'},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": "crm/sales.yaml",
                            "uriBaseId": "%SRCROOT%",
                        },
                        "region": {"startLine": 3, "startColumn": 5},
                    }
                }
            ],
        },
        {
            "ruleId": "outer-blanks",
            "ruleIndex": 0,
            "level": "warning",
            "message": {"text": 'the name "VIP " ends in a space'},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": "crm/tags.yaml",
                            "uriBaseId": "%SRCROOT%",
                        },
                        "region": {"startLine": 9, "startColumn": 13},
                    }
                }
            ],
        },
    ]


def test_sarif_rules_carry_the_page_on_their_code() -> None:
    run = sarif_of(UNKNOWN, a_problem(1, "of-a-newer-program"))

    (of_newer, unknown_type) = run["tool"]["driver"]["rules"]
    page = code_page("unknown-type")
    assert of_newer == {"id": "of-a-newer-program"}
    assert unknown_type["help"] == {"text": page, "markdown": page}
    assert f"# unknown-type: {unknown_type['shortDescription']['text']}\n" in page


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("crm/a b.yaml", "crm/a%20b.yaml"),
        ("a:b#c%.yaml", "a%3Ab%23c%25.yaml"),
        ("/home/me/a.yaml", "file:///home/me/a.yaml"),
        ("büro.yaml", "b%C3%BCro.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
    ],
    ids=["space", "signs", "absolute", "accent", "not utf-8"],
)
def test_sarif_names_files_by_uri(file: str, uri: str) -> None:
    run = sarif_of(a_problem(1, file=file))

    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


def test_sarif_bases_relative_files_alone() -> None:
    run = sarif_of(a_problem(1, file="a.yaml"), a_problem(1, file="/b.yaml"))

    artifacts = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]
        for result in run["results"]
    ]
    assert artifacts == [
        {"uri": "file:///b.yaml"},
        {"uri": "a.yaml", "uriBaseId": "%SRCROOT%"},
    ]
    assert set(run["originalUriBaseIds"]) == {"%SRCROOT%"}


def test_sarif_messages_hold_no_placeholder_and_no_link_of_a_file() -> None:
    problem = replace(UNKNOWN, message="{0} [here](https://x.example) [a]", hint=None)

    (result,) = sarif_of(problem)["results"]

    assert result["message"]["text"] == "{{0}} [here\\](https://x.example) [a]"


def test_sarif_of_no_problems_clears_earlier_ones() -> None:
    run = sarif_of()

    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


@given(st.lists(PROBLEMS, max_size=5))
@settings(max_examples=50)
def test_sarif_of_any_problems_keeps_the_standard(problems: list[Problem]) -> None:
    run = sarif_of(*problems)

    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))
    assert len(run["results"]) == len(problems)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]


@pytest.mark.parametrize(
    ("kept", "broken"),
    [
        ('"version": "2.1.0"', '"version": "2.0.0"'),
        ('"level": "error"', '"level": "fatal"'),
        ('"ruleIndex": 0', '"ruleIndex": -2'),
        ('"startLine": 3', '"startLine": 0'),
        ('"uri": "crm/sales.yaml"', '"uri": "crm/our sales.yaml"'),
        ('"uri": "crm/sales.yaml"', '"uri": "file:///sales.yaml"'),
        ('"unicodeCodePoints"', '"bytes"'),
        ("no field type", "no {field} type"),
    ],
)
def test_the_rules_of_the_standard_bite(kept: str, broken: str) -> None:
    text = sarif(findings_of_problems([UNKNOWN]))
    assert kept in text

    assert faults_of(json.loads(text.replace(kept, broken)))
