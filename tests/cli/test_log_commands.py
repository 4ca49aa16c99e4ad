"""No name gets a command of a CI service into what schemactl prints, whatever its source."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import Ended, run
from tests.cli.projects import edit_account, write_project

SECTION = "::set-output name=x::y"
FIELD = "##vso[task.setvariable variable=x]y"
OPTION = "##[error]no"
TAG = "section_start:1:x"
OWN = ("::error ", "::warning ", "::notice ")
"""What GitHub annotations begin with, which are commands of our own."""
FORMS = ("text", "json", "markdown", "html", "sarif", "junit", "gitlab", "github")


def is_command(line: str) -> bool:
    """Whether a service takes a line for a command, as their runners look for one."""
    return (
        line.lstrip().startswith("::")
        or re.search(r"##[A-Za-z]*\[", line) is not None
        or re.search(r"section_(start|end):[0-9]", line) is not None
    )


def commands_in(ended: Ended) -> list[str]:
    return [line for line in (ended.out + ended.err).splitlines() if is_command(line)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose files and account are full of commands, and differ in each name."""
    sales = json.dumps(
        {
            "version": 1,
            "sections": [
                {
                    "name": SECTION,
                    "description": f"First.\n{SECTION}",
                    "fields": [{"name": FIELD, "type": "tdrop", "options": [OPTION, TAG]}],
                },
                {"name": "Mine", "fields": [{"name": SECTION, "type": "text"}]},
            ],
            "tags": [FIELD, TAG],
            "removed": {"fields": [{"section": "Theirs", "name": FIELD}], "tags": [SECTION]},
        }
    )
    folder = write_project(tmp_path_factory.mktemp("log") / "project", sales=sales)
    edit_account(
        folder,
        "add-section Theirs",
        f"add-field Theirs '{FIELD}' text",
        f"add-section '{SECTION} theirs'",
        f"add-field '{SECTION} theirs' '{OPTION}' tdrop '{TAG}' '{OPTION}'",
        f"add-tag '{SECTION} theirs'",
    )
    return folder


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", ["plan", "drift", "apply"])
def test_no_report_has_a_command_of_others_in_any_format(
    folder: Path, command: str, form: str
) -> None:
    asked = ("--yes",) if command == "apply" else ()
    ended = run("-C", folder, command, "--format", form, "-v", *asked)

    found = commands_in(ended)
    if form == "github":
        found = [line for line in found if not line.startswith(OWN)]
    assert not found


def test_what_programs_read_holds_the_very_same_names(folder: Path, tmp_path: Path) -> None:
    plan = json.loads(run("-C", folder, "plan", "--format", "json").out)
    assert {each["section"] for each in plan["changes"] if "section" in each} >= {SECTION}
    assert FIELD in json.dumps(plan)

    snapshot = run("-C", folder, "snapshot")
    assert not commands_in(snapshot)
    fields = [
        each for section in json.loads(snapshot.out)["sections"] for each in section["fields"]
    ]
    assert {OPTION, FIELD} <= {field["name"] for field in fields}

    imported = run("-C", folder, "import")
    assert not commands_in(imported)
    other = write_project(tmp_path / "other", sales=imported.out)
    assert run("-C", other, "validate").status == ExitCode.OK
    assert not commands_in(run("-C", other, "docs", "--format", "markdown"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate",),
        ("lint", "--live"),
        ("fmt", "--diff"),
        ("journal",),
        ("journal", "--format", "json"),
        ("compare", "demo", "demo"),
        ("drift", "--accept", SECTION, "--yes"),
        ("plan", "-a", SECTION),
        ("explain", SECTION),
        ("--", SECTION),
    ],
)
def test_no_other_command_prints_one(folder: Path, arguments: tuple[str, ...]) -> None:
    assert not commands_in(run("-C", folder, *arguments))


def test_no_problem_of_a_file_is_printed_as_a_command(tmp_path: Path) -> None:
    wrong = (
        f'version: 1\nsections:\n  - {{name: "{SECTION}", sort: "{FIELD}"}}\n"{SECTION}": 1\n'
    )
    folder = write_project(tmp_path / "project", sales=wrong)
    for form in ("text", "json", "sarif", "junit", "gitlab"):
        assert not commands_in(run("-C", folder, "validate", "--format", form))
