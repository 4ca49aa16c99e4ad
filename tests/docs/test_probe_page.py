"""The page on `probe` lists every open point that it tries, with every finding."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from schemactl.model.facts import FINDINGS, USED_BY_PLANS, Point
from tests.contract.probing import FOUND

PAGE = (Path(__file__).parents[2] / "docs" / "probe.md").read_text(encoding="utf-8")
API_NAMES = {
    frozenset({"legacy"}): "Contacts API",
    frozenset({"rest"}): "REST API",
    frozenset({"legacy", "rest"}): "both",
}


def rows() -> list[list[str]]:
    part = PAGE.partition("## What it finds out\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_lists_every_point_with_its_api_and_its_findings() -> None:
    apis: defaultdict[Point, set[str]] = defaultdict(set)
    for names, by_value in FOUND.values():
        for finding in by_value.values():
            apis[finding.point].update(names.split(", "))
    told = {row[0]: row[1:3] for row in rows()}
    listed = {
        point: ", ".join(f"`{each}`" for each in kind) for point, kind in FINDINGS.items()
    }
    assert told == {
        f"`{point}`": [API_NAMES[frozenset(apis[point])], findings]
        for point, findings in listed.items()
    }
    assert len(told) == len(rows())


def test_the_page_says_of_each_point_how_it_is_tried_and_what_depends_on_it() -> None:
    assert [row[0] for row in rows() if len(row) != 5 or not all(row)] == []


def test_the_page_says_which_points_decide_on_plans() -> None:
    deciding = {row[0] for row in rows() if not row[4].startswith("nothing")}
    assert deciding == {f"`{point}`" for point in USED_BY_PLANS}
