"""`schemactl compare`: two accounts, two snapshots, or one of each."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import write_project

PROJECT = """\
version: 1
accounts:
  staging: {backend: rest, url: emulator, schema: [crm.yaml]}
  production: {backend: rest, url: emulator, schema: [crm.yaml]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schemactl.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "crm.yaml").write_text("version: 1\ntags: [VIP]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for account in ("staging", "production"):
        run("emulator", "-a", account, "--edit", "add-tag VIP")
    return tmp_path


def test_two_accounts_that_are_alike_differ_in_nothing(folder: Path) -> None:
    del folder
    ended = run("compare", "staging", "production")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert ended.out == (
        "staging · compared with production\n\nNo difference between staging and production.\n"
    )


def test_each_difference_says_which_side_has_it(folder: Path) -> None:
    assert run("snapshot", "-a", "staging", "--out", "before.json").status == ExitCode.OK
    run("emulator", "-a", "staging", "--edit", "rename-tag VIP Gold")
    ended = run("compare", "staging", "before.json")
    assert ended.status == ExitCode.DIFFERENT
    assert "    Gold  only in staging\n" in ended.out
    assert "    VIP   only in before.json\n" in ended.out
    assert ended.out.endswith("1 only in staging, 1 only in before.json, 0 different\n")
    assert (folder / "before.json").is_file()


@pytest.mark.parametrize(
    ("edit", "one", "other"),
    [
        (
            "change-type Sales A numeric",
            "type numeric in staging, text in ./b.json",
            "type text in ./b.json, numeric in staging",
        ),
        ("set-required Sales A yes", "required only in staging", "required only in staging"),
        ("add-option Sales B y", "only in staging: y", "only in staging: y"),
        ("remove-option Sales B x", "only in ./b.json: x", "only in ./b.json: x"),
        (
            "describe-section Sales Ours",
            'description "Ours" in staging, no description in ./b.json',
            'no description in ./b.json, description "Ours" in staging',
        ),
        ("add-field Sales A text", "have this name in staging", "have this name in staging"),
    ],
)
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_differs_names_each_side_as_it_was_typed(
    folder: Path, form: str, edit: str, one: str, other: str
) -> None:
    del folder
    for line in ("add-section Sales", "add-field Sales A text", "add-field Sales B tdrop x"):
        run("emulator", "-a", "staging", "--edit", line)
    assert run("snapshot", "-a", "staging", "--out", "b.json").status == ExitCode.OK
    run("emulator", "-a", "staging", "--edit", edit)
    for sides, words in ((("staging", "./b.json"), one), (("./b.json", "staging"), other)):
        ended = run("compare", *sides, "--format", form)
        text = " ".join(ended.out.replace("`", "").split())
        assert ended.status == ExitCode.DIFFERENT
        assert words in text
        assert not re.search(r"\b(missing|extra):|, not |altered|other side", text)


def test_every_format_takes_a_comparison(folder: Path) -> None:
    run("snapshot", "-a", "staging", "--out", "one.json")
    run("emulator", "-a", "staging", "--edit", "add-tag Gold")
    formats = ("text", "json", "markdown", "html", "sarif", "junit", "github", "gitlab")
    outputs = [word for form in formats for word in ("--output", f"{form}=out.{form}")]
    assert run("compare", "staging", "one.json", *outputs).status == ExitCode.DIFFERENT
    for form in formats:
        written = (folder / f"out.{form}").read_text(encoding="utf-8")
        assert "Gold" in written, form
        if form != "json":
            assert "only in staging" in written, form
            body = written.partition("<body")[2].partition("<script>")[0] or written
            assert not re.search("missing|unwanted|unmanaged", body)
    document = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert (document["account"], document["compared_with"]) == ("staging", "one.json")


def test_two_snapshots_need_no_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("snapshot", "-a", "staging", "--out", "one.json")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert run("compare", "../one.json", "../one.json").status == ExitCode.OK


@pytest.mark.parametrize(
    ("other", "reported"),
    [
        ("productoin", "did you mean production?"),
        ("gone.json", "gone.json cannot be read: No such file or directory"),
        ("./crm.yaml", "crm.yaml"),
    ],
)
def test_what_is_neither_is_reported(folder: Path, other: str, reported: str) -> None:
    del folder
    ended = run("compare", "staging", other)
    assert ended.status in {ExitCode.FAILED, ExitCode.USAGE}
    assert reported in ended.err
    assert "Traceback" not in ended.err


def test_two_apis_are_named_as_a_reason_for_differences(tmp_path: Path) -> None:
    entry = "{backend: BACKEND, url: emulator, schema: [crm/*.yaml]}"
    old, new = entry.replace("BACKEND", "legacy"), entry.replace("BACKEND", "rest")
    project = f"version: 1\naccounts:\n  old: {old}\n  new: {new}\n  third: {new}\n"
    folder = write_project(tmp_path / "project", project=project)
    assert "over different APIs" in run("-C", folder, "compare", "old", "new").err
    assert "over different APIs" not in run("-C", folder, "compare", "new", "third").err
