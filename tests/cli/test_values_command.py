"""`schemactl values`: what applies backed up is listed, exported, deleted and erased."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from pyrage import x25519

from schemactl.account.target import Target
from schemactl.cli.process import this_host
from schemactl.errors import ExitCode
from schemactl.project import load_project
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


def test_nothing_is_taken_from_backups_while_an_apply_works_on_the_account(
    folder: Path,
) -> None:
    project = load_project(folder)
    target = Target(project=project, account=project.account(None), host=this_host())
    with target.hold(wait_s=0):
        for words in (("erase", "--contact", "1"), ("delete", "last")):
            ended = values(folder, *words)
            assert (ended.status, "account-locked: " in ended.err) == (ExitCode.REFUSED, True)
    assert values(folder, "delete", "last").status == ExitCode.OK


@pytest.fixture
def key(folder: Path) -> Path:
    """Return a private key; the last backup is encrypted to its public key."""
    identity = x25519.Identity.generate()
    key = folder / "key.txt"
    key.touch(mode=0o600)
    key.write_text(f"{identity}\n", encoding="utf-8")
    with (folder / "schemactl.yaml").open("a", encoding="utf-8") as file:
        file.write(f"values: {{encrypt_to: [{identity.to_public()}]}}\n")
    (folder / "crm.yaml").write_text(FILES, encoding="utf-8")
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    edit_account(folder, "set-value 1 Telex private", "set-value 2 Telex two")
    (folder / "crm.yaml").write_text(WITHOUT, encoding="utf-8")
    ended = run("-C", folder, "apply", "--yes", "--allow", "removes-field,many-removals")
    assert ended.status == ExitCode.OK, ended.err
    return key


def run_of(folder: Path) -> str:
    """Return the run whose backup is encrypted: two of one second are in no order."""
    document = json.loads(values(folder, "list", "--format", "json").out)
    (run,) = {one["run"] for one in document["backups"] if one["encrypted_to"]}
    return str(run)


def test_encrypted_values_need_an_identity_that_others_cannot_read(
    folder: Path, key: Path
) -> None:
    refused = values(folder, "export", run_of(folder))
    assert refused.status == ExitCode.FAILED
    assert "--identity FILE, or SCHEMACTL_IDENTITY_FILE" in refused.err
    assert "private" in values(folder, "export", run_of(folder), "--identity", key).out
    assert " age1" in values(folder, "show", run_of(folder)).out

    key.chmod(0o644)
    assert "chmod 600" in values(folder, "export", run_of(folder), "--identity", key).err
    key.chmod(0o600)
    secret = key.read_text(encoding="utf-8").strip()
    for text, words in (
        ("age-encryption.org/v1\n", "is itself encrypted"),
        (f"{secret}x\n", "line 1 of the identity file"),
        ("# nothing\n", "holds no private key"),
        (str(x25519.Identity.generate()), "other recipients"),
    ):
        key.write_text(text, encoding="utf-8")
        ended = values(folder, "export", run_of(folder), "--identity", key)
        assert words in ended.err
        assert secret not in ended.err
        assert ended.status == ExitCode.FAILED
    assert (
        "cannot be read" in values(folder, "export", run_of(folder), "--identity", "none").err
    )


def test_who_is_not_erased_everywhere_is_not_erased(folder: Path, key: Path) -> None:
    ended = values(folder, "erase", "--contact", "1")
    assert ended.status == ExitCode.FAILED
    assert "Erased 2 values of 1" in ended.err
    assert "is encrypted" in ended.err

    ended = values(folder, "erase", "--contact", "1", "--identity", key)
    assert (ended.status, "Erased 1 value of 1" in ended.err) == (ExitCode.OK, True)
    left = values(folder, "export", run_of(folder), "--identity", key).out
    assert "private" not in left
    assert "two" in left


def test_a_damaged_manifest_hides_no_other_backup_and_can_be_deleted(folder: Path) -> None:
    (vault,) = (folder / ".schemactl/vault/demo").iterdir()
    damaged = vault.with_name("20250101T000000Z-000000")
    damaged.mkdir()
    (damaged / "0001.json").write_text("{", encoding="utf-8")

    ended = values(folder, "list")
    assert (ended.status, "Sales / Telex" in ended.out) == (ExitCode.FAILED, True)
    assert damaged.name in ended.err
    with (folder / "schemactl.yaml").open("a", encoding="utf-8") as file:
        file.write("values: {retain_days: 1}\n")
    (folder / "crm.yaml").write_text(FILES, encoding="utf-8")
    assert damaged.name in run("-C", folder, "apply", "--yes").err
    assert values(folder, "delete", damaged.name).status == ExitCode.OK
    assert values(folder, "list").status == ExitCode.OK


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
