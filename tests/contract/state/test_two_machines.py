"""Two processes with homes of their own and one store: never both, nothing lost.

Each round replaces a field of a section that both write whole, so a call of one between the
check and the call of the other would undo its work. 200 rounds: `ROUNDS=200 pytest …`.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.model.run import RunStatus
from schemactl.store.journal.files import recorded_runs
from schemactl.store.state.address import StateAddress
from schemactl.store.state.interface import StateFolder
from schemactl.store.state.objects import ObjectState
from tests.contract.live import Bench, a_bench
from tests.contract.state.worker import KEPT, PATIENCE_S, TIMES
from tests.shared_state import S3Server

ROUNDS: Final = int(os.environ.get("ROUNDS", "4"))
ROOT: Final = Path(__file__).parents[3]


class Machines:
    """An account, a store, and processes that use both."""

    def __init__(self, bench: Bench, s3: S3Server, folder: Path) -> None:
        self.bench = bench
        self._s3 = s3
        self._folder = folder
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self, name: str, *, first: int = 0, rounds: int = 1, action: str = ""
    ) -> subprocess.Popen[str]:
        folder = self._folder / f"{name}-{len(self._started)}"
        folder.mkdir()
        project = (self.bench.folder / "schemactl.yaml").read_bytes()
        (folder / "schemactl.yaml").write_bytes(project)
        host = self.bench.target.host.environ
        keys = {name: host[name] for name in host if name.startswith("LIVE_")}
        words = [str(folder), name, str(first), str(rounds), *filter(None, (action,))]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.contract.state.worker", *words],
            cwd=ROOT,
            env={**os.environ, **self._s3.environ, **keys},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def close(self) -> None:
        for process in self._started:
            process.kill()
            process.wait(PATIENCE_S)
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

    @property
    def fields(self) -> set[str]:
        sections = (each for each in self.bench.snapshot().sections if each.name == "S")
        return {field.name for section in sections for field in section.fields}


@pytest.fixture
def machines(
    s3: S3Server, objects: ObjectState, address: StateAddress, tmp_path: Path
) -> Iterator[Machines]:
    del objects  # It sets the environment.
    folder, server = tmp_path / "bench", EmulatorServer()
    folder.mkdir()
    settings = {"section_updates": "whole"}
    with a_bench(
        folder, server, settings=settings, backend="rest", over_http=True, state=str(address)
    ) as bench:
        server.edit("add-section S\nadd-field S Keep text")
        file = folder / "schemactl.yaml"
        text = file.read_text(encoding="utf-8").replace("    tag_carrier: 1\n", "")
        file.write_text(f"{text}values: {{keep: never}}\n", encoding="utf-8")
        machines = Machines(bench, s3, tmp_path)
        yield machines
        machines.close()


def results_of(process: subprocess.Popen[str]) -> list[dict[str, object]]:
    printed, errors = process.communicate(timeout=PATIENCE_S * 10)
    assert process.returncode == 0, errors
    return [json.loads(line) for line in printed.splitlines()]


def calls_of(result: dict[str, object]) -> list[tuple[float, float]]:
    calls = result["calls"]
    assert isinstance(calls, list)
    return [(start, end) for start, end in calls]


def test_two_machines_never_write_at_once_and_lose_nothing(
    machines: Machines, objects: ObjectState
) -> None:
    workers = [machines.start(name, rounds=ROUNDS) for name in ("A", "B")]
    results = [results_of(worker) for worker in workers]
    for one in itertools.chain(*results):
        assert one.get("status") == "completed", one
    spans = sorted(
        (min(start for start, _ in calls), max(end for _, end in calls), owner)
        for owner, one in enumerate(results)
        for run in one
        if (calls := calls_of(run))
    )
    assert len(spans) == 2 * ROUNDS
    assert all(end < start for (_, end, _), (start, _, _) in itertools.pairwise(spans))
    assert machines.fields == {"Keep", f"A{ROUNDS - 1}", f"B{ROUNDS - 1}"}
    runs = recorded_runs(StateFolder.at(objects, ("journal", "live")))
    assert {run.end.status for run in runs if run.end} == {RunStatus.COMPLETED}
    assert len(runs) >= min(2 * ROUNDS, KEPT)


def test_the_lease_of_a_killed_machine_is_taken_over_with_its_journal(
    machines: Machines, objects: ObjectState
) -> None:
    killed = machines.start("A", action="kill")
    assert killed.wait(PATIENCE_S) == -signal.SIGKILL
    start_s = time.monotonic()
    (result,) = results_of(machines.start("A"))
    assert result["status"] == "completed", result
    assert time.monotonic() - start_s >= TIMES.expiry_s
    assert machines.fields == {"Keep", "A0"}
    first, second = recorded_runs(StateFolder.at(objects, ("journal", "live")))
    assert (first.end, second.resumes) == (None, first.id)


def test_a_machine_that_was_stopped_sends_nothing_once_another_has_the_account(
    machines: Machines,
) -> None:
    stopped = machines.start("A", action="stop")
    os.waitid(os.P_PID, stopped.pid, os.WSTOPPED | os.WNOWAIT)
    (taken,) = results_of(machines.start("B"))
    assert taken["status"] == "completed", taken
    stopped.send_signal(signal.SIGCONT)
    (result,) = results_of(stopped)
    assert result["calls"] == []
    assert "lease" in str(result), result
    assert machines.fields == {"Keep", "B0"}
