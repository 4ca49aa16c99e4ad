"""Saved plans of many accounts: verified as a whole before the first call."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from schemactl.store.plan import digest_of
from tests.cli.program import run
from tests.cli.projects import calls_made
from tests.unit.report.documents import read_document

PROJECT = """\
version: 1
defaults: {backend: legacy, url: emulator, schema: [crm.yaml]}
accounts:
  acme: {labels: [dental]}
  bob: {labels: [dental]}
  calm: {schema: [calm.yaml]}
  zoe: {schema: [broken.yaml]}
"""
SCHEMA = "version: 1\nsections: [{name: Sales, fields: [{name: Budget, type: price}]}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with saved plans: two with calls, one without, and one that failed."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    (tmp_path / "crm.yaml").write_text(SCHEMA)
    (tmp_path / "calm.yaml").write_text("version: 1\n")
    (tmp_path / "broken.yaml").write_text("version: 1\ntags: [VIP, VIP]\n")
    ended = run("-C", tmp_path, "plan", "--all", "--out", tmp_path / "plans")
    assert ended.status == 3
    return tmp_path


def apply(folder: Path, *words: str | Path) -> tuple[int, str, str]:
    ended = run("-C", folder, "apply", folder / "plans", "--yes", *words)
    return ended.status, ended.out, ended.err


def test_the_saved_plans_are_applied_and_again_do_nothing(folder: Path) -> None:
    listing = (folder / "plans/_plans.json").read_text()
    entries = read_document(listing, "fleet-plan")["accounts"]
    assert isinstance(entries, list)
    assert [(one["account"], one["empty"]) for one in entries] == [
        ("acme", False),
        ("bob", False),
        ("calm", True),
        ("zoe", True),
    ]
    calm = len(calls_made(folder, account="calm"))
    status, out, _ = apply(folder)
    assert "there is no plan for it" in out
    assert "4 accounts: 2 changed, 1 with nothing to do, 1 failed." in out
    assert status == 1
    assert len(calls_made(folder, account="calm")) == calm
    status, out, _ = apply(folder, "-a", "@dental")
    assert status == 0
    assert out.count("already applied this plan") == 2


def edit_listing(folder: Path, edit: Callable[[dict[str, object]], None]) -> None:
    """Change the list and its digest, as somebody would who knows how it is made."""
    place = folder / "plans/_plans.json"
    document = json.loads(place.read_text())
    edit(document)
    del document["digest"]
    document["digest"] = digest_of(document)
    place.write_text(json.dumps(document))


def forged(folder: Path) -> None:
    place = folder / "plans/bob.json"
    place.write_text(place.read_text().replace("Budget", "Fudget"))


def missing(folder: Path) -> None:
    (folder / "plans/bob.json").unlink()


def added(folder: Path) -> None:
    (folder / "plans/more.json").write_text((folder / "plans/bob.json").read_text())


def swapped(folder: Path) -> None:
    one, other = folder / "plans/acme.json", folder / "plans/bob.json"
    text = one.read_text()
    one.write_text(other.read_text())
    other.write_text(text)


def edited(folder: Path) -> None:
    place = folder / "plans/_plans.json"
    place.write_text(place.read_text().replace('"empty": false', '"empty": true'))


def unlisted(folder: Path) -> None:
    def remove(document: dict[str, object]) -> None:
        accounts = document["accounts"]
        assert isinstance(accounts, list)
        del accounts[0]

    edit_listing(folder, remove)


def twice(folder: Path) -> None:
    def repeat(document: dict[str, object]) -> None:
        accounts = document["accounts"]
        assert isinstance(accounts, list)
        accounts.append(accounts[0])

    edit_listing(folder, repeat)


def elsewhere(folder: Path) -> None:
    def lead(document: dict[str, object]) -> None:
        accounts = document["accounts"]
        assert isinstance(accounts, list)
        accounts[0]["file"], accounts[1]["file"] = "bob.json", "acme.json"

    edit_listing(folder, lead)


def not_empty(folder: Path) -> None:
    def hide(document: dict[str, object]) -> None:
        accounts = document["accounts"]
        assert isinstance(accounts, list)
        accounts[0]["empty"] = True

    edit_listing(folder, hide)


def no_listing(folder: Path) -> None:
    (folder / "plans/_plans.json").unlink()


def foreign(folder: Path) -> None:
    project = folder / "schemactl.yaml"
    project.write_text(project.read_text().replace("bob", "bert"))


def a_pipe(folder: Path) -> None:
    plan = folder / "plans/bob.json"
    plan.unlink()
    os.mkfifo(plan)


FORGERIES = (
    a_pipe,
    forged,
    missing,
    added,
    swapped,
    edited,
    unlisted,
    twice,
    elsewhere,
    not_empty,
    no_listing,
    foreign,
)


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_folder_that_was_changed_is_refused_before_the_first_call(
    folder: Path, forge: Callable[[Path], None]
) -> None:
    before = len(calls_made(folder, account="acme"))
    forge(folder)
    status, out, err = apply(folder)
    assert (status, out) == (4, "")
    assert "invalid-plan: " in err or "foreign-plan: " in err
    assert len(calls_made(folder, account="acme")) == before


def test_what_changed_in_one_account_stops_that_one_only(folder: Path) -> None:
    assert run("-C", folder, "apply", "-a", "acme", "--yes").status == 0
    status, out, _ = apply(folder, "-a", "@dental")
    assert status == 4
    assert "2 accounts: 1 changed, 1 failed." in out


def test_the_plans_keep_their_permissions_and_accounts(folder: Path) -> None:
    status, _, err = apply(folder, "--allow", "removes-field=acme")
    assert (status, "--allow cannot be used with a saved plan" in err) == (64, True)
    (folder / "schemactl.yaml").write_text(f"{PROJECT}  new: {{}}\n")
    status, _, err = apply(folder, "--all")
    assert (status, "has no plan for the account new" in err) == (64, True)
    ended = run("-C", folder, "plan", "--all", "--out", folder / "p", "--allow", "removes-tag")
    assert (ended.status, "does not say for which" in ended.err) == (64, True)


def test_only_saved_plans_are_replaced(folder: Path) -> None:
    again = ("-C", folder, "plan", "-a", "@dental", "--out", folder / "plans")
    assert run(*again).status == 0
    assert sorted(path.name for path in (folder / "plans").iterdir()) == [
        "_plans.json",
        "acme.json",
        "bob.json",
    ]
    (folder / "plans/mine.json").write_text("mine")
    listing = folder / "plans/_plans.json"
    text = listing.read_text()
    listing.write_text(text.replace('"file": "bob.json"', '"file": "mine.json"'))
    ended = run(*again)
    assert (ended.status, "mine.json" in ended.err) == (1, True)
    (folder / "plans/mine.json").unlink()
    (folder / "plans/note.txt").write_text("mine")
    ended = run(*again)
    assert (ended.status, "note.txt" in ended.err) == (1, True)
    (folder / "plans/_plans.json").write_text("{}")
    ended = run(*again)
    assert (ended.status, "nothing in" in ended.err) == (1, True)
    status, _, err = apply(folder, "--output", f"json={folder / 'plans/acme.json'}")
    assert (status, "read by the same command" in err) == (1, True)
