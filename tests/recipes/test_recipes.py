"""Recipes for CI: valid for their services, and their shell does what the recipe says.

The hosted services are not asked: `gh` is a stand-in that writes down how it was called.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.prefork import Prefork
from tests.recipes.recipe import GITLAB, ROOT, SECONDS, WORKFLOW, Job, step


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", "ci/github/workflow.yml"),
        ("vendor.github-actions", "ci/github/action.yml"),
        ("vendor.github-workflows", "ci/github/fleet-workflow.yml"),
        ("vendor.github-actions", "ci/github/fleet-action.yml"),
        ("vendor.gitlab-ci", "ci/gitlab/schemactl.yml"),
        ("vendor.gitlab-ci", "ci/gitlab/fleet-schemactl.yml"),
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
        shown = run(command, "--help").out
        assert [option for option in options if option not in shown] == []


@pytest.fixture
def job(tmp_path: Path, prefork: Prefork) -> Job:
    return Job(tmp_path, prefork.program)


def test_a_plan_that_differs_passes_and_is_reported_everywhere(job: Job) -> None:
    done = job.shell(step("Run schemactl"), COMMAND="plan")
    assert done.returncode == 0, done.stderr
    assert job.read("output") == "status=2\n"
    assert "tag VIP" in job.read("summary")
    assert "::notice file=crm.yaml,line=2" in done.stdout
    assert (job.reports / "schemactl-plan.json").is_file()
    names = sorted(path.name for path in job.folder.iterdir())
    assert names == [".schemactl", "crm.yaml", "schemactl.yaml"]


def test_invalid_files_fail_the_job_with_their_places(job: Job) -> None:
    (job.folder / "crm.yaml").write_text("version: 1\ntag: [VIP]\n", encoding="utf-8")
    done = job.shell(step("Run schemactl"), COMMAND="plan")
    assert done.returncode == ExitCode.INVALID_FILES
    assert "::error file=crm.yaml,line=2,col=1,title=unknown-key::" in done.stdout
    assert "| `crm.yaml:2:1` | error: unknown key" in job.read("summary")


MARK = "<!-- schemactl plan demo -->"
BOT = {"id": 4711, "user": {"login": "github-actions[bot]"}, "body": f"{MARK}\nold"}
STRANGER = {**BOT, "id": 13, "user": {"login": "mallory"}}
OTHER_ACCOUNT = {**BOT, "id": 14, "body": "<!-- schemactl plan demo-2 -->"}


@pytest.mark.parametrize(
    ("comments", "target"),
    [
        ([], "POST repos/us/crm/issues/7/comments"),
        ([STRANGER, OTHER_ACCOUNT], "POST repos/us/crm/issues/7/comments"),
        ([STRANGER, BOT], "PATCH repos/us/crm/issues/comments/4711"),
    ],
)
def test_the_comment_is_made_once_and_then_only_the_jobs_own_is_updated(
    comments: list[dict[str, object]], target: str, job: Job
) -> None:
    job.shell(step("Run schemactl"), COMMAND="plan")
    done = job.shell(step("Post it on the pull request"), GH_COMMENTS=json.dumps(comments))
    assert done.returncode == 0, done.stderr
    assert job.read("gh.log").splitlines()[-1].startswith(f"api --method {target}")
    assert job.read("gh.log.body").startswith(f"{MARK}\n### schemactl plan for `demo`")


def test_a_committed_report_is_never_posted(job: Job) -> None:
    (job.folder / "schemactl.md").write_text("forged", encoding="utf-8")
    job.reports.mkdir()
    (job.reports / "schemactl.md").write_text("of an earlier run", encoding="utf-8")
    job.shell(step("Run schemactl"), COMMAND="plan", ACCOUNT="unknown")
    job.shell(step("Post it on the pull request"), GH_COMMENTS="[]")
    assert job.read("gh.log.body").endswith("\nschemactl made no plan: see the job.\n")
    assert job.read("summary") == ""


def test_the_remedy_on_a_pull_request_is_a_label(job: Job) -> None:
    files = job.folder / "crm.yaml"
    files.write_text("version: 1\ntags: [VIP, Old]\n", encoding="utf-8")
    assert job.shell("schemactl apply --yes").returncode == 0
    files.write_text("version: 1\ntags: [VIP]\nremoved:\n  tags: [Old]\n", encoding="utf-8")
    done = job.shell(step("Run schemactl"), COMMAND="plan")
    assert done.returncode == 0, done.stderr
    # The log of the job is for people who run the command; what is posted is the rest.
    annotations = "\n".join(re.findall(r"^::.*", done.stdout, re.MULTILINE))
    for shown in (job.read("summary"), annotations):
        assert "label allow:removes-tag" in shown
        assert "--allow" not in shown


def test_a_plan_reports_what_the_branch_took_from_the_base(job: Job) -> None:
    def git(*words: str) -> str:
        who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
        command = ["git", *who, "-C", str(job.folder), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert job.shell("schemactl apply --yes").returncode == 0
    git("init", "-q")
    git("add", "-f", "schemactl.yaml", "crm.yaml", ".schemactl/base/demo.json")
    git("commit", "-qm", "Apply")
    began = git("rev-parse", "HEAD").strip()
    git("rm", "-q", ".schemactl/base/demo.json")
    git("commit", "-qm", "Forget the base")

    for target, reported in ((began, True), ("", False)):
        done = job.shell(step("Run schemactl"), COMMAND="plan", TARGET=target)
        assert done.returncode == 0, done.stderr
        assert ("dropped-from-base" in done.stdout) is reported


HEAD, MERGED = "ab" * 20, "cd" * 20
OURS = {"full_name": "us/crm"}
THEIRS = {"full_name": "mallory/crm"}
LATE = "2026-01-03T00:00:00Z"
PULL = {
    "number": 7,
    "merged_at": "2026-01-02T00:00:00Z",
    "merge_commit_sha": MERGED,
    "base": {"ref": "trunk", "repo": OURS},
    "head": {"sha": HEAD, "repo": OURS},
}
RUN = {
    "id": 99,
    "run_number": 5,
    "event": "pull_request",
    "head_sha": HEAD,
    "path": ".github/workflows/schemactl.yml",
    "conclusion": "success",
    "created_at": "2026-01-01T00:00:00Z",
    "run_started_at": "2026-01-01T00:00:00Z",
    "head_repository": OURS,
    "repository": OURS,
}


def fetch(
    job: Job,
    artifact: Path,
    *,
    pulls: Sequence[object] = (PULL,),
    runs: Sequence[object] = (RUN,),
) -> subprocess.CompletedProcess[str]:
    return job.shell(
        step("Fetch the plan"),
        MERGED=MERGED,
        BRANCH="trunk",
        GH_PULLS=json.dumps(pulls),
        GH_RUNS=json.dumps({"workflow_runs": runs}),
        GH_PLAN=str(artifact),
    )


def test_an_apply_makes_the_calls_of_the_plan_that_was_reviewed(
    job: Job, tmp_path: Path
) -> None:
    job.shell(step("Run schemactl"), COMMAND="plan")
    artifact = tmp_path / "artifact"
    artifact.mkdir()
    shutil.move(job.reports / "schemactl-plan.json", artifact)
    (artifact / "crm.yaml").write_text("planted", encoding="utf-8")
    fetched = fetch(job, artifact)
    assert fetched.returncode == 0, fetched.stdout + fetched.stderr
    assert "planted" not in (job.folder / "crm.yaml").read_text(encoding="utf-8")
    assert "--name schemactl-plan-demo-7 " in job.read("gh.log")
    done = job.shell(step("Run schemactl"), COMMAND="apply")
    assert done.returncode == 0, done.stderr
    assert "| applied | `tag VIP` |" in job.read("summary")
    again = job.shell(step("Run schemactl"), COMMAND="drift")
    assert again.returncode == 0, again.stderr
    assert (job.reports / "schemactl.html").is_file()


@pytest.mark.parametrize(
    "pulls",
    [
        [],
        [{**PULL, "merged_at": None}],
        [{**PULL, "merge_commit_sha": HEAD}],
        [{**PULL, "base": {"ref": "side", "repo": OURS}}],
        [{**PULL, "head": {"sha": HEAD, "repo": THEIRS}}],
        [{**PULL, "head": {"sha": "x; id", "repo": OURS}}],
        [PULL, PULL],
    ],
)
def test_a_commit_that_is_not_the_merge_of_one_pull_request_is_not_applied(
    pulls: list[object], job: Job, tmp_path: Path
) -> None:
    done = fetch(job, tmp_path, pulls=pulls)
    assert done.returncode == 1
    assert "nobody has reviewed a plan" in done.stdout
    assert "run download" not in job.read("gh.log")


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        ([], "There is no plan of"),
        ([{**RUN, "event": "push"}], "There is no plan of"),
        ([{**RUN, "head_sha": MERGED}], "There is no plan of"),
        ([{**RUN, "path": ".github/workflows/other.yml"}], "There is no plan of"),
        ([{**RUN, "head_repository": THEIRS}], "There is no plan of"),
        ([{**RUN, "created_at": LATE}], "There is no plan of"),
        ([{**RUN, "run_started_at": LATE}], "did not succeed"),
        ([{**RUN, "conclusion": None}], "did not succeed"),
        ([{**RUN, "id": 100, "run_number": 6, "conclusion": "failure"}, RUN], "(run 100)"),
    ],
)
def test_only_the_newest_run_of_the_recipe_before_the_merge_gives_a_plan(
    runs: list[object], shown: str, job: Job, tmp_path: Path
) -> None:
    done = fetch(job, tmp_path, runs=runs)
    assert done.returncode == 1
    assert shown in done.stdout
    assert "run download" not in job.read("gh.log")


def test_a_plan_that_is_a_link_is_not_taken(job: Job, tmp_path: Path) -> None:
    artifact = tmp_path / "artifact"
    artifact.mkdir()
    (artifact / "schemactl-plan.json").symlink_to("/etc/passwd")
    done = fetch(job, artifact)
    assert done.returncode == 1
    assert "holds no plan" in done.stdout


def test_a_check_needs_no_key_and_fails_for_files_in_another_style(job: Job) -> None:
    (job.folder / "crm.yaml").write_text("version: 1\ntags:\n- VIP\n", encoding="utf-8")
    done = job.shell(step("Run schemactl"), COMMAND="check")
    assert done.returncode == ExitCode.DIFFERENT, done.stderr
    assert job.shell("schemactl fmt").returncode == 0
    assert job.shell(step("Run schemactl"), COMMAND="check").returncode == 0


def test_drift_fails_the_job(job: Job) -> None:
    done = job.shell(step("Run schemactl"), COMMAND="drift")
    assert done.returncode == ExitCode.DIFFERENT
    assert "missing" in job.read("summary")


def test_a_wrong_command_is_reported(job: Job) -> None:
    done = job.shell(step("Run schemactl"), COMMAND="aply")
    assert done.returncode == ExitCode.USAGE
    assert 'command is "aply": write check, plan, apply or drift' in done.stdout


def test_how_an_apply_left_the_account_is_committed(job: Job) -> None:
    origin = job.outside / "origin.git"
    git = "git -c init.defaultBranch=trunk -c user.name=us -c user.email=us@example.com"
    made = job.shell(
        f"{git} init --quiet --bare {origin} && {git} init --quiet && {git} add . && "
        f"{git} commit --quiet -m one && git remote add origin {origin} && "
        "git push --quiet --set-upstream origin trunk && schemactl apply --yes"
    )
    assert made.returncode == 0, made.stderr
    # Whose name the commit of the job has is in the recipe.
    done = job.shell(step("Keep how the account was left"), BRANCH="trunk")
    assert done.returncode == 0, done.stderr
    log = job.shell(f"git --git-dir {origin} log -1 --format=%s --name-only trunk").stdout
    subject, _, files = log.partition("\n")
    assert subject == "Keep how the account was left [skip ci]"
    assert files.split() == [".schemactl/base/demo.json"]
    assert job.shell(step("Keep how the account was left"), BRANCH="trunk").returncode == 0


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
    assert job.read("output") == f"allow={allow}\n"


def gitlab(job: Job, name: str) -> subprocess.CompletedProcess[str]:
    own = {**GITLAB["variables"], **GITLAB[name].get("variables", {})}
    variables = {key: str(value) for key, value in own.items()}
    enter = GITLAB[".schemactl"]["before_script"][-1]
    script = "\n".join([enter, *GITLAB[name]["script"]])
    account = {"SCHEMACTL_ACCOUNT": "demo", "SCHEMACTL_PREFIX": "DEMO"}
    return job.shell(script, **variables, **account)


def test_the_gitlab_jobs_plan_apply_and_look_for_drift(job: Job) -> None:
    reports = job.folder / ".schemactl-ci/demo"
    for name in ("schemactl-check", "schemactl-plan", "schemactl-apply", "schemactl-drift"):
        done = gitlab(job, name)
        assert done.returncode == 0, (name, done.stdout + done.stderr)
        assert (reports / "junit.xml").is_file() == (name != "schemactl-check")
        if name == "schemactl-plan":
            quality = json.loads((reports / "quality.json").read_text(encoding="utf-8"))
            assert [entry["check_name"] for entry in quality] == ["add-tag"]


def test_each_path_that_gitlab_keeps_is_written(job: Job) -> None:
    gitlab(job, "schemactl-plan")
    kept = GITLAB["schemactl-plan"]["artifacts"]
    for path in (*kept["paths"], *kept["reports"].values()):
        place = path.removeprefix("$SCHEMACTL_FOLDER/").replace("$SCHEMACTL_ACCOUNT", "demo")
        assert (job.folder / place).is_file(), path
