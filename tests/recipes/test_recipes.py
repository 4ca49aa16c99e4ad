"""Recipes for CI: valid for their services, and their shell does what the recipe says.

The hosted services are not asked: `gh` is a stand-in that writes down how it was called.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from schemactl.errors import ExitCode
from schemactl.recipes import Service
from tests.cli.program import process_environ, run

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "ci/github/action.yml").read_text(encoding="utf-8"))
WORKFLOW = yaml.safe_load((ROOT / "ci/github/workflow.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci/gitlab/schemactl.yml").read_text(encoding="utf-8"))
SECONDS = 120
PROJECT = "version: 1\naccounts:\n  demo: {backend: rest, url: emulator, schema: [crm.yaml]}\n"
GH = """\
#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$GH_LOG"
for word in "$@"; do
  case "$word" in body=@*) cp "${word#body=@}" "$GH_LOG.body" ;; esac
done
case "$*" in
  *"/pulls --jq"*) echo "$GH_HEAD" ;;
  *"artifacts?name="*) echo "$GH_RUN" ;;
  *--paginate*) echo "$GH_COMMENT" ;;
  "run download"*) cp "$GH_PLAN" . ;;
esac
"""


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", "ci/github/workflow.yml"),
        ("vendor.github-actions", "ci/github/action.yml"),
        ("vendor.gitlab-ci", "ci/gitlab/schemactl.yml"),
    ],
)
def test_a_recipe_is_valid_by_its_services_own_schema(schema: str, file: str) -> None:
    # The schemas come with the checker, so that nothing is fetched.
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            schema,
            str(ROOT / file),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_hooks_call_commands_that_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["schemactl-validate", "schemactl-fmt"]
    for hook in hooks:
        program, command, *options = hook["entry"].split()
        assert program == "schemactl"
        told = run(command, "--help").out
        assert [option for option in options if option not in told] == []


@pytest.mark.parametrize("service", Service)
def test_init_writes_a_recipe_beside_the_project(service: Service, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert run("init", tmp_path / "crm", "--ci", service).status == ExitCode.OK
    written = list(tmp_path.rglob("*.yml"))
    assert written
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert 'folder: "."' not in text
        assert yaml.safe_load(text)
    again = run("init", tmp_path / "other", "--ci", service)
    assert again.status != ExitCode.OK
    assert "exist already" in again.err


class Job:
    """A repository with a project, and a stand-in for the service's own program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        self.folder.mkdir()
        self.outside = folder / "runner"
        self.outside.mkdir()
        (self.folder / "schemactl.yaml").write_text(PROJECT, encoding="utf-8")
        (self.folder / "crm.yaml").write_text("version: 1\ntags: [VIP]\n", encoding="utf-8")
        tools = self.outside / "bin"
        tools.mkdir()
        gh = tools / "gh"
        gh.write_text(GH, encoding="utf-8")
        gh.chmod(0o755)
        program = tools / "schemactl"
        program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -m schemactl "$@"\n', encoding="utf-8"
        )
        program.chmod(0o755)
        self.environ = {
            **process_environ(self.folder),
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "GH_LOG": str(self.outside / "gh.log"),
            "GITHUB_OUTPUT": str(self.outside / "output"),
            "GITHUB_STEP_SUMMARY": str(self.outside / "summary"),
            "RUNNER_TEMP": str(self.outside),
            "REPOSITORY": "us/crm",
            "NUMBER": "7",
            "ACCOUNT": "",
            "ALLOW": "",
        }

    def shell(self, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a step as its service does: bash that stops at the first fault."""
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def told(self, name: str) -> str:
        path = self.outside / name
        return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def step(name: str) -> str:
    steps: list[Mapping[str, str]] = ACTION["runs"]["steps"]
    return next(one["run"] for one in steps if one.get("name", "").startswith(name))


def test_a_plan_that_differs_passes_and_is_told_everywhere(job: Job) -> None:
    done = job.shell(step("Run schemactl"), COMMAND="plan")
    assert done.returncode == 0, done.stderr
    assert job.told("output") == "status=2\n"
    assert "tag VIP" in job.told("summary")
    assert "::notice file=crm.yaml,line=2" in done.stdout
    assert (job.folder / "schemactl-plan.json").is_file()


def test_invalid_files_fail_the_job_with_their_places(job: Job) -> None:
    (job.folder / "crm.yaml").write_text("version: 1\ntag: [VIP]\n", encoding="utf-8")
    done = job.shell(step("Run schemactl"), COMMAND="plan")
    assert done.returncode == ExitCode.INVALID_FILES
    assert "::error file=crm.yaml,line=2,col=1,title=unknown-key::" in done.stdout
    assert "| `crm.yaml:2:1` | error: unknown key" in job.told("summary")


@pytest.mark.parametrize("known", ["", "4711"])
def test_the_comment_is_made_once_and_then_updated(job: Job, known: str) -> None:
    job.shell(step("Run schemactl"), COMMAND="plan")
    done = job.shell(step("Tell it on the pull request"), GH_COMMENT=known)
    assert done.returncode == 0, done.stderr
    last = job.told("gh.log").splitlines()[-1]
    made = "api --method POST repos/us/crm/issues/7/comments"
    updated = "api --method PATCH repos/us/crm/issues/comments/4711"
    assert last.startswith(updated if known else made)
    body = job.told("gh.log.body")
    assert body.startswith("<!-- schemactl plan default -->\n### schemactl plan for `demo`")


def test_an_apply_makes_the_calls_of_the_plan_that_was_reviewed(job: Job) -> None:
    job.shell(step("Run schemactl"), COMMAND="plan")
    reviewed = job.outside / "schemactl-plan.json"
    shutil.move(job.folder / "schemactl-plan.json", reviewed)
    fetched = job.shell(
        step("Fetch the plan"),
        MERGED="c0ffee",
        GH_HEAD="abc",
        GH_RUN="99",
        GH_PLAN=str(reviewed),
    )
    assert fetched.returncode == 0, fetched.stderr
    done = job.shell(step("Run schemactl"), COMMAND="apply")
    assert done.returncode == 0, done.stderr
    assert "| applied | `tag VIP` |" in job.told("summary")
    again = job.shell(step("Run schemactl"), COMMAND="drift")
    assert again.returncode == 0, again.stderr
    assert (job.folder / "schemactl.html").is_file()


@pytest.mark.parametrize(
    ("head", "artifact", "told"),
    [("", "", "came without a pull request"), ("abc", "", "There is no plan of abc any more")],
)
def test_what_nobody_reviewed_is_not_applied(
    job: Job, head: str, artifact: str, told: str
) -> None:
    done = job.shell(step("Fetch the plan"), MERGED="c0ffee", GH_HEAD=head, GH_RUN=artifact)
    assert done.returncode == 1
    assert told in done.stdout


def test_drift_fails_the_job(job: Job) -> None:
    done = job.shell(step("Run schemactl"), COMMAND="drift")
    assert done.returncode == ExitCode.DIFFERENT
    assert "missing" in job.told("summary")


def test_a_wrong_command_is_told(job: Job) -> None:
    done = job.shell(step("Run schemactl"), COMMAND="aply")
    assert done.returncode == ExitCode.USAGE
    assert 'command is "aply": write plan, apply or drift' in done.stdout


def test_how_an_apply_left_the_account_is_committed(job: Job) -> None:
    origin = job.outside / "origin.git"
    git = "git -c init.defaultBranch=main -c user.name=us -c user.email=us@example.com"
    made = job.shell(
        f"{git} init --quiet --bare {origin} && {git} init --quiet && {git} add . && "
        f"{git} commit --quiet -m one && git remote add origin {origin} && "
        "git push --quiet --set-upstream origin main && schemactl apply --yes"
    )
    assert made.returncode == 0, made.stderr
    # Whose name the commit of the job has is in the recipe.
    done = job.shell(step("Keep how the account was left"))
    assert done.returncode == 0, done.stderr
    log = job.shell(f"git --git-dir {origin} log -1 --format=%s --name-only main").stdout
    subject, _, files = log.partition("\n")
    assert subject == "Keep how the account was left [skip ci]"
    assert files.split() == [".schemactl/base/demo.json"]
    assert job.shell(step("Keep how the account was left")).returncode == 0


@pytest.mark.parametrize(
    ("labels", "allow"),
    [
        ("", ""),
        ("bug,allow:removes-field", "removes-field"),
        ("allow:removes-field,allow:removes-tag,x", "removes-field,removes-tag"),
        ("allow:$(touch /tmp/x)", ""),
    ],
)
def test_labels_give_permissions_and_nothing_else(job: Job, labels: str, allow: str) -> None:
    steps: list[Mapping[str, str]] = WORKFLOW["jobs"]["plan"]["steps"]
    script = next(one["run"] for one in steps if "labels" in one.get("id", ""))
    assert job.shell(script, LABELS=labels).returncode == 0
    assert job.told("output") == f"allow={allow}\n"


def gitlab(job: Job, name: str) -> subprocess.CompletedProcess[str]:
    variables = {key: str(value) for key, value in GITLAB["variables"].items()}
    enter = GITLAB[".schemactl"]["before_script"][-1]
    return job.shell("\n".join([enter, *GITLAB[name]["script"]]), **variables)


def test_the_gitlab_jobs_plan_apply_and_look_for_drift(job: Job) -> None:
    for name in ("schemactl-plan", "schemactl-apply", "schemactl-drift"):
        done = gitlab(job, name)
        assert done.returncode == 0, (name, done.stderr)
        assert (job.folder / "schemactl-junit.xml").is_file()
    quality = json.loads((job.folder / "schemactl-quality.json").read_text(encoding="utf-8"))
    assert [entry["check_name"] for entry in quality] == ["add-tag"]


def test_each_path_that_gitlab_keeps_is_written(job: Job) -> None:
    gitlab(job, "schemactl-plan")
    kept = GITLAB["schemactl-plan"]["artifacts"]
    for path in (*kept["paths"], *kept["reports"].values()):
        assert (job.folder / path.removeprefix("$SCHEMACTL_FOLDER/")).is_file(), path
