"""The apply that finishes what was cut off is killed too: at each call, and at each line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import pytest

from tests.crash.account import Moment
from tests.crash.cuts import Cut, killed_at_requests, killed_at_steps
from tests.crash.orders import Trouble, TroubleKind
from tests.crash.story import APPLY, Case, Stage

MOMENTS = (Moment.BEFORE, Moment.ACTED)
MAX_WRITES = 100
"""More than any apply of these tests sends."""


def cut_off(stage: Stage, number: int, moment: Moment) -> Case:
    case = stage.case()
    assert case.kill_at_request(number, moment, *APPLY).status == -9
    return case


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(moment, marks=pytest.mark.group(f"crash-{number}"))
        for number, moment in enumerate(MOMENTS, start=1)
    ],
)
def test_an_apply_killed_twice_at_a_call_is_finished_by_the_third(
    short_story: Stage, moment: Moment, count_points: Callable[[int], None]
) -> None:
    faults = {}
    tried = 0
    places = [(number, moment) for number in short_story.undisturbed().writes]
    seconds = tuple(product(range(1, MAX_WRITES), MOMENTS))
    for first, case in killed_at_requests(short_story.case, places, *APPLY):
        start = partial(Cut.of(case).restore, case)
        for second, _ in killed_at_requests(start, seconds, *APPLY, counts_writes=True):
            tried += 1
            if found := list(short_story.faults_after(case, look_again=False)):
                faults[first, second] = found

    count_points(tried)
    assert not faults
    assert tried > 20


@pytest.mark.group("crash-2")
def test_an_apply_killed_twice_while_writing_is_finished_by_the_third(
    short_story: Stage, count_points: Callable[[int], None]
) -> None:
    """The first has just put the new tags on their carrier, so that the second owes a call."""
    undisturbed = short_story.undisturbed()
    first = undisturbed.requests.index("add_tag") + 1
    resumed = cut_off(short_story, first, Moment.ACTED)
    start = partial(Cut.of(resumed).restore, resumed)
    steps = resumed.folder / "steps"
    assert resumed.start(*APPLY, steps_to=steps).end().status == 0
    faults = {}
    tried = len(steps.read_text(encoding="utf-8").split())
    kinds = (TroubleKind.KILLED_AFTER, TroubleKind.KILLED_HALFWAY)
    points = [Trouble(step=number, kind=kinds[number % 2]) for number in range(1, tried + 1)]
    for trouble, case in killed_at_steps(start, points, *APPLY):
        if found := list(short_story.faults_after(case, look_again=False)):
            faults[trouble] = found

    count_points(tried)
    assert not faults
    assert tried > 10
