"""The name of an account is only a name: what applies left under another one still counts."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.drift.inputs import interrupted_run_words
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import InvalidFilesError, RefusedError
from schemactl.model.event import CallFinished
from schemactl.model.plan import Permission
from schemactl.pipeline import plan_account
from schemactl.project import load_project
from tests.contract.live import Bench, a_bench
from tests.contract.test_ownership_of_cut_off_runs import apply_and_kill
from tests.contract.test_which_account import KEEP, LOSE, PROTECTED, REMOVED, files, ids_of

MADE = "{name: Made, type: text}"


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """An account in which an apply created a field, and protects another one."""
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        bench.server.edit("add-section S\nadd-field S Lose text\nadd-field S Keep text")
        bench.write(files(KEEP, PROTECTED, MADE))
        bench.apply()
        yield bench


def change_project(bench: Bench, change: str, to: str, name: str) -> Bench:
    """Return the bench for an account of the project after a change of its file."""
    path = bench.folder / "schemactl.yaml"
    path.write_text(path.read_text().replace(change, to), encoding="utf-8")
    project = load_project(bench.folder)
    account = replace(project.account(name), calls_per_minute=None)
    return replace(bench, target=replace(bench.target, project=project, account=account))


def renamed(bench: Bench) -> Bench:
    return change_project(
        bench, "  live:\n", "  other:\n    credentials: {env: LIVE}\n", "other"
    )


def second_entry(bench: Bench) -> Bench:
    """Return the bench with another entry whose credentials happen to be of the account."""
    environ = bench.target.host.environ
    same = {f"OTHER_{key[5:]}": text for key, text in environ.items() if "LIVE_" in key}
    host = replace(bench.target.host, environ={**environ, **same})
    lines = (bench.folder / "schemactl.yaml").read_text().split("  live:\n")[1]
    both = change_project(bench, "  live:\n", f"  other:\n{lines}  live:\n", "other")
    return replace(both, target=replace(both.target, host=host))


def test_a_renamed_account_has_its_protection_and_orphans(bench: Bench) -> None:
    bench.write(files(KEEP, more=REMOVED))
    other = renamed(bench)
    with pytest.raises(RefusedError, match="still-protected"):
        other.plan(*Permission)
    with pytest.raises(RefusedError, match="still-protected"):
        other.apply()

    other.write(files(KEEP, LOSE))
    plan = other.plan()
    assert {notice.code for notice in plan.notices} >= {"renamed-account", "orphan"}
    assert [one.name for one in plan.ends_protection] == ["Lose"]
    other.apply()

    # What is under the old name is settled, and counts no longer.
    assert [path.name for path in (bench.folder / ".schemactl/base").iterdir()] == [
        "other.json"
    ]
    other.write(files(KEEP, more=REMOVED))
    plan = other.plan(*Permission)
    assert ids_of(plan) == ["remove-field/S/Lose"]
    assert "renamed-account" not in {notice.code for notice in plan.notices}


def test_a_base_under_the_new_name_hides_nothing_of_the_old_one(bench: Bench) -> None:
    path = bench.folder / ".schemactl/base/live.json"
    forged = json.loads(path.read_text())
    del forged["protected"], forged["created"]
    other = renamed(bench)
    path.with_name("other.json").write_text(json.dumps(forged))
    other.write(files(KEEP, more=REMOVED))
    with pytest.raises(RefusedError, match="still-protected"):
        other.plan(*Permission)
    other.write(files(KEEP))
    assert "orphan" in {notice.code for notice in other.plan().notices}


def test_the_base_of_another_commit_is_found_under_the_old_name(bench: Bench) -> None:
    def git(*words: str) -> None:
        names = ("-c", "user.name=n", "-c", "user.email=e@example.com")
        subprocess.run(["git", "-C", bench.folder, *names, *words], check=True)

    git("init", "-q")
    git("add", ".schemactl/base")
    git("commit", "-q", "-m", "base")
    (bench.folder / ".schemactl/base/live.json").unlink()
    other = renamed(bench)
    other.write(files(KEEP, more=REMOVED))
    planned = plan_account(other.target, permissions=frozenset(Permission), base_from="HEAD")
    (one, _) = [n for n in planned.plan.notices if n.code == "dropped-from-base"]
    assert "S / Lose" in one.message
    assert "restore .schemactl/base/live.json" in one.message


def test_an_interrupted_apply_is_found_under_the_old_name(bench: Bench) -> None:
    more = files(KEEP, PROTECTED, MADE, "{name: Next, type: text}")
    apply_and_kill(bench, more, number=1, kind=CallFinished)
    other = renamed(bench)
    assert "did not finish" in interrupted_run_words(other.target)
    other.apply()
    other.write(files(KEEP, PROTECTED))
    found = {one.about for one in other.plan().notices if one.code == "orphan"}
    assert found == {"S / Made", "S / Next"}
    assert interrupted_run_words(other.target) == ""


def test_two_entries_of_one_account_are_refused(bench: Bench) -> None:
    other = second_entry(bench)
    for act in (other.plan, other.apply):
        with pytest.raises(RefusedError, match=r"same-account: \"other\" and \"live\""):
            act()
    # The entry that has the base works on, until the other one has one, too.
    bench.write(files(KEEP, PROTECTED))
    assert change_project(bench, "", "", "live").plan().notices


def test_an_entry_removes_nothing_beside_another_one_that_was_never_applied(
    bench: Bench,
) -> None:
    other = second_entry(bench)
    shutil.rmtree(bench.folder / ".schemactl")
    other.write(files(MADE))
    other.apply()
    other.write(files(MADE, more=REMOVED))
    with pytest.raises(RefusedError, match=r"same-account: \"other\" and \"live\""):
        other.apply()
    # Without the credentials of the second entry, nobody knows that it is the same account.
    environ = dict(other.target.host.environ)
    del environ["LIVE_APP_ID"]
    host = replace(other.target.host, environ=environ)
    replace(other, target=replace(other.target, host=host)).apply()


def test_an_entry_that_leads_elsewhere_now_is_no_second_one(bench: Bench) -> None:
    other = second_entry(bench)
    environ = {**other.target.host.environ, "LIVE_APP_ID": "app-elsewhere"}
    host = replace(other.target.host, environ=environ)
    other = replace(other, target=replace(other.target, host=host))
    other.write(files(KEEP, more=REMOVED))
    with pytest.raises(RefusedError, match="still-protected"):
        other.plan(*Permission)


def test_two_entries_with_the_same_credentials_are_a_problem_of_the_files(bench: Bench) -> None:
    lines = (bench.folder / "schemactl.yaml").read_text().split("  live:\n")[1]
    again = f"  live:\n{lines}  other:\n    credentials: {{env: LIVE}}\n"
    with pytest.raises(InvalidFilesError, match="same-account"):
        change_project(bench, "  live:\n", again, "other")
