"""The apply that finishes what was cut off is killed too: at each call, and at each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.crash.account import Moment
from tests.crash.orders import Trouble, TroubleKind
from tests.crash.story import APPLY, Case, Stage

MOMENTS = (Moment.BEFORE, Moment.ACTED)


def cut_off(stage: Stage, number: int, moment: Moment) -> Case:
    case = stage.case()
    assert case.kill_at_request(number, moment, *APPLY).status == -9
    return case


def writes_of_resumed(stage: Stage, first: int, moment: Moment) -> Iterator[int]:
    """Yield the number of each write that the second apply sends, counted from its start."""
    case = cut_off(stage, first, moment)
    assert case.apply().status == 0
    for number, sent in enumerate(case.account.sent[first:], start=1):
        if sent.is_write:
            yield number


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(moment, marks=pytest.mark.xdist_group(f"crash-{number}"))
        for number, moment in enumerate(MOMENTS, start=1)
    ],
)
def test_an_apply_killed_twice_at_a_call_is_finished_by_the_third(
    short_story: Stage, moment: Moment, count_points: Callable[[int], None]
) -> None:
    faults = {}
    tried = 0
    for first in short_story.undisturbed().writes:
        for second in writes_of_resumed(short_story, first, moment):
            for second_moment in MOMENTS:
                tried += 1
                case = cut_off(short_story, first, moment)
                assert case.kill_at_request(second, second_moment, *APPLY).status == -9
                if found := list(short_story.faults_after(case, look_again=False)):
                    faults[first, second, second_moment] = found

    count_points(tried)
    assert not faults
    assert tried > 20


@pytest.mark.xdist_group("crash-2")
def test_an_apply_killed_twice_while_writing_is_finished_by_the_third(
    short_story: Stage, count_points: Callable[[int], None]
) -> None:
    """The first has just put the new tags on their carrier, so that the second owes a call."""
    undisturbed = short_story.undisturbed()
    first = undisturbed.requests.index("add_tag") + 1
    resumed = cut_off(short_story, first, Moment.ACTED)
    steps = resumed.folder / "steps"
    assert resumed.start(*APPLY, steps_to=steps).end().status == 0
    faults = {}
    tried = len(steps.read_text(encoding="utf-8").split())
    for number in range(1, tried + 1):
        kind = TroubleKind.KILLED_HALFWAY if number % 2 else TroubleKind.KILLED_AFTER
        case = cut_off(short_story, first, Moment.ACTED)
        trouble = Trouble(step=number, kind=kind)
        assert case.start(*APPLY, trouble=trouble).end().status == -9
        if found := list(short_story.faults_after(case, look_again=False)):
            faults[number] = found

    count_points(tried)
    assert not faults
    assert tried > 10
