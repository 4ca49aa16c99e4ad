"""`schemactl validate`: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run, run_process
from tests.cli.projects import PROJECT, SALES, write_project

TWO_ACCOUNTS = f"""\
{PROJECT}
  other:
    backend: legacy
    schema: [crm/*.yaml, more/*.yaml]
"""
WRONG_TYPE = (
    "version: 1\nsections:\n  - name: Sales\n    fields: [{name: Value, type: prise}]\n"
)
EMPTY = "version: 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project without a fault."""
    return write_project(tmp_path / "project")


def test_files_without_a_fault_are_counted_calmly(folder: Path) -> None:
    ended = run("-C", folder, "validate")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert ended.out == "1 file, 1 section, 2 fields, 1 tag: no problems\n"


def test_problems_are_the_result_and_so_go_to_stdout(folder: Path) -> None:
    (folder / "crm/wrong.yaml").write_text(WRONG_TYPE)
    ended = run("validate", "-C", folder)
    assert (ended.status, ended.err) == (ExitCode.INVALID_FILES, "")
    assert "crm/wrong.yaml:4:" in ended.out
    assert "price" in ended.out


def test_a_broken_project_file_is_a_result_too(folder: Path) -> None:
    (folder / "schemactl.yaml").write_text("version: 1\naccounts: {demo: {backend: legcy}}\n")
    ended = run("-C", folder, "validate")
    assert (ended.status, ended.err) == (ExitCode.INVALID_FILES, "")
    assert "schemactl.yaml:2:" in ended.out


def test_without_a_project_the_hint_says_how_to_start_one(tmp_path: Path) -> None:
    ended = run("-C", tmp_path, "validate")
    assert ended.status == ExitCode.INVALID_FILES
    assert "schemactl init" in ended.err


def test_warnings_alone_are_reported_and_do_not_fail(folder: Path) -> None:
    (folder / "crm/empty.yaml").write_text(EMPTY)
    ended = run("-C", folder, "validate")
    assert ended.status == ExitCode.OK
    assert "warning" in ended.out


def test_warnings_fail_where_that_is_asked_for(folder: Path) -> None:
    (folder / "crm/empty.yaml").write_text(EMPTY)
    assert run("-C", folder, "validate", "--strict").status == ExitCode.INVALID_FILES


def test_all_accounts_are_checked_and_what_they_share_is_reported_once(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "two", project=TWO_ACCOUNTS, wrong=WRONG_TYPE)
    (folder / "more").mkdir()
    (folder / "more/tags.yaml").write_text("version: 1\ntags: [VIP, VIP]\n")
    ended = run("-C", folder, "validate", "--format", "json")
    problems = json.loads(ended.out)["problems"]
    assert ended.status == ExitCode.INVALID_FILES
    assert [problem["location"]["file"] for problem in problems] == [
        "crm/wrong.yaml",
        "more/tags.yaml",
    ]


def test_counts_of_several_accounts_count_what_they_share_once(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "two", project=TWO_ACCOUNTS)
    (folder / "more").mkdir()
    (folder / "more/tags.yaml").write_text("version: 1\ntags: [Customer]\n")
    ended = run("-C", folder, "validate")
    assert ended.out == "2 files, 1 section, 2 fields, 2 tags: no problems\n"


def test_one_account_can_be_chosen(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "two", project=TWO_ACCOUNTS, sales=SALES)
    assert run("-C", folder, "-a", "demo", "validate").status == ExitCode.OK
    assert run("-C", folder, "-a", "other", "validate").status == ExitCode.INVALID_FILES


def test_an_unknown_account_is_wrong_use(folder: Path) -> None:
    ended = run("-C", folder, "validate", "-a", "dmeo")
    assert ended.status == ExitCode.USAGE
    assert "demo" in ended.err


@pytest.mark.parametrize("place", ["before", "behind"])
def test_the_format_may_be_before_or_behind_the_command(folder: Path, place: str) -> None:
    form = ("--format", "json")
    words = (*form, "validate") if place == "before" else ("validate", *form)
    ended = run("-C", folder, *words)
    assert json.loads(ended.out)["problems"] == []


def test_github_and_sarif_name_files_from_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path / "sub/crm-project", wrong=WRONG_TYPE)
    monkeypatch.chdir(tmp_path)
    github = run("-C", "sub/crm-project", "validate", "--format", "github")
    assert github.status == ExitCode.INVALID_FILES
    assert "::error file=sub/crm-project/crm/wrong.yaml,line=4," in github.out
    sarif = run("-C", "sub/crm-project", "validate", "--format", "sarif")
    assert json.loads(sarif.out)["version"] == "2.1.0"
    assert '"uri": "sub/crm-project/crm/wrong.yaml"' in sarif.out


def test_all_problems_are_reported_on_request(folder: Path) -> None:
    fields = "".join(f"      - {{name: F{n}, type: prise}}\n" for n in range(1000))
    (folder / "crm/many.yaml").write_text(
        f"version: 1\nsections:\n  - name: Many\n    fields:\n{fields}"
    )
    short, whole = run("-C", folder, "validate"), run("-C", folder, "validate", "-v")
    assert len(short.out.splitlines()) < 500
    assert "crm/many.yaml:1004:" in whole.out


def test_nobody_is_contacted_and_no_credentials_are_needed(tmp_path: Path) -> None:
    project = "version: 1\naccounts: {live: {backend: legacy, schema: [crm/*.yaml]}}\n"
    folder = write_project(tmp_path / "live", project=project)
    assert run_process("validate", folder=folder).status == ExitCode.OK
    assert not (folder / ".schemactl").exists()


@pytest.mark.parametrize("command", ["validate", "lint"])
def test_an_acknowledgement_that_no_longer_holds_is_a_warning(
    command: str, tmp_path: Path
) -> None:
    entries = (
        "{item: Sales / Statsu, reason: fair, owner: Ada, until: 2999-01-01}",
        "{item: Sales / Value, reason: fair, owner: Ada, until: 2020-01-01}",
    )
    acknowledged = "".join(f"\n      - {entry}" for entry in entries)
    project = f"{PROJECT.rstrip()}\n    acknowledged:{acknowledged}\n"
    ended = run("-C", write_project(tmp_path / "p", project=project), command)
    assert ended.status == ExitCode.OK
    assert "[acknowledged-name]" in ended.out
    assert 'did you mean "Sales / Status"?' in ended.out
    assert "[acknowledgement-overdue]" in ended.out
