"""`schemactl lint`: what it shows, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run

PROJECT = "version: 1\naccounts:\n  demo: {backend: rest, url: emulator, schema: [crm.yaml]}\n"
FILE = "version: 1\nsections:\n  - name: Empty\nremoved: {tags: [Old]}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schemactl.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "crm.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_alone_need_no_account(folder: Path) -> None:
    (folder / "crm.yaml").write_text("version: 1\ntags: [VIP]\n", encoding="utf-8")
    ended = run("lint")
    assert (ended.status, ended.out) == (ExitCode.OK, "no warnings\n")


def test_live_reports_what_the_account_has_already(folder: Path) -> None:
    del folder
    ended = run("lint", "--live", "--format", "json")
    assert ended.status == ExitCode.OK
    codes = [problem["code"] for problem in json.loads(ended.out)["problems"]]
    assert codes == ["empty-section", "removed-done"]
    assert run("lint", "--live", "--strict").status == ExitCode.INVALID_FILES


def test_an_error_by_the_projects_own_word_stops_plan_and_apply(folder: Path) -> None:
    text = PROJECT + "lint: {rules: {near-duplicate: error}}\n"
    (folder / "schemactl.yaml").write_text(text, encoding="utf-8")
    (folder / "crm.yaml").write_text(
        "version: 1\nsections:\n  - name: Sales\n    fields:\n"
        "      - {name: A, type: tdrop, options: [New, new]}\n",
        encoding="utf-8",
    )
    for command in (("lint",), ("validate",), ("plan",), ("apply", "--yes")):
        ended = run(*command)
        assert ended.status == ExitCode.INVALID_FILES, command
        assert "near-duplicate" in ended.out + ended.err


def test_an_unknown_rule_names_the_nearest(folder: Path) -> None:
    text = PROJECT + "lint: {rules: {near-duplicat: error}}\n"
    (folder / "schemactl.yaml").write_text(text, encoding="utf-8")
    ended = run("lint")
    assert ended.status == ExitCode.INVALID_FILES
    assert "near-duplicate" in ended.out + ended.err


def test_a_waiver_needs_its_reason(folder: Path) -> None:
    (folder / "crm.yaml").write_text(
        "version: 1\ntags:\n  - {name: A, waive: [{rule: was-done}]}\n", encoding="utf-8"
    )
    ended = run("lint")
    assert ended.status == ExitCode.INVALID_FILES
    assert "reason" in ended.out
