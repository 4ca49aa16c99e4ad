"""`schemactl snapshot`: the account as canonical JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import calls_made, write_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project on a fresh account."""
    return write_project(tmp_path / "project")


def test_the_account_is_printed_as_json(folder: Path) -> None:
    ended = run("-C", folder, "snapshot")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert json.loads(ended.out)["account"] == "demo"
    assert "First Name" in ended.out
    assert set(calls_made(folder)) == {"key", "pull_tag"}


def test_equal_accounts_give_equal_text(folder: Path) -> None:
    assert run("-C", folder, "snapshot").out == run("-C", folder, "snapshot").out


def test_a_file_takes_it_over_what_it_held(folder: Path) -> None:
    out = folder / "live.json"
    out.write_text("old")
    ended = run("-C", folder, "snapshot", "--out", out)
    assert (ended.status, ended.out) == (ExitCode.OK, "")
    assert ended.err == f"Wrote the snapshot to {out}.\n"
    assert out.read_text() == run("-C", folder, "snapshot").out


def test_without_a_project_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert run("-C", tmp_path, "snapshot").status == ExitCode.INVALID_FILES
