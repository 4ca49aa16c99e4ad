"""A copy of a stopped process is what that process leaves when it is killed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.crash.account import Account, AccountCopy, Moment
from tests.crash.cuts import Cut, Cutter, RequestPoint, cut_at_requests, see_requests
from tests.crash.orders import Trouble, TroubleKind
from tests.crash.story import APPLY, Case, Stage, comparable

pytestmark = pytest.mark.group("crash-2")


def files_in(folder: Path) -> dict[Path, bytes | None]:
    """Return all files of a folder with their content, and its folders with None."""
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def content(account: Account | AccountCopy) -> object:
    copy = account.copy() if isinstance(account, Account) else account
    # Not with a write-ahead log, as a file has: a database in memory cannot have one.
    database = copy.database[:18] + b"\1\1" + copy.database[20:]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database)
        return tuple(connection.iterdump()), copy.sent


def assert_is_what_was_left(cut: Cut, case: Case) -> None:
    assert files_in(cut.files) == files_in(case.root)
    assert content(cut.account) == content(case.account)


@pytest.mark.parametrize("story", ["short_story", "rest_story"])
@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.ACTED])
def test_what_a_process_killed_at_a_request_leaves_is_its_copy(
    story: str, moment: Moment, request: pytest.FixtureRequest
) -> None:
    stage: Stage = request.getfixturevalue(story)
    writes = stage.undisturbed().writes
    # What is read at the same time as other things may be answered between copy and kill.
    for number in (writes[0], writes[len(writes) // 2], writes[-1]):
        case = stage.case()
        cutter = Cutter[RequestPoint](case, [(number, moment)])
        case.account.see_request = see_requests(case, cutter)
        killed = case.kill_at_request(number, moment, *APPLY, seen_by=cutter.watch)
        assert killed.status == -9
        assert_is_what_was_left(cutter.cuts[number, moment], case)


@pytest.mark.parametrize(
    "kind", [TroubleKind.KILLED_BEFORE, TroubleKind.KILLED_HALFWAY, TroubleKind.KILLED_AFTER]
)
def test_what_a_process_killed_while_writing_leaves_is_its_copy(
    short_story: Stage, kind: TroubleKind
) -> None:
    steps = short_story.undisturbed().steps
    lines = [number for number, step in enumerate(steps, start=1) if step == "pwrite"]
    for number in (1, lines[0], lines[len(lines) // 2], lines[-1]):
        case = short_story.case()
        trouble = Trouble(step=number, kind=kind)
        cutter = Cutter(case, [trouble])
        case.account.see_step = cutter.see
        child = case.start(*APPLY, trouble=trouble, cuts=[trouble])
        cutter.watch(child)
        assert child.end().status == -9
        assert_is_what_was_left(cutter.cuts[trouble], case)


def test_a_restored_case_is_as_it_was(short_story: Stage) -> None:
    case = short_story.case()
    points = [(number, Moment.ACTED) for number in short_story.undisturbed().writes]
    cuts = cut_at_requests(case, points, *APPLY)
    end, contents = comparable(case.account.state()), []
    for cut in cuts.values():
        cut.restore(case)
        assert_is_what_was_left(cut, case)
        contents.append(files_in(case.root))
    assert len(contents) == len(points)
    assert all(one != following for one, following in pairwise(contents))
    assert comparable(case.account.state()) == end, "the last call was its last change"
