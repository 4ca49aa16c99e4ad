"""`schemactl undo`: shows a plan, and restores what an apply removed."""

from __future__ import annotations

import json
from pathlib import Path

from schemactl.errors import ExitCode
from tests.cli.program import Ended, run
from tests.cli.test_values_command import folder

__all__ = ["folder"]


def undo(folder: Path, *options: str | Path) -> Ended:
    return run("-C", folder, "undo", *options)


def test_it_shows_the_plan_and_needs_the_permission_of_each_hazard(folder: Path) -> None:
    ended = undo(folder, "--yes")

    assert ended.status == ExitCode.REFUSED
    assert "+ Telex" in ended.out
    assert "undo" in ended.err
    assert "--allow writes-contacts" in ended.err


def test_it_restores_the_fields_and_their_values(folder: Path) -> None:
    ended = undo(folder, "--yes", "--allow", "writes-contacts")

    assert ended.status == ExitCode.OK, ended.err
    assert "2 of 2 values are there again" in ended.err
    assert "two" not in ended.out + ended.err
    again = undo(folder, "--yes", "--allow", "removes-field,many-removals")
    assert again.status == ExitCode.OK, again.err
    rows = run("-C", folder, "values", "export", "last", "--format", "jsonl").out.splitlines()
    assert {json.loads(row)["value"] for row in rows} == {"=1+1", "two", "Won"}


def test_a_plan_that_is_written_is_applied_later(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "undo.json"

    written = undo(folder, "last", "--allow", "writes-contacts", "--out", out)

    assert written.status == ExitCode.OK
    assert "schemactl" in written.err
    assert json.loads(out.read_text(encoding="utf-8"))["undoes"]
    assert run("-C", folder, "apply", out, "--yes").status == ExitCode.OK


def test_an_unknown_run_is_refused(folder: Path) -> None:
    assert undo(folder, "1999").status == ExitCode.USAGE


def test_a_run_that_was_undone_by_hand_leaves_nothing_to_do(folder: Path) -> None:
    assert undo(folder, "--yes", "--allow", "writes-contacts").status == ExitCode.OK
    runs = json.loads(run("-C", folder, "journal", "--format", "json").out)["runs"]
    (first,) = [one["id"] for one in runs if "removes-field" in one["permissions"]]

    ended = undo(folder, first, "--yes")

    assert ended.status == ExitCode.OK, ended.err


def test_the_last_apply_is_that_of_this_account(folder: Path) -> None:
    account = folder / ".schemactl" / "emulator" / "demo.sqlite"
    kept = account.rename(folder / "kept.sqlite")
    (folder / "crm.yaml").write_text(
        "version: 1\nsections: [{name: Sales, fields: []}]\n", encoding="utf-8"
    )
    other = run("-C", folder, "apply", "--yes")
    assert "1 done" in other.out, other.err
    kept.replace(account)

    ended = undo(folder, "--yes")

    assert "+ Telex" in ended.out, ended.err
