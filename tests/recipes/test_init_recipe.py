"""`init --ci`: recipes for all accounts of a project, installed from what the project owns."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
import yaml

from schemactl import __version__
from schemactl.errors import ExitCode
from schemactl.project.recipes import Service
from tests.cli.program import run
from tests.recipes.recipe import ROOT
from tests.recipes.runtime_lock import runtime_lock

SHA = "c0ffee42" * 5
COMMIT = f"git+https://git.example/us/schemactl.git@{SHA}"
WHEEL = f"ontraport_schemactl-{__version__}-py3-none-any.whl"
ACCOUNTS = """\
version: 1
accounts:
  demo: {backend: rest, url: emulator, schema: [crm.yaml]}
  kept: {backend: rest, schema: [crm.yaml], credentials: {file: ~/kept.yaml}}
  one: {backend: rest, schema: [crm.yaml], credentials: {env: ACME}}
  two: {backend: legacy, schema: [crm.yaml]}
"""


def project_in(folder: Path) -> Path:
    project = folder / 'crm "1"'
    project.mkdir()
    (folder / ".git").mkdir()
    (project / "schemactl.yaml").write_text(ACCOUNTS, encoding="utf-8")
    return project


@pytest.mark.parametrize("service", [Service.GITHUB, Service.GITLAB])
def test_init_writes_a_recipe_with_jobs_for_every_account(
    service: Service, tmp_path: Path
) -> None:
    arguments = ("init", project_in(tmp_path), "--ci", service, "--install-from", COMMIT)
    ended = run(*arguments)
    assert ended.status == ExitCode.OK, ended.err
    assert '"demo" gets no jobs: it is an embedded account' in ended.err
    assert '"kept" gets no jobs: its key is kept on this machine' in ended.err
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.yml")]
    assert all(yaml.safe_load(text) for text in texts)
    whole = "".join(texts).replace(json.dumps(ACCOUNTS), "")
    assert [whole.count(word) for word in ('"one"', '"ACME"', '"two"', '"TWO"')] == [3] * 4
    for word in (json.dumps('crm "1"'), COMMIT, __version__, "demo kept one two"):
        assert word in whole
    for word in ("production", "OF-SCHEMACTL", "OF-THE-PROJECT", 'older: "."'):
        assert word not in whole
    for secret in ("ACME_READ_APP_ID, ACME_READ_API_KEY", "TWO_APP_ID, TWO_API_KEY"):
        assert secret in ended.err
    places = {
        Service.GITHUB: ["in the environment ontraport-one: ACME_APP_ID, ACME_API_KEY"],
        Service.GITLAB: ["    - local: /.gitlab/schemactl.yml", "only for ontraport/one"],
    }
    for words in places[service]:
        assert words in ended.err
    again = run(*arguments)
    assert again.status != ExitCode.OK
    assert "exist already" in again.err


@pytest.mark.parametrize("service", [Service.GITHUB_FLEET, Service.GITLAB_FLEET])
def test_init_writes_a_recipe_for_many_accounts_with_one_secret_for_all(
    service: Service, tmp_path: Path
) -> None:
    project = project_in(tmp_path)
    more = "".join(
        f"  more-{number}: {{backend: rest, schema: [x.yaml]}}\n" for number in range(9)
    )
    (project / "schemactl.yaml").write_text(ACCOUNTS + more, encoding="utf-8")
    ended = run("init", project, "--ci", service, "--install-from", COMMIT)
    assert ended.status == ExitCode.OK, ended.err
    texts = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.yml")}
    is_github = service is Service.GITHUB_FLEET
    assert set(texts) == {"schemactl.yml", *(["action.yml"] if is_github else [])}
    assert texts["schemactl.yml"].count(json.dumps('crm "1"')) == (6 if is_github else 1)
    assert COMMIT in "".join(texts.values())
    for word in ("OF-SCHEMACTL", "OF-THE-PROJECT", 'older: "."'):
        assert word not in "".join(texts.values())
    for words in ("SCHEMACTL_READ_KEYS", "ACME_APP_ID=…", "and so on for 6 more"):
        assert words in ended.err
    assert "MORE_8" not in ended.err


def test_a_recipe_installs_the_wheel_of_the_repository_by_its_hash(tmp_path: Path) -> None:
    project = project_in(tmp_path)
    wheel = tmp_path / "tools" / WHEEL
    wheel.parent.mkdir()
    wheel.write_bytes(b"a wheel")
    ended = run("init", project, "--ci", "github", "--install-from", wheel)
    assert ended.status == ExitCode.OK, ended.err
    text = (tmp_path / ".github/schemactl-requirements.txt").read_text(encoding="utf-8")
    digest = hashlib.sha256(b"a wheel").hexdigest()
    assert text.endswith(f"./tools/{WHEEL} --hash=sha256:{digest}\n")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("ontraport-schemactl", "neither a wheel"),
        ("ontraport-schemactl==0.1.0", "neither a wheel"),
        ("git+https://git.example/us/it.git@main", "names no commit: 'main'"),
        ("git+https://git.example/us/it.git@c0ffee4", "names no commit: 'c0ffee4'"),
        (f"git+http://git.example/us/it.git@{SHA}", "neither a wheel"),
        (f"git+https://u:p@git.example/it.git@{SHA}", "neither a wheel"),
        (f"{COMMIT}\n- run: x", "neither a wheel"),
        (f"https://a.example/{WHEEL}", "neither a wheel"),
        ("ontraport_schemactl-9.9-py3-none-any.whl", "is not version"),
        (f"no/{WHEEL}", "cannot be read"),
    ],
)
def test_nothing_but_a_wheel_or_a_commit_is_installed(
    source: str, fault: str, tmp_path: Path
) -> None:
    ended = run("init", project_in(tmp_path), "--ci", "github", "--install-from", source)
    assert ended.status == ExitCode.USAGE
    assert fault in ended.err
    assert not (tmp_path / ".github").exists()


def test_a_wheel_outside_of_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "repository").mkdir()
    project = project_in(tmp_path / "repository")
    (tmp_path / WHEEL).touch()
    ended = run("init", project, "--ci", "github", "--install-from", tmp_path / WHEEL)
    assert ended.status == ExitCode.USAGE
    assert "is not in the repository" in ended.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--ci", "github"), "--ci requires --install-from"),
        (("--install-from", COMMIT), "no effect without --ci"),
        (("--ci", "gitlab", "--install-from", COMMIT), "there is no schemactl.yaml here"),
    ],
)
def test_a_recipe_needs_its_service_its_source_and_an_account(
    arguments: tuple[str, ...], fault: str, tmp_path: Path
) -> None:
    ended = run("init", tmp_path / "crm", *arguments)
    assert ended.status == ExitCode.USAGE
    assert fault in ended.err
    assert not (tmp_path / "crm").exists()


def test_the_requirements_of_recipes_are_those_of_the_lock() -> None:
    text = (ROOT / "ci/requirements.txt").read_text(encoding="utf-8")
    assert text == runtime_lock()
    entries = re.split(r"\n(?=\S)", text)[1:]
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert not any("schemactl" in entry for entry in entries)
