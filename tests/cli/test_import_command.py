"""`schemactl import`: what it writes, and what it reports about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import PROJECT, edit_account, write_project

EDITS = (
    "add-section Sales",
    "add-field Sales Status tdrop New Won",
    "add-field Sales Twice text",
    "add-field Sales Twice text",
    "add-tag VIP",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose account has a custom section, and no schema file of it."""
    folder = write_project(tmp_path / "project", none="version: 1\ntags: [VIP]\n")
    edit_account(folder, *EDITS)
    return folder


def test_the_account_is_written_to_stdout_and_what_is_skipped_is_reported(folder: Path) -> None:
    ended = run("-C", folder, "import")
    assert ended.status == ExitCode.OK
    assert "Sales" in ended.out
    assert "VIP" in ended.out
    assert "First Name" not in ended.out
    assert "Skipped, and not managed:" in ended.err
    assert "Twice" in ended.err


def test_what_is_skipped_stays_in_the_file_as_a_comment(folder: Path) -> None:
    out = folder / "crm/none.yaml"
    run("-C", folder, "import", "--out", out, "--force", "-q")

    assert out.read_text().startswith(
        "# Skipped by `schemactl import`, and not managed by this file:\n"
        "#   Sales / Twice: several "
    )
    assert run("-C", folder, "validate").status == ExitCode.OK
    assert run("-C", folder, "fmt", "--check").status == ExitCode.OK


def test_a_dropdown_with_an_empty_option_is_written_and_planned_for_nothing(
    folder: Path,
) -> None:
    edit_account(folder, 'add-option Sales Status ""')
    run("-C", folder, "import", "--out", folder / "crm/none.yaml", "--force")

    assert "[New, Won, '']" in (folder / "crm/none.yaml").read_text()
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK


@pytest.mark.parametrize("backend", ["legacy", "rest"])
def test_an_empty_option_missing_in_the_account_is_not_planned_again_and_again(
    tmp_path: Path, backend: str
) -> None:
    folder = write_project(
        tmp_path / "project",
        project=PROJECT.replace("legacy", backend),
        sales="version: 1\nsections:\n  - name: S\n    fields:\n"
        "      - {name: Kind, type: tdrop, options: [New, '', ' ', Won]}\n",
    )

    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK

    ended = run("-C", folder, "plan", "--detailed-exitcode")
    assert ended.status == ExitCode.OK
    assert "no call can create one" in " ".join(ended.out.split())


def test_a_plan_right_after_is_empty(folder: Path) -> None:
    (folder / "crm/none.yaml").unlink()
    assert run("-C", folder, "import", "--out", folder / "crm/all.yaml").status == ExitCode.OK
    assert run("-C", folder, "validate").status == ExitCode.OK
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK


def test_the_vendors_own_fields_come_where_they_are_asked_for(folder: Path) -> None:
    (folder / "crm/none.yaml").unlink()
    ended = run("-C", folder, "import", "--all", "--out", folder / "crm/all.yaml")
    assert ended.status == ExitCode.OK
    assert "First Name" in (folder / "crm/all.yaml").read_text()
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK


def test_folders_on_the_way_to_the_file_are_made(folder: Path) -> None:
    out = folder / "new/folder/all.yaml"
    assert run("-C", folder, "import", "--out", out).status == ExitCode.OK
    assert "Sales" in out.read_text()


def test_a_file_that_exists_is_kept_unless_force_is_used(folder: Path) -> None:
    out = folder / "crm/none.yaml"
    ended = run("-C", folder, "import", "--out", out)
    assert ended.status == ExitCode.FAILED
    assert f"{out} already exists\nhint: add --force" in ended.err
    assert out.read_text() == "version: 1\ntags: [VIP]\n"
    assert run("-C", folder, "import", "--out", out, "--force").status == ExitCode.OK
    assert "Sales" in out.read_text()


def test_quiet_prints_nothing_about_what_is_skipped(folder: Path) -> None:
    assert run("-C", folder, "import", "-q").err == ""


def test_editors_find_the_schema_where_the_project_has_it(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    run("init", folder)
    run("-C", folder, "import", "--out", folder / "crm/import.yaml")
    first = (folder / "crm/import.yaml").read_text().splitlines()[0]
    assert first == ("# yaml-language-server: $schema=../.schemas/schema-file.schema.json")


def test_without_the_schema_no_editor_is_sent_there(folder: Path) -> None:
    run("-C", folder, "import", "--out", folder / "crm/import.yaml")
    assert ".schemas" not in (folder / "crm/import.yaml").read_text()


def test_broken_schema_files_do_not_matter(folder: Path) -> None:
    (folder / "crm/none.yaml").write_text("nonsense: [")
    assert run("-C", folder, "import").status == ExitCode.OK


PROTECTING = """\
version: 1
sections:
  - name: Sales
    fields: [{name: A, type: text, protect: true, note: Why}]
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\ntags: [VIP]  # ours\n", "1 comment"),
        ("version: 1\ntags: [{name: VIP, was: [Vip 1]}]\n", "1 key was:"),
        (
            PROTECTING,
            "1 key protect: and 1 key note:",
        ),
    ],
)
def test_a_file_that_says_what_no_account_has_is_not_replaced(
    folder: Path, text: str, words: str
) -> None:
    out = folder / "crm/none.yaml"
    out.write_text(text, encoding="utf-8")
    ended = run("-C", folder, "import", "--out", out, "--force")
    assert ended.status == ExitCode.REFUSED
    assert words in ended.err
    assert out.read_text(encoding="utf-8") == text


def test_a_file_that_import_wrote_is_replaced(folder: Path) -> None:
    out = folder / "crm/none.yaml"
    assert run("-C", folder, "import", "--out", out, "--force").status == ExitCode.OK
    edit_account(folder, "add-field Sales More text")
    assert run("-C", folder, "import", "--out", out, "--force").status == ExitCode.OK
    assert "More" in out.read_text(encoding="utf-8")


def test_a_file_that_is_not_read_or_contradicts_others_is_reported(folder: Path) -> None:
    unread = run("-C", folder, "import", "--out", folder / "elsewhere/a.yaml")
    assert unread.status == ExitCode.OK
    assert "no pattern under schema: of demo matches" in unread.err
    again = run("-C", folder, "import", "--out", folder / "crm/a.yaml")
    assert again.status == ExitCode.OK
    assert "contradict each other now" in again.err
    assert "[duplicate-tag]" in again.err
