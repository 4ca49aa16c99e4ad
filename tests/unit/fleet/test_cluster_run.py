"""Many accounts on a cluster: orders without keys, lost and refused ones, and Ctrl-C."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import schemactl
from schemactl.account.target import Target
from schemactl.cli import worker
from schemactl.errors import ExitCode
from schemactl.fleet.cluster_run import (
    Answer,
    ClusterError,
    ClusterRun,
    Order,
    WorkerRefusedError,
)
from schemactl.fleet.commands import drift_fleet, plan_fleet
from schemactl.fleet.project_digest import project_digest
from schemactl.fleet.work import PlanOptions
from schemactl.model.fleet import AccountFailure, AccountResult
from schemactl.model.plan import Permission
from schemactl.project import load_project
from schemactl.report.json.fleet import fleet_json
from schemactl.values import replace
from tests.builders import a_plan
from tests.fake_cluster import FakeCluster
from tests.fleets import a_fleet_run, ignore, targets_of, write_fleet_project

NUMBER = 5
KEY = "a-key-that-nobody-may-see"


class DeafCluster(FakeCluster):
    """A cluster that never answers."""

    def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
        del done
        self.orders.append(order)


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Target, ...]:
    """Five embedded accounts, and workers that have their project."""
    write_fleet_project(tmp_path, ["emulator"] * NUMBER)
    monkeypatch.setenv(worker.PROJECT_VARIABLE, str(tmp_path))
    return targets_of(tmp_path, {"CLIENT_1_API_KEY": KEY, "CLIENT_1_APP_ID": KEY})


def an_order(targets: tuple[Target, ...]) -> Order:
    digest = project_digest(targets[0].project)
    return Order(version=schemactl.__version__, project=digest, run=os.urandom(8).hex())


def a_run(
    cluster: FakeCluster,
    targets: tuple[Target, ...],
    on_result: Callable[[AccountResult], None] = ignore,
) -> ClusterRun:
    return ClusterRun(
        cluster=cluster,
        order=an_order(targets),
        halt=Event(),
        on_result=on_result,
        grace_s=0.0,
        patience_s=0.0,
    )


def test_a_cluster_finds_what_threads_find(targets: tuple[Target, ...]) -> None:
    cluster = FakeCluster()
    found = drift_fleet(a_run(cluster, targets), targets, strict=True, folder="")
    alone = drift_fleet(a_fleet_run(), targets, strict=True, folder="")
    assert fleet_json(found) == fleet_json(alone)
    assert [order.account for order in cluster.orders] == [
        target.account.name for target in targets
    ]


def test_an_order_has_no_key_no_path_and_nothing_of_other_accounts(
    targets: tuple[Target, ...],
) -> None:
    cluster = FakeCluster()
    names = [target.account.name for target in targets]
    permissions = {name: frozenset({Permission.REMOVES_TAG}) for name in names}
    plan_fleet(a_run(cluster, targets), targets, PlanOptions(permissions=permissions))
    assert len(cluster.orders) == NUMBER
    for order in cluster.orders:
        sent = pickle.dumps(order.words) + order.work
        assert KEY.encode() not in sent
        assert str(targets[0].folder).encode() not in sent
        assert [name for name in names if name.encode() in order.work] == [order.account]


def test_a_lost_account_is_the_only_one_that_fails(targets: tuple[Target, ...]) -> None:
    cluster = FakeCluster(lose="client-2")
    found = drift_fleet(a_run(cluster, targets), targets, strict=True, folder="")
    codes = [result.exit_code for result in found.results]
    assert codes == [ExitCode.DIFFERENT, ExitCode.FAILED, *[ExitCode.DIFFERENT] * 3]
    failure = found.results[1].outcome
    assert isinstance(failure, AccountFailure)
    assert failure.message == "the cluster lost this account: killed"


def test_a_worker_with_other_files_is_refused_before_any_account(
    targets: tuple[Target, ...],
) -> None:
    run = a_run(cluster := FakeCluster(), targets)
    (targets[0].folder / "base.yaml").write_text("version: 1\n")
    with pytest.raises(WorkerRefusedError, match="tcp://one has other files of the project"):
        drift_fleet(run, targets, strict=True, folder="")
    assert not cluster.orders


def test_of_many_refusing_workers_some_are_named(targets: tuple[Target, ...]) -> None:
    cluster = FakeCluster()
    cluster.reasons = {f"tcp://{number}": "is old" for number in range(8)}
    with pytest.raises(WorkerRefusedError, match="tcp://4 is old; 3 more workers like this"):
        drift_fleet(a_run(cluster, targets), targets, strict=True, folder="")


@pytest.mark.parametrize(
    ("version", "reason"), [("0.0.1", "has schemactl"), ("", "has other files")]
)
def test_a_worker_that_joins_later_refuses_each_order_by_itself(
    version: str, reason: str, targets: tuple[Target, ...]
) -> None:
    order = an_order(targets)
    expected = (version or order.version, "0" * 64, f"late{version}", ("", False, False))
    kind, why = worker.perform(expected, "step", "client-1", b"", (False, True))
    assert kind == "refused"
    assert reason in str(why)


def test_a_worker_without_a_project_says_so(
    targets: tuple[Target, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv(worker.PROJECT_VARIABLE, str(tmp_path / "empty"))
    assert "has no valid project" in worker.refusal(*an_order(targets).expected)


def test_a_refused_order_is_the_failure_of_its_account(targets: tuple[Target, ...]) -> None:
    class Refusing(FakeCluster):
        def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
            self.orders.append(order)
            done(("refused", "has other files"))

    found = drift_fleet(a_run(Refusing(), targets), targets, strict=True, folder="")
    assert {result.exit_code for result in found.results} == {ExitCode.REFUSED}


def a_result(outcome: object, code: object) -> bytes:
    """Return a result of client-1 that no worker of this version has."""
    made: Any = {"outcome": outcome, "exit_code": code}
    return pickle.dumps(AccountResult(account="client-1", labels=(), **made))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no pickle",
        pickle.dumps("no result"),
        a_result("x", ExitCode.OK),
        a_result(AccountFailure(message="x"), ExitCode.OK),
        a_result(AccountFailure(message="x"), 5),
        a_result(a_plan(), ExitCode.OK),
    ],
)
def test_an_answer_that_is_no_result_is_the_failure_of_its_account(
    sent: bytes, targets: tuple[Target, ...]
) -> None:
    class Confused(FakeCluster):
        def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
            other = replace(order, account="client-1")
            done(
                ("done", sent) if order.account != "client-2" else worker.perform(*other.words)
            )

    found = drift_fleet(a_run(Confused(), targets), targets, strict=True, folder="")
    assert {result.exit_code for result in found.results} == {ExitCode.FAILED}
    assert [one.account for one in found.results] == [one.account.name for one in targets]


def test_without_a_worker_nothing_begins(targets: tuple[Target, ...]) -> None:
    with pytest.raises(ClusterError, match="no worker"):
        drift_fleet(a_run(FakeCluster(threads=0), targets), targets, strict=True, folder="")


def test_if_all_workers_are_gone_the_rest_fails_after_some_time(
    targets: tuple[Target, ...],
) -> None:
    class Dying(DeafCluster):
        def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
            super().submit(order, done)
            if order.account == "client-1":
                done(worker.perform(*order.words))
            self.threads = 0

    found = drift_fleet(a_run(Dying(), targets), targets, strict=True, folder="")
    codes = [result.exit_code for result in found.results]
    assert codes == [ExitCode.DIFFERENT, *[ExitCode.FAILED] * 4]


def test_ctrl_c_keeps_what_is_done_and_cancels_the_rest(targets: tuple[Target, ...]) -> None:
    def interrupt(result: AccountResult) -> None:
        raise KeyboardInterrupt(result.account)

    class First(DeafCluster):
        def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
            super().submit(order, done)
            if order.account == "client-1":
                done(worker.perform(*order.words))

    cluster = First(threads=1)
    run = a_run(cluster, targets, interrupt)
    found = drift_fleet(run, targets, strict=True, folder="")
    codes = [result.exit_code for result in found.results]
    assert codes == [ExitCode.DIFFERENT, *[ExitCode.INTERRUPTED] * 4]
    assert cluster.held == {f"{run.order.run}-0": True}
    assert cluster.is_forgotten
    assert run.halt.is_set()


def test_a_second_ctrl_c_ends_it(targets: tuple[Target, ...]) -> None:
    def interrupt(result: AccountResult) -> None:
        raise KeyboardInterrupt(result.account)

    run = a_run(FakeCluster(), targets, interrupt)
    waiting = ClusterRun(
        cluster=run.cluster,
        order=run.order,
        halt=run.halt,
        on_result=interrupt,
        grace_s=60.0,
    )
    with pytest.raises(KeyboardInterrupt):
        drift_fleet(waiting, targets, strict=True, folder="")


def read_again(path: Path) -> str:
    return project_digest(load_project(path))


def test_the_digest_covers_names_and_contents(tmp_path: Path) -> None:
    write_fleet_project(tmp_path, ["emulator"])
    digests = {read_again(tmp_path)}
    (tmp_path / "base.yaml").write_text("version: 1\n# x\n")
    digests.add(read_again(tmp_path))
    (tmp_path / "schemactl.lock").write_text("{}")
    digests.add(read_again(tmp_path))
    (tmp_path / "notes.yaml").write_text("version: 1\n")
    digests.add(read_again(tmp_path))
    assert len(digests) == 3
