"""Commands find their project from the folders below it, and say which one they use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import write_project
from tests.cli.test_completion import completed

NOTE = f"Using {Path('../schemactl.yaml')}; paths in reports start from its folder.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project at the top of a git work tree; the current folder is `crm`, below it."""
    folder = write_project(tmp_path / "project")
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder / "crm")
    return folder


def test_a_plan_applies_from_a_folder_below_the_project(folder: Path) -> None:
    planned = run("plan", "--out", "plan.json")
    assert planned.status == ExitCode.OK
    assert planned.err.startswith(NOTE)
    assert "To make exactly its calls: schemactl apply plan.json\n" in planned.err
    assert (folder / "crm/plan.json").exists()
    assert run("apply", "plan.json", "--yes").status == ExitCode.OK
    assert run("drift", "--strict").status == ExitCode.OK
    assert (folder / ".schemactl/journal/demo").is_dir()


@pytest.mark.parametrize(
    "words",
    [("validate",), ("lint",), ("fmt", "--check"), ("docs",), ("journal",), ("snapshot",)],
)
def test_a_command_names_the_project_that_it_found_once(
    folder: Path, words: tuple[str, ...]
) -> None:
    ended = run(*words)
    assert ended.status == ExitCode.OK
    assert ended.err.count(NOTE) == 1
    assert "Using" not in run(*words, "--quiet").err
    assert "Using" not in run(*words, "-C", folder).err


@pytest.mark.usefixtures("folder")
def test_a_comparison_names_the_project_once_and_only_if_it_reads_it() -> None:
    run("snapshot", "--out", "a.json")
    assert run("compare", "demo", "demo").err.count(NOTE) == 1
    assert run("compare", "a.json", "a.json").err == ""


@pytest.mark.usefixtures("folder")
def test_commands_without_a_project_name_none() -> None:
    assert run("explain").err == ""
    assert run("schema").err == ""


def test_paths_are_right_from_a_folder_below(folder: Path) -> None:
    wrong = folder / "crm/wrong.yaml"
    wrong.write_text("version: 1\nsectoins: []\n")
    ended = run("validate", "--format", "sarif")
    (result,) = json.loads(ended.out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert (ended.status, place) == (ExitCode.INVALID_FILES, "crm/wrong.yaml")
    assert "crm/wrong.yaml:2:1" in run("validate").out
    wrong.write_text("version:   1\ntags: [a]\n")
    assert f"reformatted {Path('../crm/wrong.yaml')}\n" in run("fmt").err


def test_init_starts_a_project_in_the_current_folder(folder: Path) -> None:
    assert run("init").status == ExitCode.OK
    assert (folder / "crm/schemactl.yaml").exists()


@pytest.mark.usefixtures("folder")
def test_a_report_cannot_overwrite_a_file_of_the_project_that_was_found() -> None:
    ended = run("plan", "--output", "json=sales.yaml")
    assert ended.status == ExitCode.FAILED
    assert "it is a schema file of account" in ended.err


def test_accounts_complete_from_the_project_that_was_found(folder: Path) -> None:
    assert completed("plan -a ", folder=folder / "crm", HOME=str(folder)) == ["demo"]


def test_no_project_in_the_work_tree_is_a_problem(folder: Path) -> None:
    (folder / "schemactl.yaml").unlink()
    ended = run("plan")
    assert ended.status == ExitCode.INVALID_FILES
    assert "[no-project]" in ended.err
