"""The command `journal`: what applies did, run by run and call by call."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest

from schemactl.document.resources import schema_text
from schemactl.errors import ExitCode
from tests.cli.program import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the project that `init` writes."""
    assert run("init", tmp_path / "project").status == ExitCode.OK
    return tmp_path / "project"


@pytest.fixture
def applied(folder: Path) -> Path:
    """Return a project of which one apply was made."""
    ended = run("-C", folder, "apply", "--yes", environ={"USER": "ann", "GITHUB_ACTOR": None})
    assert ended.status == ExitCode.OK
    return folder


def journal_of(folder: Path) -> Path:
    (path,) = folder.glob(".schemactl/journal/demo/*.jsonl")
    return path


def test_a_folder_without_journals_says_so(folder: Path) -> None:
    reported = run("-C", folder, "journal")
    assert (reported.status, reported.out) == (
        ExitCode.OK,
        "No apply to demo is recorded here.\n",
    )
    last = run("-C", folder, "journal", "last")
    assert last.status == ExitCode.USAGE
    assert last.err == (
        "error: no apply is recorded in this project yet\nhint: `schemactl apply` records one\n"
    )


def test_every_apply_has_its_line(applied: Path) -> None:
    reported = run("-C", applied, "journal")
    first, second = reported.out.splitlines()
    assert first == f"{journal_of(applied).stem}  completed  15 of 15 changes, 7 of 7 calls"
    assert re.fullmatch("    .* UTC · by ann · plan [0-9a-f]{12}", second)


@pytest.mark.parametrize("word", ["last", "2", "NAME"])
def test_one_apply_is_reported_call_by_call(applied: Path, word: str) -> None:
    name = journal_of(applied).stem
    reported = run("-C", applied, "journal", name if word == "NAME" else word)
    assert reported.status == ExitCode.OK
    assert reported.out.startswith(f"Apply {name} to demo\n")
    assert "1  add_section  done\n" in reported.out
    assert reported.out.endswith("15 of 15 changes applied\n")


def test_an_interrupted_apply_is_reported_as_such(applied: Path) -> None:
    path = journal_of(applied)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    calls = [line for line in lines if '"call-started", ' in line]
    path.write_text("".join(lines[: lines.index(calls[5]) + 1]) + "{", encoding="utf-8")
    assert "unfinished  during call 6 of 7" in run("-C", applied, "journal").out
    reported = run("-C", applied, "journal", "last").out
    assert "the process died while it wrote a line" in reported
    assert "6  add_tag  started, and its end is unknown" in reported
    assert "7  remove_tag  not made" in reported
    assert "left on contact 1: Customer" in reported
    assert "it may still bear them" in " ".join(reported.split())
    assert reported.endswith(
        "It did not finish: the next apply reads the account and continues from there.\n"
    )


def test_json_holds_all_of_it_after_its_schema(applied: Path) -> None:
    for arguments in ((), ("last",)):
        reported = run("-C", applied, "journal", *arguments, "--format", "json")
        document = json.loads(reported.out)
        jsonschema.validate(document, json.loads(schema_text("journal")))
        (journaled,) = document["runs"]
        assert journaled["status"] == "completed"
        assert [call["outcome"] for call in journaled["calls"]] == ["done"] * 7


def test_every_line_of_a_journal_is_after_its_schema(applied: Path) -> None:
    rules = json.loads(schema_text("journal-line"))
    lines = journal_of(applied).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2 + 2 * 7
    for line in lines:
        jsonschema.validate(json.loads(line), rules)


@pytest.mark.parametrize(
    ("word", "status", "words"),
    [
        ("20990101", ExitCode.USAGE, "no apply has the id '20990101'"),
        ("../demo", ExitCode.USAGE, "no apply has the id '../demo'"),
    ],
)
def test_a_name_that_is_none_is_reported(
    applied: Path, word: str, status: ExitCode, words: str
) -> None:
    reported = run("-C", applied, "journal", word)
    assert (reported.status, words in reported.err) == (status, True)


def test_a_name_that_may_mean_several_is_reported(applied: Path) -> None:
    path = journal_of(applied)
    text = path.read_text(encoding="utf-8")
    other = path.stem[:-1] + ("0" if path.stem[-1] != "0" else "1")
    twin = path.with_name(f"{other}.jsonl")
    twin.write_text(text.replace(path.stem, twin.stem), encoding="utf-8")
    reported = run("-C", applied, "journal", path.stem[:-1])
    assert reported.status == ExitCode.USAGE
    assert "may mean 2 runs" in reported.err


def test_a_damaged_journal_is_reported_with_its_place(applied: Path) -> None:
    journal_of(applied).write_text("nonsense\n{}\n", encoding="utf-8")
    reported = run("-C", applied, "journal")
    assert reported.status == ExitCode.FAILED
    assert f"{journal_of(applied).name}:1 is damaged" in reported.err


TWO_ACCOUNTS = """\
version: 1
default_account: demo
accounts:
  demo: {backend: legacy, url: emulator, schema: [crm/*.yaml], tag_carrier: 1}
  live: {backend: legacy, url: emulator, schema: [crm/*.yaml], tag_carrier: 1}
"""


@pytest.fixture
def both(applied: Path) -> Path:
    """A project with two accounts; the last apply was to `live`."""
    (applied / "schemactl.yaml").write_text(TWO_ACCOUNTS)
    assert run("-C", applied, "apply", "-a", "live", "--yes").status == ExitCode.OK
    return applied


def test_applies_to_all_accounts_are_listed(both: Path) -> None:
    first, _, third, _ = run("-C", both, "journal").out.splitlines()
    assert ["  live  completed" in first, "  demo  completed" in third] == [True, True]
    assert run("-C", both, "journal", "last").out.splitlines()[0].endswith(" to live")


def test_applies_to_one_account_are_listed(both: Path) -> None:
    assert len(run("-C", both, "journal", "-a", "demo").out.splitlines()) == 2
    last = run("-C", both, "journal", "-a", "demo", "last").out
    assert last.splitlines()[0].endswith(" to demo")


def test_json_of_several_accounts_names_each(both: Path) -> None:
    for words, account in (((), None), (("-a", "live"), "live")):
        document = json.loads(run("-C", both, "journal", *words, "--format", "json").out)
        jsonschema.validate(document, json.loads(schema_text("journal")))
        assert document["account"] == account
        accounts = [each["account"] for each in document["runs"]]
        assert accounts == (["demo", "live"] if account is None else [account])


def test_the_commit_that_was_applied_is_shown(folder: Path) -> None:
    git = ("git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        subprocess.run([*git, *words], check=True)
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True)
    commit = head.stdout.decode().strip()
    assert f"commit {commit[:12]}" in run("-C", folder, "journal").out
    assert f"commit {commit[:12]}" in run("-C", folder, "journal", "last").out
    (recorded,) = json.loads(run("-C", folder, "journal", "--format", "json").out)["runs"]
    assert recorded["commit"] == commit


def test_only_applies_that_changed_an_item_are_listed(applied: Path) -> None:
    file = applied / "crm/sales.yaml"
    file.write_text(file.read_text().replace("Won, Lost]", "Won, Lost, Dormant]"))
    assert run("-C", applied, "apply", "--yes").status == ExitCode.OK
    status = run("-C", applied, "journal", "--item", "Sales Pipeline / Lead Status").out
    assert re.findall(
        r"^    ([a-z ]+): Sales Pipeline / Lead Status: applied$", status, re.MULTILINE
    ) == [
        "change options",
        "add field",
    ]
    assert len(run("-C", applied, "journal", "--item", "tag: VIP").out.splitlines()) == 3
    assert run("-C", applied, "journal", "--item", "tag: No").out == (
        'No recorded apply to demo changed "tag: No".\n'
    )
    words = ("journal", "--item", "tag: VIP", "--format", "json")
    assert len(json.loads(run("-C", applied, *words).out)["runs"]) == 1


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("tag VIP", "tag: VIP"),
        ("VIP", "tag: VIP"),
        ("vip", "tag: VIP"),
        ("section Sales Pipeline", "Sales Pipeline"),
        ("sales pipeline", "Sales Pipeline"),
        ("Lead Status", "Sales Pipeline / Lead Status"),
    ],
)
def test_an_item_is_found_by_each_spelling_of_reports(
    applied: Path, item: str, title: str
) -> None:
    by_title = run("-C", applied, "journal", "--item", title).out
    assert title in by_title
    assert run("-C", applied, "journal", "--item", item).out == by_title


def test_an_item_that_no_apply_changed_comes_with_a_similar_one(applied: Path) -> None:
    ended = run("-C", applied, "journal", "--item", "Sales Pipeline / Lead Statsu")
    assert "No recorded apply to demo changed" in ended.out
    assert "Did you mean 'Sales Pipeline / Lead Status'?" in ended.err
