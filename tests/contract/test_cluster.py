"""A real Dask cluster on loopback: a scheduler and workers, some of which are killed."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from schemactl.account.shared_state import holders_of
from schemactl.account.target import Target
from schemactl.emulator import EmulatorServer, parse_latency, serve
from schemactl.emulator.runtime import Runtime
from schemactl.errors import ExitCode
from schemactl.fleet.undoing import last_rollout, run_to_undo
from schemactl.pipeline import plan_account, read_journals
from schemactl.values import dataclass
from tests.cli.program import PROGRAM, process_environ, run_process
from tests.fleets import fleet_environ, targets_of, write_fleet_project
from tests.shared_state import BUCKET, S3Server

pytestmark = pytest.mark.group("cluster")
"""One cluster for all of them: it takes seconds to start."""
NUMBER = 30
APPLIED = 4
CALLS = 5
WORKERS = 3
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


def settled(accounts: Sequence[Runtime]) -> list[int]:
    """Wait until no account gets calls any more; return how many each got."""
    seen: list[int] = []

    def is_quiet() -> bool:
        nonlocal seen
        time.sleep(0.5)
        before, seen = seen, [len(one.calls()) for one in accounts]
        return before == seen

    wait_for(is_quiet)
    return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ACluster:
    """A cluster whose workers have a project, and the keys of many accounts.

    Attributes:
        address: That of the scheduler.
        workers: The processes; tests kill some.
        project: The project's folder; tests write files into it.
        server: The accounts.
        keys: The variables of the workers that open the accounts.
        store: The variables that open a shared store.
    """

    address: str
    workers: list[subprocess.Popen[bytes]]
    project: Path
    server: EmulatorServer
    keys: dict[str, str]
    store: dict[str, str]

    def client(self, *words: str, folder: Path | None = None) -> subprocess.Popen[str]:
        """Start a command on the cluster, without any key of an account."""
        home = {"XDG_STATE_HOME": self.keys["XDG_STATE_HOME"]}
        engine = ("--engine", "dask", "--scheduler", self.address, "--format", "json")
        return subprocess.Popen(
            [*PROGRAM, *words, "--all", *engine],
            cwd=folder or self.project,
            env=process_environ(self.project.parent, **self.store, **home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def refused(self, *words: str, folder: Path | None = None, status: ExitCode) -> str:
        """Return what a command prints that ends with this exit status."""
        client = self.client(*words, folder=folder)
        _, err = client.communicate(timeout=MAX_S)
        assert client.returncode == status, err
        return err

    def kill(self, process: int) -> None:
        """Kill a worker by its number."""
        (doomed,) = (one for one in self.workers if one.pid == process)
        self.workers.remove(doomed)
        doomed.kill()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ACluster]:
    top = tmp_path_factory.mktemp("cluster")
    project = top / "project"
    project.mkdir()
    s3 = S3Server()
    with serve(accounts=NUMBER, latency=LATENCY) as server, ExitStack() as stack:
        stack.callback(s3.close)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in s3.environ.items():
            patch.setenv(name, value)
        write_fleet_project(project, [server.rest_url] * NUMBER)
        keys = fleet_environ(top, NUMBER, server.base_url.removeprefix("http://"))
        plain = process_environ(top)
        file, log = top / "scheduler.json", top / "worker-project.log"
        common = ("--host", "127.0.0.1", "--no-dashboard")
        scheduler = ("scheduler", *common, "--port", "0", "--scheduler-file", str(file))
        stack.enter_context(started(*scheduler, folder=top, environ=plain))
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        address = json.loads(file.read_text())["address"]
        own = ("--nthreads", "2", "--no-nanny", "--preload", "tests.contract.quick_leases")
        worker = ("worker", address, *common, *own)
        environ = {**plain, **keys, **s3.environ}
        workers = [
            stack.enter_context(started(*worker, folder=project, environ=environ))
            for _ in range(WORKERS)
        ]
        wait_for(lambda: log.exists() and log.read_text().count("Registered to") == WORKERS)
        yield ACluster(
            address=address,
            workers=workers,
            project=project,
            server=server,
            keys=keys,
            store=s3.environ,
        )


def test_a_worker_that_is_killed_costs_no_account(cluster: ACluster, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(cluster.project, other)
    (other / "base.yaml").write_text("version: 1\ntags: [Other]\n")
    accounts = [cluster.server.account(number) for number in range(1, NUMBER + 1)]
    refused = cluster.refused("drift", folder=other, status=ExitCode.REFUSED)
    assert "has other files of the project" in refused
    copy = tmp_path / "copy"
    shutil.copytree(cluster.project, copy)
    refused = cluster.refused("apply", "--yes", folder=copy, status=ExitCode.REFUSED)
    assert "has other state in" in refused
    assert not any(one.calls() for one in accounts)
    client = cluster.client("drift")
    wait_for(lambda: sum(bool(one.calls()) for one in accounts) > NUMBER // 3)
    # It holds accounts that no other worker can take, so that some are lost with it.
    cluster.workers[0].send_signal(signal.SIGSTOP)
    at_kill = settled(accounts)
    cluster.kill(cluster.workers[0].pid)
    out, err = client.communicate(timeout=MAX_S)
    assert client.returncode == ExitCode.DIFFERENT, err
    assert sum(at_kill) < sum(len(one.calls()) for one in accounts), "nothing was lost"
    keys = {**cluster.keys, "HOME": str(tmp_path)}
    alone = run_process("drift", "--all", "--format", "json", folder=cluster.project, **keys)
    assert out == alone.out


def files(fields: int) -> str:
    """Return files with as many sections, each of which takes a call."""
    sections = "".join(
        f"  - {{name: S{each}, fields: [{{name: F{each}, type: text}}]}}\n"
        for each in range(fields)
    )
    return f"version: 1\nsections:\n{sections}"


def a_rollout(cluster: ACluster, fields: int, *, state: str = "") -> tuple[Target, ...]:
    """Write a project with waves; return its accounts as a key opens them."""
    folder = cluster.project
    write_fleet_project(folder, [cluster.server.rest_url] * APPLIED, base=files(fields))
    rules = "rollout: {waves: [1, rest], stop_after: 1, pause: none}\n"
    with (folder / "schemactl.yaml").open("a") as file:
        file.write(rules + state)
    return targets_of(folder, {**cluster.keys, **cluster.store})


def made(cluster: ACluster, target: Target) -> list[str]:
    """Return the calls that an account got, as the server saw them."""
    number = int(target.account.name.removeprefix("client-"))
    calls = cluster.server.account(number).calls()
    return [one.data for one in calls if one.request == "fieldeditor_post"]


def test_a_roll_out_survives_a_killed_worker(cluster: ACluster) -> None:
    targets = a_rollout(cluster, CALLS, state=f"state: s3://{BUCKET}/rollout\n")
    client = cluster.client("apply", "--yes")

    def in_the_middle() -> set[str]:
        """Return accounts of the second wave in which some calls were made, and not all."""
        numbers = {one.account.name: len(made(cluster, one)) for one in targets}
        is_second = CALLS in numbers.values()
        return {name for name, done in numbers.items() if is_second and 0 < done < CALLS}

    def holder() -> int | None:
        """Return the number of a worker that is in the middle of such an account."""
        holders = holders_of(targets[0].project, host=targets[0].host)
        names = in_the_middle()
        return next((one.process for one in holders if one.account in names), None)

    wait_for(lambda: bool(in_the_middle()))
    process = holder()
    assert process is not None
    cluster.kill(process)
    out, err = client.communicate(timeout=MAX_S)
    assert client.returncode == ExitCode.OK, err
    assert "The cluster lost 1 worker" in err
    document, record = json.loads(out), last_rollout(targets)
    assert [one["exit_status"] for one in document["accounts"]] == [ExitCode.OK] * APPLIED
    resumed = 0
    for target, entry in zip(targets, document["accounts"], strict=True):
        # Each call reached the account once; nothing was made twice.
        assert sorted(Counter(made(cluster, target)).values()) == [1] * CALLS
        first, *others = read_journals([target])
        last = others[0] if others else first
        assert last.is_completed
        assert entry["result"]["id"] == run_to_undo(target, record) == last.id
        assert not plan_account(target, permissions=frozenset()).plan.calls
        resumed += len(others)
    assert resumed >= 1, "no account was applied by two workers: nothing was lost"


def test_ctrl_c_finishes_the_call_and_starts_no_other_account(cluster: ACluster) -> None:
    targets = a_rollout(cluster, 3 * CALLS)
    before = {one.account.name: len(made(cluster, one)) for one in targets}
    client = cluster.client("apply", "--yes")
    wait_for(lambda: any(len(made(cluster, one)) > before[one.account.name] for one in targets))
    client.send_signal(signal.SIGINT)
    out, err = client.communicate(timeout=MAX_S)
    assert client.returncode == ExitCode.INTERRUPTED, err
    document = json.loads(out)
    assert document["rollout"]["stopped"] == "it was interrupted"
    results = {one["account"]: one["result"] for one in document["accounts"]}
    for target in targets:
        name, runs = target.account.name, read_journals([target])
        done = len(made(cluster, target)) - before[name]
        if done:
            assert (results[name]["status"], results[name]["calls_made"]) == (
                "interrupted",
                done,
            )
            assert runs[-1].end is not None
        else:
            assert results[name]["kind"] == "plan"
    assert [one["kind"] for one in results.values()].count("run") == 1
