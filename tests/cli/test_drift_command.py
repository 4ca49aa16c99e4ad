"""`schemactl drift`: what it prints and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from schemactl.errors import ExitCode
from tests.cli.conftest import Copies
from tests.cli.program import run
from tests.cli.projects import PROJECT, calls_made, edit_account, write_project


def make_applied(folder: Path) -> None:
    write_project(folder)
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK


@pytest.fixture
def folder(tmp_path: Path, copies: Copies) -> Path:
    """A project whose account is as the files say."""
    return copies.of(make_applied, tmp_path / "project")


def test_an_account_as_the_files_say_is_in_order(folder: Path) -> None:
    ended = run("-C", folder, "drift")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert ended.out


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_what_somebody_changed_is_reported_and_has_its_own_status(
    folder: Path, form: str
) -> None:
    edit_account(folder, "remove-field Sales Value", "remove-tag VIP")
    before = len(calls_made(folder))
    ended = run("-C", folder, "drift", "--format", form)
    assert (ended.status, ended.err) == (ExitCode.DIFFERENT, "")
    assert "Value" in ended.out
    assert "VIP" in ended.out
    assert set(calls_made(folder)[before:]) == {"key", "pull_tag"}


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_what_is_only_unmanaged_is_a_difference_only_where_that_is_asked_for(
    folder: Path, form: str
) -> None:
    edit_account(folder, "add-field Sales Extra text")
    lax = run("-C", folder, "drift", "-v", "--format", form)
    strict = run("-C", folder, "drift", "--strict", "-v", "--format", form)
    assert (lax.status, strict.status) == (ExitCode.OK, ExitCode.DIFFERENT)
    assert "Extra" in strict.out
    assert "Extra" in lax.out or "1 unmanaged" in lax.out


def test_the_json_is_json(folder: Path) -> None:
    edit_account(folder, "remove-tag VIP")
    assert json.loads(run("-C", folder, "drift", "--format", "json").out)["account"] == "demo"


def test_faults_of_the_files_are_reported_on_stderr(folder: Path) -> None:
    (folder / "crm/sales.yaml").write_text("version: 1\nsektions: []\n")
    ended = run("-C", folder, "drift")
    assert (ended.status, ended.out) == (ExitCode.INVALID_FILES, "")
    assert "crm/sales.yaml:2:" in ended.err


def test_accepting_shows_the_lines_and_writes_them_once_agreed(folder_with_drift: Path) -> None:
    path = folder_with_drift / "crm.yaml"
    before = path.read_text(encoding="utf-8")

    refused = run("drift", "--accept", "tag: VIP", stdin="")
    assert refused.status == ExitCode.REFUSED
    assert "-tags: [VIP]  # ours" in refused.out
    assert path.read_text(encoding="utf-8") == before

    ended = run("drift", "--accept", "tag: VIP", "--yes")
    assert ended.status == ExitCode.OK
    assert "Wrote crm.yaml" in ended.err
    assert path.read_text(encoding="utf-8") == before.replace("tags: [VIP]  # ours\n", "")
    assert run("plan", "--detailed-exitcode").status == ExitCode.OK


def test_accepting_what_does_not_differ_names_the_nearest(folder_with_drift: Path) -> None:
    del folder_with_drift
    ended = run("drift", "--accept", "tag: VPI", "--yes")
    assert ended.status == ExitCode.USAGE
    assert "nothing called 'tag: VPI' differs" in ended.err
    assert "did you mean 'tag: VIP'?" in ended.err


def test_accepting_a_bare_name_suggests_the_item_of_that_name(folder_with_drift: Path) -> None:
    del folder_with_drift
    ended = run("drift", "--accept", "VIP", "--yes")
    assert ended.status == ExitCode.USAGE
    assert "hint: did you mean 'tag: VIP'?\n" in ended.err


def test_an_acknowledgement_of_each_of_many_items_can_be_had_and_pasted(tmp_path: Path) -> None:
    """Beyond a few, one is shown with the way to all; each is an entry of a YAML list."""
    names = [f"T{number}" for number in range(5)]
    sales = f"version: 1\ntags: [{', '.join(names)}]\n"
    folder = write_project(tmp_path / "project", sales=sales)
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    edit_account(folder, *(f"remove-tag {name}" for name in names))

    def entries(*words: str) -> list[str]:
        text = run("-C", folder, "drift", *words).out
        return [row for row in text.splitlines() if row.lstrip().startswith("- {item:")]

    assert "(and 4 more: --verbose writes an entry for each)" in run("-C", folder, "drift").out
    assert len(entries()) == 1
    rows = entries("--verbose")
    assert [entry["item"] for entry in YAML(typ="safe").load("\n".join(rows))] == [
        f"tag: {name}" for name in names
    ]
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    pasted = "\n".join(rows).replace("YYYY-MM-DD", until)
    project = folder / "schemactl.yaml"
    text = project.read_text(encoding="utf-8")
    project.write_text(f"{text}    acknowledged:\n{pasted}\n", encoding="utf-8")
    assert run("-C", folder, "drift").status == ExitCode.OK


@pytest.fixture
def folder_with_drift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose tag somebody has deleted in the account since the last apply."""
    (tmp_path / "schemactl.yaml").write_text(
        "version: 1\naccounts:\n  demo: {backend: rest, url: emulator, schema: [crm.yaml]}\n",
        encoding="utf-8",
    )
    text = "# ours\nversion: 1\nsections:\n  - name: Sales\ntags: [VIP]  # ours\n"
    (tmp_path / "crm.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("apply", "--yes", "--quiet").status == ExitCode.OK
    run("emulator", "-a", "demo", "--edit", "remove-tag VIP")
    return tmp_path


def test_for_ambiguous_items_alone_no_command_is_offered(tmp_path: Path) -> None:
    fields = ", ".join(f"{{name: F{number}, type: text}}" for number in range(4))
    sales = f"version: 1\nsections:\n  - {{name: S, fields: [{fields}]}}\n"
    folder = write_project(tmp_path / "project", sales=sales)
    twice = [f"add-field S F{number // 2} text" for number in range(8)]
    edit_account(folder, "add-section S", *twice)

    ended = run("-C", folder, "drift")

    assert "4 ambiguous" in ended.out
    assert "schemactl.yaml" in ended.out
    assert "schemactl drift" not in ended.out
    assert "schemactl apply" not in ended.out


@pytest.mark.parametrize("name", ["Value", "Values"])
def test_of_what_may_be_renamed_no_command_is_offered_and_none_accepts_it(
    folder: Path, name: str
) -> None:
    edit_account(folder, "rename-field Sales Value Values")
    before = (folder / "crm/sales.yaml").read_bytes()

    ended = run("-C", folder, "drift", "--strict")
    accepted = run("-C", folder, "drift", "--accept", f"Sales / {name}", "--yes")

    assert "decide first" in ended.out
    assert "schemactl apply" not in ended.out
    assert "--accept" not in ended.out
    assert accepted.status == ExitCode.USAGE
    assert "decide first: Sales / Value is no longer in the account" in accepted.err
    assert (folder / "crm/sales.yaml").read_bytes() == before


def test_no_apply_is_offered_for_others_while_a_rename_is_undecided(folder: Path) -> None:
    edit_account(folder, "rename-field Sales Value Values", "remove-tag VIP")

    ended = run("-C", folder, "drift")

    assert "--accept 'tag: VIP'" in ended.out
    assert "schemactl apply" not in ended.out


def test_a_decided_rename_is_offered_again(folder: Path) -> None:
    edit_account(folder, "rename-field Sales Value Values")
    path = folder / "crm/sales.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("name: Value,", "name: Values, was: [Value],"))

    ended = run("-C", folder, "drift")

    assert (ended.status, "decide first" in ended.out) == (ExitCode.OK, False)


def test_a_section_that_may_be_renamed_is_to_be_decided_too(folder: Path) -> None:
    edit_account(folder, "rename-section Sales Deals")

    ended = run("-C", folder, "drift")

    assert 'Sales would be created, and 2 fields of "Deals"' in ended.out
    assert "schemactl apply" not in ended.out
    assert "--accept" not in ended.out
    for name in ("Sales", "Deals", "Sales / Value"):
        accepted = run("-C", folder, "drift", "--accept", name, "--yes")
        assert (accepted.status, "decide first" in accepted.err) == (ExitCode.USAGE, True)


def test_no_way_back_is_offered_that_would_replace_a_field(folder: Path) -> None:
    edit_account(folder, "change-type Sales Value numeric")

    ended = run("-C", folder, "drift")

    assert "put it back by hand" in ended.out
    assert "numeric cannot become price in place" in " ".join(ended.out.split())
    assert "schemactl apply" not in ended.out


def test_accepting_a_title_that_two_items_share_names_both(tmp_path: Path) -> None:
    sales = "version: 1\nsections:\n  - {name: S, fields: [{name: A, type: text}]}\n"
    folder = write_project(
        tmp_path / "project", sales=sales + "  - {name: S / A, fields: []}\n"
    )

    ended = run("-C", folder, "drift", "--accept", "S / A", "--yes")

    assert ended.status == ExitCode.USAGE
    assert "'S / A' names a field and a section" in ended.err


def test_accepting_names_the_accounts_that_share_the_file_even_outside_of_the_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "project"
    folder.mkdir()
    shared = tmp_path / "shared.yaml"
    entry = "{backend: rest, url: emulator, schema: [../shared.yaml]}"
    (folder / "schemactl.yaml").write_text(
        f"version: 1\naccounts:\n  demo: {entry}\n  other: {entry}\n", encoding="utf-8"
    )
    shared.write_text(
        "version: 1\nsections:\n- name: S\n  fields: [{name: A, type: text}]\n",
        encoding="utf-8",
    )
    assert run("-C", folder, "apply", "-a", "demo", "--yes").status == ExitCode.OK
    edit_account(folder, "rename-field S A B")
    accept = ("-C", folder, "drift", "-a", "demo", "--accept", "S / A")
    refused = run(*accept)
    assert refused.status == ExitCode.REFUSED
    assert "../shared.yaml is also a schema file of other: it changes there too" in refused.err
    assert run(*accept, "--yes").status == ExitCode.OK
    assert "[{name: B, type: text, was: [A]}]" in shared.read_text(encoding="utf-8")
    assert run("-C", folder, "drift", "-a", "demo").status == ExitCode.OK


def test_what_is_in_no_file_since_long_is_not_blamed_on_the_files(folder: Path) -> None:
    edit_account(folder, "add-field Sales Fax text")
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK

    ended = run("-C", folder, "drift", "--strict")

    assert "In the account, but in no file (1)" in ended.out
    assert "Changed in the files" not in ended.out
    assert "--accept 'Sales / Fax'" in ended.out


REST_PROJECT = PROJECT.replace("legacy", "rest")
MANY = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: A, type: text}
      - {name: B, type: text}
      - {name: C, type: text}
      - {name: D, type: text}
"""


def test_of_many_items_only_what_an_apply_can_do_is_offered_as_one(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "rest", project=REST_PROJECT, sales=MANY)
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    fields = "ABCD"
    edit_account(folder, *(f"move-field Sales {one} 'Contact Information'" for one in fields))
    by_hand = run("-C", folder, "drift").out
    edit_account(folder, "remove-field 'Contact Information' A")
    both = run("-C", folder, "drift").out

    assert "schemactl apply" not in by_hand
    assert "steps to put the others back by hand" in by_hand
    assert "what the files declare (1 of 4):" in both
    assert "schemactl apply" in both
    assert "steps to put the others back by hand" in both


def test_what_is_accepted_is_in_the_canonical_style(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "rest", project=REST_PROJECT, sales=MANY)
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    edit_account(folder, "rename-section Sales Deals")
    assert run("-C", folder, "drift", "--accept", "Sales", "--yes").status == ExitCode.OK
    assert "- name: Deals\n    was: [Sales]\n    fields:\n" in (
        (folder / "crm/sales.yaml").read_text(encoding="utf-8")
    )
    assert run("-C", folder, "fmt", "--check").status == ExitCode.OK


def ways_out(folder: Path) -> str:
    _, _, ways = run("-C", folder, "drift").out.partition("What you can do")
    return ways


def test_no_plan_is_offered_that_would_be_refused(folder: Path) -> None:
    sales = folder / "crm/sales.yaml"
    before = sales.read_text()
    sales.write_text(before.replace("type: price}", "type: price, protect: true}"))
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    dropped = before.replace("      - {name: Value, type: price}\n", "")
    sales.write_text(dropped.replace("- name: Sales", "- name: Sales\n    manage: mirror"))
    assert run("-C", folder, "plan").status == ExitCode.REFUSED
    ways = ways_out(folder)
    assert "still-protected" in ways
    assert "schemactl plan" not in ways


def test_an_apply_is_offered_only_where_it_does_nothing_else(folder: Path) -> None:
    edit_account(folder, "remove-field Sales Value")
    assert "schemactl apply" in ways_out(folder)
    sales = folder / "crm/sales.yaml"
    sales.write_text(sales.read_text().replace("tags: [VIP]", "tags: [VIP, New]"))
    ways = ways_out(folder)
    assert "schemactl plan" in ways
    assert "schemactl apply" not in ways


def test_a_plan_is_offered_where_an_apply_needs_a_permission(folder: Path) -> None:
    edit_account(folder, "add-option Sales Status Maybe")
    ways = ways_out(folder)
    assert "schemactl plan" in ways
    assert "schemactl apply" not in ways


def test_what_was_added_in_the_account_is_named_even_if_nothing_differs(folder: Path) -> None:
    edit_account(folder, "add-tag Loose")
    ended = run("-C", folder, "drift")
    assert ended.status == ExitCode.OK
    assert "1 object is new in the account" in ended.out
