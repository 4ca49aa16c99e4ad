"""A probe is killed at each request that it sends: the next one removes all that it made.

It also leaves the account as it was for whoever looks at it afterwards, whatever the killed
probe had tried: nothing of it is in the account, and nothing else was touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.crash.account import Moment
from tests.crash.story import Case, Stage, comparable

PROBE = ("probe", "--yes")


@pytest.mark.xdist_group("crash-1")
@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("story", ["short_story", "rest_story"])
def test_a_probe_killed_at_any_request_is_tidied_up_by_the_next(
    story: str,
    moment: Moment,
    request: pytest.FixtureRequest,
    count_points: Callable[[int], None],
) -> None:
    stage: Stage = request.getfixturevalue(story)
    undisturbed = stage.undisturbed(*PROBE)
    # What is killed while it reads has sent the call before, as one killed after an answer.
    points = undisturbed.writes

    count_points(len(points))
    faults = {
        number: found
        for number in points
        if (found := list(faults_of(stage.case(), number, moment)))
    }
    assert not faults
    assert len(points) >= 5


def faults_of(case: Case, number: int, moment: Moment) -> Iterator[str]:
    """Kill a probe at a request and probe again; tell what is not as before both."""
    before = comparable(case.account.state())
    killed = case.kill_at_request(number, moment, *PROBE)
    assert killed.status == -9, killed.told
    again = case.run(*PROBE)
    if again.status != 0:
        yield f"the next probe does not finish: {again.told}"
    if (state := comparable(case.account.state())) != before:
        yield f"the account differs:\n  {state}\nfrom\n  {before}"
    if waiting := case.history().unfinished_probes:
        yield f"these probes are still open: {waiting}"
