"""The base of an embedded account: of no account in a clone, of the same one after a move."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import PROJECT, edit_account, write_project

FILES = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Value, type: price, protect: true}
      - {name: Note, type: text}
"""
WITHOUT = """\
version: 1
sections: [{name: Sales, fields: [{name: Note, type: text}]}]
removed: {fields: [{section: Sales, name: Value}]}
"""


@pytest.fixture(params=["legacy", "rest"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    project = PROJECT.replace("backend: legacy", f"backend: {request.param}")
    folder = write_project(tmp_path / "project", project=project, sales=FILES)
    assert run("-C", folder, "apply", "--yes", "-q").status == ExitCode.OK
    return folder


def cloned(folder: Path) -> Path:
    """Return a copy as git makes it: with the base, and without the account and journals."""
    left_out = shutil.ignore_patterns("emulator", "journal")
    return Path(shutil.copytree(folder, folder.with_name("clone"), ignore=left_out))


def test_a_clone_has_another_account_and_uses_no_base_of_the_first(folder: Path) -> None:
    clone = cloned(folder)
    edit_account(clone, "add-section Private", "add-field Private Diagnosis text")

    ended = run("-C", clone, "plan")

    words = " ".join(ended.out.split())
    assert "foreign-base" in words
    assert "A clone of a project has an embedded account of its own" in words
    assert "Diagnosis" not in words
    assert "rename" not in words.replace("a renamed field", "")


def test_what_the_base_in_a_clone_protects_stays_protected(folder: Path) -> None:
    clone = cloned(folder)
    edit_account(clone, "add-section Sales", "add-field Sales Value price")
    (clone / "crm/sales.yaml").write_text(WITHOUT)

    ended = run("-C", clone, "apply", "--yes", "--allow", "removes-field,many-removals")

    assert ended.status == ExitCode.REFUSED
    assert "still-protected" in ended.err


def test_a_project_that_is_moved_keeps_its_account(folder: Path) -> None:
    moved = folder.rename(folder.with_name("elsewhere"))

    ended = run("-C", moved, "plan", "--detailed-exitcode")

    assert ended.status == ExitCode.OK
    assert "foreign-base" not in ended.out
    (moved / "crm/sales.yaml").write_text(WITHOUT)
    assert "still-protected" in run("-C", moved, "plan").err


def test_an_account_that_is_made_anew_is_another_one(folder: Path) -> None:
    for path in (folder / ".schemactl/emulator").iterdir():
        path.unlink()

    assert "foreign-base" in run("-C", folder, "plan").out
    assert run("-C", folder, "apply", "--yes", "-q").status == ExitCode.OK
    assert "foreign-base" not in run("-C", folder, "plan").out
