"""An apply is killed at each request that it sends, before, while and after it is answered.

Every request of a plan of thirty calls is tried, the reads too: none is left to chance. The
next apply must leave the account as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.crash.account import READS, Moment
from tests.crash.story import APPLY, Stage

pytestmark = pytest.mark.timeout(300)
EVERY = 10
"""At every so-manieth point a plan and one more apply are asked for their word too."""


def kill_points(stage: Stage, moment: Moment) -> Iterator[tuple[int, str]]:
    """Give the requests to kill at; a read changes nothing, so one moment of it is enough."""
    for number, kind in enumerate(stage.undisturbed().requests, start=1):
        if kind not in READS or moment is Moment.ANSWERED:
            yield number, kind


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(Moment.BEFORE, marks=pytest.mark.xdist_group("crash-1")),
        pytest.param(Moment.LATE, marks=pytest.mark.xdist_group("crash-2")),
        pytest.param(Moment.ACTED, marks=pytest.mark.xdist_group("crash-1")),
        pytest.param(Moment.ANSWERED, marks=pytest.mark.xdist_group("crash-2")),
    ],
)
def test_an_apply_killed_at_any_request_is_finished_by_the_next(
    long_story: Stage, moment: Moment, record_property: Callable[[str, object], None]
) -> None:
    points = tuple(kill_points(long_story, moment))
    faults = {}
    for number, kind in points:
        case = long_story.case()
        killed = case.kill_at_request(number, moment, *APPLY)
        assert killed.status in {-9, 0}, killed.told
        look_again = number % EVERY == 0
        if found := list(long_story.faults_after(case, look_again=look_again)):
            faults[f"{number}:{kind}"] = found

    record_property("kill_points", len(points))
    assert not faults
    assert len(points) > 30
