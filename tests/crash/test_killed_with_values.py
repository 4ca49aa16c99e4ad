"""An apply that backs up, copies and destroys values is killed, and so is its undo.

They are killed at requests and at steps of writing the vault, over both APIs. The next apply
leaves the account as one that nobody killed; then all that was applied is undone, and every
contact holds exactly what it held before. Each point takes seconds, so that a run tries every
so-manieth (see `cuts.STRIDE`). At every tenth of them the process is truly killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.crash.account import Moment
from tests.crash.cuts import STRIDE, Cut, killed_at_requests, killed_at_steps
from tests.crash.orders import VAULT, Trouble, TroubleKind
from tests.crash.story import ALLOWED, APPLY, Case, Stage, comparable

UNDO = ("undo", "--yes", "--allow", ALLOWED)
UNDONE = 3
"""After every so-manieth of these all is undone too."""
BACKENDS = [
    pytest.param("legacy", marks=pytest.mark.group("crash-1")),
    pytest.param("rest", marks=pytest.mark.group("crash-2")),
]


@pytest.fixture
def stage(request: pytest.FixtureRequest, values_stories: Callable[[str], Stage]) -> Stage:
    return values_stories(request.param)


def a_case(stage: Stage) -> Case:
    """Make a case in which the steps of writing the vault are counted."""
    case = stage.case()
    case.watched = VAULT
    return case


def steps_of(start: Callable[[], Case], *argv: str) -> list[Trouble]:
    """Return the moment after each step of writing the vault that a command makes."""
    case = start()
    steps = case.folder / "steps"
    ended = case.start(*argv, steps_to=steps).end()
    assert ended.status == 0, ended.reported
    number = len(steps.read_text(encoding="utf-8").split())
    return [
        Trouble(step=one, kind=TroubleKind.KILLED_AFTER) for one in range(1, number + 1, STRIDE)
    ]


def contacts_of(case: Case) -> dict[int, dict[str, str]]:
    """Return what each contact holds in the section of the story, by its id."""
    state: dict[str, Any] = case.account.state()
    return {
        contact["id"]: {
            one["field"]: one["text"]
            for one in contact["values"]
            if one["section"] == "Pipeline" and one["text"]
        }
        for contact in state["contacts"]
    }


def faults_after(stage: Stage, before: object, case: Case, *, undoes: bool) -> Iterator[str]:
    """Apply again, then perhaps undo all; yield what is not as it must be."""
    ended = case.run(*APPLY)
    if ended.status != 0:
        yield f"the next apply does not finish: {ended.reported}"
        return
    wanted = stage.undisturbed(*APPLY).state
    if (state := comparable(case.account.state())) != wanted:
        yield f"the account differs:\n  {state}\nfrom\n  {wanted}"
    for run in reversed(case.history().runs if undoes else ()):
        if run.calls and (undone := case.run(*UNDO[:1], run.id, *UNDO[1:])).status != 0:
            yield f"the undo of {run.id} does not finish: {undone.reported}"
    if undoes and contacts_of(case) != before:
        yield f"undone, contacts hold {contacts_of(case)}, and held {before}"


def faults_of(
    stage: Stage, killed: Iterable[tuple[object, Case]], before: object
) -> dict[object, list[str]]:
    return {
        point: found
        for turn, (point, case) in enumerate(killed)
        if (found := list(faults_after(stage, before, case, undoes=turn % UNDONE == 0)))
    }


@pytest.mark.parametrize("stage", BACKENDS, indirect=True)
def test_an_apply_killed_at_any_request_loses_no_value(
    stage: Stage, count_points: Callable[[int], None]
) -> None:
    points = [
        (number, Moment.ACTED)
        for number in range(1, len(stage.undisturbed(*APPLY).requests) + 1, STRIDE)
    ]
    before = contacts_of(a_case(stage))

    count_points(len(points))
    assert not faults_of(stage, killed_at_requests(stage.case, points, *APPLY), before)
    assert len(points) > 30 // STRIDE


@pytest.mark.parametrize("stage", BACKENDS, indirect=True)
def test_an_apply_killed_at_any_write_of_the_vault_loses_no_value(
    stage: Stage, count_points: Callable[[int], None]
) -> None:
    start = partial(a_case, stage)
    points, before = steps_of(start, *APPLY), contacts_of(start())

    count_points(len(points))
    assert not faults_of(stage, killed_at_steps(start, points, *APPLY), before)
    assert len(points) > 10 // STRIDE


@pytest.mark.parametrize("stage", BACKENDS, indirect=True)
def test_an_undo_killed_at_any_request_is_finished_by_the_next(
    stage: Stage, count_points: Callable[[int], None]
) -> None:
    case = stage.case()
    before = contacts_of(case)
    assert case.run(*APPLY).status == 0
    start = partial(Cut.of(case).restore, case)
    sent = len(case.account.sent)
    assert case.run(*UNDO).status == 0
    points = [
        (one, Moment.ACTED) for one in range(2, len(case.account.sent) - sent + 1, STRIDE)
    ]
    (run,) = [one.id for one in start().history().runs]
    faults = {}
    for point, killed in killed_at_requests(start, points, *UNDO):
        ended = killed.run("undo", run, *UNDO[1:])
        if ended.status != 0 or contacts_of(killed) != before:
            faults[point] = f"{contacts_of(killed)}, {ended.reported}"

    count_points(len(points))
    assert not faults
    assert len(points) > 20 // STRIDE
