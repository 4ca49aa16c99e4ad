"""fleet/runner.py: results in order, and nothing of one account reaches another."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest

from schemactl.account.target import Target
from schemactl.errors import (
    AccountError,
    ExitCode,
    InvalidFilesError,
    Location,
    Problem,
    RefusedError,
)
from schemactl.fleet.runner import FleetRun
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    SEVEREST_FIRST,
    AccountFailure,
    AccountResult,
    FleetCommand,
    FleetResult,
    most_severe,
)
from tests.fleets import a_fleet_run, ignore, targets_of, write_fleet_project

MAX_S = 20.0


@pytest.fixture
def targets(tmp_path: Path) -> tuple[Target, ...]:
    """Twelve accounts, none of which is contacted."""
    write_fleet_project(tmp_path, ["emulator"] * 12)
    return targets_of(tmp_path, {})


def calm(target: Target) -> AccountResult:
    name = target.account.name
    drift = Drift(account=name, backend="rest")
    return AccountResult(account=name, labels=(), outcome=drift, exit_code=ExitCode.OK)


def number_of(target: Target) -> int:
    return int(target.account.name.removeprefix("client-"))


def test_results_are_in_the_order_of_the_accounts(targets: tuple[Target, ...]) -> None:
    order: list[str] = []

    def act(target: Target) -> AccountResult:
        time.sleep(0.002 * (12 - number_of(target)))
        return calm(target)

    run = FleetRun(
        jobs=12,
        halt=Event(),
        on_result=lambda one: order.append(one.account),
        keep_bug=str,
    )
    results = run.each(targets, act)
    names = [target.account.name for target in targets]
    assert [result.account for result in results] == names
    assert sorted(order) == sorted(names)


@pytest.mark.parametrize("jobs", [1, 3, 50])
def test_at_most_so_many_accounts_are_worked_on_at_a_time(
    targets: tuple[Target, ...], jobs: int
) -> None:
    lock, now, most = Lock(), 0, 0
    at_once = min(jobs, 12)
    all_here = Barrier(at_once)

    def act(target: Target) -> AccountResult:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        all_here.wait(MAX_S)
        with lock:
            now -= 1
        return calm(target)

    a_fleet_run(jobs).each(targets, act)
    assert most == at_once


PROBLEM = Problem(Location("base.yaml", 1, 1), "wrong-value", "it is wrong")


def raising(error: BaseException) -> Callable[[Target], AccountResult]:
    """Return what fails for the fifth account only."""

    def act(target: Target) -> AccountResult:
        if number_of(target) == 5:
            raise error
        return calm(target)

    return act


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        (AccountError("it is gone", hint="wait"), "it is gone", ExitCode.FAILED),
        (RefusedError("it is unsafe"), "it is unsafe", ExitCode.REFUSED),
        (InvalidFilesError([PROBLEM]), str(PROBLEM), ExitCode.INVALID_FILES),
        (ZeroDivisionError("x"), "internal error (ZeroDivisionError); kept: x", ExitCode.BUG),
        (SystemExit(3), "internal error (SystemExit); kept: 3", ExitCode.BUG),
    ],
)
def test_what_one_account_raises_is_its_result_alone(
    targets: tuple[Target, ...], error: BaseException, message: str, code: ExitCode
) -> None:
    run = FleetRun(jobs=3, halt=Event(), on_result=ignore, keep_bug=lambda one: f"kept: {one}")
    results = run.each(targets, raising(error))
    failure = results[4].outcome
    assert isinstance(failure, AccountFailure)
    assert (failure.message, results[4].exit_code) == (message, code)
    assert failure.hint == getattr(error, "hint", None)
    assert failure.problems == getattr(error, "problems", ())
    assert not any(result.failed for number, result in enumerate(results) if number != 4)


def test_after_ctrl_c_what_is_done_stays_and_a_hanging_account_is_given_up(
    targets: tuple[Target, ...],
) -> None:
    hang, halt = Event(), Event()
    seen: list[str] = []

    def act(target: Target) -> AccountResult:
        if number_of(target) in {2, 3}:
            hang.wait(MAX_S)
        return calm(target)

    def note(result: AccountResult) -> None:
        seen.append(result.account)
        if len(seen) == 4:
            raise KeyboardInterrupt

    run = FleetRun(jobs=3, halt=halt, on_result=note, keep_bug=str, grace_s=0.2)
    start = time.monotonic()
    results = run.each(targets, act)
    assert time.monotonic() - start < MAX_S
    hang.set()
    assert halt.is_set()
    done = [result.account for result in results if not result.failed]
    assert set(seen) == set(done) >= {"client-1"}
    assert all(one.exit_code is ExitCode.INTERRUPTED for one in results if one.failed)
    assert len(results) == 12


def test_a_second_ctrl_c_ends_the_wait(targets: tuple[Target, ...]) -> None:
    def note(result: AccountResult) -> None:
        raise KeyboardInterrupt(result.account)

    run = FleetRun(jobs=4, halt=Event(), on_result=note, keep_bug=str, grace_s=MAX_S)
    with pytest.raises(KeyboardInterrupt):
        run.each(targets, calm)


def test_a_halt_leaves_the_accounts_that_wait(targets: tuple[Target, ...]) -> None:
    halt = Event()
    halt.set()
    results = a_fleet_run(halt=halt).each(targets, calm)
    assert {result.exit_code for result in results} == {ExitCode.INTERRUPTED}


def test_no_account_is_an_empty_result() -> None:
    assert not a_fleet_run().each((), calm)


def test_every_exit_status_has_a_place_and_the_most_severe_wins() -> None:
    assert set(SEVEREST_FIRST) == set(ExitCode)
    assert most_severe([]) is ExitCode.OK
    for place, code in enumerate(SEVEREST_FIRST):
        assert most_severe(SEVEREST_FIRST[place:]) is code
    failed = AccountResult(
        account="b",
        labels=(),
        outcome=AccountFailure(message="gone"),
        exit_code=ExitCode.FAILED,
    )
    different = AccountResult(
        account="a",
        labels=(),
        outcome=Drift(account="a", backend="rest"),
        exit_code=ExitCode.DIFFERENT,
    )
    fleet = FleetResult(command=FleetCommand.DRIFT, results=(different, failed))
    assert fleet.exit_code is ExitCode.FAILED
