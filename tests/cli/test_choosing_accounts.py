"""Options that choose accounts: in commands, before them, and in the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import run
from tests.cli.test_completion import completed

PROJECT = """\
version: 1
defaults: {backend: legacy, url: emulator, schema: [crm/*.yaml]}
account_files: [clients/*/account.yaml]
accounts:
  agency: {labels: [own]}
"""
SCHEMA = "version: 1\ntags: [VIP]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with an account of its own and two in files."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm/all.yaml").write_text(SCHEMA)
    for name in ("acme", "bob"):
        (tmp_path / "clients" / name).mkdir(parents=True)
        text = f"version: 1\nname: {name}\nlabels: [dental]\nschema: [clients/{name}/*.yaml]\n"
        (tmp_path / f"clients/{name}/account.yaml").write_text(text)
        (tmp_path / f"clients/{name}/more.yaml").write_text(SCHEMA)
    return tmp_path


def test_validate_checks_all_accounts_or_those_that_are_chosen(folder: Path) -> None:
    (folder / "clients/bob/more.yaml").write_text("version: 1\ntags: [VIP, VIP]\n")
    assert run("-C", folder, "validate").status == 3
    assert run("-C", folder, "validate", "-a", "@dental").status == 3
    ended = run("-C", folder, "validate", "--except", "bob")
    assert (ended.status, ended.out) == (
        0,
        "2 files, 0 sections, 0 fields, 2 tags: no problems\n",
    )
    for choice in (["-a", "a*"], ["--all", "--except", "b*"]):
        ended = run("-C", folder, "validate", *choice)
        assert ended.status == 0
        assert ended.out.splitlines()[:2] == ["agency  no problems", "acme    no problems"]


@pytest.mark.parametrize("command", ["probe"])
def test_a_command_for_one_account_refuses_several(folder: Path, command: str) -> None:
    ended = run("-C", folder, command, "-a", "acme", "-a", "bob")
    assert ended.status == 64
    assert f"{command} works on one account, and 2 accounts are chosen" in ended.err
    assert "acme, bob" in ended.err


def test_the_emulator_refuses_several_accounts(folder: Path) -> None:
    ended = run("-C", folder, "emulator", "-a", "@dental", "--edit", "add-tag X")
    assert ended.status == 64
    assert "emulator works on one account" in ended.err


def test_options_before_the_command_choose_too_but_not_on_both_sides(folder: Path) -> None:
    assert run("-C", folder, "-a", "acme", "-a", "bob", "validate").status == 0
    ended = run("-C", folder, "-a", "acme", "validate", "-a", "bob")
    assert ended.status == 64
    assert "before and after the command" in ended.err


def test_the_file_of_an_account_is_no_place_for_a_result(folder: Path) -> None:
    place = folder / "clients/acme/account.yaml"
    ended = run("-C", folder, "validate", "--output", f"json={place}")
    assert ended.status == 1
    assert "it is the file of an account" in ended.err


def test_names_and_labels_complete(folder: Path) -> None:
    known = ["agency", "acme", "bob", "@own", "@dental"]
    assert completed("validate -a ", folder=folder) == known
    assert completed("validate -a acme --except @", folder=folder) == ["@own", "@dental"]
    assert completed("validate -a acme -a a", folder=folder) == ["agency"]


@pytest.mark.parametrize(
    "more", [["--db", "x.sqlite"], ["-a", "acme"], ["--edit", "add-tag X"]]
)
def test_an_emulator_of_many_accounts_has_no_file(folder: Path, more: list[str]) -> None:
    ended = run("-C", folder, "emulator", "--accounts", "2", *more)
    assert ended.status == 64
    assert "--accounts serves accounts in memory" in ended.err
