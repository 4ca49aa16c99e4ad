"""Where a permission is missing, a whole command is printed, and it works when pasted."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import Ended, run
from tests.cli.projects import PROJECT, SALES, edit_account, write_project

OTHER = "  other: {backend: legacy, url: emulator, schema: [crm/*.yaml]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of two accounts, in a folder with a space; one option is to go from `demo`."""
    folder = write_project(tmp_path / "my project", project=PROJECT + OTHER)
    assert apply(folder, "--yes").status == ExitCode.OK
    edit_account(folder, "add-option Sales Status Gone")
    return folder


def apply(folder: Path, *more: str | Path) -> Ended:
    return run("-C", folder, "apply", "-a", "demo", *more)


def pasted(text: str, *, start: str) -> Ended:
    """Run the one command of a text that starts so."""
    (line,) = {line[line.index(start) :] for line in text.splitlines() if start in line}
    return run(*shlex.split(line)[1:])


def test_a_refused_apply_prints_itself_with_what_is_missing(folder: Path) -> None:
    report = folder / "run.json"
    refused = apply(folder, "--yes", "--wait", "5", "--output", f"json={report}")

    assert refused.status == ExitCode.REFUSED
    hint = refused.err.partition("hint: ")[2]
    assert "--wait 5" in hint
    assert pasted(hint, start="schemactl apply").status == ExitCode.OK
    assert report.exists()


def test_a_refused_saved_plan_prints_how_to_make_one_with_what_is_missing(folder: Path) -> None:
    path = folder / "plan.json"
    run("-C", folder, "plan", "-a", "demo", "--out", path)
    refused = apply(folder, path, "--yes")

    assert refused.status == ExitCode.REFUSED
    hint = refused.err.partition("hint: ")[2]
    assert pasted(hint, start="schemactl plan").status == ExitCode.OK
    assert apply(folder, path, "--yes").status == ExitCode.OK


def test_a_permission_beside_a_saved_plan_is_answered_with_the_whole_command(
    folder: Path,
) -> None:
    path = folder / "plan.json"
    run("-C", folder, "plan", "-a", "demo", "--out", path)
    misused = apply(folder, path, "--allow", "removes-option")

    assert misused.status == ExitCode.USAGE
    assert pasted(misused.err, start="schemactl plan").status == ExitCode.OK
    assert apply(folder, path, "--yes").status == ExitCode.OK


def test_a_plan_prints_the_apply_that_it_needs(folder: Path) -> None:
    planned = run("-C", folder, "plan", "-a", "demo")

    ended = pasted(planned.out, start="schemactl apply")

    assert "there is no terminal to ask on" in ended.err, "only the agreement is missing"


def test_permissions_given_before_are_in_the_command_too(folder: Path) -> None:
    text = SALES.replace("      - {name: Value, type: price}\n", "")
    removed = "removed:\n  fields: [{section: Sales, name: Value}]\n"
    (folder / "crm/sales.yaml").write_text(text + removed)

    refused = apply(folder, "--yes", "--allow", "removes-option")

    assert refused.status == ExitCode.REFUSED
    assert "--allow removes-field --allow removes-option" in refused.err
