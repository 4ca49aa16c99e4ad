"""Accounts that refuse, hang, lie and fail among healthy ones, over both APIs."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest

from schemactl.emulator import parse_edits, parse_fault, parse_key, parse_switch, serve
from schemactl.errors import ExitCode
from schemactl.fleet.commands import drift_fleet, plan_fleet
from schemactl.fleet.runner import FleetRun
from schemactl.fleet.work import PlanOptions
from schemactl.model.drift import Drift
from schemactl.model.fleet import AccountFailure, AccountResult, FleetResult
from schemactl.model.json_text import canonical_json
from schemactl.pipeline import drift_account
from schemactl.report.json.drift import drift_json
from schemactl.report.json.fleet import fleet_json
from tests.fleets import (
    a_fleet_run,
    a_served_fleet,
    fleet_environ,
    targets_of,
    write_fleet_project,
)

BACKENDS = ("legacy", "rest")
NUMBER = 6
SICK = 3
FAULTS = (
    "any:status-500:times=all",
    "any:status-502:times=all",
    "any:half-body:times=all",
    "any:html:times=all",
    "any:cut-before-acting:times=all",
    "any:cut-after-acting:times=all",
    "any:status-429:times=all:reset=1",
)


def statuses(fleet: FleetResult) -> list[ExitCode]:
    return [result.exit_code for result in fleet.results]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_sick_account_neither_stops_nor_hides_the_others(
    backend: str, fault: str, tmp_path: Path
) -> None:
    with a_served_fleet(tmp_path, NUMBER, backend=backend) as (server, targets):
        server.account(SICK).faults.add((parse_fault(fault),))
        fleet = drift_fleet(a_fleet_run(), targets, strict=False, folder="")
    sick = fleet.results[SICK - 1]
    assert isinstance(sick.outcome, AccountFailure)
    assert sick.exit_code is ExitCode.FAILED
    healthy = [result for result in fleet.results if result is not sick]
    assert {result.exit_code for result in healthy} == {ExitCode.DIFFERENT}
    assert fleet.exit_code is ExitCode.FAILED


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_liar_lies_only_about_itself(backend: str, tmp_path: Path) -> None:
    with a_served_fleet(tmp_path, NUMBER, backend=backend) as (server, targets):
        for number in range(1, NUMBER + 1):
            server.account(number).edit(parse_edits("add-tag VIP"))
        alone = [drift_json(drift_account(target)) for target in targets]
        server.account(SICK).faults.add((parse_fault("any:lying-success:times=all"),))
        fleet = drift_fleet(a_fleet_run(), targets, strict=False, folder="")
    entries = json.loads(fleet_json(fleet))["accounts"]
    for number, entry in enumerate(entries, start=1):
        if number != SICK:
            assert canonical_json(entry["result"]) == alone[number - 1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_account_that_refuses_the_key_is_the_only_one_that_fails(
    backend: str, tmp_path: Path
) -> None:
    keys = (parse_key(f"2_test_{SICK}:another"),)
    with serve(accounts=NUMBER, keys=keys) as server:
        url = server.rest_url if backend == "rest" else server.url
        write_fleet_project(tmp_path, [url] * NUMBER, backend=backend)
        host = server.base_url.removeprefix("http://")
        targets = targets_of(tmp_path, fleet_environ(tmp_path, NUMBER, host))
        options = PlanOptions(permissions={}, is_detailed=True)
        fleet = plan_fleet(a_fleet_run(), targets, options)
    expected = [ExitCode.DIFFERENT] * NUMBER
    expected[SICK - 1] = ExitCode.FAILED
    assert statuses(fleet) == expected


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_hanging_account_holds_up_no_other_one(backend: str, tmp_path: Path) -> None:
    """It hangs until the emulator is stopped; the user gives up after the last healthy one."""
    done: list[str] = []

    def note(result: AccountResult) -> None:
        done.append(result.account)
        if len(done) == NUMBER - 1:
            raise KeyboardInterrupt

    with a_served_fleet(tmp_path, NUMBER, backend=backend) as (server, targets):
        fault = "any:no-answer-after-acting:seconds=600:times=all"
        server.account(1).faults.add((parse_fault(fault),))
        run = FleetRun(jobs=2, halt=Event(), on_result=note, keep_bug=str, grace_s=0.1)
        fleet = drift_fleet(run, targets, strict=False, folder="")
    assert statuses(fleet) == [
        ExitCode.INTERRUPTED,
        *[ExitCode.DIFFERENT] * (NUMBER - 1),
    ]
    assert fleet.exit_code is ExitCode.INTERRUPTED


def test_each_account_keeps_its_own_rate(tmp_path: Path) -> None:
    """With a limit for all together, none of the later accounts could be read."""
    with serve(accounts=NUMBER, rate_limit=20) as server:
        server.account(1).set_switches((parse_switch("over-rate=failure"),))
        write_fleet_project(tmp_path, [server.rest_url] * NUMBER)
        host = server.base_url.removeprefix("http://")
        targets = targets_of(tmp_path, fleet_environ(tmp_path, NUMBER, host))
        fleet = drift_fleet(a_fleet_run(), targets, strict=False, folder="")
        calls = [len(server.account(number).calls()) for number in range(1, NUMBER + 1)]
    assert all(isinstance(result.outcome, Drift) for result in fleet.results)
    assert sum(calls) > 20 > max(calls)


def test_each_account_is_asked_as_often_as_alone(tmp_path: Path) -> None:
    with a_served_fleet(tmp_path, 2) as (server, targets):
        drift_account(targets[0])
        alone = len(server.account(1).calls())
        drift_fleet(a_fleet_run(), targets, strict=False, folder="")
        calls = [len(server.account(number).calls()) for number in (1, 2)]
    assert calls == [2 * alone, alone]
