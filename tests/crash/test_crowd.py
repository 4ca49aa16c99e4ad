"""Two and ten processes work on one account at once: with the same plan, and different ones."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from itertools import groupby

import pytest

from tests.crash.account import Account, Killing, Moment
from tests.crash.processes import Child, Ended
from tests.crash.story import APPLY, Case, Stage, parts

LOCKED = 4
WAITING = (*APPLY, "--wait", "60")
HELD_S = 0.02
"""How long each request takes, so that all that start at once meet."""
PATIENCE_S = 30.0
HERD = [
    pytest.param(2, marks=pytest.mark.group("crash-1")),
    pytest.param(10, marks=pytest.mark.group("crash-2")),
]


def wanted_by(number: int) -> str:
    """Return a file that declares a section and a tag of its own, and some that all share."""
    return f"""\
version: 1
sections:
  - name: Team {number}
    fields:
      - {{name: Role {number}, type: tdrop, options: [Lead, Member]}}
  - name: Pipeline
    fields:
      - {{name: Shared, type: text}}
tags: [VIP, Team {number}]
"""


def start_all(cases: Iterable[Case], *argv: str) -> list[Child]:
    return [case.start(*argv, pace=1.0) for case in cases]


def end_all(children: Iterable[Child]) -> list[Ended]:
    return [child.end() for child in children]


def projects(
    stage: Stage, number: int, wanted: Callable[[int], str] | None = None
) -> list[Case]:
    """Make projects in folders of their own, on one account; with equal files, or different."""
    files = [None if wanted is None else wanted(one) for one in range(number)]
    first = stage.case(wanted=files[0])
    first.account.pause_s = HELD_S
    return [first, *(stage.case(wanted=text, beside=first) for text in files[1:])]


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


def turns(account: Account) -> list[str]:
    """Return the number of the project of each change, once for all that follow each other."""
    numbers = [re.findall(r"(?:Team|Role) (\d+)", sent.data) for sent in account.writes]
    return [number for number, _ in groupby(found[0] for found in numbers if found)]


@pytest.mark.parametrize("number", HERD)
def test_without_waiting_one_applies_and_the_others_are_refused_with_its_name(
    short_story: Stage, number: int
) -> None:
    cases = projects(short_story, number)

    ends = end_all(start_all(cases, *APPLY))

    statuses = Counter(one.status for one in ends)
    assert statuses == {0: 1, LOCKED: number - 1}, [one.reported for one in ends]
    for one in ends:
        if one.status == LOCKED:
            assert (
                "another apply works on this account, and nothing was changed: process "
                in one.err
            )
            assert "since " in one.err
            assert "--wait" in one.err
    assert not list(short_story.faults_at_end(cases[0]))


@pytest.mark.parametrize("number", HERD)
def test_those_that_wait_all_end_well_and_make_nothing_twice(
    short_story: Stage, number: int
) -> None:
    cases = projects(short_story, number)

    ends = end_all(start_all(cases, *WAITING))

    assert [one.status for one in ends] == [0] * number, [one.reported for one in ends]
    assert not list(short_story.faults_at_end(cases[0]))


@pytest.mark.parametrize("number", HERD)
def test_different_plans_are_all_carried_out_one_after_the_other(
    short_story: Stage, number: int
) -> None:
    cases = projects(short_story, number, wanted_by)
    account = cases[0].account

    ends = end_all(start_all(cases, *WAITING))

    assert [one.status for one in ends] == [0] * number, [one.reported for one in ends]
    made = Counter(part for part in parts(account.carried_out()) if part[0] != "remove_tag")
    assert set(made.values()) == {1}
    assert made.total() == 2 + 5 * number
    assert sorted(turns(account)) == sorted(map(str, range(number)))
    for case in cases:
        plan = case.run("plan", "--detailed-exitcode")
        assert plan.status == 0, plan.reported
    assert not account.tags_on_contacts()


@pytest.mark.group("crash-1")
def test_where_one_dies_that_holds_the_account_the_others_go_on(short_story: Stage) -> None:
    cases = projects(short_story, 5)
    account = cases[0].account
    at_call = short_story.undisturbed().requests.index("add_tag") + 1
    killing = Killing(at_call, Moment.ACTED, Future())
    account.killing = killing
    holder = cases[0].start(*APPLY)
    wait_until(lambda: len(account.sent) == at_call)
    others = start_all(cases[1:], *WAITING)
    wait_until(
        lambda: all("another apply works" in child.reported_so_far() for child in others)
    )
    killing.victim.set_result(holder)

    ends = end_all(others)

    assert holder.end().status == -9
    assert [one.status for one in ends] == [0] * 4, [one.reported for one in ends]
    # The journal in its own folder also records that its work was continued elsewhere.
    assert not list(short_story.faults_at_end(cases[0]))


@pytest.mark.group("crash-2")
def test_all_processes_together_keep_to_the_calls_a_minute(short_story: Stage) -> None:
    first = short_story.case(calls_per_minute=20)
    others = [short_story.case(beside=first, calls_per_minute=20) for _ in range(11)]
    account = first.account

    children = start_all((first, *others), "plan", "--no-count")
    wait_until(lambda: len(account.sent) >= 20)
    wait_until(lambda: sum(not child.ended.done() for child in children) <= 4)
    time.sleep(1.0)

    assert len(account.sent) == 20
    for child in children:
        child.kill()
