"""`schemactl init`, and the project that it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.document.resources import schema_text
from schemactl.errors import ExitCode
from schemactl.project import load_project
from schemactl.project.starter import starter_files
from tests.cli.program import run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_init_writes_a_project_and_prints_the_next_steps(folder: Path) -> None:
    ended = run("init")
    assert ended.status == ExitCode.OK
    assert files_of(folder) == {*starter_files(), ".gitignore"}
    assert ended.out.splitlines()[0] == "wrote schemactl.yaml"
    assert "  schemactl plan\n" in ended.err
    assert (folder / ".gitignore").read_text() == ".schemactl/*\n!.schemactl/base/\n"


def test_init_makes_the_folder_that_it_is_given(folder: Path) -> None:
    ended = run("init", "my project/crm")
    assert ended.status == ExitCode.OK
    assert load_project(folder / "my project/crm").account(None).is_embedded
    assert "  schemactl -C 'my project/crm' plan\n" in ended.err


def test_init_takes_chdir_as_every_command_does(folder: Path) -> None:
    (folder / "here").mkdir()
    assert run("-C", "here", "init").status == ExitCode.OK
    assert (folder / "here/schemactl.yaml").is_file()


def test_quiet_init_prints_no_next_steps(folder: Path) -> None:
    ended = run("-q", "init")
    assert ended.err == ""
    assert files_of(folder)


def test_init_overwrites_nothing_and_then_writes_nothing(folder: Path) -> None:
    (folder / "crm").mkdir()
    (folder / "crm/tags.yaml").write_text("mine")
    (folder / "schemactl.yaml").symlink_to("nowhere")
    ended = run("init")
    assert ended.status == ExitCode.FAILED
    assert ended.out == ""
    assert "so nothing was written: schemactl.yaml, crm/tags.yaml" in ended.err
    assert files_of(folder) == {"crm/tags.yaml"}


def test_a_gitignore_is_not_changed_and_the_line_for_it_is_printed(folder: Path) -> None:
    (folder / ".gitignore").write_text("*.log\n")
    ended = run("init")
    assert ended.status == ExitCode.OK
    assert (folder / ".gitignore").read_text() == "*.log\n"
    assert "Add these lines to .gitignore: .schemactl/* and !.schemactl/base/\n" in ended.err


@pytest.mark.parametrize("ignored", [".schemactl/", ".schemactl", "/.schemactl/"])
def test_a_gitignore_that_has_the_line_is_not_spoken_of(folder: Path, ignored: str) -> None:
    (folder / ".gitignore").write_text(f"*.log\n{ignored}\n")
    assert "Add these lines" not in run("init").err


def test_init_where_nothing_can_be_written_is_reported(folder: Path) -> None:
    (folder / "crm").write_text("a file where the folder should be")
    ended = run("init")
    assert ended.status == ExitCode.FAILED
    assert "cannot be written" in ended.err


def test_editors_find_the_schemas_that_init_writes_along(folder: Path) -> None:
    run("init")
    for name in ("schemactl.yaml", "crm/sales.yaml", "crm/tags.yaml"):
        first = (folder / name).read_text().splitlines()[0]
        way = first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads((folder / name).parent.joinpath(way).read_text())["$schema"]
    assert (folder / ".schemas/project.schema.json").read_text() == schema_text("project")


def test_the_project_of_init_validates_without_a_warning(folder: Path) -> None:
    run("init")
    ended = run("validate", "--strict")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert ended.out == "2 files, 2 sections, 9 fields, 4 tags: no problems\n"
    assert folder.exists()


def test_the_project_of_init_is_applied_and_then_in_order(folder: Path) -> None:
    run("init")
    assert run("plan", "--detailed-exitcode").status == ExitCode.DIFFERENT
    assert run("apply", "--yes").status == ExitCode.OK
    assert run("plan", "--detailed-exitcode").status == ExitCode.OK
    assert run("drift", "--strict").status == ExitCode.OK
    assert folder.exists()
