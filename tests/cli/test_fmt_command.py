"""`schemactl fmt`: what it writes, and what it leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run

UGLY = "version:   1\ntags: [ 'VIP', \"Yes\" ]   # ours\n"
TIDY = "version: 1\ntags: [VIP, 'Yes']  # ours\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert run("init", tmp_path / "project", "--quiet").status == ExitCode.OK
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def test_what_init_writes_needs_no_formatting(folder: Path) -> None:
    del folder
    ended = run("fmt", "--check")
    assert (ended.status, ended.out) == (ExitCode.OK, "")
    assert ended.err == "2 files: 2 unchanged\n"


def test_a_file_is_formatted_and_then_stays_so(folder: Path) -> None:
    (folder / "crm/tags.yaml").write_text(UGLY, encoding="utf-8")
    check = run("fmt", "--check")
    assert check.status == ExitCode.DIFFERENT
    assert check.err == (
        "would reformat crm/tags.yaml\n2 files: 1 would be reformatted, 1 unchanged\n"
    )
    assert (folder / "crm/tags.yaml").read_text(encoding="utf-8") == UGLY

    diff = run("fmt", "--diff", "--quiet")
    assert diff.status == ExitCode.OK
    assert "-version:   1\n" in diff.out
    assert "+tags: [VIP, 'Yes']  # ours\n" in diff.out

    assert run("fmt").status == ExitCode.OK
    assert (folder / "crm/tags.yaml").read_text(encoding="utf-8") == TIDY
    assert run("fmt", "--check").status == ExitCode.OK


def test_a_file_that_is_named_twice_is_formatted_once(folder: Path) -> None:
    (folder / "crm/tags.yaml").write_text(UGLY, encoding="utf-8")
    (folder / "link.yaml").symlink_to("crm/tags.yaml")
    assert run("fmt", "crm/tags.yaml", "link.yaml").status == ExitCode.OK
    assert (folder / "crm/tags.yaml").read_text(encoding="utf-8") == TIDY


def test_line_ends_stay_and_anchors_are_reported(folder: Path) -> None:
    windows = folder / "windows.yaml"
    windows.write_bytes(UGLY.replace("\n", "\r\n").encode())
    anchored = folder / "anchored.yaml"
    anchored.write_text("version: 1\ntags: &t [ A ]\n", encoding="utf-8")
    ended = run("fmt", windows, anchored)
    assert ended.status == ExitCode.OK
    assert windows.read_bytes() == TIDY.replace("\n", "\r\n").encode()
    assert "anchored.yaml is skipped: line 2: anchors" in ended.err
    assert ended.err.endswith("2 files: 1 reformatted, 1 skipped\n")
    assert anchored.read_text(encoding="utf-8") == "version: 1\ntags: &t [ A ]\n"


def test_a_file_that_is_not_yaml_is_reported_as_by_validate(folder: Path) -> None:
    (folder / "crm/tags.yaml").write_text("version: 1\ntags: [A\n", encoding="utf-8")
    ended = run("fmt")
    assert ended.status == ExitCode.INVALID_FILES
    assert "crm/tags.yaml:" in ended.err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("schemactl.yaml", None, "this is the project file"),
        (
            "docker.yml",
            "version: '3'\nservices: {app: {ports: [8080], replicas: 3, enabled: true}}\n",
            'unknown key "services"',
        ),
        ("workflow.yaml", "name: ci\non: push\n", 'unknown key "name"'),
        ("almost.yaml", "version: 1\ntags: [A]\nports: [8080]\n", 'unknown key "ports"'),
        ("nested.yaml", "version: 1\nsections: [{name: A, order: 3}]\n", 'key "order"'),
        ("typed.yaml", "version: 1\ntags: {a: 1}\n", '"tags" must be a list'),
    ],
)
def test_a_file_of_another_kind_is_refused_and_nothing_changes(
    folder: Path, name: str, text: str | None, words: str
) -> None:
    """Finding of a first user: `fmt *.yaml` made `tag_carrier: 1` of the project a text."""
    (folder / "crm/tags.yaml").write_text(UGLY, encoding="utf-8")
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    before = (folder / name).read_bytes()
    ended = run("fmt", "crm/tags.yaml", name)
    assert ended.status == ExitCode.INVALID_FILES
    assert f"{name}:" in ended.err
    assert words in ended.err
    assert (folder / name).read_bytes() == before
    assert (folder / "crm/tags.yaml").read_text(encoding="utf-8") == UGLY
