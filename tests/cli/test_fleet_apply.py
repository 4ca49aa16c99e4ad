"""`apply` to many accounts on the command line: one summary, one question, one report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import at_terminal, run
from tests.cli.projects import edit_account
from tests.unit.report.documents import read_document

PROJECT = """\
version: 1
defaults: {backend: legacy, url: emulator, schema: [crm.yaml]}
accounts:
  acme: {labels: [dental]}
  bob: {labels: [dental]}
  cat: {}
  zoe: {schema: [broken.yaml]}
"""
SCHEMA = """\
version: 1
sections: [{name: Sales, fields: [{name: Budget, type: price}]}]
"""
REMOVED = """\
version: 1
sections: [{name: Sales, fields: [{name: Level, type: text}, {name: Step, type: text}]}]
removed: {fields: [{section: Sales, name: Budget}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three accounts, and one with invalid files."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    (tmp_path / "crm.yaml").write_text(SCHEMA)
    (tmp_path / "broken.yaml").write_text("version: 1\ntags: [VIP, VIP]\n")
    return tmp_path


def test_equal_plans_are_shown_once_and_each_account_is_reported(folder: Path) -> None:
    edit_account(folder, "add-section Sales", account="cat")
    ended = run("-C", folder, "apply", "--all", "--yes")
    assert ended.status == 3
    assert ended.out.index("Not applied:") < ended.out.index("2 accounts · acme, bob")
    assert ended.out.count("+ Budget") == 2
    assert "acme  2 done\n" in ended.out
    assert ended.out.endswith("4 accounts: 3 changed, 1 failed.\n")
    assert sorted(line[6:] for line in ended.err.splitlines()) == [
        "acme: 2 done",
        "bob: 2 done",
        "cat: 1 done",
    ]
    again = run("-C", folder, "apply", "-a", "@dental")
    assert (again.status, again.err) == (0, "")
    assert "2 accounts: 0 changed, 2 with nothing to do, 0 failed." in again.out


def test_a_permission_names_its_accounts(folder: Path) -> None:
    assert run("-C", folder, "apply", "--all", "--except", "zoe", "--yes").status == 0
    (folder / "crm.yaml").write_text(REMOVED)
    words = ("-C", folder, "apply", "--all", "--except", "zoe", "--yes")
    ended = run(*words, "--allow", "removes-field,many-removals")
    assert ended.status == 64
    assert "removes-field=acme, or removes-field=@label" in ended.err
    ended = run(*words, "--allow", "removes-field=joe")
    assert (ended.status, "covers none of the chosen accounts" in ended.err) == (64, True)
    ended = run(*words, "--allow", "removes-field=@dental,many-removals=*", "--format", "json")
    assert ended.status == 4
    document = read_document(ended.out, "fleet")
    entries = document["accounts"]
    assert isinstance(entries, list)
    assert [entry["exit_status"] for entry in entries] == [0, 0, 4]
    assert "Destroyed permanently:\n  ! acme, bob: " in ended.err
    assert "--allow removes-field=cat" in entries[2]["error"]["hint"]


def test_a_permission_of_one_account_may_name_it(folder: Path) -> None:
    assert run("-C", folder, "apply", "-a", "acme", "--yes").status == 0
    (folder / "crm.yaml").write_text(REMOVED)
    words = ("-C", folder, "apply", "-a", "acme", "--yes", "--allow")
    assert run(*words, "removes-field=@other").status == 64
    assert run(*words, "removes-field=@dental,many-removals=acme").status == 0


def test_without_a_terminal_nothing_is_changed_and_the_plans_are_written(folder: Path) -> None:
    place = folder / "plans.json"
    ended = run("-C", folder, "apply", "-a", "@dental", "--output", f"json={place}")
    assert ended.status == 4
    assert "there is no terminal to ask on" in ended.err
    entries = json.loads(place.read_text())["accounts"]
    assert [entry["result"]["kind"] for entry in entries] == ["plan", "plan"]
    ended = run("-C", folder, "apply", "--all", "--shard", "1/1", "--format", "json")
    (folder / "shard.json").write_text(ended.out)
    merged = run("report", "merge", folder / "shard.json", "-C", folder, "--format", "json")
    for words in (ended, merged):
        accounts = json.loads(words.out)["accounts"]
        assert [(one["account"], one["exit_status"]) for one in accounts] == [
            ("acme", 4),
            ("bob", 4),
            ("cat", 4),
            ("zoe", 3),
        ]
    assert merged.status == 3


@pytest.mark.parametrize(("answer", "status"), [("2", 0), ("yes", 4)])
def test_the_number_of_accounts_is_the_answer(folder: Path, answer: str, status: int) -> None:
    with at_terminal("apply", "-a", "@dental", folder=folder) as terminal:
        terminal.wait_for("Type the number of accounts to continue:")
        assert "Apply to 2 accounts: 4 to add; 2 calls." in terminal.shown.replace("\n", " ")
        terminal.type(f"{answer}\n")
        assert terminal.end() == status
    assert ("You typed" in terminal.shown) == (answer == "yes")


def test_a_plan_of_one_account_is_not_applied_to_several(folder: Path) -> None:
    plan = folder / "plan.json"
    assert run("-C", folder, "plan", "-a", "acme", "--out", plan).status == 0
    ended = run("-C", folder, "apply", "--all", plan)
    assert (ended.status, "is the plan of one account" in ended.err) == (64, True)


ROLLOUT = """\
rollout:
  waves: ['@dental', 1, rest]
  stop_after: 1
"""


def test_a_roll_out_stops_after_each_wave_where_nobody_can_be_asked(folder: Path) -> None:
    (folder / "schemactl.yaml").write_text(PROJECT + ROLLOUT)
    words = ("-C", folder, "apply", "--all", "--except", "zoe", "--yes")
    ended = run(*words)
    assert ended.status == 5
    assert "acme  2 done\nbob   2 done\ncat   not started: 2 to add\n" in ended.out
    assert "wave 2 of 2 (1) is next, and there is no terminal" in ended.out.replace("\n  ", " ")
    assert "Untouched: 1 account (cat)." in ended.out
    place = folder / "run"
    forms = [
        word for form in ("html", "markdown") for word in ("--output", f"{form}={place}.{form}")
    ]
    (folder / "crm.yaml").write_text(REMOVED.partition("removed:")[0])
    ended = run(*words, "--format", "json", *forms)
    rollout = read_document(ended.out, "fleet")["rollout"]
    assert isinstance(rollout, dict)
    assert rollout["waves"] == [
        {"accounts": ["acme", "bob"], "name": "@dental"},
        {"accounts": ["cat"], "name": "1"},
    ]
    assert "is next" in rollout["stopped"]
    for form in ("html", "markdown"):
        assert "Run the same command to continue." in Path(f"{place}.{form}").read_text()
    assert run(*words, "--one-wave").status == 0
    assert run(*words).out.count("nothing to do") == 4


def test_saved_plans_are_applied_in_shards_and_merged_into_one_report(folder: Path) -> None:
    (folder / "schemactl.yaml").write_text(PROJECT + ROLLOUT.replace("'@dental', ", ""))
    plans, files = folder / "plans", [folder / f"{number}.json" for number in (1, 2)]
    run("-C", folder, "plan", "--all", "--except", "zoe", "--out", plans)
    for number, file in enumerate(files, start=1):
        words = ("-C", folder, "apply", plans, "--shard", f"{number}/2", "--format", "json")
        if number == 1:  # Without an agreement, the plans are the result.
            assert run(*words).status == 4
        file.write_text(run(*words, "--yes").out)
    ended = run("report", "merge", *files, "--format", "json")
    fleet = read_document(ended.out, "fleet")
    waves = fleet["rollout"]
    assert isinstance(waves, dict)
    assert [wave["name"] for wave in waves["waves"]] == ["1", "rest"]
    assert sorted(name for wave in waves["waves"] for name in wave["accounts"]) == [
        "acme",
        "bob",
        "cat",
    ]
    again = [run("-C", folder, "apply", plans, "--shard", f"{n}/2").out for n in (1, 2)]
    assert sum("nothing to do" in text for text in again) >= 1


def test_the_next_wave_is_asked_for_at_a_terminal(folder: Path) -> None:
    (folder / "schemactl.yaml").write_text(PROJECT + ROLLOUT)
    with at_terminal("apply", "--all", "--except", "zoe", folder=folder) as terminal:
        terminal.wait_for("Type the number of accounts to continue:")
        assert "in 2 waves (@dental: 2, 1: 1)" in terminal.shown.replace("\n", " ")
        terminal.type("3\n")
        terminal.wait_for("Next is wave 2 of 2 (1): 1 account.")
        terminal.wait_for("Type the number of accounts to continue:")
        terminal.type("1\n")
        assert terminal.end() == 0
    assert "3 accounts: 3 changed, 0 failed." in terminal.shown


@pytest.mark.parametrize(
    ("rollout", "message"),
    [
        ("{waves: ['@dentl']}", "did you mean @dental?"),
        ("{waves: [0]}", "a wave is a label in quotes"),
        ("{waves: []}", "waves"),
        ("{waves: [rest], pause: later}", "ask, none, or a number of hours"),
        ("{pause: ask}", "waves"),
        ("{waves: [rest], stop_after: 0}", "at least 1"),
    ],
)
def test_a_wrong_rollout_is_a_problem(folder: Path, rollout: str, message: str) -> None:
    (folder / "schemactl.yaml").write_text(f"{PROJECT}rollout: {rollout}\n")
    ended = run("-C", folder, "validate")
    assert ended.status == 3
    assert message in ended.out + ended.err


def test_an_apply_to_several_accounts_is_undone_in_each(folder: Path) -> None:
    refused = run("-C", folder, "undo", "-a", "@dental")
    assert (refused.status, "no apply to all of these" in refused.err) == (64, True)
    assert run("-C", folder, "apply", "-a", "@dental", "--yes").status == 0
    words = ("-C", folder, "undo", "-a", "@dental", "--yes")
    assert run(*words, "20260101T000000Z-1").status == 64
    assert run(*words, "--out", folder / "undo.json").status == 64
    refused = run(*words)
    assert refused.status == 4
    assert "--allow many-removals=acme" in refused.out
    ended = run(*words, "--allow", "many-removals=*,removes-field=*,removes-section=*")
    assert ended.status == 0
    assert "2 accounts: 2 changed, 0 failed." in ended.out
    again = run(*words)
    assert (again.status, "left to undo in: acme, bob" in again.err) == (0, True)


def test_a_wave_needs_a_roll_out(folder: Path) -> None:
    ended = run("-C", folder, "apply", "-a", "@dental", "--yes", "--one-wave")
    assert (ended.status, "no rollout: with waves" in ended.err) == (64, True)
