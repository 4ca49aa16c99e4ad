"""`schemactl values`: what applies backed up is listed, exported, deleted and erased."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import Ended, run
from tests.cli.projects import edit_account

FILES = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Telex, type: text}
      - {name: Stage, type: tdrop, options: [New, Won]}
"""
WITHOUT = """\
version: 1
removed:
  fields: [{section: Sales, name: Telex}, {section: Sales, name: Stage}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a project whose last apply destroyed values."""
    (tmp_path / "schemactl.yaml").write_text(
        "version: 1\naccounts:\n  demo: {backend: legacy, url: emulator, schema: [crm.yaml]}\n",
        encoding="utf-8",
    )
    (tmp_path / "crm.yaml").write_text(FILES, encoding="utf-8")
    assert run("-C", tmp_path, "apply", "--yes").status == ExitCode.OK
    edit_account(
        tmp_path,
        "set-value 1 Telex =1+1",
        "add-contact",
        "set-value 2 Telex two",
        "set-value 1 Stage Won",
    )
    (tmp_path / "crm.yaml").write_text(WITHOUT, encoding="utf-8")
    ended = run("-C", tmp_path, "apply", "--yes", "--allow", "removes-field,many-removals")
    assert ended.status == ExitCode.OK, ended.err
    return tmp_path


def values(folder: Path, *options: str | Path) -> Ended:
    return run("-C", folder, "values", *options)


def test_a_list_has_numbers_and_no_value(folder: Path) -> None:
    ended = values(folder, "list")

    assert ended.status == ExitCode.OK
    assert "Sales / Telex: 2 contacts" in ended.out
    assert "two" not in ended.out
    document = json.loads(values(folder, "list", "--format", "json").out)
    assert document["backups"][0]["complete"] is True
    assert "file" in values(folder, "show", "last").out


def test_csv_is_safe_for_a_spreadsheet(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "fax.csv"

    ended = values(folder, "export", "last", "--item", "Sales / Telex", "--out", out)

    assert ended.status == ExitCode.OK
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [(row["field"], row["id"], row["value"]) for row in rows] == [
        ("Telex", "1", "'=1+1"),
        ("Telex", "2", "two"),
    ]


def test_json_lines_have_the_values_as_they_were(folder: Path) -> None:
    ended = values(folder, "export", "last", "--format", "jsonl")

    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert {(row["field"], row["id"], row["value"]) for row in rows} == {
        ("Telex", "1", "=1+1"),
        ("Telex", "2", "two"),
        ("Stage", "1", "Won"),
    }


def test_one_contact_is_erased(folder: Path) -> None:
    assert values(folder, "erase", "--contact", "1").status == ExitCode.OK

    rows = [
        json.loads(line)
        for line in values(folder, "export", "last", "--format", "jsonl").out.splitlines()
    ]
    assert {row["id"] for row in rows} == {"2"}


def test_backups_of_a_run_are_deleted(folder: Path) -> None:
    assert values(folder, "delete", "last").status == ExitCode.OK

    assert values(folder, "list").out == "Nothing is backed up here.\n"
    assert values(folder, "show", "last").status == ExitCode.USAGE


@pytest.mark.parametrize(
    "options",
    [
        ("export",),
        ("export", "9999"),
        ("export", "last", "--item", "Sales / Nothing"),
        ("export", "last", "--format", "json"),
        ("erase",),
        ("erase", "--contact", "x"),
    ],
)
def test_what_is_not_clear_is_refused(folder: Path, options: tuple[str, ...]) -> None:
    assert values(folder, *options).status == ExitCode.USAGE
