"""The recipe for many accounts: its shell, run step by step against accounts of an emulator."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from schemactl.emulator import EmulatorServer, serve
from schemactl.errors import ExitCode
from tests.prefork import Prefork
from tests.recipes.recipe import ACTION, FLEET_ACTION, FLEET_GITLAB, FLEET_WORKFLOW, Job, step
from tests.recipes.test_recipes import BOT, HEAD, MERGED, PULL, RUN

NUMBER = 5
PROJECT = """\
version: 1
defaults: {{backend: rest, url: '{url}', schema: [crm.yaml]}}
accounts:
  acme: {{labels: [canary]}}
  bob: {{schema: [crm.yaml, bob.yaml]}}
  eve: {{schema: [crm.yaml, eve.yaml]}}
  joe: {{}}
  zoe: {{schema: [crm.yaml, zoe.yaml]}}
"""
NAMES = ("acme", "bob", "eve", "joe", "zoe")


def fleet_step(name: str) -> str:
    """Return the shell of a step, by the beginning of its name."""
    steps: list[Mapping[str, str]] = FLEET_ACTION["runs"]["steps"]
    return next(one["run"] for one in steps if one.get("name", "").startswith(name))


class FleetJob(Job):
    """A repository with a project of five accounts, and a runner with their keys."""

    def __init__(self, folder: Path, program: Path, server: EmulatorServer) -> None:
        super().__init__(folder, program)
        files = {
            "schemactl.yaml": PROJECT.format(url=server.rest_url),
            "crm.yaml": "version: 1\ntags: [VIP]\n",
            **{f"{name}.yaml": "version: 1\ntags: [A]\n" for name in ("bob", "eve", "zoe")},
        }
        for name, text in files.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        host = server.base_url.removeprefix("http://")
        self.keys = "".join(
            f"{name.upper()}_APP_ID=2_test_{number}\n"
            f"{name.upper()}_API_KEY=any-{number}\n"
            f"{name.upper()}_HOST={host}\n"
            for number, name in enumerate(NAMES, start=1)
        )
        self.git("init", "-q", "-b", "main")
        self.commit()
        self.git("switch", "-qc", "topic")

    def git(self, *words: str) -> str:
        who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
        command = ["git", *who, "-C", str(self.folder), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def commit(self) -> None:
        self.git("add", "-A", "--", "*.yaml")
        self.git("commit", "-qm", "Change it")

    def run(self, command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the main step of the action; the first half of the keys is in another secret."""
        lines = self.keys.splitlines(keepends=True)
        given = {
            "SHARD": "1/1",
            "SHARDS": "",
            "KIND": "plan",
            "WAVE": "--all",
            "SINCE": "main",
            "KEYS": "".join(lines[:7]) + "PATH=/nowhere\n",
            "MORE_KEYS": "".join(lines[7:]),
            "ACCOUNTS_PER_SHARD": "2",
        }
        return self.shell(fleet_step("Run"), COMMAND=command, **{**given, **environ})

    def divided(self, **environ: str) -> str:
        """Return the shards as a JSON list."""
        done = self.run("divide", KEYS="", MORE_KEYS="", **environ)
        assert done.returncode == 0, done.stderr
        return self.read("output").rpartition("shards=")[2].partition("\n")[0]

    def all_shards(self, command: str, shards: str, **environ: str) -> None:
        """Run each shard as a job of its own, and bring the results to one place."""
        place = self.outside / "schemactl-shards"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for shard in json.loads(shards):
            done = self.run(command, SHARD=shard, **environ)
            assert done.returncode == 0, done.stdout + done.stderr
            for path in self.reports.glob("shard-*.json"):
                shutil.copy(path, place)

    def fetch(self, artifact: Path) -> subprocess.CompletedProcess[str]:
        return self.shell(
            fleet_step("Fetch the plans"),
            MERGED=MERGED,
            BRANCH="trunk",
            GH_PULLS=json.dumps([PULL]),
            GH_RUNS=json.dumps({"workflow_runs": [RUN]}),
            GH_PLAN=str(artifact),
        )


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    with serve(accounts=NUMBER) as server:
        yield server


@pytest.fixture
def job(tmp_path: Path, prefork: Prefork, server: EmulatorServer) -> FleetJob:
    return FleetJob(tmp_path, prefork.program, server)


def test_from_a_pull_request_to_an_apply_in_waves(
    job: FleetJob, server: EmulatorServer, tmp_path: Path
) -> None:
    for name in ("bob", "eve", "zoe"):
        (job.folder / f"{name}.yaml").write_text("version: 1\ntags: [A, B]\n")
    text = (job.folder / "schemactl.yaml").read_text()
    (job.folder / "schemactl.yaml").write_text(text.replace("[canary]", "[canary, dental]"))
    job.commit()

    # Four accounts changed; two go into a job.
    assert job.run("check", KEYS="", MORE_KEYS="").returncode == 0
    shards = job.divided()
    assert shards == '["1/2","2/2"]'
    job.all_shards("plan", shards)
    assert not server.account(4).calls(), "joe did not change"
    done = job.run("report", SHARDS=shards, KEYS="", MORE_KEYS="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "plan of 4 accounts" in job.read("summary")
    posted = job.shell(fleet_step("Post it"), GH_COMMENTS=json.dumps([BOT]))
    assert posted.returncode == 0, posted.stderr
    assert job.read("gh.log.body").startswith("<!-- schemactl plan of all accounts -->\n###")

    # After the merge: the first wave, then the rest.
    artifact = tmp_path / "artifact"
    shutil.move(job.reports / "plans", artifact)
    assert job.fetch(artifact).returncode == 0
    reviewed = job.outside / "schemactl-reviewed"
    assert sorted(path.stem for path in reviewed.iterdir()) == [
        "_plans",
        "acme",
        "bob",
        "eve",
        "zoe",
    ]
    asked = [len(server.account(number).calls()) for number in range(1, NUMBER + 1)]
    done = job.run("apply", SINCE="", WAVE="-a @canary")
    assert done.returncode == 0, done.stdout + done.stderr
    now = [len(server.account(number).calls()) for number in range(1, NUMBER + 1)]
    assert [one > other for one, other in zip(now, asked, strict=True)] == [True] + [False] * 4
    done = job.run("apply", SINCE="", WAVE="--all --except @canary")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not server.account(4).calls()
    assert "No account of this wave" in job.run("apply", SINCE="", WAVE="-a joe").stdout


def test_a_wave_can_be_the_next_one_of_a_roll_out(job: FleetJob, tmp_path: Path) -> None:
    with (job.folder / "schemactl.yaml").open("a") as file:
        file.write("rollout: {waves: ['@canary', 2, rest]}\n")
    job.commit()
    shards = job.divided()
    job.all_shards("plan", shards)
    assert job.run("report", SHARDS=shards).returncode == 0
    artifact = tmp_path / "artifact"
    shutil.move(job.reports / "plans", artifact)
    assert job.fetch(artifact).returncode == 0
    for number in (1, 3, 5):
        done = job.run("apply", SINCE="", WAVE="--one-wave")
        assert done.returncode == 0, done.stdout + done.stderr
        drift = job.run("drift", SINCE="")
        assert drift.returncode == 0, drift.stderr
        found = json.loads((job.reports / "shard-1.json").read_text(encoding="utf-8"))
        assert found["summary"]["different"] == 5 - number


def test_the_drift_of_a_morning_is_one_page_of_all_accounts(job: FleetJob) -> None:
    shards = job.divided(SINCE="")
    assert json.loads(shards) == ["1/3", "2/3", "3/3"]
    job.all_shards("drift", shards, SINCE="")
    done = job.run("report", SHARDS=shards, KIND="drift", KEYS="", MORE_KEYS="")
    assert done.returncode == ExitCode.DIFFERENT
    assert "5 accounts: 5 with differences, 0 without, 0 failed" in job.read("summary")
    assert "joe" in (job.reports / "schemactl.html").read_text(encoding="utf-8")
    assert not (job.reports / "plans").exists()


def test_a_pull_request_that_changes_no_account_says_so_and_applies_nothing(
    job: FleetJob, tmp_path: Path
) -> None:
    (job.folder / "crm.yaml").write_text("version: 1\n# Tags.\ntags: [VIP]\n")
    job.commit()
    shards = job.divided()
    assert shards == "[]"
    assert job.run("report", SHARDS=shards).returncode == 0
    job.shell(fleet_step("Post it"), GH_COMMENTS="[]")
    assert job.read("gh.log.body").endswith("### schemactl plan: no account was changed\n")
    artifact = tmp_path / "artifact"
    shutil.move(job.reports / "plans", artifact)
    assert job.fetch(artifact).returncode == 0
    done = job.run("apply", SINCE="")
    assert done.returncode == 0
    assert "nothing to apply" in done.stdout


def test_a_missing_shard_fails_the_report_and_is_never_passed_over(job: FleetJob) -> None:
    (job.folder / "crm.yaml").write_text("version: 1\ntags: [VIP, B]\n")
    job.commit()
    shards = job.divided()
    job.all_shards("plan", shards)
    (job.outside / "schemactl-shards/shard-2.json").unlink()
    done = job.run("report", SHARDS=shards)
    assert done.returncode == ExitCode.USAGE
    assert "no file has shard 2/3" in done.stderr
    shutil.rmtree(job.outside / "schemactl-shards")
    assert job.run("report", SHARDS=shards).returncode != 0
    job.shell(fleet_step("Post it"), GH_COMMENTS="[]")
    assert job.read("gh.log.body").endswith("\nschemactl made no plan: see the job.\n")


def test_one_account_that_fails_is_in_the_report_and_invalid_files_fail_the_shard(
    job: FleetJob,
) -> None:
    (job.folder / "crm.yaml").write_text("version: 1\ntags: [VIP, B]\n")
    job.commit()
    job.keys = job.keys.replace("ZOE_APP_ID=2_test_5", "ZOE_APP_ID=2_test_6")
    shards = job.divided()
    job.all_shards("plan", shards)
    assert job.run("report", SHARDS=shards).returncode == ExitCode.FAILED
    assert "4 with changes, 0 without, 1 failed" in job.read("summary")
    (job.folder / "schemactl.yaml").write_text("version: 2\n")
    assert job.run("plan", SHARD="1/1").returncode == ExitCode.INVALID_FILES


def test_an_artifact_with_something_else_is_not_applied(job: FleetJob, tmp_path: Path) -> None:
    artifact = tmp_path / "artifact"
    artifact.mkdir()
    assert "holds no plans" in job.fetch(artifact).stdout
    (artifact / "_plans.json").write_text("{}")
    assert job.fetch(artifact).returncode == 0
    assert job.run("apply", SINCE="").returncode != 0
    (artifact / "acme.json").symlink_to("/etc/hostname")
    assert "something else than plans" in job.fetch(artifact).stdout


def test_keys_set_no_other_variable_and_are_masked(job: FleetJob) -> None:
    done = job.run("plan", SINCE="")
    masked = re.findall(r"^::add-mask::(.*)$", done.stdout, re.MULTILINE)
    assert sorted(masked) == sorted(re.findall(r"_(?:APP_ID|API_KEY)=(.*)", job.keys))
    assert done.returncode == 0, done.stderr


def test_labels_give_permissions_only_with_their_accounts() -> None:
    steps = FLEET_WORKFLOW["jobs"]["shard"]["steps"]
    script = next(one["run"] for one in steps if one.get("id") == "labels")
    labels = "bug,allow:removes-field,allow:removes-tag=@dental,allow:x=$(id),allow:a=b c"
    done = subprocess.run(
        ["bash", "-ec", script],
        env={"LABELS": labels, "GITHUB_OUTPUT": "/dev/stdout", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert done.stdout == "allow=removes-tag=@dental\n"


def test_both_recipes_install_and_choose_a_reviewed_plan_in_the_same_way() -> None:
    assert fleet_step("Install") == step("Install")
    one, other = step("Fetch the plan"), fleet_step("Fetch the plans")
    end = "fetched="
    assert (
        one.partition(end)[0].partition("pull=")[2]
        == other.partition(end)[0].partition("pull=")[2]
    )
    assert fleet_step("Keep how") == step("Keep how")
    assert HEAD not in json.dumps(ACTION)


def test_keys_that_write_are_only_in_jobs_with_an_environment() -> None:
    for name, each in FLEET_WORKFLOW["jobs"].items():
        text = json.dumps(each)
        assert ("secrets.SCHEMACTL_KEYS" in text) == ("environment" in each), name
        assert ("secrets.SCHEMACTL_READ_KEYS" in text) == (name == "shard")
    environments = [
        each["environment"] for each in FLEET_WORKFLOW["jobs"].values() if "environment" in each
    ]
    assert len(set(environments)) == len(environments) == 2


def gitlab_job(name: str) -> dict[str, Any]:
    """Return a job of the recipe for GitLab with all that it extends, as GitLab joins it."""
    own: dict[str, Any] = FLEET_GITLAB[name]
    below = gitlab_job(own["extends"]) if "extends" in own else {}
    variables = {**below.get("variables", {}), **own.get("variables", {})}
    return {**below, **own, "variables": variables}


def gitlab(job: FleetJob, name: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a job of the recipe for GitLab, or one of its parallel jobs."""
    resolved = gitlab_job(name)
    variables = {**FLEET_GITLAB["variables"], **resolved["variables"]}
    files = {"$SCHEMACTL_READ_KEYS": "read-keys", "$SCHEMACTL_KEYS": "keys"}
    for each in files.values():
        (job.outside / each).write_text(f"{job.keys}PATH=/nowhere\nB-_HOST=x\n")
    given = {
        key: str(job.outside / files.get(text, text)) if text in files else str(text)
        for key, text in variables.items()
    }
    script = "\n".join([FLEET_GITLAB[".schemactl"]["before_script"][-1], *resolved["script"]])
    return job.shell(script, **{"CI_COMMIT_BEFORE_SHA": "0" * 40, **given, **environ})


def gitlab_shards(job: FleetJob, name: str, **environ: str) -> None:
    """Run the parallel jobs, each in its own checkout, and bring their results together."""
    place = job.outside / "artifacts"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for number in ("1", "2"):
        of = {"CI_NODE_INDEX": number, "CI_NODE_TOTAL": "2"}
        done = gitlab(job, name, **of, **environ)
        assert done.returncode == 0, done.stdout + done.stderr
        shutil.copy(job.folder / f".schemactl-ci/shard-{number}.json", place)
    shutil.rmtree(job.folder / ".schemactl-ci")
    shutil.copytree(place, job.folder / ".schemactl-ci")


def test_gitlab_plans_what_changed_applies_it_in_waves_and_finds_drift(
    job: FleetJob, server: EmulatorServer
) -> None:
    (job.folder / "zoe.yaml").write_text("version: 1\ntags: [A, B]\n")
    text = (job.folder / "schemactl.yaml").read_text()
    (job.folder / "schemactl.yaml").write_text(text.replace("[canary]", "[canary, dental]"))
    job.commit()
    assert gitlab(job, "schemactl-check").returncode == 0
    before = job.git("rev-parse", "main").strip()
    gitlab_shards(job, "schemactl-plan-shard", CI_COMMIT_BEFORE_SHA=before)
    asked = [len(server.account(number).calls()) for number in range(1, NUMBER + 1)]
    assert [bool(one) for one in asked] == [True, False, False, False, True]
    done = gitlab(job, "schemactl-plan")
    assert done.returncode == 0, done.stdout + done.stderr
    kept = gitlab_job("schemactl-plan")["artifacts"]
    for path in (*kept["paths"], *kept["reports"].values()):
        assert (job.folder / path.removeprefix("$SCHEMACTL_FOLDER/")).exists(), path
    for wave in ("canary", "rest", "rest"):
        done = gitlab(job, f"schemactl-apply-{wave}")
        assert done.returncode == 0, done.stdout + done.stderr
    # Without `rollout:`, there is no next wave.
    done = gitlab(job, "schemactl-apply-rest", SCHEMACTL_WAVE="--one-wave")
    assert done.returncode == ExitCode.USAGE
    gitlab_shards(job, "schemactl-drift-shard")
    done = gitlab(job, "schemactl-drift")
    assert done.returncode == ExitCode.DIFFERENT
    assert "5 accounts: 3 with differences, 2 without, 0 failed" in done.stdout


def test_gitlab_reports_that_no_account_changed(job: FleetJob) -> None:
    gitlab_shards(job, "schemactl-plan-shard", CI_MERGE_REQUEST_DIFF_BASE_SHA="main")
    done = gitlab(job, "schemactl-plan")
    assert done.returncode == 0, done.stderr
    assert "0 accounts" in done.stdout
    done = gitlab(job, "schemactl-apply-rest")
    assert "No account of this wave" in done.stdout


def test_keys_that_write_are_only_in_gitlab_jobs_with_an_environment() -> None:
    for name in FLEET_GITLAB:
        if name != "variables" and not name.startswith("."):
            each = gitlab_job(name)
            given = each["variables"].get("SCHEMACTL_KEYS_FILE")
            assert (given == "$SCHEMACTL_KEYS") == ("environment" in each), name
            assert (given == "$SCHEMACTL_READ_KEYS") == name.endswith("-shard"), name
