"""An apply to N accounts equals N applies, also if it was killed at any call and run again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.errors import ExitCode, SchemactlError
from schemactl.fleet.applying import AccountTask, apply_reviewed, review_fleet, with_results
from schemactl.fleet.brake import Brake
from schemactl.model.event import CallFinished, CallStarted, Event
from schemactl.model.fleet import AppliedPlan, FleetCommand, FleetResult
from schemactl.model.plan import Permission
from schemactl.pipeline import apply_account, plan_account, snapshot_account
from schemactl.report.json.fleet import fleet_json
from schemactl.report.json.run import run_json
from schemactl.values import replace
from tests.cli.projects import edit_account
from tests.fleets import a_fleet_run, targets_of, write_fleet_project
from tests.killing import KilledError

EVERY = frozenset(Permission)
EDITS = (
    "add-section Sales",
    "add-tag VIP",
    "add-tag Other",
    "add-section Else",
)
BASE = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Budget, type: price}
      - {name: Status, type: tdrop, options: [New, Won]}
  - {name: Service, fields: [{name: Level, type: text}]}
removed: {tags: [Other]}
"""
EditLists = st.lists(
    st.lists(st.sampled_from(EDITS), unique=True, max_size=3), min_size=1, max_size=4
)


class Yes:
    """A reviewer who agrees to everything."""

    def show(self, planned: object, found: object) -> None:
        """Show nothing."""

    def agrees(self, planned: object, *, calls: int) -> bool:
        del planned, calls
        return True


def a_project(folder: Path, edits: Sequence[Sequence[str]], backend: str) -> tuple[Target, ...]:
    folder.mkdir()
    write_fleet_project(folder, ["emulator"] * len(edits), backend=backend, base=BASE)
    for number, lines in enumerate(edits, start=1):
        if lines:
            edit_account(folder, *lines, account=f"client-{number}")
    return targets_of(folder, {"XDG_STATE_HOME": str(folder / ".state")})


def options(*, allowed: bool) -> ApplyOptions:
    return ApplyOptions(permissions=EVERY if allowed else frozenset())


def single(target: Target, *, allowed: bool) -> tuple[ExitCode, str | None]:
    """Apply to one account alone; return the exit status and the document of the run."""
    try:
        applied = apply_account(target, options=options(allowed=allowed), reviewer=Yes())
    except SchemactlError as error:
        return error.exit_code, None
    assert applied.run is not None
    return applied.run.exit_code, run_json(applied.planned.plan, applied.run)


def together(targets: Sequence[Target], *, allowed: bool) -> FleetResult:
    tasks = [AccountTask(target=one, options=options(allowed=allowed)) for one in targets]
    review = review_fleet(a_fleet_run(jobs=3), tasks)
    applied = apply_reviewed(a_fleet_run(jobs=3), review.waiting, brake=Brake())
    return with_results(FleetCommand.APPLY, review, applied)


def without_reads(document: str | None) -> object:
    """Return a run without the number of its requests: the plans were read once more."""
    run = None if document is None else json.loads(document)
    if run is not None:
        run.update(id="", requests_made=0, requests_planned=0)
    return run


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    backend=st.sampled_from(("legacy", "rest")),
    edits=EditLists,
    allowed=st.booleans(),
)
def test_an_apply_to_many_accounts_equals_an_apply_to_each(
    backend: str, edits: list[list[str]], *, allowed: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        alone = a_project(Path(name, "alone"), edits, backend)
        many = a_project(Path(name, "many"), edits, backend)
        expected = [single(target, allowed=allowed) for target in alone]
        fleet = together(many, allowed=allowed)
        entries = json.loads(fleet_json(fleet))["accounts"]
        states = [list(map(snapshot_account, targets)) for targets in (alone, many)]
    found = [
        (ExitCode(entry["exit_status"]), entry["result"] and json.dumps(entry["result"]))
        for entry in entries
    ]
    assert [code for code, _ in found] == [code for code, _ in expected]
    assert [without_reads(text) for _, text in found] == [
        without_reads(text) for _, text in expected
    ]
    assert states[0] == states[1]


def later(target: Target) -> Target:
    """Return the account in another process, whose runs have other ids."""
    return replace(target, host=replace(target.host, token=lambda: "1111"))


def killed_at(target: Target, event_number: int) -> Target:
    """Return the account in a process that is killed at an event of a call."""
    seen = 0

    def listen(event: Event) -> None:
        nonlocal seen
        if isinstance(event, CallStarted | CallFinished):
            seen += 1
            if seen == event_number:
                raise KilledError

    return replace(target, host=replace(target.host, listener=listen))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    backend=st.sampled_from(("legacy", "rest")),
    edits=EditLists,
    account=st.integers(0, 3),
    event_number=st.integers(1, 8),
)
def test_an_apply_that_was_killed_at_any_call_goes_on_when_it_runs_again(
    backend: str, edits: list[list[str]], account: int, event_number: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        whole = a_project(Path(name, "whole"), edits, backend)
        together(whole, allowed=True)
        cut = a_project(Path(name, "cut"), edits, backend)
        place = account % len(cut)
        killed = [
            killed_at(target, event_number) if number == place else target
            for number, target in enumerate(cut)
        ]
        run = replace(a_fleet_run(jobs=2), keep_bug=str)
        tasks = [AccountTask(target=one, options=options(allowed=True)) for one in killed]
        review = review_fleet(run, tasks)
        apply_reviewed(run, review.waiting, brake=Brake())
        again = together([later(target) for target in cut], allowed=True)
        assert list(map(snapshot_account, cut)) == list(map(snapshot_account, whole))
        assert again.exit_code is ExitCode.OK
        assert all(isinstance(one.outcome, AppliedPlan) for one in again.results)
        for target in cut:
            assert not plan_account(target, permissions=EVERY).plan.calls
