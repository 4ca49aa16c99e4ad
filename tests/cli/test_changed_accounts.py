"""--changed-since: accounts by what a branch changed of them, by meaning and never by guess."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from schemactl.fleet.changed import AccountChange, write_committed
from schemactl.store.git import CommittedFile
from tests.cli.program import run
from tests.unit.report.documents import read_document

PROJECT = """\
version: 1
defaults: {backend: rest, url: emulator, schema: [base/*.yaml]}
account_files: [clients/*/account.yaml]
accounts:
  acme: {labels: [dental]}
  bob: {schema: [base/*.yaml, dental/*.yaml], vars: {currency: EUR}}
"""
BASE = "version: 1\nsections:\n  - name: Sales\n    fields: [{name: Fax, type: text}]\n"
DENTAL = "version: 1\nuses: [currency]\ntags: ['VIP ${currency}']\n"
ZOE = "version: 1\nname: zoe\nschema: [zoe.yaml]\n"
NAMES = ("acme", "bob", "zoe")


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    command = ["git", *who, "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", "-fA")
    git(folder, "commit", "-qm", "Change it")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a project of three accounts in a folder of it."""
    top = tmp_path_factory.mktemp("repository")
    for name, text in {
        "schemactl.yaml": PROJECT,
        "base/sales.yaml": BASE,
        "dental/tags.yaml": DENTAL,
        "clients/zoe/account.yaml": ZOE,
        "zoe.yaml": "version: 1\ntags: [A]\n",
        ".schemactl/base/acme.json": "{}",
    }.items():
        place = top / "crm" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    git(top, "init", "-q", "-b", "main")
    commit(top)
    return top


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    """A copy of the repository on a branch; the project's folder in it."""
    top = tmp_path / "copy"
    shutil.copytree(repository, top, symlinks=True)
    git(top, "switch", "-qc", "topic")
    return top / "crm"


def changed(project: Path, *words: str, since: str = "main") -> dict[str, str]:
    """Return what of each account changed, by its name."""
    given = ("--changed-since", since, "--format", "json", *words)
    ended = run("-C", project, "accounts", *given)
    assert ended.status == 0, ended.err
    document = read_document(ended.out, "accounts")
    accounts = document["accounts"]
    assert isinstance(accounts, list)
    return {one["account"]: one["changed"] for one in accounts}


def replaced(name: str, old: str, new: str) -> Callable[[Path], object]:
    def edit(project: Path) -> None:
        text = (project / name).read_text()
        assert old in text
        (project / name).write_text(text.replace(old, new))

    return edit


def written(name: str, text: str) -> Callable[[Path], object]:
    return lambda project: (project / name).write_text(text)


def linked_elsewhere(project: Path) -> None:
    """Let a file of the base be a link to another file with another content."""
    (project / "other.yaml").write_text(BASE.replace("Fax", "Phone"))
    (project / "base/sales.yaml").unlink()
    (project / "base/sales.yaml").symlink_to("../other.yaml")


NEW, ENTRY, RULES, BASES, SCHEMA, UNKNOWN = AccountChange
EDITS: tuple[tuple[str, Callable[[Path], object], dict[str, AccountChange]], ...] = (
    ("a comment", replaced("base/sales.yaml", "version: 1", "# x\nversion: 1"), {}),
    ("a file that no account has", written("notes.yaml", "version: 1\ntags: [B]\n"), {}),
    (
        "a shared layer",
        replaced("base/sales.yaml", "Fax", "Phone"),
        {"acme": SCHEMA, "bob": SCHEMA},
    ),
    ("a layer of one", replaced("dental/tags.yaml", "VIP", "Vip"), {"bob": SCHEMA}),
    ("its own file", written("zoe.yaml", "version: 1\ntags: [A, B]\n"), {"zoe": SCHEMA}),
    (
        "a new file",
        written("base/more.yaml", "version: 1\ntags: [B]\n"),
        {"acme": SCHEMA, "bob": SCHEMA},
    ),
    ("a variable", replaced("schemactl.yaml", "EUR", "USD"), {"bob": ENTRY}),
    (
        "an address",
        replaced("schemactl.yaml", "acme: {", "acme: {prune: true, "),
        {"acme": ENTRY},
    ),
    (
        "a default",
        replaced("schemactl.yaml", "rest, ", "rest, calls_per_minute: 90, "),
        dict.fromkeys(NAMES, ENTRY),
    ),
    (
        "a rule",
        replaced("schemactl.yaml", "defaults", "safety: {max_removals: 3}\ndefaults"),
        dict.fromkeys(NAMES, RULES),
    ),
    (
        "an account file",
        replaced("clients/zoe/account.yaml", "[zoe.yaml]", "[zoe.yaml, dental/*.yaml]"),
        {"zoe": ENTRY},
    ),
    ("a base in git", written(".schemactl/base/acme.json", "{ }"), {"acme": BASES}),
    ("a broken file", written("zoe.yaml", "version: 1\ntags: [A, A]\n"), {"zoe": UNKNOWN}),
    ("another target of a link", linked_elsewhere, {"acme": SCHEMA, "bob": SCHEMA}),
    (
        "a new account",
        replaced("schemactl.yaml", "accounts:\n", "accounts:\n  eve: {}\n"),
        {"eve": NEW},
    ),
)


@pytest.mark.parametrize("number", range(len(EDITS)), ids=[one[0] for one in EDITS])
def test_an_account_counts_as_changed_by_what_its_files_mean(
    number: int, project: Path
) -> None:
    _, edit, expected = EDITS[number]
    edit(project)
    if number % 2:
        commit(project)
    assert changed(project) == expected


def test_only_what_the_branch_changed_counts_and_not_what_others_merged(project: Path) -> None:
    git(project, "switch", "-q", "main")
    replaced("dental/tags.yaml", "VIP", "Vip")(project)
    commit(project)
    git(project, "switch", "-q", "topic")
    written("zoe.yaml", "version: 1\ntags: [A, B]\n")(project)
    assert changed(project) == {"zoe": SCHEMA}


def test_without_a_project_at_the_commit_every_account_counts_as_changed(
    project: Path,
) -> None:
    text = (project / "schemactl.yaml").read_text()
    written("schemactl.yaml", "version: 2\n")(project)
    commit(project)
    written("schemactl.yaml", text)(project)
    assert changed(project, since="HEAD") == dict.fromkeys(NAMES, UNKNOWN)


def test_a_run_works_on_the_changed_accounts_only_and_none_is_a_success(project: Path) -> None:
    ended = run("-C", project, "plan", "--all", "--changed-since", "main")
    assert ended.status == 0
    assert "None of 3 chosen accounts changed since commit" in ended.err
    assert ended.out.startswith("0 accounts")
    text = (project / "schemactl.yaml").read_text()
    written("schemactl.yaml", text.replace("  acme: {labels: [dental]}\n", ""))(project)
    written("zoe.yaml", "version: 1\ntags: [A, B]\n")(project)
    chosen = ("--all", "--except", "bob", "--changed-since", "main")
    ended = run("-C", project, "plan", *chosen, "--shard", "1/1", "--format", "json")
    document = json.loads(ended.out)
    assert [one["account"] for one in document["accounts"]] == ["zoe"]
    assert document["shard"]["options"] == ["changed_since=main"]
    assert "1 of 1 chosen account changed" in ended.err
    assert "No longer in the project since commit" in ended.err


@pytest.mark.parametrize(
    ("since", "reason"),
    [("nowhere", "does not know where this branch left"), ("--all", "does not name a commit")],
)
def test_an_unknown_commit_is_refused(since: str, reason: str, project: Path) -> None:
    ended = run("-C", project, "plan", "--all", f"--changed-since={since}")
    assert ended.status == 1
    assert reason in ended.err


def test_outside_of_git_nothing_is_known(tmp_path: Path, project: Path) -> None:
    shutil.copy(project / "schemactl.yaml", tmp_path)
    (tmp_path / "clients/a").mkdir(parents=True)
    (tmp_path / "clients/a/account.yaml").write_text(ZOE)
    ended = run("-C", tmp_path, "accounts", "--changed-since", "main")
    assert ended.status == 64
    assert "needs a git repository" in ended.err


def test_accounts_are_listed_for_people_too(project: Path) -> None:
    written("zoe.yaml", "version: 1\ntags: [A, B]\n")(project)
    assert run("-C", project, "accounts").out.splitlines() == [
        "acme  rest  @dental",
        "bob   rest",
        "zoe   rest",
        "3 accounts.",
    ]
    ended = run("-C", project, "accounts", "--changed-since", "main")
    assert ended.out.splitlines() == ["zoe  rest  its schema", "1 account."]


@pytest.mark.parametrize(
    "name", ["../planted.yaml", "/planted.yaml", "out/planted.yaml", ".GIT/x.yaml", "a/b.yaml"]
)
def test_a_forged_commit_writes_nothing_outside_of_its_folder(
    name: str, tmp_path: Path
) -> None:
    top, outside = tmp_path / "top", tmp_path / "outside"
    top.mkdir()
    outside.mkdir()
    for each, content, is_link in (
        ("a", b"x", False),
        ("out", os.fsencode(outside), True),
        (name, b"planted", False),
        (name, b"/planted", True),
    ):
        write_committed(top, CommittedFile(name=each, content=content, is_link=is_link))
    assert not list(outside.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "top"]
    assert sorted(path.name for path in top.iterdir()) == ["a", "out"]


def test_another_package_changes_only_the_accounts_that_use_it(project: Path) -> None:
    for name in ("one", "two"):
        (project / name).mkdir()
        (project / name / "tags.yaml").write_text(f"version: 1\ntags: [{name}]\n")
    used = PROJECT.replace("  acme: {", "  acme: {schema: ['dental:*.yaml'], ")
    packages = "packages: {{dental: {{path: {}}}}}\n"
    for path in ("one", "two"):
        (project / "schemactl.yaml").write_text(used + packages.format(path))
        assert run("-C", project, "fetch").status == 0
        commit(project)
        git(project, "branch", path)
    assert changed(project, since="two") == {}
    assert changed(project, since="one") == {"acme": AccountChange.ENTRY}
    # The same source with other content: the lock file shows it.
    (project / "two/tags.yaml").write_text("version: 1\ntags: [other]\n")
    assert run("-C", project, "fetch", "--update").status == 0
    commit(project)
    assert set(changed(project, since="two")) == {"acme"}


@pytest.mark.parametrize("place", ["crm", "crm/.schemactl"])
def test_a_link_of_then_leads_neither_to_the_files_of_today_nor_out(
    place: str, project: Path, tmp_path: Path
) -> None:
    outside, top = tmp_path / "outside", project.parent
    outside.mkdir()
    (project / ".schemactl/packages").mkdir()
    (top / "target").write_text(str(project if place == "crm" else outside))
    blob = git(top, "hash-object", "-w", "target")
    git(top, "rm", "-rq", "--cached", place)
    git(top, "update-index", "--add", "--cacheinfo", f"120000,{blob},{place}")
    git(top, "commit", "-qm", "Link it")
    then = git(top, "rev-parse", "HEAD")
    commit(top)
    found = changed(project, since=then)
    assert not list(outside.iterdir())
    assert place != "crm" or found == dict.fromkeys(NAMES, AccountChange.UNKNOWN)
