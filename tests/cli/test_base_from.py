"""`schemactl plan --base-from`: whoever reviews a commit sees that it edits the base."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import SALES, write_project

PROTECTING = SALES.replace("type: price}", "type: price, protect: true}")
BASE = ".schemactl/base/demo.json"


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *who, "-C", folder, *words], check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project in a subfolder of a repository, whose base protects a field."""
    folder = write_project(tmp_path / "repository" / "crm config", sales=PROTECTING)
    git(tmp_path, "init", "-q", "repository")
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    git(folder, "add", "-f", "schemactl.yaml", "crm", BASE)
    git(folder, "commit", "-qm", "Protect a field")
    return folder


def edit_base(folder: Path, *dropped: str) -> None:
    path = folder / BASE
    base = json.loads(path.read_text(encoding="utf-8"))
    for key in dropped:
        del base[key]
    path.write_text(json.dumps(base), encoding="utf-8")


def plan(folder: Path, *words: str) -> str:
    ended = run("-C", folder, "plan", "--base-from", "HEAD", *words)
    assert ended.status == ExitCode.OK, ended.err
    return " ".join(ended.out.split())


def test_a_base_that_lost_protection_and_ownership_is_reported(folder: Path) -> None:
    assert "dropped-from-base" not in plan(folder)

    edit_base(folder, "protected", "created")

    reported = plan(folder)
    assert "dropped-from-base" in reported
    assert "the base protects Sales / Value; here it does not any more" in reported
    assert "created by an apply" in reported
    assert "tag VIP" in reported
    assert "dropped-from-base" not in " ".join(run("-C", folder, "plan").out.split())


def test_a_base_that_was_deleted_is_reported(folder: Path) -> None:
    (folder / BASE).unlink()
    assert "the base protects Sales / Value" in plan(folder)


def test_a_plan_with_the_notice_is_saved_and_applied(folder: Path) -> None:
    edit_base(folder, "created")
    (folder / "crm/sales.yaml").write_text(PROTECTING.replace("[VIP]", "[VIP, New]"))
    assert "dropped-from-base" in plan(folder, "--out", str(folder / "plan.json"))
    ended = run("-C", folder, "apply", folder / "plan.json", "--yes")
    assert ended.status == ExitCode.OK, ended.err


def test_a_commit_without_a_base_has_nothing_to_compare(folder: Path) -> None:
    git(folder, "rm", "-q", "--cached", BASE)
    git(folder, "commit", "-qm", "Forget the base")
    assert "dropped-from-base" not in plan(folder)


def test_a_link_at_the_commit_is_no_base(folder: Path) -> None:
    content = (folder / BASE).read_text(encoding="utf-8")
    (folder / BASE).unlink()
    (folder / BASE).symlink_to("../../schemactl.yaml")
    git(folder, "add", "-f", BASE)
    git(folder, "commit", "-qm", "Link")
    (folder / BASE).unlink()
    (folder / BASE).write_text(content, encoding="utf-8")
    assert "dropped-from-base" not in plan(folder)


@pytest.mark.parametrize(
    ("commit", "reason"),
    [
        ("nowhere", "git knows no such commit here"),
        ("--output=/tmp/x", "does not name a commit"),
        ("", "does not name a commit"),
        ("HEAD:crm config", "does not name a commit"),
    ],
)
def test_what_names_no_commit_is_a_failure(folder: Path, commit: str, reason: str) -> None:
    ended = run("-C", folder, "plan", f"--base-from={commit}")
    assert ended.status == ExitCode.FAILED
    assert reason in ended.err
