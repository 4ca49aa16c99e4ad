"""An apply is killed at each request that it sends, before, while and after it is answered.

Every call of a plan of thirty is tried at one moment at least, and the first and last of each
kind at every moment (see `cuts.spread`). The next
apply must leave the account as if nothing had happened. At every tenth point a plan and one
more apply must report so too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests.crash.account import Moment
from tests.crash.cuts import EVERY, killed_at_requests, spread
from tests.crash.story import Stage


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(Moment.BEFORE, marks=pytest.mark.group("crash-1")),
        pytest.param(Moment.ACTED, marks=pytest.mark.group("crash-1")),
        pytest.param(Moment.ANSWERED, marks=pytest.mark.group("crash-2")),
    ],
)
def test_an_apply_killed_at_any_call_is_finished_by_the_next(
    long_story: Stage, moment: Moment, count_points: Callable[[int], None]
) -> None:
    undisturbed = long_story.undisturbed()
    points = spread(undisturbed.writes, undisturbed.kind, turn=list(Moment).index(moment))

    count_points(len(points))
    assert not faults_of(long_story, points, moment)
    assert len(undisturbed.writes) >= 30


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(Moment.BEFORE, marks=pytest.mark.group("crash-2")),
        pytest.param(Moment.ACTED, marks=pytest.mark.group("crash-2")),
        pytest.param(Moment.ANSWERED, marks=pytest.mark.group("crash-1")),
    ],
)
def test_so_it_is_over_the_rest_api(
    rest_story: Stage, moment: Moment, count_points: Callable[[int], None]
) -> None:
    undisturbed = rest_story.undisturbed()
    points = spread(undisturbed.writes, undisturbed.kind, turn=list(Moment).index(moment))

    count_points(len(points))
    assert not faults_of(rest_story, points, moment)
    assert len(undisturbed.writes) >= 14


@pytest.mark.group("crash-2")
@pytest.mark.parametrize("story", ["short_story", "rest_story"])
def test_a_call_that_acts_after_its_apply_was_killed_is_seen_by_the_next(
    story: str, request: pytest.FixtureRequest, count_points: Callable[[int], None]
) -> None:
    stage: Stage = request.getfixturevalue(story)
    # Of the story over the REST API every second: most kinds of calls are among them.
    points = stage.undisturbed().writes[:: 2 if story == "rest_story" else 1]

    count_points(len(points))
    assert not faults_of(stage, points, Moment.LATE)
    assert len(points) >= 6


@pytest.mark.group("crash-1")
def test_an_apply_killed_while_it_reads_is_finished_by_the_next(
    short_story: Stage, count_points: Callable[[int], None]
) -> None:
    undisturbed = short_story.undisturbed()
    numbers = set(range(1, len(undisturbed.requests) + 1))
    points = sorted(numbers.difference(undisturbed.writes))

    count_points(len(points))
    assert not faults_of(short_story, points, Moment.ACTED)
    assert len(points) >= 8


def faults_of(stage: Stage, points: Iterable[int], moment: Moment) -> dict[int, list[str]]:
    """Kill an apply at each request and apply again; give what is not as it must be."""
    faults = {}
    places = [(number, moment) for number in points]
    for turn, (place, case) in enumerate(killed_at_requests(stage.case, places, *stage.apply)):
        if found := list(stage.faults_after(case, look_again=turn % EVERY == 0)):
            faults[place[0]] = found
    assert turn + 1 == len(places)
    return faults
