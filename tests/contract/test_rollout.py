"""Roll-outs: wave by wave, stopped by a failure, and gone on with by the same command."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.emulator import parse_fault
from schemactl.errors import ExitCode, UsageError
from schemactl.fleet.applying import AccountTask, FleetReview, review_fleet, with_results
from schemactl.fleet.rollout import (
    BetweenWaves,
    RolledOut,
    Rollout,
    open_rollout,
    roll_out,
    without_waves,
)
from schemactl.fleet.undoing import last_rollout, run_to_undo, undo_tasks
from schemactl.model.event import CallFinished, CallStarted, Event
from schemactl.model.fleet import AccountResult, AppliedPlan, FleetCommand
from schemactl.model.plan import Permission
from schemactl.model.rollout import RolloutRules, Wave
from schemactl.pipeline import read_journals, snapshot_account
from schemactl.report.fleet_words import rollout_words
from schemactl.store.rollout_file import RolloutFileError
from schemactl.store.state.interface import StateFile
from schemactl.values import replace
from tests.fleets import a_fleet_run, a_served_fleet, targets_of, write_fleet_project
from tests.killing import KilledError

BASE = "version: 1\nsections: [{name: Sales, fields: [{name: Budget, type: price}]}]\n"
MORE = "version: 1\nsections: [{name: Sales, fields: [{name: Level, type: text}]}]\n"
BOTH = """\
version: 1
sections: [{name: Sales, fields: [{name: Budget, type: price}, {name: Level, type: text}]}]
"""
RULES = RolloutRules(waves=("1", "40%", "rest"), stop_after=1)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_project(folder: Path, number: int = 5) -> tuple[Target, ...]:
    write_fleet_project(folder, ["emulator"] * number, base=BASE)
    return again(folder)


def again(folder: Path, number: str = "0001") -> tuple[Target, ...]:
    """Return the accounts as another command finds them."""
    targets = targets_of(folder, {"XDG_STATE_HOME": str(folder / ".state")})
    return tuple(replace(one, host=replace(one.host, token=lambda: number)) for one in targets)


def opened(targets: Sequence[Target], rules: RolloutRules = RULES) -> Rollout:
    tasks = [AccountTask(target=one, options=ApplyOptions()) for one in targets]
    review = review_fleet(replace(a_fleet_run(), keep_bug=str), tasks)
    return open_rollout(targets, review, rules)


def between(at: datetime = NOW, *, asks: bool = False, one_wave: bool = False) -> BetweenWaves:
    def ask(wave: Wave, number: int) -> bool:
        del wave, number
        return False

    return BetweenWaves(ask=ask if asks else None, now=lambda: at, one_wave=one_wave)


def rolled(rollout: Rollout, pause: BetweenWaves | None = None) -> RolledOut:
    run = replace(a_fleet_run(), keep_bug=str)
    return roll_out(run, rollout, pause or between())


def file_of(rollout: Rollout) -> StateFile:
    assert rollout.file is not None
    return rollout.file


def done(result: RolledOut) -> list[str]:
    return sorted(
        one.account
        for one in result.results
        if isinstance(one.outcome, AppliedPlan) and one.outcome.is_complete
    )


def test_without_a_pause_all_waves_are_applied_in_their_order(tmp_path: Path) -> None:
    order: list[str] = []
    rollout = opened(a_project(tmp_path))
    run = replace(a_fleet_run(), on_result=lambda one: order.append(one.account))
    result = roll_out(run, rollout, between())
    assert (result.stopped, len(done(result))) == ("", 5)
    places = [
        number
        for name in order
        for number, wave in enumerate(rollout.waves)
        if name in wave.accounts
    ]
    assert places == sorted(places) == [0, 1, 1, 2, 2]


@pytest.mark.parametrize(("number", "stopped"), [(3, "it was interrupted"), (5, "")])
def test_ctrl_c_during_the_last_calls_of_all_interrupts_nothing(
    number: int, stopped: str, tmp_path: Path
) -> None:
    ended: list[str] = []

    def stop(result: AccountResult) -> None:
        ended.append(result.account)
        if len(ended) == number:
            run.halt.set()

    rollout = opened(a_project(tmp_path))
    run = replace(a_fleet_run(), on_result=stop)
    result = roll_out(run, rollout, between())
    assert (result.stopped, len(done(result))) == (stopped, number)
    fleet = with_results(FleetCommand.APPLY, rollout.review, result.results)
    fleet = replace(fleet, stopped=result.stopped)
    assert (fleet.exit_code is ExitCode.OK) == (not stopped)


@pytest.mark.parametrize("wave", [0, 1, 2])
def test_a_failure_stops_the_roll_out_and_the_same_command_goes_on(
    wave: int, tmp_path: Path
) -> None:
    with a_served_fleet(tmp_path, 5, base=BASE) as (server, targets):
        rollout = opened(targets)
        sick = rollout.waves[wave].accounts[0]
        account = server.account(int(sick.removeprefix("client-")))
        account.faults.add((parse_fault("any:status-500:times=all"),))
        result = rolled(rollout)
        fleet = with_results(FleetCommand.APPLY, rollout.review, result.results)
        words = " ".join(rollout_words(replace(fleet, stopped=result.stopped)))
        started = sum(len(one.accounts) for one in rollout.waves[: wave + 1])
        assert "1 account failed" in result.stopped
        assert len(done(result)) == started - 1
        assert fleet.exit_code in {ExitCode.STOPPED, ExitCode.FAILED}
        assert ("Untouched" in words) == (wave < 2)
        account.faults.clear()
        more = opened(
            [replace(one, host=replace(one.host, token=lambda: "2")) for one in targets]
        )
        assert more.goes_on
        assert rolled(more).stopped == ""
        assert not opened(targets).review.waiting


@pytest.mark.parametrize("account", range(5))
def test_a_killed_roll_out_goes_on_with_the_same_waves(account: int, tmp_path: Path) -> None:
    def kill(event: Event) -> None:
        if isinstance(event, CallStarted):
            raise KilledError

    targets = list(a_project(tmp_path))
    killed = targets[account]
    targets[account] = replace(killed, host=replace(killed.host, listener=kill))
    first = opened(targets)
    stopped = rolled(first)
    assert stopped.stopped
    assert killed.account.name not in done(stopped)
    more = opened(again(tmp_path, "0002"))
    assert more.goes_on
    assert more.waves == first.waves
    assert more.record.started == first.record.started
    assert rolled(more).stopped == ""
    assert not opened(again(tmp_path, "0003")).review.waiting


def test_hours_must_pass_between_two_waves(tmp_path: Path) -> None:
    rules = replace(RULES, pause_h=24.0)
    targets = a_project(tmp_path)
    result = rolled(opened(targets, rules))
    assert "wave 2 of 3 (40%) may start on" in result.stopped
    assert len(done(result)) == 1
    early = NOW + timedelta(hours=23)
    result = rolled(opened(again(tmp_path, "0002"), rules), between(early))
    assert len(done(result)) == 0
    late = NOW + timedelta(hours=24)
    result = rolled(opened(again(tmp_path, "0003"), rules), between(late))
    assert len(done(result)) == 2


def test_hours_must_pass_although_no_record_says_when_the_first_wave_ended(
    tmp_path: Path,
) -> None:
    """An account that came during the pause makes it a roll-out to other accounts."""
    rules = replace(RULES, pause_h=24.0)
    first = opened(a_project(tmp_path), rules)
    rolled(first, between())
    file_of(first).delete()
    for hours, number in ((23, 0), (24, 2)):
        rollout = opened(again(tmp_path, f"{hours:04}"), rules)
        result = rolled(rollout, between(NOW + timedelta(hours=hours)))
        assert len(done(result)) == number


def test_a_question_between_waves_can_be_answered_no_or_have_nobody_to_answer(
    tmp_path: Path,
) -> None:
    rules = replace(RULES, asks=True)
    result = rolled(opened(a_project(tmp_path), rules), between(asks=True))
    assert "you did not agree to wave 2" in result.stopped
    result = rolled(opened(again(tmp_path, "0002"), rules))
    assert "there is no terminal to ask on" in result.stopped
    assert len(done(result)) == 2


def test_one_wave_at_a_time_is_no_failure(tmp_path: Path) -> None:
    a_project(tmp_path)
    numbers = []
    for token in ("0001", "0002", "0003"):
        rollout = opened(again(tmp_path, token))
        result = rolled(rollout, between(one_wave=True))
        fleet = with_results(FleetCommand.APPLY, rollout.review, result.results)
        assert fleet.exit_code is ExitCode.OK
        numbers.append(len(done(result)))
    assert numbers == [1, 2, 2]


def test_other_plans_are_another_roll_out(tmp_path: Path) -> None:
    rules = replace(RULES, pause_h=24.0)
    rolled(opened(a_project(tmp_path), rules))
    (tmp_path / "base.yaml").write_text(MORE)
    other = opened(again(tmp_path, "0002"), rules)
    assert not other.goes_on
    result = rolled(other)
    assert done(result) == list(other.waves[0].accounts)
    assert not opened(again(tmp_path, "3"), replace(rules, waves=("2", "rest"))).goes_on


def test_a_roll_out_that_ended_says_nothing_about_the_next(tmp_path: Path) -> None:
    """Each account was applied since it started, and none of that is for the new plans."""
    rolled(opened(a_project(tmp_path)))
    (tmp_path / "base.yaml").write_text(MORE)
    assert not opened(again(tmp_path, "0002")).goes_on


RECORD = (
    '{"format_version": 1, "kind": "rollout", "waves": [], "plans": {}, "runs": {}, '
    '"ended": [], "finished": false'
)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        f'{RECORD}, "started": "x"}}',
        f'{RECORD}, "started": "2026-01-01T00:00:00"}}',
        f'{RECORD}, "started": "0001-01-01T00:00:00+14:00"}}',
        f'{RECORD}, "started": "9999-12-31T23:59:59-14:00"}}',
    ],
)
def test_a_damaged_record_is_refused(text: str, tmp_path: Path) -> None:
    rollout = opened(a_project(tmp_path))
    file_of(rollout).write(text)
    with pytest.raises(RolloutFileError):
        opened(again(tmp_path))


def test_a_forged_record_changes_no_wave(tmp_path: Path) -> None:
    first = opened(a_project(tmp_path))
    rolled(first, between(one_wave=True))
    data = file_of(first).find(max_bytes=1_000_000)
    assert data is not None
    document = json.loads(data)
    document["waves"] = ["rest"]
    file_of(first).write(json.dumps(document))
    assert opened(again(tmp_path)).waves == first.waves


def test_a_record_from_a_commit_is_refused(tmp_path: Path) -> None:
    rolled(opened(a_project(tmp_path)))
    for words in (["init", "-q"], ["add", "-f", ".schemactl/rollouts"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    with pytest.raises(RolloutFileError, match="git tracks"):
        opened(again(tmp_path))


def undone(folder: Path, number: str) -> tuple[FleetReview, RolledOut]:
    """Undo the last roll-out in all accounts."""
    targets = again(folder, number)
    every = {target.account.name: frozenset(Permission) for target in targets}
    found = undo_tasks(targets, ApplyOptions(), every, overwrites=False)
    review = review_fleet(a_fleet_run(), found.tasks)
    return review, rolled(without_waves(targets, review))


@pytest.mark.parametrize("backend", ["legacy", "rest"])
def test_an_undo_takes_back_the_roll_out_and_nothing_else(backend: str, tmp_path: Path) -> None:
    write_fleet_project(tmp_path, ["emulator"] * 4, base=BASE, backend=backend)
    before = list(map(snapshot_account, again(tmp_path)))
    rolled(opened(again(tmp_path, "0001")), between(one_wave=True))
    first = opened(again(tmp_path, "0002"))
    rolled(first, between(one_wave=True))
    review, result = undone(tmp_path, "0003")
    assert len(review.waiting) == len(done(result)) == 3
    assert list(map(snapshot_account, again(tmp_path))) == before
    assert not undone(tmp_path, "0004")[0].waiting


def test_an_undo_finds_what_was_killed_and_finished_later(tmp_path: Path) -> None:
    def kill(event: Event) -> None:
        if isinstance(event, CallFinished):
            raise KilledError

    targets = list(a_project(tmp_path, 2))
    before = list(map(snapshot_account, targets))
    targets[0] = replace(targets[0], host=replace(targets[0].host, listener=kill))
    rules = RolloutRules(waves=("rest",))
    rolled(opened(targets, rules))
    assert "client-1" not in done(rolled(opened(again(tmp_path, "0002"), rules)))
    for number in ("0003", "0004"):
        undone(tmp_path, number)
    assert list(map(snapshot_account, again(tmp_path))) == before


def test_an_undo_leaves_alone_what_no_roll_out_did(tmp_path: Path) -> None:
    targets = a_project(tmp_path, 2)
    with pytest.raises(UsageError, match="no apply to all of these"):
        last_rollout(targets)
    rolled(opened(targets))
    (tmp_path / "base.yaml").write_text(MORE)
    later = again(tmp_path, "0002")[0]
    own = opened([later])
    roll_out(a_fleet_run(), replace(own, file=None), between())
    run = run_to_undo(later, last_rollout(again(tmp_path)))
    first, second = read_journals([later])
    assert (run, second.id != run) == (first.id, True)


def test_an_undo_takes_back_what_was_stopped_and_planned_again(tmp_path: Path) -> None:
    before = list(map(snapshot_account, a_project(tmp_path)))
    rolled(opened(again(tmp_path, "0001")), between(one_wave=True))
    (tmp_path / "base.yaml").write_text(BOTH)
    second = opened(again(tmp_path, "0002"))
    assert not second.goes_on
    assert rolled(second).stopped == ""
    review, _ = undone(tmp_path, "0003")
    assert len(review.waiting) == 5
    undone(tmp_path, "0004")
    assert list(map(snapshot_account, again(tmp_path))) == before


def test_an_undo_takes_back_what_failed_first_and_was_applied_again(tmp_path: Path) -> None:
    with a_served_fleet(tmp_path, 3, base=BASE) as (server, targets):
        before = list(map(snapshot_account, targets))
        rules = RolloutRules()
        server.account(1).faults.add((parse_fault("any:status-500:times=all"),))
        rolled(opened(targets, rules))
        server.account(1).faults.clear()
        later = [replace(one, host=replace(one.host, token=lambda: "2")) for one in targets]
        rolled(opened(later, rules))
        last = [replace(one, host=replace(one.host, token=lambda: "3")) for one in targets]
        every = {target.account.name: frozenset(Permission) for target in targets}
        found = undo_tasks(last, ApplyOptions(), every, overwrites=False)
        assert found.untouched == ()
        rolled(without_waves(last, review_fleet(a_fleet_run(), found.tasks)))
        assert list(map(snapshot_account, targets)) == before


def test_two_applies_at_once_record_the_runs_of_both(tmp_path: Path) -> None:
    """Each found some accounts locked by the other one."""
    a_project(tmp_path, 2)
    first, second = opened(again(tmp_path, "0001")), opened(again(tmp_path, "0002"))
    rules = RolloutRules()
    parts = [
        replace(
            one,
            rules=rules,
            waves=(Wave(number=1, name="rest", accounts=(name,)),),
        )
        for one, name in ((first, "client-1"), (second, "client-2"))
    ]
    for part in parts:
        assert rolled(part).stopped == ""
    found = last_rollout(again(tmp_path))
    assert set(found.runs) == {"client-1", "client-2"}
