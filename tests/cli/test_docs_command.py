"""`schemactl docs`: the data dictionary, on stdout or in a file."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import calls_made, edit_account, write_project


def test_the_page_goes_to_a_file(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project")
    out = tmp_path / "fields.html"
    ended = run("-C", folder, "docs", "--out", out, "--title", "What we know")
    assert ended.status == ExitCode.OK
    page = out.read_text(encoding="utf-8")
    assert "<title>What we know</title>" in page
    assert "Status" in page


def test_markdown_goes_to_stdout(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project")
    ended = run("-C", folder, "docs", "--format", "markdown")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert ended.out.startswith("# Fields of demo\n")


def test_invalid_files_describe_nothing(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project")
    (folder / "schemactl.yaml").write_text("version: 2\n", encoding="utf-8")
    out = tmp_path / "fields.html"
    assert run("-C", folder, "docs", "--out", out).status == ExitCode.INVALID_FILES
    assert not out.exists()


def test_the_live_account_is_described_and_only_read(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project")
    edit_account(folder, "add-section Extra", "add-field Extra Fax text", "add-tag Found")
    calls_before = len(calls_made(folder))
    ended = run("-C", folder, "docs", "--live", "--format", "csv")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    rows = list(csv.DictReader(StringIO(ended.out)))
    names = {row["name"]: row["defined in"] for row in rows}
    assert (names["Fax"], names["Found"]) == ("", "")
    assert "Status" not in names
    assert set(calls_made(folder)[calls_before:]) <= {"key", "pull_tag"}
    run("-C", folder, "apply", "--yes")
    applied = run("-C", folder, "docs", "--live", "--format", "csv").out
    assert "Sales,Status,Dropdown (one option),New; Won" in applied
    assert "crm/sales.yaml:5" in applied


@pytest.mark.parametrize(
    ("name", "form", "start"),
    [
        ("d.md", None, "# Fields of demo"),
        ("d.csv", None, "object,section,"),
        ("d.HTML", None, "<!doctype html>"),
        ("d", None, "<!doctype html>"),
        ("d.txt", "csv", "object,section,"),
        ("d", "markdown", "# Fields of demo"),
    ],
)
def test_the_name_of_the_file_chooses_the_format(
    tmp_path: Path, name: str, form: str | None, start: str
) -> None:
    folder = write_project(tmp_path / "project")
    chosen = () if form is None else ("--format", form)
    ended = run("-C", folder, "docs", "--out", tmp_path / name, *chosen)
    assert ended.status == ExitCode.OK, ended.err
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(
    ("name", "chosen", "words"),
    [
        ("d.md", ("--format", "html"), "d.md looks like markdown, and --format is html"),
        ("d.txt", (), "cannot tell the format from the name d.txt"),
    ],
)
def test_a_name_that_contradicts_the_format_is_refused(
    tmp_path: Path, name: str, chosen: tuple[str, ...], words: str
) -> None:
    folder = write_project(tmp_path / "project")
    ended = run("-C", folder, "docs", "--out", tmp_path / name, *chosen)
    assert ended.status == ExitCode.USAGE
    assert words in ended.err
    assert not (tmp_path / name).exists()
