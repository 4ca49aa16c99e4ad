"""The recipes keep the rules of safe workflows: pins, secrets, keys, queues, journals."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.prefork import Prefork
from tests.recipes.recipe import (
    ACTION,
    FLEET_ACTION,
    FLEET_WORKFLOW,
    GITLAB,
    ROOT,
    WORKFLOW,
    Job,
)

JOBS = WORKFLOW["jobs"]
STEPS = [
    *ACTION["runs"]["steps"],
    *FLEET_ACTION["runs"]["steps"],
    *(step for job in JOBS.values() for step in job["steps"]),
    *(step for job in FLEET_WORKFLOW["jobs"].values() for step in job["steps"]),
]


def test_no_shell_command_has_an_expression_that_could_become_a_command() -> None:
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize(
    "name", ["workflow.yml", "action.yml", "fleet-workflow.yml", "fleet-action.yml"]
)
def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it(name: str) -> None:
    text = (ROOT / "ci/github" / name).read_text(encoding="utf-8")
    foreign = [line for line in re.findall(r"uses: (.*)", text) if line[0] != "."]
    assert foreign
    for line in foreign:
        assert re.fullmatch(r"[a-z/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    for word in ("pull_request_target", "[main]", "heads/main", "install ontraport"):
        assert word not in text


def test_no_checkout_leaves_a_token_on_the_disk() -> None:
    checkouts = [each for each in STEPS if each.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(each["with"]["persist-credentials"] is False for each in checkouts)


def test_secrets_reach_only_the_step_that_uses_them() -> None:
    assert "secrets" not in json.dumps(ACTION)
    for job in JOBS.values():
        assert "secrets" not in json.dumps({**job, "steps": []})
        assert sum("secrets" in json.dumps(step) for step in job["steps"]) <= 1
    keyed = [step for step in ACTION["runs"]["steps"] if "inputs.api-key" in json.dumps(step)]
    assert [step["name"] for step in keyed] == ["Run schemactl"]


def test_only_the_apply_gets_a_key_that_can_write_and_only_from_its_environment() -> None:
    assert WORKFLOW["permissions"] == {}
    for name, job in JOBS.items():
        text = json.dumps(job)
        assert ("{0}_API_KEY" in text) == ("environment" in job) == (name == "apply"), name
        assert ("{0}_READ_API_KEY" in text) == (name in {"plan", "drift"}), name
        assert "permissions" in job
    assert "environment" in GITLAB["schemactl-apply"]
    for name in ("schemactl-plan", "schemactl-drift"):
        assert "_READ_API_KEY" in json.dumps(GITLAB[name])
        assert "environment" not in GITLAB[name]


def test_a_pull_request_from_a_fork_is_checked_without_a_key_and_not_planned() -> None:
    assert "head.repo" not in JOBS["check"]["if"]
    assert "secrets" not in json.dumps(JOBS["check"])
    assert "head.repo.full_name == github.repository" in JOBS["plan"]["if"]
    assert "SOURCE_PROJECT_ID" in json.dumps(GITLAB["schemactl-plan"]["rules"])


def test_no_apply_is_cancelled_by_a_later_job() -> None:
    groups = {name: job["concurrency"] for name, job in JOBS.items() if "concurrency" in job}
    assert sorted(groups) == ["apply", "drift", "plan"]
    assert len({group["group"] for group in groups.values()}) == len(groups)
    assert all("matrix.account" in group["group"] for group in groups.values())
    assert groups["apply"]["cancel-in-progress"] is False
    assert JOBS["apply"]["needs"] == "queue"
    assert "concurrency" not in WORKFLOW


@pytest.mark.parametrize(
    ("runs", "status"),
    [
        ([], 0),
        ([(6, "completed"), (8, "in_progress")], 0),
        ([(6, "waiting")], 1),
        ([(6, "in_progress"), (5, "completed")], 1),
    ],
)
def test_an_apply_waits_until_those_of_earlier_merges_have_ended(
    runs: list[tuple[int, str]], status: int, tmp_path: Path, prefork: Prefork
) -> None:
    answer = {"workflow_runs": [{"run_number": at, "status": word} for at, word in runs]}
    script: str = JOBS["queue"]["steps"][0]["run"]
    more = {"RUN_NUMBER": "7", "ATTEMPTS": "2", "PAUSE": "0", "BRANCH": "trunk"}
    done = Job(tmp_path, prefork.program).shell(script, GH_RUNS=json.dumps(answer), **more)
    assert done.returncode == status, done.stderr


def test_journals_go_from_runner_to_runner() -> None:
    named = {step["name"]: step for step in STEPS if "name" in step}
    restore, save = named["Restore the journal"], named["Save the journal for the next runner"]
    assert restore["with"]["path"] == save["with"]["path"]
    assert save["with"]["key"].startswith(restore["with"]["restore-keys"])
    # Without the slash, the journal of account "a-b" would be restored for "a".
    assert restore["with"]["restore-keys"].endswith("/")
    assert save["if"] == "always() && inputs.command == 'apply'"
    assert GITLAB["schemactl-apply"]["cache"]["when"] == "always"
    assert GITLAB[".schemactl-read"]["cache"]["policy"] == "pull"
