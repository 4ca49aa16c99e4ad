"""An apply is killed at each step of writing its journal, and in the middle of each line.

Half a line shows no more than the line before it, and what a killed process wrote is there
for the next one, synced or not. So for the plan of thirty calls each third line is cut in half;
that a line is there and its call was not made, or was made, is tried at the requests. For
the short plan each moment of each step is tried all the same. At every tenth point a plan and
one more apply must report that nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.crash.cuts import EVERY, killed_at_steps, spread
from tests.crash.orders import Trouble, TroubleKind
from tests.crash.story import Stage

SHARES = 2


def every_moment(steps: tuple[str, ...]) -> Iterator[Trouble]:
    """Yield every moment that differs: before a step is after the one before it."""
    yield Trouble(step=1, kind=TroubleKind.KILLED_BEFORE)
    for number, step in enumerate(steps, start=1):
        if step == "pwrite":
            yield Trouble(step=number, kind=TroubleKind.KILLED_HALFWAY)
        yield Trouble(step=number, kind=TroubleKind.KILLED_AFTER)


def half_lines(steps: tuple[str, ...]) -> Iterator[Trouble]:
    for number, step in enumerate(steps, start=1):
        if step == "pwrite":
            yield Trouble(step=number, kind=TroubleKind.KILLED_HALFWAY)


def faults_of(stage: Stage, points: Sequence[Trouble]) -> dict[Trouble, list[str]]:
    """Kill an apply at each point and apply again; give what is not as it must be."""
    faults = {}
    for turn, (trouble, case) in enumerate(killed_at_steps(stage.case, points, *stage.apply)):
        if found := list(stage.faults_after(case, look_again=turn % EVERY == 0)):
            faults[trouble] = found
    return faults


@pytest.mark.parametrize(
    "share",
    [
        pytest.param(share, marks=pytest.mark.group(f"crash-{share + 1}"))
        for share in range(SHARES)
    ],
)
def test_an_apply_killed_in_the_middle_of_any_line_is_finished_by_the_next(
    long_story: Stage, share: int, count_points: Callable[[int], None]
) -> None:
    lines = tuple(half_lines(long_story.undisturbed().steps))
    points = spread(lines, lambda line: line.kind)[share::SHARES]

    count_points(len(points))
    assert not faults_of(long_story, points)
    assert len(lines) > 60


@pytest.mark.group("crash-1")
def test_no_moment_of_writing_a_journal_is_worse_than_another(
    short_story: Stage, count_points: Callable[[int], None]
) -> None:
    points = tuple(every_moment(short_story.undisturbed().steps))

    count_points(len(points))
    assert not faults_of(short_story, points)
    assert len(points) > 40


@pytest.mark.group("crash-2")
def test_so_it_is_over_the_rest_api(
    rest_story: Stage, count_points: Callable[[int], None]
) -> None:
    steps = rest_story.undisturbed().steps
    points = tuple(half_lines(steps))[::3]

    count_points(len(points))
    assert not faults_of(rest_story, points)
    assert len(points) >= 14
