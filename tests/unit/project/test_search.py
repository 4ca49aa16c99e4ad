"""Which project a folder is in: its own, or one above it in the same git work tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schemactl.project.search import find_project

STRANGER = 4321


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The top of a git work tree, with folders below and above it."""
    top = tmp_path / "above/top"
    (top / "sub/deep").mkdir(parents=True)
    (top / ".git").mkdir()
    return top


def a_project(folder: Path) -> Path:
    (folder / "schemactl.yaml").write_text("version: 1\n")
    return folder


def found(start: Path, *, home: Path | None = None) -> Path | None:
    return find_project(start, home=home or start / "nobody")


def test_a_folder_with_a_project_file_is_its_own_project(tmp_path: Path) -> None:
    assert found(a_project(tmp_path)) == tmp_path


@pytest.mark.parametrize("place", ["", "sub"])
def test_a_project_is_found_from_folders_below_it(top: Path, place: str) -> None:
    project = a_project(top / place)
    assert found(top / "sub/deep") == project


def test_the_nearest_project_is_meant(top: Path) -> None:
    a_project(top)
    assert found(top / "sub/deep") == top
    inner = a_project(top / "sub")
    assert found(top / "sub/deep") == inner


def test_nothing_is_searched_above_the_top_of_the_work_tree(top: Path) -> None:
    a_project(top.parent)
    assert found(top / "sub") is None
    assert found(top) is None


def test_nothing_is_searched_above_a_nested_work_tree(top: Path) -> None:
    a_project(top)
    (top / "sub/.git").write_text("gitdir: elsewhere\n")
    assert found(top / "sub/deep") is None


def test_nothing_is_searched_above_the_home_folder(top: Path) -> None:
    a_project(top)
    assert found(top / "sub/deep", home=top / "sub") is None
    assert found(top / "sub", home=top / "sub") is None
    assert found(top / "sub/deep", home=top) == top


def test_outside_of_git_only_the_folder_itself_counts(tmp_path: Path) -> None:
    a_project(tmp_path)
    (tmp_path / "sub").mkdir()
    assert found(tmp_path / "sub") is None


def test_a_link_is_followed_before_the_search(top: Path, tmp_path: Path) -> None:
    a_project(top)
    (tmp_path / "link").symlink_to(top / "sub", target_is_directory=True)
    assert found(tmp_path / "link") == top


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_a_stranger_is_no_project_of_the_user(top: Path) -> None:
    a_project(top)
    for path in (top, top / ".git"):
        os.chown(path, STRANGER, -1)
    assert found(top / "sub") is None
    os.chown(top / "sub", STRANGER, -1)
    assert found(top / "sub") == top
