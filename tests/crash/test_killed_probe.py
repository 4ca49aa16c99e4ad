"""A probe is killed at the calls that it sends: the next one removes all that it made.

It also leaves the account as it was for whoever looks at it afterwards, whatever the killed
probe had tried: nothing of it is in the account, and nothing else was touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.crash.account import Moment
from tests.crash.cuts import killed_at_requests
from tests.crash.story import Case, Stage, comparable

PROBE = ("probe", "--yes")
EVERY = 9
"""Of other moments every so-manieth call is tried: what is left hardly depends on them."""
STEPS = {"short_story": (2, EVERY), "rest_story": (19, 43)}
"""Which calls are tried after an answer, and at other moments; a probe over the REST API waits
longer for each."""


@pytest.mark.group("crash-1")
@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("story", STEPS)
def test_what_a_killed_probe_made_is_removed_by_the_next(
    story: str,
    moment: Moment,
    request: pytest.FixtureRequest,
    count_points: Callable[[int], None],
) -> None:
    stage: Stage = request.getfixturevalue(story)
    undisturbed = stage.undisturbed(*PROBE)
    # What is killed while it reads has sent the call before, as one killed after an answer.
    step = STEPS[story][0 if moment is Moment.ACTED else 1]
    points = undisturbed.writes[::step]

    count_points(len(points))
    before = comparable(stage.case().account.state())
    places = [(number, moment) for number in points]
    faults = {
        place: found
        for place, case in killed_at_requests(stage.case, places, *PROBE)
        if (found := list(faults_of(case, before)))
    }
    assert not faults
    assert len(undisturbed.writes) >= 30


def faults_of(case: Case, before: object) -> Iterator[str]:
    """Probe again after a killed probe; yield what differs from before both."""
    # Another count of calls: two probes are more than a minute's share.
    usual, case.state_home = case.state_home, case.state_home / "again"
    again = case.run(*PROBE)
    case.state_home = usual
    if again.status != 0:
        yield f"the next probe does not finish: {again.reported}"
    if (state := comparable(case.account.state())) != before:
        yield f"the account differs:\n  {state}\nfrom\n  {before}"
    if waiting := case.history().unfinished_probes:
        yield f"these probes are still open: {waiting}"


@pytest.mark.group("crash-1")
@pytest.mark.parametrize("story", ["short_story", "rest_story"])
def test_an_apply_removes_what_a_killed_probe_made(
    story: str, request: pytest.FixtureRequest
) -> None:
    stage: Stage = request.getfixturevalue(story)
    case = stage.case()
    killed = case.kill_at_write(9, Moment.ACTED, *PROBE)
    assert killed.status == -9, killed.reported
    # Another count of calls: both together are more than a minute's share.
    case.state_home /= "again"
    plan = case.run("plan")
    assert "made by an interrupted probe" in plan.reported
    applied = case.apply()
    assert applied.status == 0, applied.reported
    assert comparable(case.account.state()) == stage.undisturbed().state
    assert case.history().unfinished_probes == ()
