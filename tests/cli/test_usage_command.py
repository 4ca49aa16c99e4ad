"""`schemactl usage`: which of the account it shows, in which format, and what it keeps."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import Ended, run
from tests.cli.projects import calls_made, write_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "project")
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    return folder


def usage(folder: Path, *options: str | Path) -> Ended:
    return run("-C", folder, "usage", *options)


def test_it_only_reads_and_keeps_the_result(folder: Path) -> None:
    before = len(calls_made(folder))

    ended = usage(folder)

    assert ended.status == ExitCode.OK
    assert "no contact holds a value" in ended.out
    assert set(calls_made(folder)[before:]) == {"key", "pull_tag", "search"}
    (kept,) = (folder / ".schemactl" / "usage").iterdir()
    assert json.loads(kept.read_text(encoding="utf-8"))["complete"] is True


def test_json_has_the_chosen_items_in_the_chosen_order(folder: Path) -> None:
    document = json.loads(usage(folder, "--format", "json", "--unused", "--sort", "name").out)

    names = [(item["name"].casefold(), item.get("option", "")) for item in document["items"]]
    assert names == sorted(names)
    assert {item["held"] for item in document["items"]} == {0}


def test_a_section_is_chosen_by_its_name(folder: Path) -> None:
    document = json.loads(usage(folder, "--format", "json", "--section", "Sales").out)

    assert {item["section"] for item in document["items"]} == {"Sales"}


def test_an_unknown_section_is_refused_with_the_nearest_before_anything_is_counted(
    folder: Path,
) -> None:
    before = len(calls_made(folder))

    ended = usage(folder, "--section", "Saless")

    assert ended.status == ExitCode.USAGE
    assert 'no section "Saless"' in ended.err
    assert 'did you mean "Sales"?' in ended.err
    assert set(calls_made(folder)[before:]) == {"key", "pull_tag"}


def test_it_says_beforehand_which_way_it_counts_and_how_long_that_takes(folder: Path) -> None:
    err = usage(folder).err

    assert "in one walk over 3 contacts: about 4 requests, under 1 s." in err.splitlines()[0]


def test_csv_has_a_row_for_each_number(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "usage.csv"

    ended = usage(folder, "--format", "csv", "--out", out)

    assert ended.status == ExitCode.OK
    with out.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["kind"] for row in rows} >= {"field", "option"}
    assert all(row["held"].isdigit() and row["total"].isdigit() for row in rows)


def test_the_page_is_one_file_that_marks_what_nobody_holds(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "usage.html"

    assert usage(folder, "--format", "html", "--out", out).status == ExitCode.OK

    assert "no contact holds a value" in out.read_text(encoding="utf-8")


def test_a_broken_file_of_an_earlier_count_is_an_error_and_not_replaced(folder: Path) -> None:
    assert usage(folder).status == ExitCode.OK
    (kept,) = (folder / ".schemactl" / "usage").iterdir()
    kept.write_text("{}", encoding="utf-8")

    ended = usage(folder)

    assert ended.status == ExitCode.FAILED
    assert "hint: delete it" in ended.err
    assert kept.read_text(encoding="utf-8") == "{}"


def test_lint_plan_and_docs_show_who_holds_what_until_it_is_too_old(folder: Path) -> None:
    assert usage(folder).status == ExitCode.OK
    (kept,) = (folder / ".schemactl" / "usage").iterdir()

    lint = run("-C", folder, "lint", "--live")
    (folder / "crm/sales.yaml").write_text(
        "version: 1\nremoved: {fields: [{section: Sales, name: Status}]}\n", encoding="utf-8"
    )
    plan = run("-C", folder, "plan", "--no-count")
    docs = run("-C", folder, "docs", "--live", "--format", "csv")

    assert 'no contact holds a value in "Status" (counted on ' in lint.out + lint.err
    assert "[unused-field]" in lint.out + lint.err
    assert "was not counted now; before: no contact holds a value (counted on " in plan.err
    rows = {row["name"]: row["holders"] for row in csv.DictReader(docs.out.splitlines())}
    assert rows["Status"].startswith("no contact holds a value (counted on ")

    document = json.loads(kept.read_text(encoding="utf-8"))
    for item in document["items"]:
        item["at"] = "2020-01-02T03:04:05+00:00"
    kept.write_text(json.dumps(document), encoding="utf-8")
    old = run("-C", folder, "lint", "--live")
    assert "unused-field" not in old.out + old.err
    assert "before:" not in run("-C", folder, "plan", "--no-count").err
