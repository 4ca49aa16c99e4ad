"""Accounts that refuse, hang, lie, time out or run out of rate among those that are applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

import pytest

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.emulator import parse_edits, parse_fault
from schemactl.errors import ExitCode
from schemactl.fleet.applying import AccountTask, apply_reviewed, review_fleet, with_results
from schemactl.fleet.brake import Brake
from schemactl.fleet.runner import FleetRun
from schemactl.fleet.work import Work
from schemactl.model.event import CallStarted
from schemactl.model.event import Event as Step
from schemactl.model.fleet import (
    LEFT_RUNNING,
    AccountFailure,
    AccountResult,
    AppliedPlan,
    FleetCommand,
    FleetResult,
)
from schemactl.pipeline import plan_account
from schemactl.values import dataclass, field, replace
from tests.fleets import a_fleet_run, a_served_fleet

NUMBER = 4
SICK = 2
FAULTS = (
    "any:status-500:times=all",
    "any:cut-after-acting:times=all",
    "any:status-429:times=all:reset=1",
    "any:lying-success:times=all",
)


def statuses(fleet: FleetResult) -> list[ExitCode]:
    return [result.exit_code for result in fleet.results]


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("after_review", [False, True])
def test_a_sick_account_neither_stops_nor_hides_the_others(
    backend: str, fault: str, tmp_path: Path, *, after_review: bool
) -> None:
    with a_served_fleet(tmp_path, NUMBER, backend=backend, base=BASE) as (server, targets):
        faults = server.account(SICK).faults
        if not after_review:
            faults.add((parse_fault(fault),))
        tasks = [AccountTask(target=one, options=ApplyOptions()) for one in targets]
        review = review_fleet(a_fleet_run(), tasks)
        if after_review:
            faults.add((parse_fault(fault),))
        applied = apply_reviewed(a_fleet_run(), review.waiting, brake=Brake())
        fleet = with_results(FleetCommand.APPLY, review, applied)
        healthy = [one for one in targets if not one.account.name.endswith(str(SICK))]
        left = [plan_account(one, permissions=frozenset()).plan for one in healthy]
    codes = statuses(fleet)
    assert codes.pop(SICK - 1) is not ExitCode.OK
    assert codes == [ExitCode.OK] * (NUMBER - 1)
    assert not any(plan.calls for plan in left)


BASE = "version: 1\nsections: [{name: Sales, fields: [{name: Budget, type: price}]}]\n"


def test_what_changed_since_the_review_stops_that_account_only(tmp_path: Path) -> None:
    with a_served_fleet(tmp_path, 2, base=BASE) as (server, targets):
        tasks = [AccountTask(target=one, options=ApplyOptions()) for one in targets]
        review = review_fleet(a_fleet_run(), tasks)
        server.account(1).edit(parse_edits("add-section Sales"))
        results = apply_reviewed(a_fleet_run(), review.waiting, brake=Brake())
    assert [one.exit_code for one in results] == [ExitCode.REFUSED, ExitCode.OK]
    assert isinstance(results[0].outcome, AccountFailure)


def test_two_names_of_one_account_are_refused_and_a_third_is_applied(tmp_path: Path) -> None:
    """What the files of one protect, an apply of the other could remove."""
    with a_served_fleet(tmp_path, 3, base=BASE) as (server, targets):
        environ = {**targets[0].host.environ, "CLIENT_2_APP_ID": "2_test_1"}
        tasks = [
            AccountTask(
                target=replace(one, host=replace(one.host, environ=environ)),
                options=ApplyOptions(),
            )
            for one in targets
        ]
        review = review_fleet(a_fleet_run(), tasks)
        assert not server.account(1).calls()
    assert [one.exit_code for one in review.results] == [ExitCode.REFUSED] * 2 + [ExitCode.OK]
    for one, other in zip(review.results, ("client-2", "client-1"), strict=False):
        assert isinstance(one.outcome, AccountFailure)
        assert other in one.outcome.message
    assert [one.task.name for one in review.waiting] == ["client-3"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """An engine on another machine: only there are the credentials."""

    run: FleetRun
    targets: Mapping[str, Target]
    halt: Event = field(default_factory=Event)
    min_wait_s: float = 0.0
    cut_off: AccountFailure = LEFT_RUNNING

    def each(
        self, targets: Sequence[Target], work: Work, /, *, brake: Brake | None = None
    ) -> Sequence[AccountResult]:
        own = [self.targets[one.account.name] for one in targets]
        return self.run.each(own, work, brake=brake)

    def without_grace(self) -> Elsewhere:
        return self


def test_two_names_of_one_account_are_refused_where_only_a_worker_has_the_keys(
    tmp_path: Path,
) -> None:
    with a_served_fleet(tmp_path, 3, base=BASE) as (_, targets):
        environ = {**targets[0].host.environ, "CLIENT_2_APP_ID": "2_test_1"}
        with_keys = {
            one.account.name: replace(one, host=replace(one.host, environ=environ))
            for one in targets
        }
        tasks = [
            AccountTask(
                target=replace(one, host=replace(one.host, environ={})), options=ApplyOptions()
            )
            for one in targets
        ]
        review = review_fleet(Elsewhere(run=a_fleet_run(jobs=1), targets=with_keys), tasks)
    assert [one.exit_code for one in review.results] == [ExitCode.REFUSED] * 2 + [ExitCode.OK]
    assert [one.task.name for one in review.waiting] == ["client-3"]


def test_a_request_to_stop_finishes_calls_and_starts_no_other_account(tmp_path: Path) -> None:
    halt = Event()

    def stop(step: Step) -> None:
        if isinstance(step, CallStarted):
            halt.set()

    with a_served_fleet(tmp_path, 3, base=BASE) as (_, targets):
        tasks = [
            AccountTask(
                target=replace(
                    one, host=replace(one.host, listener=stop, is_interrupted=halt.is_set)
                ),
                options=ApplyOptions(),
            )
            for one in targets
        ]
        review = review_fleet(a_fleet_run(), tasks)
        run = a_fleet_run(jobs=1, halt=halt)
        first, *others = apply_reviewed(run, review.waiting, brake=Brake())
    assert isinstance(first.outcome, AppliedPlan)
    assert first.outcome.run.calls_made == 1
    assert {one.exit_code for one in others} == {ExitCode.INTERRUPTED}
    for one in others:
        assert isinstance(one.outcome, AccountFailure)
        assert "not started" in one.outcome.message


def test_a_second_request_gives_up_the_call_in_progress(tmp_path: Path) -> None:
    hang = Event()

    def wait(step: Step) -> None:
        if isinstance(step, CallStarted):
            hang.wait(20)

    def interrupt(result: object) -> None:
        del result
        raise KeyboardInterrupt

    with a_served_fleet(tmp_path, 2, base=BASE) as (_, targets):
        slow = replace(targets[1], host=replace(targets[1].host, listener=wait))
        tasks = [AccountTask(target=one, options=ApplyOptions()) for one in (targets[0], slow)]
        review = review_fleet(a_fleet_run(), tasks)
        run = FleetRun(jobs=2, halt=Event(), on_result=interrupt, keep_bug=str, grace_s=0.0)
        results = apply_reviewed(run, review.waiting, brake=Brake())
        hang.set()
    assert [one.exit_code for one in results] == [ExitCode.OK, ExitCode.INTERRUPTED]
    outcome = results[1].outcome
    assert isinstance(outcome, AccountFailure)
    assert "may have been executed" in outcome.message
