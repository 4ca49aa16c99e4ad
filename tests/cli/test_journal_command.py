"""The command `journal`: what applies did, run by run and call by call."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from schemactl.document.resources import schema_text
from schemactl.errors import ExitCode
from tests.cli.program import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the project that `init` writes."""
    assert run("init", tmp_path / "project").status == ExitCode.OK
    return tmp_path / "project"


@pytest.fixture
def applied(folder: Path) -> Path:
    """Give a project of which one apply was made."""
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    return folder


def journal_of(folder: Path) -> Path:
    (path,) = folder.glob(".schemactl/journal/demo/*.jsonl")
    return path


def test_a_folder_without_journals_says_so(folder: Path) -> None:
    told = run("-C", folder, "journal")
    assert (told.status, told.out) == (ExitCode.OK, "No apply to demo was journaled here.\n")
    last = run("-C", folder, "journal", "last")
    assert last.status == ExitCode.USAGE
    assert last.err == (
        "error: no apply to this account is recorded in this folder yet\n"
        "hint: schemactl apply records one\n"
    )


def test_every_apply_has_its_line(applied: Path) -> None:
    told = run("-C", applied, "journal")
    assert told.out == f"{journal_of(applied).stem}  completed  7 of 7 calls\n"


@pytest.mark.parametrize("word", ["last", "2", "NAME"])
def test_one_apply_is_told_call_by_call(applied: Path, word: str) -> None:
    name = journal_of(applied).stem
    told = run("-C", applied, "journal", name if word == "NAME" else word)
    assert told.status == ExitCode.OK
    assert told.out.startswith(f"Apply {name} to demo\n")
    assert "1  add_section  done\n" in told.out
    assert told.out.endswith("15 of 15 changes applied\n")


def test_an_apply_that_was_cut_off_is_told_so(applied: Path) -> None:
    path = journal_of(applied)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    calls = [line for line in lines if '"call-started", ' in line]
    path.write_text("".join(lines[: lines.index(calls[5]) + 1]) + "{", encoding="utf-8")
    assert "cut off  6 of 7 calls" in run("-C", applied, "journal").out
    told = run("-C", applied, "journal", "last").out
    assert "the process died while it wrote a line" in told
    assert "6  add_tag  started, and its end is not known" in told
    assert "7  remove_tag  not made" in told
    assert "left on contact 1: Customer" in told
    assert "it may still bear them" in " ".join(told.split())
    assert told.endswith(
        "It was cut off: the next apply reads the account and goes on from there.\n"
    )


def test_json_holds_all_of_it_after_its_schema(applied: Path) -> None:
    for arguments in ((), ("last",)):
        told = run("-C", applied, "journal", *arguments, "--format", "json")
        document = json.loads(told.out)
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
        ("20990101", ExitCode.USAGE, "no apply is named '20990101'"),
        ("../demo", ExitCode.USAGE, "no apply is named '../demo'"),
    ],
)
def test_a_name_that_is_none_is_told(
    applied: Path, word: str, status: ExitCode, words: str
) -> None:
    told = run("-C", applied, "journal", word)
    assert (told.status, words in told.err) == (status, True)


def test_a_name_that_may_mean_several_is_told(applied: Path) -> None:
    path = journal_of(applied)
    text = path.read_text(encoding="utf-8")
    other = path.stem[:-1] + ("0" if path.stem[-1] != "0" else "1")
    twin = path.with_name(f"{other}.jsonl")
    twin.write_text(text.replace(path.stem, twin.stem), encoding="utf-8")
    told = run("-C", applied, "journal", path.stem[:-1])
    assert told.status == ExitCode.USAGE
    assert "may mean 2 runs" in told.err


def test_a_damaged_journal_is_told_with_its_place(applied: Path) -> None:
    journal_of(applied).write_text("nonsense\n{}\n", encoding="utf-8")
    told = run("-C", applied, "journal")
    assert told.status == ExitCode.FAILED
    assert f"{journal_of(applied).name}:1 is damaged" in told.err
