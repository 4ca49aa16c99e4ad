"""Roll-outs on a cluster: orders without keys, executed twice, held back, and refused."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from filelock import FileLock

import schemactl
from schemactl.account.embedded import embedded_account_path
from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.cli import worker
from schemactl.cli.process import this_host
from schemactl.errors import AccountError, ExitCode
from schemactl.fleet.applying import AccountTask, apply_reviewed, review_fleet, with_results
from schemactl.fleet.brake import Brake
from schemactl.fleet.cluster_run import Answer, ClusterRun, Order, WorkerRefusedError
from schemactl.fleet.project_digest import project_digest
from schemactl.fleet.rollout import (
    BetweenWaves,
    RolledOut,
    open_rollout,
    roll_out,
    without_waves,
)
from schemactl.fleet.state_proof import StateProof, prove_state, state_refusal
from schemactl.fleet.undoing import last_rollout, run_to_undo, undo_tasks
from schemactl.host import Host, never
from schemactl.model.event import CallFinished, CallStarted
from schemactl.model.event import Event as Step
from schemactl.model.fleet import (
    CUT_OFF,
    LEFT_RUNNING,
    AccountFailure,
    AccountResult,
    AppliedPlan,
    FleetCommand,
)
from schemactl.model.plan import Permission
from schemactl.model.rollout import RolloutRules
from schemactl.pipeline import plan_account, read_journals, snapshot_account
from schemactl.report.fleet_words import rollout_words
from schemactl.values import replace
from tests.fake_cluster import FakeCluster, writes
from tests.fleets import a_fleet_run, ignore, targets_of, write_fleet_project
from tests.killing import KilledError

KEY = "a-key-that-nobody-may-see"
NUMBER = 3


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Target, ...]:
    """Three embedded accounts, and workers that have their project, state and locks."""
    environ = {"XDG_STATE_HOME": str(tmp_path / "home"), "CLIENT_1_API_KEY": KEY}
    project = tmp_path / "project"
    project.mkdir()
    write_fleet_project(project, ["emulator"] * NUMBER)
    monkeypatch.setenv(worker.PROJECT_VARIABLE, str(project))
    monkeypatch.setenv("XDG_STATE_HOME", environ["XDG_STATE_HOME"])
    return targets_of(project, environ)


@contextmanager
def on_cluster(
    cluster: FakeCluster,
    targets: tuple[Target, ...],
    on_result: Callable[[AccountResult], None] = ignore,
) -> Iterator[ClusterRun]:
    """Yield a run whose workers have to prove that they have the state."""
    with prove_state(targets) as proof:
        digest = project_digest(targets[0].project)
        # As of a command: workers keep what they know of a run, and tests share a process.
        run = os.urandom(8).hex()
        order = Order(version=schemactl.__version__, project=digest, run=run, proof=proof)
        yield ClusterRun(
            cluster=cluster, order=order, halt=Event(), on_result=on_result, patience_s=0.0
        )


def tasks_of(targets: tuple[Target, ...]) -> list[AccountTask]:
    return [AccountTask(target=one, options=ApplyOptions()) for one in targets]


def rolled_out(
    run: ClusterRun, targets: tuple[Target, ...], rules: RolloutRules | None = None
) -> RolledOut:
    review = review_fleet(run, tasks_of(targets))
    between = BetweenWaves(ask=None, now=targets[0].host.now)
    return roll_out(run, open_rollout(targets, review, rules), between)


def codes(results: tuple[AccountResult, ...]) -> list[ExitCode]:
    return [one.exit_code for one in results]


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_cluster_applies_what_threads_apply(
    is_saved: bool,  # noqa: FBT001 -- a parameter of the test
    targets: tuple[Target, ...],
    tmp_path: Path,
) -> None:
    tasks = tasks_of(targets)
    if is_saved:
        plans = (plan_account(one, permissions=frozenset()).plan for one in targets)
        options = (replace(ApplyOptions(), plan=plan) for plan in plans)
        tasks = [replace(one, options=own) for one, own in zip(tasks, options, strict=True)]
    shutil.copytree(targets[0].folder, tmp_path / "other")
    others = targets_of(tmp_path / "other", dict(targets[0].host.environ))
    with on_cluster(cluster := FakeCluster(), targets) as run:
        review = review_fleet(run, tasks)
        applied = apply_reviewed(run, review.waiting, brake=Brake())
    alone = review_fleet(a_fleet_run(), tasks_of(others))
    apply_reviewed(a_fleet_run(), alone.waiting, brake=Brake())
    assert codes(applied) == [ExitCode.OK] * NUMBER
    assert all(isinstance(one.outcome, AppliedPlan) for one in applied)
    assert list(map(snapshot_account, targets)) == list(map(snapshot_account, others))
    assert not any(plan_account(one, permissions=frozenset()).plan.calls for one in targets)
    assert len({(one.step, one.account) for one in cluster.orders}) == 2 * NUMBER


def test_an_order_has_the_plan_and_neither_key_nor_path(targets: tuple[Target, ...]) -> None:
    with on_cluster(cluster := FakeCluster(), targets) as run:
        rolled_out(run, targets)
        every = {one.account.name: frozenset(Permission) for one in targets}
        found = undo_tasks(targets, ApplyOptions(), every, overwrites=False)
        undone = roll_out(
            run,
            without_waves(targets, review_fleet(run, found.tasks)),
            BetweenWaves(ask=None, now=targets[0].host.now),
        )
    assert codes(undone.results) == [ExitCode.OK] * NUMBER
    names = [one.account.name for one in targets]
    assert len(cluster.orders) == 4 * NUMBER
    for order in cluster.orders:
        sent = pickle.dumps(order.words) + order.work
        assert KEY.encode() not in sent
        assert str(targets[0].folder.parent).encode() not in sent
        assert [name for name in names if name.encode() in order.work] == [order.account]


class Twice(FakeCluster):
    """Executes each order that makes calls, loses the answer, and executes it again.

    Args:
        killed_at: The step of its calls at which the first execution ends; None for never.
        monkeypatch: Ends with the test.
    """

    def __init__(self, killed_at: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(threads=1)
        self._killed_at = killed_at
        self._patch = monkeypatch

    def perform(self, order: Order) -> Answer:
        if writes(order):
            with self._patch.context() as patch:
                if self._killed_at is not None:
                    patch.setattr(worker, "this_host", killed_host(self._killed_at))
                super().perform(order)
        return super().perform(order)


def killed_host(number: int) -> Callable[..., Host]:
    """Return a host on which an apply ends at a step of its calls."""

    def host(*, is_interrupted: Callable[[], bool] = never) -> Host:
        steps = count(1)

        def listen(step: Step) -> None:
            if isinstance(step, CallStarted | CallFinished) and next(steps) == number:
                raise KilledError

        return this_host(listener=listen, is_interrupted=is_interrupted)

    return host


def restless_host(*, is_interrupted: Callable[[], bool] = never) -> Host:
    """Return a host that does not wait to see whether a server acts late."""
    return replace(this_host(is_interrupted=is_interrupted), sleep=lambda _: None)


@pytest.mark.parametrize("killed_at", [None, 1, 2, 3, 4])
def test_an_account_whose_worker_is_lost_is_applied_once_and_the_report_is_true(
    killed_at: int | None, targets: tuple[Target, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "keep_bug", str)
    monkeypatch.setattr(worker, "this_host", restless_host)
    with on_cluster(Twice(killed_at, monkeypatch), targets) as run:
        done = rolled_out(run, targets)
    assert (done.stopped, codes(done.results)) == ("", [ExitCode.OK] * NUMBER)
    record = last_rollout(targets)
    for target, result in zip(targets, done.results, strict=True):
        runs, outcome = read_journals([target]), result.outcome
        assert isinstance(outcome, AppliedPlan)
        made = outcome.run
        calls = sum(entry.is_done for run in runs for entry in run.calls)
        assert calls == len(outcome.plan.calls) == made.calls_planned == 2
        assert made.calls_made + made.calls_earlier == made.calls_planned
        assert len(runs) == (1 if killed_at is None else 2)
        assert made.id == runs[-1].id
        assert record.runs[target.account.name] == (made.id,)
        assert run_to_undo(target, record) == made.id
        assert ("already applied" in result.reminder) is (killed_at is None)
        assert not plan_account(target, permissions=frozenset()).plan.calls


def test_an_account_that_a_lost_worker_still_holds_is_half_done(
    targets: tuple[Target, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Held(FakeCluster):
        def perform(self, order: Order) -> Answer:
            if not writes(order):
                return super().perform(order)
            with monkeypatch.context() as patch:
                patch.setattr(worker, "this_host", killed_host(3))
                super().perform(order)
            account = embedded_account_path(targets[0].folder, order.account)
            with FileLock(account.with_suffix(".lock")):
                return super().perform(order)

    monkeypatch.setattr(worker, "keep_bug", str)
    with on_cluster(Held(threads=1), targets) as run:
        done = rolled_out(run, targets, RolloutRules(waves=("rest",), stop_after=1))
    assert codes(done.results) == [ExitCode.STOPPED] * NUMBER
    outcome = done.results[0].outcome
    assert isinstance(outcome, AccountFailure)
    assert outcome.message.startswith("account-locked: ")
    assert outcome.message.endswith("made calls")
    assert run_to_undo(targets[0], last_rollout(targets)) == read_journals(targets)[0].id


class Failing(FakeCluster):
    """Loses the answers of orders that make calls."""

    def perform(self, order: Order) -> Answer:
        if writes(order):
            raise AssertionError
        return super().perform(order)

    def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
        if writes(order):
            self.orders.append(order)
            done(RuntimeError("gone"))
        else:
            super().submit(order, done)


def test_a_failure_holds_back_what_no_worker_has_started(targets: tuple[Target, ...]) -> None:
    with on_cluster(cluster := Failing(threads=1), targets) as run:
        review = review_fleet(run, tasks_of(targets))
        rollout = open_rollout(targets, review, RolloutRules(waves=("rest",), stop_after=1))
        done = roll_out(run, rollout, BetweenWaves(ask=None, now=targets[0].host.now))
    assert done.stopped == "1 account failed"
    assert codes(done.results) == [ExitCode.STOPPED] * NUMBER
    assert len(cluster.orders) == NUMBER + 1
    lost, *others = done.results
    assert isinstance(lost.outcome, AccountFailure)
    assert lost.outcome.hint == CUT_OFF.hint
    fleet = with_results(FleetCommand.APPLY, review, done.results)
    words = " ".join(rollout_words(replace(fleet, stopped=done.stopped)))
    assert "Half-done: 1 account (client-1)" in words
    assert "Untouched: 2 accounts (client-2, client-3)" in words
    assert [one.outcome for one in others] == [one.plan for one in review.waiting[1:]]


@pytest.mark.parametrize("was_killed", [False, True])
def test_an_order_that_comes_after_a_hold_is_not_started_and_says_what_the_journal_has(
    was_killed: bool,  # noqa: FBT001 -- a parameter of the test
    targets: tuple[Target, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "keep_bug", str)

    class Late(FakeCluster):
        def perform(self, order: Order) -> Answer:
            if writes(order):
                if was_killed:
                    with monkeypatch.context() as patch:
                        patch.setattr(worker, "this_host", killed_host(2))
                        super().perform(order)
                self.hold(order.step, halts=True)
                run.halt.set()
            return super().perform(order)

    with on_cluster(Late(threads=1), targets) as run:
        review = review_fleet(run, tasks_of(targets))
        results = apply_reviewed(run, review.waiting, brake=Brake())
    assert codes(results) == [ExitCode.INTERRUPTED] * NUMBER
    assert (results[0].outcome == CUT_OFF) is was_killed
    assert len(read_journals(targets)) == was_killed


def test_ctrl_c_ends_an_apply_after_its_call_and_reports_it(
    targets: tuple[Target, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopping_host(is_interrupted: Callable[[], bool] = never) -> Host:
        def listen(step: Step) -> None:
            if isinstance(step, CallFinished):
                run.halt.set()
                cluster.hold(cluster.orders[-1].step, halts=True)

        return this_host(listener=listen, is_interrupted=is_interrupted)

    monkeypatch.setattr(worker, "this_host", stopping_host)
    with on_cluster(cluster := FakeCluster(threads=1), targets) as run:
        done = rolled_out(run, targets)
    first, *others = done.results
    assert done.stopped == "it was interrupted"
    assert isinstance(first.outcome, AppliedPlan)
    assert (first.outcome.run.calls_made, first.exit_code) == (1, ExitCode.INTERRUPTED)
    assert codes(tuple(others)) == [ExitCode.INTERRUPTED] * 2
    assert [len(read_journals([one])) for one in targets] == [1, 0, 0]


def test_a_second_ctrl_c_leaves_workers_alone_and_says_so(targets: tuple[Target, ...]) -> None:
    class Deaf(FakeCluster):
        def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
            if writes(order):
                run.halt.set()
            else:
                super().submit(order, done)

        def workers(self) -> Mapping[str, int]:
            if run.halt.is_set():
                raise KeyboardInterrupt
            return super().workers()

    with on_cluster(cluster := Deaf(threads=1), targets) as run:
        review = review_fleet(run, tasks_of(targets))
        results = apply_reviewed(run.without_grace(), review.waiting, brake=Brake())
    assert [one.outcome == LEFT_RUNNING for one in results] == [True, False, False]
    assert set(cluster.held.values()) == {True}
    assert cluster.is_forgotten


def test_if_all_workers_are_gone_what_they_had_may_be_half_done(
    targets: tuple[Target, ...],
) -> None:
    class Dying(FakeCluster):
        def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
            if writes(order):
                self.threads = 0
            else:
                super().submit(order, done)

    gone: list[int] = []
    with on_cluster(Dying(threads=1), targets) as run:
        review = review_fleet(run, tasks_of(targets))
        noting = replace(run, on_loss=gone.append)
        results = apply_reviewed(noting, review.waiting, brake=Brake())
    assert codes(results) == [ExitCode.STOPPED, ExitCode.FAILED, ExitCode.FAILED]
    assert gone == [1]
    fleet = with_results(FleetCommand.APPLY, review, results)
    words = " ".join(rollout_words(replace(fleet, stopped="x")))
    assert "Half-done: 1 account (client-1). Failed: 2 accounts" in words


@pytest.mark.parametrize("is_lost", [False, True])
def test_what_a_worker_refuses_after_another_was_lost_may_be_half_done(
    is_lost: bool,  # noqa: FBT001 -- a parameter of the test
    targets: tuple[Target, ...],
) -> None:
    class Replaced(FakeCluster):
        def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
            if writes(order):
                self.threads = 0 if is_lost else 1
                done(("refused", "has other state"))
            else:
                super().submit(order, done)

    with on_cluster(Replaced(threads=1), targets[:1]) as run:
        review = review_fleet(run, tasks_of(targets[:1]))
        results = apply_reviewed(run, review.waiting, brake=Brake())
    assert codes(results) == [ExitCode.STOPPED if is_lost else ExitCode.REFUSED]


def test_workers_with_other_state_or_locks_are_refused_before_any_account(
    targets: tuple[Target, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = FakeCluster()
    with on_cluster(cluster, targets) as run:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
        with pytest.raises(WorkerRefusedError, match="has other locks in"):
            review_fleet(run, tasks_of(targets))
    shutil.copytree(targets[0].folder, tmp_path / "copy")
    monkeypatch.setenv(worker.PROJECT_VARIABLE, str(tmp_path / "copy"))
    with on_cluster(cluster, targets) as run:
        with pytest.raises(WorkerRefusedError, match="has other state in") as found:
            review_fleet(run, tasks_of(targets))
        assert "docs/state.md" in str(found.value.hint)
    assert not cluster.orders


def test_a_proof_ends_with_its_command_and_no_word_of_it_leads_elsewhere(
    targets: tuple[Target, ...],
) -> None:
    with prove_state(targets) as proof:
        assert state_refusal(targets, proof.words) == ""
    assert "other state" in state_refusal(targets, proof.words)
    assert not list((targets[0].folder / ".schemactl/cluster").glob("[!.]*"))
    folder = targets[0].folder / ".schemactl/cluster"
    (folder / proof.token).mkdir()
    assert "cannot read the state" in state_refusal(targets, proof.words)
    shutil.rmtree(folder)
    folder.touch()
    with pytest.raises(AccountError, match="cannot be written"), prove_state(targets):
        pass
    for token in ("../../schemactl", "", "g" * 12):
        words = StateProof(token=token, in_folder=True).words
        assert bool(state_refusal(targets, words)) is bool(token)
    store = StateProof(token="0" * 12, in_store=True).words
    assert "another state store" in state_refusal(targets, store)
