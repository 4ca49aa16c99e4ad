"""The page on `probe` lists every open point that it tries, with every finding."""

from __future__ import annotations

from pathlib import Path

from schemactl.model.facts import FINDINGS
from tests.contract.probing import FOUND

PAGE = (Path(__file__).parents[2] / "docs" / "probe.md").read_text(encoding="utf-8")
API_NAMES = {"legacy": "Contacts API", "rest": "REST API", "legacy, rest": "both"}


def rows() -> list[list[str]]:
    part = PAGE.partition("## What it finds out\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_lists_every_point_with_its_api_and_its_findings() -> None:
    apis = {
        finding.point: API_NAMES[api]
        for api, by_value in FOUND.values()
        for finding in by_value.values()
    }
    assert [row[:3] for row in rows()] == [
        [f"`{point}`", apis[point], ", ".join(f"`{finding}`" for finding in kind)]
        for point, kind in FINDINGS.items()
    ]


def test_the_page_says_of_each_point_how_it_is_tried_and_what_depends_on_it() -> None:
    assert [row[0] for row in rows() if len(row) != 5 or not all(row)] == []
