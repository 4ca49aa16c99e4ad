"""Ending the protection of a field: shown, asked for, reported, and bound to its saved plan."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from schemactl.store.plan import plan_text, read_plan
from tests.cli.conftest import Copies
from tests.cli.program import Ended, at_terminal, run
from tests.cli.projects import SALES, write_project

FORMATS = ["text", "json", "markdown", "html", "sarif", "junit", "github", "gitlab"]
PROTECTED = SALES.replace("type: price}", "type: price, protect: true}")


def make_protected(folder: Path) -> None:
    write_project(folder, sales=PROTECTED)
    assert run("-C", folder, "apply", "--yes", "-q").status == ExitCode.OK
    assert is_protected(folder)
    (folder / "crm/sales.yaml").write_text(SALES)


@pytest.fixture
def folder(tmp_path: Path, copies: Copies) -> Path:
    """A project whose files no longer protect the field that the last apply protected."""
    return copies.of(make_protected, tmp_path / "project")


def is_protected(folder: Path) -> bool:
    base = folder / ".schemactl/base/demo.json"
    return "protected" in json.loads(base.read_text(encoding="utf-8"))


def save(folder: Path) -> Path:
    run("-C", folder, "plan", "--out", folder / "plan.json")
    return folder / "plan.json"


def apply(folder: Path, *more: str | Path) -> Ended:
    return run("-C", folder, "apply", *more)


@pytest.mark.parametrize("form", FORMATS)
def test_a_plan_shows_in_every_format_that_it_ends_the_protection(
    folder: Path, form: str
) -> None:
    ended = run("-C", folder, "plan", "--detailed-exitcode", "--format", form)

    assert ended.status == ExitCode.DIFFERENT
    assert "Nothing to do" not in ended.out
    assert "protection" in ended.out
    assert "Value" in ended.out


@pytest.mark.parametrize("form", FORMATS)
def test_an_apply_reports_in_every_format_that_it_ended_the_protection(
    folder: Path, form: str
) -> None:
    ended = apply(folder, "--yes", "--format", form)

    assert ended.status == ExitCode.OK
    assert "protection" in ended.out
    assert "Value" in ended.out
    assert not is_protected(folder)


def test_a_saved_plan_ends_no_protection_without_an_agreement(folder: Path) -> None:
    plan = save(folder)

    assert apply(folder, plan).status == ExitCode.REFUSED
    assert is_protected(folder)
    assert apply(folder, plan, "--yes").status == ExitCode.OK
    assert not is_protected(folder)


@pytest.mark.parametrize("answer", ["no", "yes"])
def test_whoever_is_at_the_terminal_is_asked(folder: Path, answer: str) -> None:
    with at_terminal("apply", folder=folder) as session:
        session.wait_for("ends the protection of 1 field. Type 'yes' to continue:")
        session.type(f"{answer}\n")
        session.end()

    assert is_protected(folder) is (answer == "no")


def test_a_saved_plan_that_hides_it_is_refused(folder: Path) -> None:
    path = save(folder)
    plan = read_plan(path.read_text(encoding="utf-8"), file="plan.json")
    path.write_text(plan_text(replace(plan, ends_protection=())), encoding="utf-8")

    ended = apply(folder, path, "--yes")

    assert ended.status == ExitCode.REFUSED
    assert "it does not show that it ends the protection of Sales / Value" in ended.err
    assert is_protected(folder)


def test_a_saved_plan_from_before_the_field_was_protected_ends_nothing(folder: Path) -> None:
    assert apply(folder, "--yes").status == ExitCode.OK
    path = save(folder)
    (folder / "crm/sales.yaml").write_text(PROTECTED)
    assert apply(folder, "--yes").status == ExitCode.OK
    (folder / "crm/sales.yaml").write_text(SALES)

    assert apply(folder, path, "--yes").status == ExitCode.REFUSED
    assert is_protected(folder)


def test_show_names_what_a_saved_plan_ends(folder: Path) -> None:
    shown = run("show", save(folder))

    assert "Applying this plan ends the protection of 1 field" in shown.out


def test_drift_mentions_it_and_counts_no_difference(folder: Path) -> None:
    ended = run("-C", folder, "drift")

    assert ended.status == ExitCode.OK
    assert "an apply ends its protection" in " ".join(ended.out.split())
