"""Ctrl-C at moments at which no command listens for it: no traceback, and the right status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from schemactl.cli.group import COMMANDS
from tests.cli.program import process_environ, run_process

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
import atexit, signal
atexit.register(signal.raise_signal, signal.SIGINT)
from schemactl.cli import main
main()
"""


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


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_imports_all_that_it_needs(command: str, tmp_path: Path) -> None:
    ended = run_process(command, "--help", folder=tmp_path)

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Usage: schemactl")
