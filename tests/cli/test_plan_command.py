"""`schemactl plan`: what it prints, writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import at_terminal, run, run_process
from tests.cli.projects import (
    CREDENTIALS,
    SALES,
    calls_made,
    edit_account,
    served,
    write_project,
)

REMOVING = SALES + "removed:\n  fields: [{section: Sales, name: Old}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose account has nothing of what it wants."""
    return write_project(tmp_path / "project")


def test_a_plan_is_reported_and_nothing_is_changed(folder: Path) -> None:
    ended = run("-C", folder, "plan")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert "+ Sales" in ended.out
    assert "4 to add" in ended.out
    assert set(calls_made(folder)) == {"key", "pull_tag"}


def test_equal_plans_are_equal_texts(folder: Path) -> None:
    assert run("-C", folder, "plan").out == run("-C", folder, "plan").out


def test_differences_have_their_own_status_where_that_is_asked_for(folder: Path) -> None:
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.DIFFERENT
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK


def test_a_plan_can_be_had_as_json(folder: Path) -> None:
    ended = run("-C", folder, "--format", "json", "plan")
    plan = json.loads(ended.out)
    assert plan["account"] == "demo"
    assert next(call["request"] for call in plan["calls"]) == "add_section"


def test_a_plan_can_be_had_as_markdown(folder: Path) -> None:
    ended = run("-C", folder, "plan", "--format", "markdown")
    assert ended.status == ExitCode.OK
    assert "Sales" in ended.out


def test_a_plan_is_written_to_a_file_as_well(folder: Path) -> None:
    out = folder / "plan.json"
    ended = run("-C", folder, "plan", "--out", out, "--format", "json")
    assert ended.err == (
        f"Saved the plan to {out}.\n"
        f"To make exactly its calls: schemactl apply -C {folder} {out}\n"
    )
    assert out.read_text() == ended.out


def test_a_plan_that_cannot_be_written_is_a_failure(folder: Path) -> None:
    ended = run("-C", folder, "plan", "--out", folder / "nowhere/plan.json")
    assert ended.status == ExitCode.FAILED
    assert "cannot be written" in ended.err


def test_a_plan_against_a_snapshot_contacts_nobody(folder: Path) -> None:
    live = folder / "live.json"
    assert run("-C", folder, "snapshot", "--out", live).status == ExitCode.OK
    before = len(calls_made(folder))
    ended = run("-C", folder, "plan", "--against", live, "--detailed-exitcode")
    assert ended.status == ExitCode.DIFFERENT
    assert "4 to add" in ended.out
    assert len(calls_made(folder)) == before


def test_a_snapshot_that_is_none_is_reported(folder: Path) -> None:
    (folder / "live.json").write_text("{}")
    ended = run("-C", folder, "plan", "--against", folder / "live.json")
    assert ended.status in {ExitCode.INVALID_FILES, ExitCode.FAILED}
    assert "live.json" in ended.err
    assert "internal" not in ended.err


def test_a_hazard_names_its_permission_and_says_if_it_was_given(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "removing", sales=REMOVING)
    edit_account(folder, "add-section Sales", "add-field Sales Old text")
    ended = run("-C", folder, "plan")
    assert ended.status == ExitCode.OK
    assert "--allow removes-field" in ended.out
    allowed = run(
        *("-C", folder, "plan", "--format", "json"),
        *("--allow", "removes-field,removes-option", "--allow", "many-removals"),
    )
    assert sorted(json.loads(allowed.out)["permissions"]) == [
        "many-removals",
        "removes-field",
        "removes-option",
    ]


def test_an_unknown_permission_is_wrong_use_and_names_the_nearest(folder: Path) -> None:
    ended = run("-C", folder, "plan", "--allow", "remove-field")
    assert ended.status == ExitCode.USAGE
    assert "did you mean 'removes-field'?" in ended.err


def test_faults_of_the_files_are_reported_on_stderr(folder: Path) -> None:
    (folder / "crm/sales.yaml").write_text(SALES.replace("price", "prise"))
    ended = run("-C", folder, "plan")
    assert (ended.status, ended.out) == (ExitCode.INVALID_FILES, "")
    assert "crm/sales.yaml:6:" in ended.err
    assert not (folder / ".schemactl").exists()


def test_warnings_of_the_files_go_to_stderr_unless_quiet(folder: Path) -> None:
    (folder / "crm/empty.yaml").write_text("version: 1\n")
    loud, quiet = run("-C", folder, "plan"), run("-C", folder, "plan", "-q")
    assert "crm/empty.yaml:1:1" in loud.err
    assert quiet.err == ""
    assert quiet.out == loud.out


def test_an_account_that_cannot_be_reached_is_a_failure(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    with served(folder):
        pass
    ended = run("-C", folder, "plan", environ=CREDENTIALS)
    assert (ended.status, ended.out) == (ExitCode.FAILED, "")
    assert "error: " in ended.err
    assert "k3y-value" not in ended.err


def test_waiting_is_reported_with_its_reason_unless_quiet(tmp_path: Path) -> None:
    folder = tmp_path / "slow"
    with served(folder, "key:status-500:times=2"):
        loud = run("-C", folder, "plan", environ=CREDENTIALS)
    assert loud.status == ExitCode.OK
    assert loud.err.startswith("waiting ")
    assert ": a request failed and is tried again\n" in loud.err


@pytest.mark.parametrize("broken", ["file", "folder"])
def test_an_embedded_account_that_cannot_be_used_is_a_failure(
    folder: Path, broken: str
) -> None:
    if broken == "file":
        (folder / ".schemactl/emulator").mkdir(parents=True)
        (folder / ".schemactl/emulator/demo.sqlite").write_text("no database " * 100)
    else:
        (folder / ".schemactl").write_text("a file where the folder should be")
    ended = run("-C", folder, "plan")
    assert (ended.status, ended.out) == (ExitCode.FAILED, "")
    assert ".schemactl/emulator" in ended.err


def test_missing_credentials_are_a_failure_that_names_the_variables(tmp_path: Path) -> None:
    project = "version: 1\naccounts: {live: {backend: legacy, schema: [crm/*.yaml]}}\n"
    folder = write_project(tmp_path / "live", project=project)
    ended = run("-C", folder, "plan")
    assert ended.status == ExitCode.FAILED
    assert "LIVE_APP_ID" in ended.err


def test_a_terminal_gets_colours_and_a_file_gets_none(folder: Path) -> None:
    with at_terminal("plan", folder=folder) as session:
        assert session.end() == ExitCode.OK
    assert "\x1b[32m" in session.shown
    plain = run_process("plan", folder=folder)
    assert "\x1b" not in plain.out
    with at_terminal("plan", folder=folder, NO_COLOR="1") as session:
        assert session.end() == ExitCode.OK
    assert "\x1b" not in session.shown


def test_a_plan_at_a_terminal_ends_with_the_command_that_applies_it(folder: Path) -> None:
    with at_terminal("plan", folder=folder) as session:
        assert session.end() == ExitCode.OK
    assert "To make these changes: schemactl apply" in session.shown
    assert "To make these changes" not in run("-C", folder, "plan").err
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    with at_terminal("plan", folder=folder) as session:
        assert session.end() == ExitCode.OK
    assert "To make these changes" not in session.shown


def test_a_plan_reminds_of_an_apply_that_was_cut_off(folder: Path) -> None:
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    assert "cut off" not in run("-C", folder, "plan").err
    (journal,) = folder.glob(".schemactl/journal/demo/*.jsonl")
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:4]), encoding="utf-8")
    reported = run("-C", folder, "plan").err
    assert f"The apply {journal.stem} did not finish: the next apply finishes it." in reported
    journal.write_text("nonsense\n{}\n", encoding="utf-8")
    damaged = run("-C", folder, "plan")
    assert (damaged.status, damaged.out) == (ExitCode.FAILED, "")
    assert f"{journal.name}:1 is damaged: this is not a line of a journal" in damaged.err
    assert "\nhint: nothing was changed." in damaged.err


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_no_report_shows_as_a_change_what_the_api_cannot_set(tmp_path: Path, form: str) -> None:
    """Over the Contacts API neither before nor after an apply, and named as an exception."""
    field = "{name: Value, type: price, required: true, unique: true}"
    section = f"  - name: Sales\n    description: Ours.\n    fields:\n      - {field}\n"
    folder = write_project(tmp_path / "project", sales=f"version: 1\nsections:\n{section}")

    before = run("-C", folder, "plan", "--format", form).out
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    after = run("-C", folder, "plan", "--format", form).out
    drift = run("-C", folder, "drift", "--format", form).out

    assert "Ours." not in before
    assert '"required": true' not in before
    for report in (after, drift):
        assert "not-expressed" in report
        words = " ".join(report.split())
        assert form == "json" or "except for 2 entries that no call can set" in words


def test_a_terminal_shows_that_a_slow_account_is_being_read(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with (
        served(folder, "key:slow:seconds=2"),
        at_terminal("plan", folder=folder, **CREDENTIALS) as terminal,
    ):
        terminal.wait_for("\r\x1b[Kreading the account: 1 s")
        assert terminal.end() == ExitCode.OK
        before, _, after = terminal.shown.rpartition("\r\x1b[K")
        assert "Account demo" not in before
        assert after.lstrip("\x1b[0123456789m").startswith("Account")
