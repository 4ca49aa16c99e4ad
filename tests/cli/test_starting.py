"""How a command starts: Ctrl-C meanwhile is one line, and only what it needs is imported."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from schemactl.cli.group import COMMANDS
from tests.cli.program import process_environ, run_process

EXAMPLE = Path(__file__).parents[2] / "examples" / "sales-pipeline"
INTERRUPTED_IMPORT = """
import signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finder())
from schemactl.cli import main
main()
"""
INTERRUPTED_END = """
import atexit, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            atexit.register(signal.raise_signal, signal.SIGINT)
sys.meta_path.insert(0, Finder())
from schemactl.cli import main
main()
"""
AT_THE_END = """
import atexit, sys, threading, time
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            atexit.register(print, "called at the end")
            thread = threading.Thread(target=lambda: (time.sleep(0.1), print("thread ended")))
            thread.start()
sys.meta_path.insert(0, Finder())
from schemactl.cli import main
main()
"""

IMPORTED = """
import re, sys
compile = re.compile
compiled = []
def compile_and_note(*arguments):
    compiled.append("re.compile in " + sys._getframe(1).f_globals["__name__"])
    return compile(*arguments)
re.compile = compile_and_note
from schemactl.cli.boundary import run
status = run(sys.argv[1:])
print(*sys.modules, *compiled, sep="\\n", file=sys.stderr)
sys.exit(status)
"""
SLOW = (
    *("asyncio", "deepdiff", "difflib", "jsonschema", "lxml", "requests", "rich", "shutil"),
    *("dataclasses", "http", "secrets"),
)
"""Modules that take more time than most commands have, or than what they are used for."""
COMPILES = "re.compile in schemactl."


def run_code(code: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=process_environ(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "module",
    ["schemactl.cli.boundary", "click", "schemactl.errors", "schemactl.document.resources"],
)
def test_an_interruption_during_an_import_ends_the_command_in_one_line(
    module: str, tmp_path: Path
) -> None:
    code = INTERRUPTED_IMPORT.format(module=module)

    ended = run_code(code, "schema", "schema", folder=tmp_path)

    assert (ended.returncode, ended.stderr.strip()) == (130, "error: interrupted")


def test_an_interruption_after_the_result_leaves_the_status_as_it_is(tmp_path: Path) -> None:
    ended = run_code(INTERRUPTED_END, "schema", "no such", folder=tmp_path)

    assert ended.returncode == 64
    assert "Traceback" not in ended.stderr


def test_the_end_waits_for_threads_and_calls_what_is_registered(tmp_path: Path) -> None:
    ended = run_code(AT_THE_END, "schema", "no such", folder=tmp_path)

    assert ended.returncode == 64
    assert ended.stdout.split("\n") == ["thread ended", "called at the end", ""]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_imports_all_that_it_needs(command: str, tmp_path: Path) -> None:
    ended = run_process(command, "--help", folder=tmp_path)

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Usage: schemactl")


def modules_imported(*arguments: str, folder: Path) -> frozenset[str]:
    ended = run_code(IMPORTED, *arguments, folder=folder)
    assert ended.returncode == 0, ended.stderr
    return frozenset(ended.stderr.split("\n"))


def ours_of(modules: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in modules if name.startswith("schemactl."))


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_an_option_of_the_program_imports_neither_files_nor_accounts(
    option: str, tmp_path: Path
) -> None:
    modules = modules_imported(option, folder=tmp_path)

    ours = ours_of(modules)
    assert {name.split(".")[1] for name in ours} <= {
        "cli",
        "errors",
        "model",
        "report",
        "values",
    }
    assert len(ours) <= 21
    # To print a help, click needs `shutil`.
    assert modules & {*SLOW, "yaml", "jsonschema_rs"} <= {"shutil"}


def test_validate_imports_only_what_reads_and_checks_files(tmp_path: Path) -> None:
    project = shutil.copytree(EXAMPLE, tmp_path / "project")

    modules = modules_imported("validate", folder=project)

    rooms = {name.split(".")[1] for name in modules if name.startswith("schemactl.")}
    assert rooms.isdisjoint({"apply", "diff", "drift", "emulator", "planner", "safety"})
    others = {"schemactl.account.connect", "schemactl.model.change", "schemactl.model.plan"}
    # The fingerprints of files need OpenSSL, which takes as long as ten modules.
    assert modules & {*SLOW, *others, "hashlib"} == set()
    assert len(ours_of(modules)) <= 102
    # Other expressions are compiled where they are needed.
    assert {name for name in modules if name.startswith(COMPILES)} == {
        f"{COMPILES}{name}"
        for name in (
            *("document.comments", "document.reader", "document.tree", "document.walk"),
            *("model.log_commands", "project.packages"),
        )
    }


def test_a_plan_against_a_snapshot_imports_nothing_of_an_apply_or_a_network(
    tmp_path: Path,
) -> None:
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(
        '{"format_version": 1, "kind": "snapshot", "account": "a", "backend": "legacy", '
        '"sections": [], "tags": []}'
    )

    project = shutil.copytree(EXAMPLE, tmp_path / "project")
    # With -C, click would import `difflib` itself.
    modules = modules_imported("plan", "--against", str(snapshot), folder=project)

    rooms = {name.split(".")[1] for name in modules if name.startswith("schemactl.")}
    assert rooms.isdisjoint({"apply", "emulator"})
    others = {"schemactl.store.plan", "schemactl.store.journal", "schemactl.drift.items"}
    assert modules & {*SLOW, *others, "hashlib", "schemactl.account.connect"} == set()
    assert len(ours_of(modules)) <= 235
