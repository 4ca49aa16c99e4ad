"""The README is true: its commands print what it shows, its tables name all that there is."""

from __future__ import annotations

import re
from pathlib import Path

from schemactl.cli.group import COMMANDS
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import ExitCode
from schemactl.model.plan import Permission
from schemactl.pipeline import validate_account
from tests.contract.live import a_bench
from tests.transcript import run_text

README = Path(__file__).parents[2] / "README.md"
TEXT = README.read_text(encoding="utf-8")


def first_cells(heading: str) -> list[str]:
    part = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `?([\w-]+)`? \|", part, re.MULTILINE)


def test_the_commands_of_the_readme_print_what_it_shows(tmp_path: Path) -> None:
    run_text(README, tmp_path)


def test_every_command_and_exit_status_stands_in_the_tables() -> None:
    told = first_cells("Commands")

    assert {name for name in told if name.isalpha()} == {*COMMANDS, "command", "exit"}
    assert {int(name) for name in told if name.isdigit()} == {int(code) for code in ExitCode}


def test_every_permission_is_named() -> None:
    assert [
        name for name in Permission if f"`{name}`" not in TEXT and str(name) not in TEXT
    ] == []


def test_the_schema_file_shown_is_valid(tmp_path: Path) -> None:
    shown = TEXT.partition("## Schema files\n")[2].partition("```yaml\n")[2].partition("```")[0]
    with a_bench(tmp_path, EmulatorServer()) as bench:
        bench.write(shown)

        assert validate_account(bench.target).warnings == ()
