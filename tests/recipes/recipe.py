"""The recipes as they are shipped, and a repository in which their shell runs.

The hosted services are not asked: `gh` is a stand-in that writes down how it was called.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.cli.program import process_environ

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "ci/github/action.yml").read_text(encoding="utf-8"))
WORKFLOW = yaml.safe_load((ROOT / "ci/github/workflow.yml").read_text(encoding="utf-8"))
FLEET_ACTION = yaml.safe_load((ROOT / "ci/github/fleet-action.yml").read_text(encoding="utf-8"))
FLEET_WORKFLOW = yaml.safe_load(
    (ROOT / "ci/github/fleet-workflow.yml").read_text(encoding="utf-8")
)
FLEET_GITLAB = yaml.safe_load(
    (ROOT / "ci/gitlab/fleet-schemactl.yml").read_text(encoding="utf-8")
)
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
  *"/pulls --jq"*) answer="$GH_PULLS" ;;
  *"/runs "*) answer="$GH_RUNS" ;;
  *--paginate*) answer="$GH_COMMENTS" ;;
  "run download"*) cp -RP "$GH_PLAN"/. "${@: -1}" ;;
esac
# The service's program evaluates the filter itself; its language is that of jq.
while [[ $# -gt 0 ]]; do
  if [[ "$1" == --jq ]]; then jq -r "$2" <<< "$answer"; fi
  shift
done
"""


class Job:
    """A repository with a project, and a stand-in for the service's own program."""

    def __init__(self, folder: Path, program: Path) -> None:
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
        (tools / "schemactl").symlink_to(program)
        self.environ = {
            **process_environ(self.folder),
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "GH_LOG": str(self.outside / "gh.log"),
            "GITHUB_OUTPUT": str(self.outside / "output"),
            "GITHUB_STEP_SUMMARY": str(self.outside / "summary"),
            "RUNNER_TEMP": str(self.outside),
            "REPOSITORY": "us/crm",
            "NUMBER": "7",
            "ACCOUNT": "demo",
            "ACCOUNTS": "demo",
            "AUTHOR": "github-actions[bot]",
            "PREFIX": "DEMO",
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

    @property
    def reports(self) -> Path:
        """The folder of a job's reports."""
        return self.outside / "schemactl-reports"

    def read(self, name: str) -> str:
        """Return what a step wrote into a file of the runner."""
        path = self.outside / name
        return path.read_text(encoding="utf-8") if path.exists() else ""


def step(name: str) -> str:
    """Return the shell of a step of the action, by the beginning of its name."""
    steps: list[Mapping[str, str]] = ACTION["runs"]["steps"]
    return next(one["run"] for one in steps if one.get("name", "").startswith(name))
