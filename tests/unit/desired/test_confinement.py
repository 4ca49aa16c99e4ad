"""A project reads its own files, and nothing of anybody else's gets into a message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schemactl.desired.load import check_files
from schemactl.desired.rewrite.formatted import format_each
from schemactl.document.confinement import project_root
from schemactl.document.files import read_bytes
from schemactl.document.find import schema_files
from schemactl.document.walk import Walk
from schemactl.errors import InvalidFilesError, Problem
from schemactl.model.field_types import DECLARABLE_TYPES
from schemactl.project import load_project

SECRET = "ghp_SECRETTOKEN"  # noqa: S105 - made up, to be looked for
GOOD = "version: 1\ntags: [A]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without a repository, beside a home folder that is full of secrets."""
    home = tmp_path / "home"
    for name in (".git-credentials", "tokens.yaml", "deep/down/tokens.yml"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(SECRET, encoding="utf-8")
    folder = tmp_path / "project"
    (folder / "crm").mkdir(parents=True)
    (folder / "crm/a.yaml").write_text(GOOD, encoding="utf-8")
    return folder


def problems_of(folder: Path, *patterns: str) -> list[Problem]:
    found = check_files(folder, patterns, allowed_types=DECLARABLE_TYPES, backend="legacy")
    assert SECRET not in "".join(map(str, found))
    return list(found)


def codes(folder: Path, *patterns: str) -> list[str]:
    return [problem.code for problem in problems_of(folder, *patterns)]


@pytest.mark.parametrize(
    "pattern",
    [
        "../home/.git-credentials",
        "../home/tokens.yaml",
        "../home/absent.yaml",
        "../home/*.yaml",
        "../**/*.yaml",
        "../*/tokens.yaml",
        "crm/../../home/tokens.yaml",
        "*/../../home/tokens.yaml",
        "**/../../home/*",
        "../home/../project/../home/tokens.yaml",
        "/**/*.yaml",
        "/*",
        "/",
        "/proc/self/environ",
        "/dev/zero",
        "..",
    ],
)
def test_no_pattern_reads_a_file_outside_the_project(project: Path, pattern: str) -> None:
    assert set(codes(project, pattern)) == {"outside-project"}
    assert set(codes(project, f"{project}/{pattern}")) <= {"outside-project", "no-files"}


@pytest.mark.parametrize("pattern", ["*.yaml", "b.yaml", "**/*.yaml", "**", "*", "./b*"])
def test_no_link_to_a_file_outside_is_followed(project: Path, pattern: str) -> None:
    (project / "b.yaml").symlink_to("../home/tokens.yaml")
    assert codes(project, pattern) == ["outside-project"]


@pytest.mark.parametrize("pattern", ["more/*.yaml", "more/tokens.yaml", "**/*.yaml", "m*/*"])
def test_no_link_to_a_folder_outside_is_entered(project: Path, pattern: str) -> None:
    (project / "more").symlink_to("../home")
    assert codes(project, pattern) == ["outside-project"]


def test_a_link_to_a_file_outside_that_no_pattern_means_is_no_problem(project: Path) -> None:
    (project / "notes.md").symlink_to("../home/.git-credentials")
    assert codes(project, "**/*.yaml") == []


@pytest.mark.parametrize("name", [".env", "kube", "key.pem", "a.yaml.bak"])
def test_only_what_is_named_as_yaml_is_read(project: Path, name: str) -> None:
    (project / name).write_text(SECRET, encoding="utf-8")
    assert codes(project, name) == ["not-yaml"]
    (project / "link.yaml").symlink_to(name)
    assert codes(project, "link.yaml") == ["not-yaml"]


def test_a_file_that_is_one_text_is_not_shown(project: Path) -> None:
    (project / "b.yaml").write_text(SECRET, encoding="utf-8")
    assert codes(project, "b.yaml") == ["wrong-type"]


def test_files_of_git_itself_are_outside(project: Path) -> None:
    (project / ".git").mkdir()
    (project / ".git/a.yaml").write_text(SECRET, encoding="utf-8")
    assert codes(project, ".git/*.yaml") == ["outside-project"]
    assert codes(project, ".g*/*.yaml") == ["outside-project"]


def test_a_pipe_is_not_waited_for_and_no_file(project: Path) -> None:
    os.mkfifo(project / "b.yaml")
    assert codes(project, "b.yaml") == ["no-files"]
    problem = read_bytes(project / "b.yaml", file="b.yaml")
    assert isinstance(problem, Problem)
    assert problem.message == "the file cannot be read: it is a pipe or a device"


def test_what_is_put_in_the_place_of_a_file_after_it_was_found_is_not_read(
    project: Path,
) -> None:
    assert schema_files(project, ["crm/*.yaml"]) == ("crm/a.yaml",)
    (project / "crm/a.yaml").unlink()
    (project / "crm/a.yaml").symlink_to(project.parent / "home/tokens.yaml")
    found = read_bytes(project / "crm/a.yaml", file="crm/a.yaml", within=project_root(project))
    assert isinstance(found, Problem)
    assert (found.code, SECRET in str(found)) == ("outside-project", False)


def test_a_project_file_that_is_a_link_to_a_secret_is_not_read(project: Path) -> None:
    for target, code in (("../home/tokens.yaml", "outside-project"), (".env", "not-yaml")):
        (project / ".env").write_text(SECRET, encoding="utf-8")
        (project / "schemactl.yaml").symlink_to(target)
        with pytest.raises(InvalidFilesError) as refused:
            load_project(project)
        assert [problem.code for problem in refused.value.problems] == [code]
        assert SECRET not in str(refused.value)
        (project / "schemactl.yaml").unlink()


def test_a_repository_that_somebody_else_made_above_widens_nothing(project: Path) -> None:
    (project.parent / ".git").symlink_to("/proc/1/ns")
    assert project_root(project) == project.parent, "it is the same user's"
    if os.geteuid() == 0:
        os.lchown(project.parent / ".git", 12_345, -1)
        assert project_root(project) == project


def test_formatting_follows_no_link_out_but_takes_a_file_that_is_named(project: Path) -> None:
    outside = project.parent / "home/own.yaml"
    outside.write_text(GOOD, encoding="utf-8")
    (project / "b.yaml").symlink_to(outside)
    with pytest.raises(InvalidFilesError) as refused:
        format_each([project / "b.yaml"], folder=project)
    assert [problem.code for problem in refused.value.problems] == ["outside-project"]
    (formatted,) = format_each([outside], folder=project)
    assert formatted.before == GOOD


@pytest.mark.parametrize(
    "pattern", ["**/*.yaml", "**/**/**/x.yaml", "*/*/*.yaml", "**/*/../**"]
)
def test_a_walk_is_bounded_and_ends_in_one_problem(project: Path, pattern: str) -> None:
    for number in range(20):
        (project / f"d{number}/e").mkdir(parents=True)
    walk = Walk(project, project_root(project), max_entries=30)
    assert walk.matches(pattern) == ()
    assert [problem.code for problem in walk.problems.values()] == ["too-many-files"]


def test_folders_that_link_to_each_other_are_entered_once(project: Path) -> None:
    (project / "crm/up").symlink_to("..")
    (project / "again").symlink_to("crm")
    assert schema_files(project, ["**/*.yaml"]) == ("again/a.yaml",)
    walk = Walk(project, project_root(project), max_entries=100)
    assert len(walk.matches("**/*.yaml")) == 1


def test_a_name_with_a_step_back_over_a_link_is_the_file_that_was_found(project: Path) -> None:
    (project / "x/y").mkdir(parents=True)
    (project / "x/b.yaml").write_text(GOOD, encoding="utf-8")
    (project / "b.yaml").write_text(SECRET, encoding="utf-8")
    (project / "link").symlink_to("x/y")
    assert schema_files(project, ["link/../b.yaml"]) == ("x/b.yaml",)
