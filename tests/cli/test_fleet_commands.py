"""plan and drift of many accounts on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.model.json_text import canonical_json
from tests.cli.program import run
from tests.cli.projects import edit_account

PROJECT = """\
version: 1
defaults: {backend: legacy, url: emulator, schema: [crm.yaml]}
accounts:
  acme: {labels: [dental]}
  bob: {labels: [dental]}
  zoe: {schema: [broken.yaml]}
  none: {url: 'http://127.0.0.1:9/cdata.php'}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two embedded accounts, one with invalid files, and one without credentials."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    (tmp_path / "crm.yaml").write_text("version: 1\ntags: [VIP]\n")
    (tmp_path / "broken.yaml").write_text("version: 1\ntags: [VIP, VIP]\n")
    edit_account(tmp_path, "add-tag VIP", account="bob")
    return tmp_path


def test_a_line_for_each_account_in_order_and_the_most_severe_status(folder: Path) -> None:
    ended = run("-C", folder, "drift", "--all")
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines if line[:1].isalpha()][:4] == [
        "acme",
        "bob",
        "zoe",
        "none",
    ]
    assert "acme  1 missing" in lines
    assert "bob   no differences" in lines[1]
    assert "zoe   failed: the files are not valid: 1 problem" in lines
    assert "broken.yaml:2:" in ended.out
    assert lines[-1] == "4 accounts: 1 with differences, 1 without, 2 failed."
    assert ended.status == 1
    assert run("-C", folder, "drift", "--all", "--except", "none").status == 3
    assert run("-C", folder, "drift", "-a", "@dental").status == 2
    assert run("-C", folder, "drift", "-a", "b*").status == 0


def test_plan_has_its_own_status_only_with_detailed_exitcode(folder: Path) -> None:
    assert run("-C", folder, "plan", "-a", "@dental").status == 0
    assert run("-C", folder, "plan", "-a", "@dental", "--detailed-exitcode").status == 2


def test_the_entry_of_an_account_is_what_the_command_prints_for_it_alone(folder: Path) -> None:
    document = json.loads(run("-C", folder, "drift", "--all", "--format", "json").out)
    for entry in document["accounts"]:
        alone = run("-C", folder, "drift", "-a", entry["account"], "--format", "json")
        assert entry["exit_status"] == alone.status
        if entry["result"] is not None:
            assert canonical_json(entry["result"]) == alone.out


def test_one_name_keeps_the_report_of_one_account(folder: Path) -> None:
    ended = run("-C", folder, "drift", "-a", "acme", "--format", "json")
    assert json.loads(ended.out)["kind"] == "drift"
    wide = run("-C", folder, "drift", "-a", "acm*", "--format", "json")
    assert json.loads(wide.out)["kind"] == "fleet"


def test_a_log_has_a_line_as_each_account_ends(folder: Path) -> None:
    ended = run("-C", folder, "plan", "-a", "@dental", "--format", "json", "--jobs", "1")
    assert ended.err.splitlines() == ["[1/2] acme: 1 by hand", "[2/2] bob: nothing to do"]
    assert run("-C", folder, "plan", "-q", "-a", "@dental", "--format", "json").err == ""
    assert run("-C", folder, "plan", "-a", "@dental").err == ""


def test_verbose_has_the_report_of_each_account(folder: Path) -> None:
    ended = run("-C", folder, "plan", "-a", "@dental", "-v")
    assert ended.out.count("Account acme ·") == ended.out.count("Account bob ·") == 1
    assert "\n\n\n" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["plan", "--against", "snapshot.json"], "--against"),
        (["drift", "--accept", "tag: VIP"], "--accept"),
    ],
)
def test_what_is_for_one_account_is_refused_for_many(
    folder: Path, arguments: list[str], option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "snapshot.json").write_text("{}")
    monkeypatch.chdir(folder)
    ended = run(*arguments, "--all")
    assert ended.status == 64
    assert f"{option} is for one account, and --all can mean several" in ended.err


def test_each_format_has_all_accounts(folder: Path) -> None:
    for form in ("markdown", "html", "sarif", "junit", "github", "gitlab"):
        place = folder / f"out.{form}"
        ended = run("-C", folder, "drift", "--all", "--output", f"{form}={place}")
        assert ended.status == 1
        text = place.read_text(encoding="utf-8")
        assert "acme" in text
        assert "none" in text


def test_shards_are_run_apart_and_merged_to_the_report_of_the_whole_run(folder: Path) -> None:
    files = []
    for number in (1, 2, 3):
        files.append(folder / f"{number}.json")
        shard = ("--shard", f"{number}/3", "--output", f"json={files[-1]}")
        ended = run("-C", folder, "drift", "--all", *shard)
        assert ended.status == (1, 0, 0)[number - 1]
        if number == 2:
            assert "No chosen account is in shard 2/3" in ended.err
    whole = run("-C", folder, "drift", "--all", "--format", "json")
    merged = run("-C", folder, "report", "merge", *files, "--format", "json")
    assert (merged.status, merged.out) == (whole.status, whole.out)
    missing = run("-C", folder, "report", "merge", *files[:2])
    assert (missing.status, missing.out) == (64, "")
    assert "no file has shard 3/3" in missing.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--shard", "1/2"), "none are chosen"),
        (("--all", "--shard", "0/2"), "not a shard"),
        (("--all", "--shard", "3/2"), "the last one is 2/2"),
        (("--all", "--shard", "1/20000"), "too many"),
    ],
)
def test_a_shard_is_one_of_several_and_of_chosen_accounts(
    words: tuple[str, ...], reason: str, folder: Path
) -> None:
    ended = run("-C", folder, "plan", *words)
    assert ended.status == 64
    assert reason in ended.err


def test_the_plans_of_all_shards_are_saved_as_one_folder(folder: Path) -> None:
    (folder / "schemactl.yaml").write_text(
        PROJECT.partition("  zoe")[0].replace("legacy", "rest")
    )
    files = []
    for number in (1, 2):
        files.append(folder / f"{number}.json")
        shard = ("--shard", f"{number}/2", "--output", f"json={files[-1]}")
        assert run("-C", folder, "plan", "--all", *shard).status == 0
    merged = run("-C", folder, "report", "merge", *files, "--out", folder / "plans")
    assert merged.status == 0
    applied = run("-C", folder, "apply", folder / "plans", "--yes")
    assert (
        applied.out.splitlines()[-1] == "2 accounts: 1 changed, 1 with nothing to do, 0 failed."
    )
    drift = folder / "drift.json"
    run("-C", folder, "drift", "--all", "--shard", "1/1", "--output", f"json={drift}")
    refused = run("-C", folder, "report", "merge", drift, "--out", folder / "plans")
    assert refused.status == 64
    assert "--out saves plans" in refused.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--all", "--engine", "dask"), "belong together"),
        (("--all", "--scheduler", "tcp://127.0.0.1:9"), "belong together"),
        (("-a", "bob", "--engine", "dask"), "one is chosen"),
    ],
)
def test_a_cluster_has_a_scheduler_and_several_accounts(
    words: tuple[str, ...], reason: str, folder: Path
) -> None:
    for command in ("plan", "drift", "apply", "undo"):
        ended = run("-C", folder, command, *words)
        assert ended.status == 64
        assert reason in ended.err


def test_no_private_key_is_sent_to_a_cluster(folder: Path) -> None:
    cluster = ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    ended = run("-C", folder, "apply", "--all", *cluster, "--identity", "key.txt")
    assert ended.status == 64
    assert "SCHEMACTL_IDENTITY_FILE" in ended.err
