"""The whole command where calls have to wait: what is reported, and how soon Ctrl-C ends it."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemactl.emulator import EmulatorServer
from schemactl.errors import ExitCode
from tests.cli.program import PROGRAM, process_environ, run_process
from tests.cli.projects import CREDENTIALS, SALES, served

SECTIONS = SALES.replace("tags: [VIP]", "  - {name: More, fields: [{name: X, type: text}]}")
SOON_S = 5.0
OWN = " s: the account's calls of this minute are used up\n"
TOO_MANY = "waiting {} s: the server says that too many calls were made\n"
WRITES = ["add_section", "add_section", "add_dropdown"]


@contextmanager
def applying(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run an apply as a process of its own; killed at the end of the block if it runs still."""
    process = subprocess.Popen(
        [*PROGRAM, "apply", "--yes"],
        cwd=folder,
        env=process_environ(folder, **CREDENTIALS),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=60)


def allow_calls(folder: Path, count: int) -> None:
    """Write into the project how many calls a minute its account may get."""
    path = folder / "schemactl.yaml"
    rate = f"calls_per_minute: {count}, tag_carrier"
    path.write_text(
        re.sub(r"(calls_per_minute: \d+, )?tag_carrier", rate, path.read_text()), "utf-8"
    )


def wait_for_line(process: subprocess.Popen[str], end: str) -> None:
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    assert any(line.endswith(end) for line in lines), f"{end!r} never came"


def writes_to(server: EmulatorServer) -> list[str]:
    """Return what was sent to the account that changes it, in order."""
    requests = [call.request for call in server.runtime.calls()]
    return [request for request in requests if request not in {"key", "pull_tag", "search"}]


@pytest.mark.parametrize(
    ("calls", "made"),
    [(3, 0), (4, 1)],
    ids=["before the first call", "between two calls"],
)
def test_ctrl_c_ends_the_wait_for_a_turn_and_the_next_run_goes_on(
    calls: int, made: int, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    with served(folder, sales=SECTIONS) as server:
        allow_calls(folder, calls)
        with applying(folder) as process:
            wait_for_line(process, OWN)
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, reported = process.communicate(timeout=60)
            assert time.monotonic() - start < SOON_S
            assert process.returncode == ExitCode.INTERRUPTED, reported
        assert len(writes_to(server)) == made
        allow_calls(folder, 100)

        assert run_process("apply", "--yes", folder=folder, **CREDENTIALS).status == ExitCode.OK

        assert writes_to(server) == WRITES


def test_ctrl_c_ends_the_wait_that_the_server_asks_for(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with served(folder, "add_section:status-429:reset=50", sales=SECTIONS) as server:
        with applying(folder) as process:
            wait_for_line(process, TOO_MANY.format(50))
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            assert time.monotonic() - start < SOON_S
            assert process.returncode in {ExitCode.STOPPED, ExitCode.INTERRUPTED}
        assert writes_to(server) == ["add_section"]


def test_a_call_that_was_one_too_many_is_made_when_the_server_allows_it(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with served(folder, "add_section:status-429:reset=2", sales=SECTIONS) as server:
        ended = run_process("apply", "--yes", folder=folder, **CREDENTIALS)

        assert ended.status == ExitCode.OK
        assert TOO_MANY.format(2) in ended.err
        assert writes_to(server) == ["add_section", *WRITES]
        assert ended.err.count("… done") == len(WRITES)
