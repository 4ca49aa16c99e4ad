"""A journal that ends after any of its bytes, though no apply would leave it so, is understood.

An apply goes by what reading the journal gives. So all lengths are read, and for each thing
that a shorter journal can show one apply is made in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from schemactl.model.recorded import RecordedRun
from schemactl.store.journal.reading import run_from_journal
from tests.crash.account import Moment
from tests.crash.cuts import Cut
from tests.crash.story import APPLY, Case, Stage


def shortest_lengths(journal: bytes) -> dict[int, RecordedRun | None]:
    """Read a journal cut to each length; return the shortest that show something, and what."""
    reported: dict[int, RecordedRun | None] = {0: None}
    last: RecordedRun | None = None
    for length in range(len(journal) + 1):
        run = run_from_journal(journal[:length], file="run.jsonl")
        if run != last:
            reported[length] = last = run
    return reported


def journal_of(case: Case) -> Path:
    (path,) = case.journals.glob("*.jsonl")
    return path


def finished(stage: Stage) -> Case:
    case = stage.case()
    assert case.apply().status == 0
    return case


def unfinished(stage: Stage) -> Case:
    """Return a case in which the last call was made and nobody knows."""
    case = stage.case()
    last = stage.undisturbed().writes[-1]
    assert case.kill_at_request(last, Moment.ACTED, *APPLY).status == -9
    return case


@pytest.mark.group("crash-1")
def test_the_shorter_a_journal_the_fewer_calls_it_has(short_story: Stage) -> None:
    reported = shortest_lengths(short_story.undisturbed().journal)

    started = [
        0 if run is None else sum(call.started_at is not None for call in run.calls)
        for run in reported.values()
    ]
    assert started == sorted(started)
    backups = 1
    assert started[-1] == len(short_story.undisturbed().writes) + backups


@pytest.mark.group("crash-2")
@pytest.mark.parametrize("make", [finished, unfinished])
def test_the_next_apply_finishes_what_a_torn_journal_shows(
    short_story: Stage,
    make: Callable[[Stage], Case],
    count_points: Callable[[int], None],
) -> None:
    case = make(short_story)
    cut, path = Cut.of(case), journal_of(case)
    lengths = tuple(shortest_lengths(path.read_bytes()))
    faults = {}
    for length in lengths:
        cut.restore(case)
        path.write_bytes(path.read_bytes()[:length])
        if found := list(short_story.faults_after(case, look_again=False)):
            faults[length] = found

    count_points(len(lengths))
    assert not faults
    assert len(lengths) > 20
