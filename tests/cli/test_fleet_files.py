"""Commands on many accounts: each has what the command for it alone has, and its own file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.model.json_text import canonical_json
from tests.cli.program import Ended, run
from tests.cli.projects import edit_account
from tests.unit.report.documents import read_document

PROJECT = """\
version: 1
defaults: {backend: legacy, url: emulator, schema: [crm.yaml]}
accounts:
  acme: {labels: [dental]}
  bob: {labels: [dental]}
  zoe: {schema: [broken.yaml]}
  gone: {url: 'http://127.0.0.1:9/cdata.php'}
"""
NAMES = ("acme", "bob", "zoe", "gone")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two accounts, one with invalid files, and one that nobody has credentials of."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    (tmp_path / "crm.yaml").write_text("version: 1\ntags: [VIP]\n")
    (tmp_path / "broken.yaml").write_text("version: 1\ntags: [VIP, VIP]\n")
    edit_account(tmp_path, "add-section Sales", "add-tag VIP", account="bob")
    return tmp_path


def entries(document: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    accounts = document["accounts"]
    assert isinstance(accounts, list)
    assert [each["account"] for each in accounts] == list(NAMES)
    yield from ((str(each["account"]), each) for each in accounts)


def shown(text: str) -> str:
    """Return a report without times and without numbers of requests."""
    document = json.loads(text)
    for item in document.get("items", ()):
        item.pop("at", None)
    return canonical_json(document)


@pytest.mark.parametrize("command", [["validate"], ["lint", "--live"], ["usage"]])
def test_an_entry_is_what_the_command_reports_for_the_account_alone(
    folder: Path, command: list[str]
) -> None:
    ended = run("-C", folder, *command, "--all", "--format", "json")
    for name, entry in entries(read_document(ended.out, "fleet")):
        alone = run("-C", folder, *command, "-a", name, "--format", "json")
        assert entry["exit_status"] == alone.status
        if entry["result"] is None:
            assert alone.status == 1
        else:
            assert shown(json.dumps(entry["result"])) == shown(alone.out)
    assert ended.status == (3 if command == ["validate"] else 1)


FILES = (
    (["snapshot"], "json"),
    (["docs"], "html"),
    (["docs", "--format", "csv"], "csv"),
    (["import"], "yaml"),
    (["usage", "--format", "csv"], "csv"),
)


@pytest.mark.parametrize(("command", "suffix"), FILES)
def test_each_account_has_the_file_that_the_command_writes_for_it_alone(
    folder: Path, command: list[str], suffix: str
) -> None:
    place = folder / "results"
    ended = run("-C", folder, *command, "-a", "*", "--out", place)
    listing = read_document((place / "_accounts.json").read_text(), "fleet")
    for name, entry in entries(listing):
        alone = run("-C", folder, *command, "-a", name)
        assert entry["exit_status"] == alone.status
        file = place / f"{name}.{suffix}"
        assert file.exists() == (entry["result"] is not None) == (alone.status == 0)
        if file.exists() and command[0] != "usage":  # It has the second of the count.
            assert file.read_bytes().decode() == alone.out
    assert "4 accounts: " in ended.out
    assert ended.status == (3 if command[0] == "docs" else 1)


@pytest.mark.parametrize("command", ["snapshot", "docs", "import"])
def test_files_of_several_accounts_need_a_folder(folder: Path, command: str) -> None:
    ended = run("-C", folder, command, "-a", "@dental")
    assert ended.status == 64
    assert "name a folder for the files with --out" in ended.err
    ended = run("-C", folder, command, "-a", "@dental", "--out", folder / "crm.yaml")
    assert ended.status == 1
    assert "results of several accounts need a folder" in ended.err


def test_formats_of_one_account_are_refused_where_they_make_no_sense(folder: Path) -> None:
    ended = run("-C", folder, "usage", "--all", "--format", "csv")
    assert (ended.status, "no folder is named" in ended.err) == (64, True)
    ended = run("-C", folder, "docs", "--all", "--title", "x", "--out", folder / "x")
    assert (ended.status, "--title is for one account" in ended.err) == (64, True)


def test_no_file_of_the_project_or_of_its_state_is_replaced(folder: Path) -> None:
    (folder / "zoe.json").symlink_to("schemactl.yaml")
    ended = run("-C", folder, "snapshot", "--all", "--out", folder)
    assert ended.status == 1
    assert "it is the project file" in ended.err
    ended = run("-C", folder, "snapshot", "--all", "--out", folder / ".schemactl/base")
    assert ended.status == 1
    assert "schemactl keeps its own state in that folder" in ended.err
    assert not (folder / "acme.json").exists()


def test_import_replaces_no_file_without_force(folder: Path) -> None:
    place = folder / "results"
    assert run("-C", folder, "import", "-a", "@dental", "--out", place).status == 0
    again = run("-C", folder, "import", "-a", "@dental", "--out", place)
    assert again.status == 1
    assert "exists" in again.out
    forced = run("-C", folder, "import", "-a", "@dental", "--out", place, "--force")
    assert forced.status == 0


def test_each_shard_has_its_own_list_in_one_folder(folder: Path) -> None:
    place = folder / "results"
    for shard in ("1/2", "2/2"):
        run("-C", folder, "snapshot", "--all", "--shard", shard, "--out", place)
    parts = [place / f"_accounts-{number}-of-2.json" for number in (1, 2)]
    names = [
        each["account"] for part in parts for each in json.loads(part.read_text())["accounts"]
    ]
    assert sorted(names) == sorted(NAMES)
    refused = run("-C", folder, "report", "merge", *parts)
    assert refused.status == 64


def compared(folder: Path, *words: str | Path) -> Ended:
    return run("-C", folder, "compare", *words, "--format", "json")


def test_each_account_is_compared_with_one(folder: Path) -> None:
    ended = compared(folder, "bob", "--all")
    document = read_document(ended.out, "fleet")
    accounts = document["accounts"]
    assert isinstance(accounts, list)
    assert [each["account"] for each in accounts] == ["acme", "zoe", "gone"]
    assert "bob is not compared with itself" in ended.err
    for each in accounts[:2]:
        alone = compared(folder, each["account"], "bob")
        assert canonical_json(each["result"]) == alone.out
        assert each["exit_status"] == alone.status == 2
        assert compared(folder, "bob", "-a", each["account"]).out == alone.out
    assert accounts[2]["exit_status"] == ended.status == 1


def test_a_snapshot_is_a_reference_too(folder: Path) -> None:
    place = folder / "bob.json"
    assert run("-C", folder, "snapshot", "-a", "bob", "--out", place).status == 0
    ended = run("-C", folder, "compare", place, "-a", "@dental")
    assert ended.status == 2
    assert "2 accounts: 1 with differences, 1 without, 0 failed." in ended.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["bob"], "there is nothing to compare"),
        (["acme", "bob", "--all"], "both say what A is compared with"),
        (["bob", "-a", "b*"], "nothing to compare"),
        (["acme", "--except", "bob"], "none are chosen"),
    ],
)
def test_an_unclear_comparison_is_refused(folder: Path, words: list[str], message: str) -> None:
    ended = compared(folder, *words)
    assert (ended.status, message in ended.err) == (64, True)


def test_reports_for_people_have_each_problem_once_and_each_account(folder: Path) -> None:
    assert run("-C", folder, "validate", "--all", "-v").out.count("\nbroken.yaml:2:") == 1
    ended = run("-C", folder, "usage", "-a", "@dental", "-v")
    assert "Account bob" in ended.out
    html = folder / "page.html"
    run("-C", folder, "compare", "bob", "--all", "--output", f"html={html}")
    assert "only in the reference" in html.read_text()
