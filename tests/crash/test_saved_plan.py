"""A saved plan that is executed, killed anywhere and applied again is finished, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

import pytest

from tests.crash.account import Moment
from tests.crash.cuts import Cut, RequestPoint, killed_at_requests, killed_at_steps, spread
from tests.crash.orders import Trouble, TroubleKind
from tests.crash.story import ALLOWED, Case, Stage

SAVE = ("plan", "--out", "plan.json", "--allow", ALLOWED)
APPLY_SAVED = ("apply", "plan.json", "--yes")


def saved(stage: Stage) -> Case:
    """Return a case whose plan is saved; saving reads the account, which is forgotten."""
    case = stage.case()
    ended = case.run(*SAVE)
    assert ended.status == 0, ended.reported
    case.account.sent.clear()
    return case


def saved_start(stage: Stage) -> Callable[[], Case]:
    """Return what restores a case whose plan is saved."""
    case = saved(stage)
    return partial(Cut.of(case).restore, case)


def requests_and_steps(stage: Stage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the requests and the steps of writing that executing a saved plan takes."""
    case = saved(stage)
    steps = case.folder / "steps"
    ended = case.start(*APPLY_SAVED, steps_to=steps).end()
    assert ended.status == 0, ended.reported
    assert not list(stage.faults_at_end(case))
    kinds = tuple(sent.type for sent in case.account.sent)
    return kinds, tuple(steps.read_text(encoding="utf-8").split())


def faults_after(stage: Stage, case: Case) -> list[str]:
    """Apply the saved plan again, and then once more."""
    faults = list(stage.faults_after(case, *APPLY_SAVED, look_again=False))
    writes = len(case.account.writes)
    again = case.run(*APPLY_SAVED)
    if again.status != 0 or len(case.account.writes) != writes:
        faults.append(f"applied once more it finds something to do: {again.reported}")
    return faults


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(moment, marks=pytest.mark.group(f"crash-{1 + number % 2}"))
        for number, moment in enumerate(Moment)
    ],
)
def test_a_saved_plan_killed_at_any_request_is_finished_when_applied_again(
    short_story: Stage, moment: Moment, count_points: Callable[[int], None]
) -> None:
    kinds, _ = requests_and_steps(short_story)
    start = saved_start(short_story)
    numbers = spread(
        range(1, len(kinds) + 1),
        lambda number: kinds[number - 1],
        turn=list(Moment).index(moment),
    )
    places = [(number, moment) for number in numbers]
    faults = {
        place: faults_after(short_story, case)
        for place, case in killed_at_requests(start, places, *APPLY_SAVED)
    }

    count_points(len(faults))
    assert not any(faults.values()), faults
    assert len(faults) == len(places)
    assert len(kinds) > 10


@pytest.mark.group("crash-1")
def test_a_saved_plan_killed_at_any_line_of_its_journal_is_finished_when_applied_again(
    short_story: Stage, count_points: Callable[[int], None]
) -> None:
    _, steps = requests_and_steps(short_story)
    start, faults = saved_start(short_story), {}
    points = [
        Trouble(
            step=number,
            kind=TroubleKind.KILLED_HALFWAY if step == "pwrite" else TroubleKind.KILLED_AFTER,
        )
        for number, step in enumerate(steps, start=1)
    ]
    tried = spread(points, lambda point: point.kind)
    for trouble, case in killed_at_steps(start, tried, *APPLY_SAVED):
        if found := faults_after(short_story, case):
            faults[trouble] = found

    count_points(len(tried))
    assert not faults
    assert len(steps) > 20


@pytest.mark.group("crash-2")
def test_a_field_is_replaced_once_however_often_its_saved_plan_is_killed(
    replacing_story: Stage, count_points: Callable[[int], None]
) -> None:
    faults = {}
    tried = 0
    points, stage = cuts(replacing_story), replacing_story
    for first, case in reached(saved_start(stage), points):
        for second, _ in reached(partial(Cut.of(case).restore, case), points):
            tried += 1
            if found := faults_after(stage, case):
                faults[first, second] = found

    count_points(tried)
    assert not faults
    assert tried > 20


def reached(
    start: Callable[[], Case], points: Sequence[RequestPoint]
) -> Iterator[tuple[RequestPoint, Case]]:
    """Kill the execution of the saved plan at each call that it still makes."""
    return killed_at_requests(start, points, *APPLY_SAVED, counts_writes=True)


def cuts(stage: Stage) -> list[RequestPoint]:
    """Return the calls of a run, and the moments of each, at which a run can be killed."""
    calls = range(1, len(stage.undisturbed().writes) + 1)
    return list(product(calls, (Moment.BEFORE, Moment.ACTED)))
