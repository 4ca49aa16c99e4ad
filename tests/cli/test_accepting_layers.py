"""drift --accept in projects with layers: what is shared stays, unless somebody says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import at_terminal, run
from tests.cli.projects import edit_account

BASE = """\
version: 1
sections:
  - name: Sales
    description: From the base.
    fields:
      - {name: Status, type: tdrop, options: [New, Won]}
      - {name: Budget, type: price}
      - {name: Telex, type: text}
tags: [VIP, Old]
"""
OWN = """\
version: 1
sections:
  - name: Sales
    extend: true
    fields:
      - {name: Own, type: text}
"""
PROJECT = """\
version: 1
defaults: {backend: rest, url: emulator}
accounts:
  acme: {schema: [base/*.yaml, acme/*.yaml]}
  bob: {schema: [base/*.yaml]}
  zoe: {schema: [base/*.yaml, zoe.yaml]}
"""
ZOE = "version: 1\nomit: {fields: [{section: Sales, name: Telex}]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "schemactl.yaml": PROJECT,
        "base/sales.yaml": BASE,
        "acme/own.yaml": OWN,
        "zoe.yaml": ZOE,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert run("-C", tmp_path, "apply", "-a", "acme", "--yes").status == 0
    return tmp_path


def accept(folder: Path, *words: str) -> str:
    ended = run("-C", folder, "drift", "-a", "acme", "--accept", *words, "--yes")
    assert ended.status == ExitCode.OK, ended.err
    return ended.out + ended.err


def differs(folder: Path) -> bool:
    found = json.loads(run("-C", folder, "drift", "-a", "acme", "--format", "json").out)
    return any(item["is_difference"] for item in found["items"])


@pytest.mark.parametrize(
    ("edit", "title", "line"),
    [
        (
            "remove-field Sales Telex",
            "Sales / Telex",
            "omit:\n  fields:\n    - {section: Sales, name: Telex}",
        ),
        ("remove-tag Old", "tag: Old", "omit:\n  tags: [Old]"),
        ("add-field Sales Hand text", "Sales / Hand", "      - {name: Hand, type: text}"),
        ("add-tag Hand", "tag: Hand", "tags: [Hand]"),
        ("add-section Hand", "Hand", "  - name: Hand"),
        (
            "change-type Sales Telex longtext",
            "Sales / Telex",
            "      - {name: Telex, override: true, type: longtext}",
        ),
        (
            "add-option Sales Status Lost",
            "Sales / Status",
            "      - {name: Status, extend: true, options: [Lost]}",
        ),
        (
            "remove-option Sales Status New",
            "Sales / Status",
            "      - {name: Status, override: true, options: [Won]}",
        ),
        (
            "describe",
            "Sales",
            "    override: true\n    description: Ours.",
        ),
    ],
)
def test_what_a_shared_layer_decides_is_said_in_the_accounts_own(
    folder: Path, edit: str, title: str, line: str
) -> None:
    if edit == "describe":
        (folder / "base/sales.yaml").write_text(BASE.replace("From the base.", "Ours."))
        assert run("-C", folder, "apply", "-a", "acme", "--yes").status == 0
        (folder / "base/sales.yaml").write_text(BASE)
    else:
        edit_account(folder, edit, account="acme")
    said = accept(folder, title)
    assert line in (folder / "acme/own.yaml").read_text()
    assert (folder / "base/sales.yaml").read_text() == BASE
    assert "it changes there too" not in said
    assert not differs(folder)


def test_options_that_a_layer_adds_are_changed_where_it_adds_them(folder: Path) -> None:
    own = OWN + "      - name: Status\n        extend: true\n        options: [Lost]\n"
    (folder / "acme/own.yaml").write_text(own)
    assert run("-C", folder, "apply", "-a", "acme", "--yes").status == 0
    edit_account(folder, "add-option Sales Status Late", account="acme")
    accept(folder, "Sales / Status")
    edit_account(folder, "remove-option Sales Status Lost", account="acme")
    accept(folder, "Sales / Status")
    assert (folder / "acme/own.yaml").read_text() == own.replace("Lost", "Late")
    # What the base has and the account lost is beyond what this entry can say.
    edit_account(folder, "remove-option Sales Status New", account="acme")
    words = ("--accept", "Sales / Status", "--yes")
    assert run("-C", folder, "drift", "-a", "acme", *words).status == ExitCode.USAGE
    assert (folder / "base/sales.yaml").read_text() == BASE


def test_a_shared_layer_is_changed_only_by_its_name_and_says_what_that_means(
    folder: Path,
) -> None:
    edit_account(folder, "remove-option Sales Status New", account="acme")
    said = accept(folder, "Sales / Status", "--layer", "base/sales.yaml")
    assert "options: [Won]" in (folder / "base/sales.yaml").read_text()
    assert (folder / "acme/own.yaml").read_text() == OWN
    assert "base/sales.yaml is also a schema file of bob and zoe" in said
    assert "bob (1 change) and zoe (1 change)" in said
    assert not differs(folder)


def test_an_entry_that_overrides_already_is_changed_itself(folder: Path) -> None:
    own = OWN + "      - {name: Telex, override: true, required: false}\n"
    (folder / "acme/own.yaml").write_text(own)
    assert run("-C", folder, "apply", "-a", "acme", "--yes").status == 0
    edit_account(folder, "set-required Sales Telex yes", account="acme")
    edit_account(folder, "add-option Sales Status Lost", account="acme")
    accept(folder, "Sales / Telex", "--accept", "Sales / Status")
    text = (folder / "acme/own.yaml").read_text()
    assert "{name: Telex, override: true, required: true}" in text
    assert (folder / "base/sales.yaml").read_text() == BASE
    assert not differs(folder)


def test_what_would_break_the_files_of_another_account_is_not_written(folder: Path) -> None:
    edit_account(folder, "remove-field Sales Telex", account="acme")
    words = ("--accept", "Sales / Telex", "--layer", "base/sales.yaml", "--yes")
    ended = run("-C", folder, "drift", "-a", "acme", *words)
    assert ended.status == ExitCode.USAGE
    assert "the files of zoe would not be valid: zoe.yaml:2:" in ended.err
    assert "if it has none, add a pattern for one under its schema:" in ended.err
    assert (folder / "base/sales.yaml").read_text() == BASE


def test_what_no_later_layer_can_say_is_left_to_a_person(folder: Path) -> None:
    edit_account(folder, "rename-field Sales Budget Costs", account="acme")
    ended = run("-C", folder, "drift", "-a", "acme", "--accept", "Sales / Budget", "--yes")
    assert ended.status == ExitCode.USAGE
    assert "cannot rename or move" in ended.err
    assert "--accept" not in run("-C", folder, "drift", "-a", "acme").out
    accept(folder, "Sales / Budget", "--layer", "base/sales.yaml")
    assert "name: Costs" in (folder / "base/sales.yaml").read_text()


def test_a_layer_below_or_of_another_account_cannot_be_chosen(folder: Path) -> None:
    edit_account(folder, "remove-field Sales Own", account="acme")
    for layer, words in (
        (
            "base/sales.yaml",
            "acme/own.yaml decides it, and base/sales.yaml is not a later layer",
        ),
        ("zoe.yaml", "zoe.yaml is not a schema file of acme"),
    ):
        words_given = ("--accept", "Sales / Own", "--layer", layer, "--yes")
        ended = run("-C", folder, "drift", "-a", "acme", *words_given)
        assert ended.status == ExitCode.USAGE
        assert words in " ".join(ended.err.split())
    accept(folder, "Sales / Own")
    assert "Own" not in (folder / "acme/own.yaml").read_text()
    assert run("-C", folder, "drift", "--layer", "zoe.yaml").status == ExitCode.USAGE


def test_at_a_terminal_the_question_takes_another_layer(folder: Path) -> None:
    edit_account(folder, "add-option Sales Status Lost", account="acme")
    words = ("drift", "-a", "acme", "--accept", "Sales / Status")
    for answer, status in (("no", ExitCode.REFUSED), ("yes", ExitCode.OK)):
        with at_terminal(*words, folder=folder) as session:
            session.wait_for("another layer:")
            assert "bob" not in session.shown
            assert "Other schema files of this account: base/sales.yaml." in session.shown
            session.shown = ""
            session.type("base/sales.yaml\n")
            session.wait_for("bob (1 change) and zoe (1 change)")
            session.wait_for("another layer:")
            session.type(f"{answer}\n")
            assert session.end() == status
    assert "options: [New, Won, Lost]" in (folder / "base/sales.yaml").read_text()
    assert (folder / "acme/own.yaml").read_text() == OWN
