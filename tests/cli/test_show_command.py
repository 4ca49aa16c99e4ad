"""`schemactl show`: a saved plan, shown as by `plan`; and what is no saved plan."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from schemactl.errors import ExitCode
from schemactl.store.plan import plan_digest, read_plan
from schemactl.text import date_and_time, short_hash
from tests.cli.program import run, run_process
from tests.cli.projects import SALES, edit_account, served, write_project

REMOVING = SALES + "removed:\n  fields: [{section: Sales, name: Old}]\n"
ALLOWED = "removes-field,many-removals"
FORMATS = ("text", "json", "markdown")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose account has nothing of what it wants, but a field that is to go."""
    folder = write_project(tmp_path / "project", sales=REMOVING)
    edit_account(folder, "add-section Sales", "add-field Sales Old text")
    return folder


NOT_VERIFIED = (
    "Not verified against the files and the account: apply does that before it sends.\n"
)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("loudness", [(), ("-v",)])
def test_a_saved_plan_is_shown_as_plan_showed_it(
    folder: Path, tmp_path: Path, form: str, loudness: tuple[str, ...]
) -> None:
    out = tmp_path / "plan.json"
    reported = run("-C", folder, "plan", "--out", out, "--format", form, *loudness)
    shown = run("show", out, "--format", form, *loudness)
    made = json.loads(out.read_text())["made"]
    digest = short_hash(plan_digest(read_plan(out.read_text(), file="plan.json")))
    told_of_file = f"Plan {digest}, made on {date_and_time(made['at'])}.\n{NOT_VERIFIED}"
    assert (shown.status, shown.err) == (ExitCode.OK, told_of_file)
    assert without_command(shown.out) == without_command(reported.out)


def without_command(text: str) -> list[str]:
    """Omit the command that gives permissions: `show` knows no folder of a project."""
    return [line for line in text.splitlines() if not line.startswith("    schemactl plan ")]


def test_the_command_that_show_offers_names_account_and_file(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "my plan.json"
    run("-C", folder, "plan", "--out", out)
    shown = run("show", out)

    allowed = "--allow many-removals --allow removes-field"
    assert f"    schemactl plan -a demo {allowed} --out '{out}'\n" in shown.out


def test_the_file_the_json_of_plan_and_that_of_show_are_the_same_bytes(folder: Path) -> None:
    out = folder / "plan.json"
    reported = run("-C", folder, "plan", "--format", "json", "--out", out)
    assert out.read_bytes().decode() == reported.out == run("show", out, "--format", "json").out


def test_a_plan_comes_from_standard_input_too(folder: Path) -> None:
    reported = run("-C", folder, "plan", "--format", "json").out
    assert run("show", "-", "--format", "json", stdin=reported).out == reported


def test_no_project_is_needed_and_nothing_is_left_behind(folder: Path, tmp_path: Path) -> None:
    out = folder / "plan.json"
    run("-C", folder, "plan", "--out", out)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = run_process("show", out, folder=elsewhere)
    assert shown.status == ExitCode.OK
    assert shown.err.endswith(NOT_VERIFIED)
    assert list(elsewhere.iterdir()) == []


def test_the_permissions_given_are_in_the_plan(folder: Path) -> None:
    out = folder / "plan.json"
    run("-C", folder, "plan", "--allow", ALLOWED, "--out", out)
    assert json.loads(out.read_text())["permissions"] == sorted(ALLOWED.split(","))
    assert "permitted" in run("show", out).out


def test_the_next_command_is_printed_whole(folder: Path) -> None:
    out = folder / "my plan.json"
    refused = run("-C", folder, "plan", "--out", out)
    assert refused.err.splitlines()[1] == (
        "It needs permission. To permit all of it: "
        f"schemactl plan -C {folder} --allow many-removals --allow removes-field --out '{out}'"
    )
    fit = run("-C", folder, "plan", "-a", "demo", "--allow", ALLOWED, "--out", out)
    assert fit.err.splitlines()[1] == (
        f"To make exactly its calls: schemactl apply -C {folder} -a demo '{out}'"
    )
    assert run("-C", folder, "plan", "--out", out, "-q").err == ""


def test_a_plan_against_a_snapshot_says_that_it_cannot_be_applied(folder: Path) -> None:
    live, out = folder / "live.json", folder / "plan.json"
    run("-C", folder, "snapshot", "--out", live)
    ended = run("-C", folder, "plan", "--against", live, "--out", out)
    assert "can be shown, but not applied" in ended.err
    assert f"To see it again: schemactl show {out}\n" in ended.err
    assert json.loads(out.read_text())["address"] == ""
    assert run("show", out).status == ExitCode.OK


def test_where_nothing_is_to_do_the_next_command_shows_the_plan(folder: Path) -> None:
    assert run("-C", folder, "apply", "--yes", "--allow", ALLOWED).status == ExitCode.OK
    out = folder / "plan.json"
    assert run("-C", folder, "plan", "--out", out).err == (
        f"Saved the plan to {out}.\n"
        f"It has no calls to apply. To see it again: schemactl show {out}\n"
    )


def test_equal_situations_give_equal_plans_but_for_their_origin(folder: Path) -> None:
    documents = [
        json.loads(
            run_process("plan", "--format", "json", folder=folder, PYTHONHASHSEED=seed).out
        )
        for seed in ("1", "2")
    ]
    one, other = documents
    assert one.pop("made")["id"] != other.pop("made")["id"]
    assert one.pop("digest") != other.pop("digest")
    assert json.dumps(one) == json.dumps(other)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: text[:-40], "was cut short"),
        (lambda text: text.replace('"Value"', '"Worth"'), "edited by hand"),
        (lambda text: text.replace('"format_version": 1', '"format_version": 9'), "format 9"),
        (lambda text: text.replace('"kind": "plan"', '"kind": "run"'), 'of kind "run"'),
        (lambda text: text.replace('"calls": [', '"calls": [7,'), "$.calls[0]: 7 is not"),
        (lambda _: "version: 1\n", "is not JSON"),
    ],
)
def test_what_is_no_plan_as_it_was_written_is_refused(
    folder: Path, damage: object, reason: str
) -> None:
    out = folder / "plan.json"
    run("-C", folder, "plan", "--out", out)
    assert callable(damage)
    out.write_text(damage(out.read_text()))
    ended = run("show", out)
    assert (ended.status, ended.out) == (ExitCode.REFUSED, "")
    assert reason in ended.err
    assert "\nhint: " in ended.err


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    ended = run("show", tmp_path / "gone.json")
    assert ended.status == ExitCode.USAGE
    assert "gone.json" in ended.err


def test_an_account_cannot_be_named(folder: Path) -> None:
    ended = run("-a", "demo", "show", folder / "schemactl.yaml")
    assert ended.status == ExitCode.USAGE
    assert "'show' takes no --account" in ended.err


def test_a_saved_plan_holds_no_credential_in_any_encoding(tmp_path: Path) -> None:
    folder, out = tmp_path / "project", tmp_path / "plan.json"
    secrets = {"DEMO_APP_ID": "2_1_app/ü<&>", "DEMO_API_KEY": "k3y+value/ü<&>"}
    environ = {**secrets, "DEMO_HOST": "127.0.0.1"}
    with served(folder):
        ended = run("-C", folder, "plan", "--out", out, environ=environ)
    assert (ended.status, ended.out != "") == (ExitCode.OK, True)
    saved = out.read_text()
    for secret in secrets.values():
        forms = (
            secret,
            quote(secret),
            quote_plus(secret),
            escape(secret),
            json.dumps(secret)[1:-1],
            base64.b64encode(secret.encode()).decode().rstrip("="),
            secret.encode().hex(),
            hashlib.sha256(secret.encode()).hexdigest(),
        )
        assert [form for form in forms if form in saved] == []
