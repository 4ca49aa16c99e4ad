"""A real Dask cluster on loopback: a scheduler and two workers, one of which is killed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemactl.emulator import parse_latency, serve
from schemactl.errors import ExitCode
from tests.cli.program import PROGRAM, process_environ, run_process
from tests.fleets import fleet_environ, write_fleet_project

NUMBER = 30
MAX_S = 120.0
LATENCY = parse_latency("50")


@contextmanager
def started(
    *words: str, folder: Path, environ: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process of the cluster; it is killed at the end."""
    with (folder.parent / f"{words[0]}-{folder.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{words[0]}", *words[1:]],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(MAX_S)


def wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + MAX_S
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def client_of(address: str, folder: Path, environ: dict[str, str]) -> subprocess.Popen[str]:
    """Start the command on the cluster."""
    words = ("drift", "--all", "--engine", "dask", "--scheduler", address, "--format", "json")
    return subprocess.Popen(
        [*PROGRAM, *words],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def a_cluster(project: Path, **keys: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield the address of a scheduler with two workers that have keys, and one of these."""
    top = project.parent
    plain = process_environ(top)
    file, log = top / "scheduler.json", top / "worker-project.log"
    common = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = ("scheduler", *common, "--port", "0", "--scheduler-file", str(file))
    with started(*scheduler, folder=top, environ=plain):
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        address = json.loads(file.read_text())["address"]
        worker = ("worker", address, *common, "--nthreads", "2", "--no-nanny")
        with (
            started(*worker, folder=project, environ={**plain, **keys}) as doomed,
            started(*worker, folder=project, environ={**plain, **keys}),
        ):
            wait_for(lambda: log.exists() and log.read_text().count("Registered to") == 2)
            yield address, doomed


def refused_client(address: str, folder: Path, status: ExitCode) -> str:
    """Return what a client prints that ends with this exit status."""
    client = client_of(address, folder, process_environ(folder.parent))
    _, err = client.communicate(timeout=MAX_S)
    assert client.returncode == status, err
    return err


def test_a_worker_that_is_killed_costs_no_account(tmp_path: Path) -> None:
    project, other = tmp_path / "project", tmp_path / "other"
    project.mkdir()
    with serve(accounts=NUMBER, latency=LATENCY) as server:
        write_fleet_project(project, [server.rest_url] * NUMBER)
        shutil.copytree(project, other)
        (other / "base.yaml").write_text("version: 1\ntags: [Other]\n")
        keys = fleet_environ(tmp_path, NUMBER, server.base_url.removeprefix("http://"))
        accounts = [server.account(number) for number in range(1, NUMBER + 1)]
        with a_cluster(project, **keys) as (address, doomed):
            refused = refused_client(address, other, ExitCode.REFUSED)
            assert "has other files of the project" in refused
            client = client_of(address, project, process_environ(tmp_path))  # It has no key.
            wait_for(lambda: sum(bool(one.calls()) for one in accounts) > NUMBER // 3)
            doomed.kill()
            out, err = client.communicate(timeout=MAX_S)
        assert client.returncode == ExitCode.DIFFERENT, err
        calls = [len(one.calls()) for one in accounts]
        assert min(calls) < max(calls), "no account was worked on twice: nothing was lost"
        alone = run_process(
            "drift", "--all", "--format", "json", folder=project, HOME=str(tmp_path), **keys
        )
    assert out == alone.out
    assert "cannot be reached" in refused_client(address, project, ExitCode.FAILED)
