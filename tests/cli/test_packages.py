"""Packages on the command line: fetched once, read by every command, never changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import run
from tests.cli.projects import edit_account

BASE = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Status, type: text}
"""
PROJECT = """\
version: 1
packages:
  dental: {path: shared/dental}
accounts:
  acme: {backend: legacy, url: emulator, schema: ['dental:*.yaml', own.yaml]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shared/dental").mkdir(parents=True)
    (tmp_path / "shared/dental/base.yaml").write_text(BASE)
    (tmp_path / "own.yaml").write_text(
        "version: 1\nsections:\n  - name: Sales\n    extend: true\n"
        "    fields:\n      - {name: Own, type: text}\n"
    )
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    return tmp_path


def test_a_package_is_fetched_and_is_a_layer(folder: Path) -> None:
    refused = run("-C", folder, "plan")
    assert refused.status == 3
    assert "schemactl.yaml:5:" in refused.out + refused.err
    assert "run `schemactl fetch`" in " ".join((refused.out + refused.err).split())
    assert "[package-not-fetched]" in refused.out + refused.err

    fetched = run("-C", folder, "fetch")
    assert fetched.err == "dental fetched: 1 file of shared/dental\n"
    assert "there already" in run("-C", folder, "fetch", "--locked").err
    plan = json.loads(run("-C", folder, "plan", "--format", "json").out)
    places = {change["id"]: change["location"]["file"] for change in plan["changes"]}
    assert places["add-field/Sales/Status"] == ".schemactl/packages/dental/base.yaml"
    assert places["add-field/Sales/Own"] == "own.yaml"


def test_no_command_writes_into_a_package(folder: Path) -> None:
    run("-C", folder, "fetch")
    file = folder / ".schemactl/packages/dental/base.yaml"
    assert run("-C", folder, "fmt").status == 0
    assert file.read_text() == BASE
    assert run("-C", folder, "apply", "--yes").status == 0
    edit_account(folder, "remove-field Sales Status", account="acme")
    accepted = run("-C", folder, "drift", "--accept", "Sales / Status", "--yes")
    assert accepted.status == 0
    assert file.read_text() == BASE
    assert "omit:" in (folder / "own.yaml").read_text()

    file.chmod(0o644)
    file.write_text(BASE.replace("Status", "Other"))
    changed = run("-C", folder, "validate")
    assert changed.status == 3
    assert "[package-changed]" in changed.out + changed.err
    assert run("-C", folder, "fetch").status == 0
    assert run("-C", folder, "validate").status == 0


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("'dental:*.yaml'", "'dentl:*.yaml'", "unknown-package"),
        ("'dental:*.yaml'", "'dental:../../own.yaml'", "outside-project"),
        ("{path: shared/dental}", "{path: /etc}", "outside-project"),
        ("{path: shared/dental}", "{git: 'ext::sh -c x', commit: main}", "wrong-value"),
        ("{path: shared/dental}", "{git: '--upload-pack=x', commit: main}", "wrong-value"),
        ("{path: shared/dental}", "{git: 'https://u:p@example.com/x'}", "wrong-value"),
        ("{path: shared/dental}", "{git: 'https://example.com/x'}", "missing-key"),
    ],
)
def test_a_hostile_project_file_is_refused(
    folder: Path, before: str, after: str, code: str
) -> None:
    (folder / "schemactl.yaml").write_text(PROJECT.replace(before, after))
    for command in ("fetch", "validate"):
        ended = run("-C", folder, command)
        assert ended.status == 3
        assert f"[{code}]" in ended.out + ended.err


def test_a_project_without_packages_has_nothing_to_fetch(folder: Path) -> None:
    (folder / "schemactl.yaml").write_text(
        PROJECT.replace("packages:\n  dental: {path: shared/dental}\n", "").replace(
            "'dental:*.yaml', ", ""
        )
    )
    assert "no packages" in run("-C", folder, "fetch").err
    assert run("-C", folder, "fetch", "--locked", "--update").status == 64
