"""The disk is full at any line of the journal: the call that would follow is not made."""

from __future__ import annotations

import os
from collections.abc import Callable
from errno import EFBIG, ENOSPC

import pytest

from schemactl.store.journal.files import recorded_runs
from schemactl.store.state.local import local_folder
from tests.crash.orders import Trouble, TroubleKind
from tests.crash.processes import Ended
from tests.crash.story import APPLY, Case, Stage

FAILED, STOPPED = 1, 5
MIN_BYTES = 13 * 1024
"""The file that counts calls takes about 12 KiB."""
ROOM_BYTES = 2 * 1024
"""So much room the journal takes ahead for the line after a call."""


STEP_BYTES = 1021
"""No divisor of what a line of a journal takes."""


def faults_of_stop(case: Case, ended: Ended, reason: str) -> list[str]:
    """Return what is not as it must be after an apply that found the disk full."""
    faults = []
    writes = len(case.account.writes)
    if ended.status != (STOPPED if writes else FAILED):
        faults.append(f"exit status {ended.status} after {writes} calls: {ended.reported}")
    if reason not in ended.err + ended.out:
        faults.append(f"the reason is not reported: {ended.reported}")
    runs = recorded_runs(local_folder(case.journals))
    started = sum(call.started_at is not None for run in runs for call in run.calls)
    if started < writes:
        faults.append(f"{writes} calls were made, and the journal has {started}")
    return faults


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(TroubleKind.FULL, marks=pytest.mark.group("crash-1")),
        pytest.param(TroubleKind.FULL_HALFWAY, marks=pytest.mark.group("crash-2")),
    ],
)
def test_no_call_is_made_that_the_journal_has_no_room_for(
    short_story: Stage, kind: TroubleKind, count_points: Callable[[int], None]
) -> None:
    steps = short_story.undisturbed().steps
    # Each kind is tried at every second step, and so each step by one of them.
    points = [number for number, step in enumerate(steps, start=1) if step != "ftruncate"]
    points = points[kind is TroubleKind.FULL :: 2]
    faults = {}
    for number in points:
        case = short_story.case()
        ended = case.start(*APPLY, trouble=Trouble(step=number, kind=kind)).end()
        found = faults_of_stop(case, ended, os.strerror(ENOSPC))
        found.extend(short_story.faults_after(case, look_again=False))
        if found:
            faults[number, steps[number - 1]] = found

    count_points(len(points))
    assert not faults
    assert len(points) > 10


@pytest.mark.group("crash-1")
def test_where_files_may_not_grow_the_apply_stops_and_ends_once_they_may(
    long_story: Stage,
) -> None:
    """The limit is the system's own; below it the count of calls has no room either."""
    faults = {}
    journal_bytes = len(long_story.undisturbed().journal)
    stops = set()
    for most_bytes in range(MIN_BYTES, journal_bytes + ROOM_BYTES, STEP_BYTES):
        case = long_story.case()
        ended = case.start(*long_story.apply, most_bytes=most_bytes).end()
        stops.add(len(case.account.writes))
        found = faults_of_stop(case, ended, os.strerror(EFBIG))
        found.extend(long_story.faults_after(case, look_again=False))
        if found:
            faults[most_bytes] = found
    assert not faults
    assert len(stops) > 3


@pytest.mark.group("crash-1")
@pytest.mark.parametrize("in_the_way", [".schemactl", ".schemactl/journal"])
def test_where_no_journal_can_be_made_no_call_is_made_either(
    short_story: Stage, in_the_way: str
) -> None:
    case = short_story.case()
    file = case.folder / in_the_way
    file.parent.mkdir(exist_ok=True)
    file.write_text("no folder", encoding="utf-8")

    ended = case.apply()

    assert ended.status == FAILED
    assert in_the_way in ended.err
    assert "hint: " in ended.err
    assert not case.account.writes
    file.unlink()
    assert not list(short_story.faults_after(case))
