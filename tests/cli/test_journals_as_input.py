"""Journals are input: what they say is verified, and no request comes out of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemactl.emulator.storage import account_id
from schemactl.errors import ExitCode
from schemactl.report.formats import Format
from tests.cli.conftest import Copies
from tests.cli.program import Ended, run
from tests.cli.projects import PROJECT, SALES, calls_made, write_project

AT = "2026-01-02T03:04:05.678+00:00"
RUN = "20260102T030405Z-1a2b3c"
READING = {"key", "pull_tag", "search"}


def make_applied(folder: Path) -> None:
    write_project(folder)
    assert run("-C", folder, "apply", "--yes", "-q").status == ExitCode.OK


@pytest.fixture
def folder(tmp_path: Path, copies: Copies) -> Path:
    """A project whose embedded account is as the files say."""
    return copies.of(make_applied, tmp_path / "project")


def address(folder: Path) -> str:
    return f"emulator:{account_id(folder / '.schemactl/emulator/demo.sqlite')}"


def plant(folder: Path, **members: object) -> Path:
    """Write a journal of a run that was cut off after it put a tag on the carrier."""
    call = {
        "number": 1,
        "request": "add_tag",
        "arguments": {"contact": "1", "tags": ["VIP"]},
        "serves": ["add-tag/VIP"],
        "needs": [],
    }
    first: Mapping[str, object] = {
        "event": "run-started",
        "at": AT,
        "format_version": 2,
        "run": RUN,
        "account": "demo",
        "address": address(folder),
        "backend": "legacy",
        "plan": "",
        "permissions": [],
        "follows": None,
        "earlier": [],
        "calls": [call],
        **members,
    }
    started = {"event": "call-started", "at": AT, "call": 1, "request": "add_tag"}
    path = folder / ".schemactl/journal/demo" / f"{RUN}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [first, *([started] if first["calls"] else [])]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def writes_of(folder: Path, *command: str | Path) -> tuple[Ended, list[str]]:
    before = len(calls_made(folder))
    ended = run("-C", folder, *command)
    return ended, [call for call in calls_made(folder)[before:] if call not in READING]


@pytest.mark.parametrize("request_word", ["remove_section", "remove_field", "delete_field"])
@pytest.mark.parametrize("format_version", [1, 2])
def test_a_planted_journal_has_nothing_deleted(
    folder: Path, request_word: str, format_version: int
) -> None:
    arguments = {"section": "Sales", "field": "Status"}
    owed = [{"request": request_word, "arguments": arguments}]
    plant(folder, owed=owed, cleanups=owed, format_version=format_version, calls=[])
    ended, writes = writes_of(folder, "apply", "--yes")
    assert (ended.status, writes) == (ExitCode.OK, [])


@pytest.mark.parametrize("named", ["../../../precious", "/srv/precious", "a/b", ""])
def test_a_run_that_is_named_as_a_path_is_refused_and_nothing_is_deleted(
    folder: Path, named: str
) -> None:
    precious = folder / "precious.jsonl"
    precious.write_text("kept")
    path = plant(folder, run=named)
    path.write_text(path.read_text() * 2)
    ended = run("-C", folder, "apply", "--yes")
    assert ended.status == ExitCode.FAILED
    assert f"{RUN}.jsonl:1 is damaged" in ended.err
    assert precious.read_text() == "kept"


@pytest.mark.parametrize("at", ["", "noon", "2026-01-02", 7])
def test_a_time_that_is_none_is_refused_with_its_line(folder: Path, at: object) -> None:
    path = plant(folder, at=at)
    path.write_text(path.read_text() * 2)
    for command in (("plan",), ("apply", "--yes"), ("journal",)):
        ended = run("-C", folder, *command)
        assert ended.status == ExitCode.FAILED, ended.err
        assert f"{RUN}.jsonl:1 is damaged" in ended.err


@pytest.mark.parametrize("form", Format)
def test_what_an_apply_left_on_the_carrier_is_shown_in_every_format(
    folder: Path, form: Format
) -> None:
    plant(folder)
    out = folder / "plan.json"
    shown = run("-C", folder, "plan", "--format", form, "--out", out)
    again = run("show", out, "--format", form)
    assert (shown.status, again.status) == (ExitCode.OK, ExitCode.OK)
    for text in (shown.out, again.out):
        assert RUN in text
        assert "VIP" in text
        assert re.search(r"contact[^a-z]+1", text)
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.DIFFERENT


def test_a_cleanup_is_made_once_and_asked_for(folder: Path) -> None:
    plant(folder)
    asked, nothing = writes_of(folder, "apply")
    assert (asked.status, nothing) == (ExitCode.REFUSED, [])
    assert "there is no terminal to ask on" in asked.err
    ended, writes = writes_of(folder, "apply", "--yes")
    assert (ended.status, writes) == (ExitCode.OK, ["remove_tag"])
    assert writes_of(folder, "apply", "--yes")[1] == []


def test_a_cleanup_that_the_reviewed_plan_shows_is_made(folder: Path) -> None:
    plant(folder)
    assert run("-C", folder, "plan", "--out", folder / "plan.json").status == ExitCode.OK
    ended, writes = writes_of(folder, "apply", folder / "plan.json", "--yes")
    assert (ended.status, writes) == (ExitCode.OK, ["remove_tag"])


def test_a_cleanup_that_the_reviewed_plan_does_not_show_is_reported_and_not_made(
    folder: Path,
) -> None:
    (folder / "crm/sales.yaml").write_text(SALES.replace("[New, Won]", "[New, Won, Lost]"))
    assert run("-C", folder, "plan", "--out", folder / "plan.json").status == ExitCode.OK
    plant(folder)
    ended, writes = writes_of(folder, "apply", folder / "plan.json", "--yes")
    assert (ended.status, writes) == (ExitCode.OK, ["add_dropdown"])
    assert "tags-left-on-contact" in ended.out
    assert "The reviewed plan does not show that" in " ".join(ended.out.split())
    assert "pending-cleanup" in run("-C", folder, "plan").out


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (
            {"address": "https://other.example/"},
            "the account was at https://other.example/ then",
        ),
        ({"backend": "rest"}, "it was made over rest"),
        ({"format_version": 1, "address": ""}, "does not name the address"),
    ],
)
def test_tags_left_at_another_address_are_reported_and_never_taken_off_here(
    folder: Path, members: Mapping[str, object], why: str
) -> None:
    path = plant(folder, **members)
    if members.get("address") == "":
        path.write_text(path.read_text().replace('"address": "", ', ""))
    planned = run("-C", folder, "plan")
    assert planned.status == ExitCode.OK
    assert why in " ".join(planned.out.split())
    assert "tags-left-on-contact" in planned.out
    ended, writes = writes_of(folder, "apply", "--yes")
    assert (ended.status, writes) == (ExitCode.OK, [])


def test_another_contact_than_the_carrier_is_left_alone(folder: Path) -> None:
    plant(folder)
    project = folder / "schemactl.yaml"
    project.write_text(project.read_text().replace("tag_carrier: 1", "tag_carrier: 2"))
    ended, writes = writes_of(folder, "apply", "--yes")
    assert (ended.status, writes) == (ExitCode.OK, [])
    assert "that contact is not the tag_carrier" in " ".join(ended.out.split())


def test_a_journal_that_git_tracks_is_refused(folder: Path) -> None:
    path = plant(folder)

    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)

    git("init", "-q")
    assert run("-C", folder, "plan").status == ExitCode.OK, "untracked is as it should be"
    git("add", "-f", str(path))
    for command in (("plan",), ("apply", "--yes")):
        ended, writes = writes_of(folder, *command)
        assert (ended.status, writes) == (ExitCode.FAILED, [])
        assert f"git tracks {path}: journals are this machine's own" in ended.err
        assert "git rm -r --cached" in ended.err


@pytest.mark.parametrize(
    ("script", "why", "help_"),
    [
        (None, "git is not installed", "install git"),
        (
            "echo 'fatal: detected dubious ownership in repository; add safe.directory' >&2",
            "belongs to another user",
            "git config --global --add safe.directory {folder}",
        ),
        ("echo 'fatal: bad object' >&2", "git refuses (fatal: bad object)", "git status"),
    ],
    ids=["missing", "owner", "broken"],
)
def test_where_git_does_not_answer_no_journal_is_read(
    folder: Path, tmp_path: Path, script: str | None, why: str, help_: str
) -> None:
    subprocess.run(["git", "-C", str(folder), "init", "-q"], check=True)
    programs = tmp_path / "programs"
    programs.mkdir()
    if script is not None:
        git = programs / "git"
        git.write_text(f"#!/bin/sh\n{script}\nexit 128\n")
        git.chmod(0o755)
    environ = {"PATH": str(programs)}
    assert run("-C", folder, "plan", environ=environ).status == ExitCode.FAILED, (
        "the apply left one"
    )
    plant(folder)
    for command in (("plan",), ("apply", "--yes")):
        ended = run("-C", folder, *command, environ=environ)
        assert ended.status == ExitCode.FAILED
        reported = " ".join(ended.err.split())
        assert "are not read: they may have come with a commit" in reported
        assert why in reported
        assert help_.format(folder=folder) in reported
    shutil.rmtree(folder / ".schemactl/journal")
    assert run("-C", folder, "plan", environ=environ).status == ExitCode.OK, (
        "a fresh clone has none"
    )


STATE = (
    ".schemactl",
    ".schemactl/base",
    ".schemactl/base/demo.json",
    ".schemactl/emulator",
    ".schemactl/emulator/demo.sqlite",
    ".schemactl/emulator/demo.lock",
    ".schemactl/emulator/demo.lock.holder.json",
    ".schemactl/journal",
    ".schemactl/journal/demo",
)


@pytest.mark.parametrize("place", STATE)
@pytest.mark.parametrize("backend", ["legacy", "rest"])
def test_no_link_leads_what_is_read_or_written_out_of_the_project(
    tmp_path: Path, place: str, backend: str
) -> None:
    folder, outside = tmp_path / "project", tmp_path / "outside"
    write_project(folder, project=PROJECT.replace("legacy", backend))
    outside.mkdir()
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).symlink_to(
        outside if "." not in Path(place).name[1:] else outside / "file"
    )
    for command in (
        ("plan",),
        ("apply", "--yes"),
        ("drift",),
        ("emulator", "-a", "demo", "--edit", "add-tag A"),
    ):
        if "base" in place and command[0] == "emulator":
            continue  # It knows of no base.
        if "journal" in place and command[0] in {"drift", "emulator"}:
            continue  # Nor of journals.
        ended = run("-C", folder, *command)
        assert ended.status == ExitCode.FAILED, (command, ended.out)
        assert "is a symbolic link, so nothing is read or written" in " ".join(
            ended.err.split()
        )
    assert list(outside.iterdir()) == []


def test_journals_behind_a_link_are_refused(folder: Path, tmp_path: Path) -> None:
    plant(folder)
    (folder / ".schemactl/journal").rename(tmp_path / "elsewhere")
    (folder / ".schemactl/journal").symlink_to(tmp_path / "elsewhere")
    ended = run("-C", folder, "plan")
    assert ended.status == ExitCode.FAILED
    assert "is a symbolic link" in ended.err
