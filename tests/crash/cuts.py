"""What a killed process leaves: copies of it, made while a process is stopped for a moment.

A process that is killed at its twentieth request has made nineteen before, as has the one that
is killed at the next. So one process is stopped at each moment, and all that it would leave is
copied: its files, byte by byte, and the account. `test_cuts` compares copies with what killed
processes left, and every tenth point of the other tests is a process that was truly killed.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Generic, Self, TypeAlias, TypeVar

from tests.crash.account import AccountCopy, Asked, Moment, Sent
from tests.crash.orders import Trouble
from tests.crash.processes import SECONDS, Child
from tests.crash.story import Case

Point = TypeVar("Point", bound=Hashable)
RequestPoint: TypeAlias = tuple[int, Moment]
"""A request, counted from 1, and a moment of it."""
EVERY: Final = 10
"""At every so-manieth point a process is truly killed."""
STRIDE: Final = int(os.environ.get("CRASH_STRIDE", "7"))
"""Of points that take seconds each, every so-manieth is tried; 1 tries all, of all tests."""
_THIRD: Final = 3
_NUMBERS = itertools.count(1)


def spread(
    points: Sequence[Point], alike: Callable[[Point], Hashable], *, turn: int = 0
) -> list[Point]:
    """Return which points are tried: the first and the last of those that are alike.

    Of the others it is every third, from another one in each turn, so that three tests of
    different moments try each. `CRASH_STRIDE=1` has all tried.
    """
    first = {alike(point): point for point in reversed(points)}
    last = {alike(point): point for point in points}
    ends = {*first.values(), *last.values()}
    return [
        point
        for number, point in enumerate(points)
        if STRIDE == 1 or point in ends or number % _THIRD == turn % _THIRD
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A case at one moment: a folder with all its files, its account, and its clock."""

    files: Path
    account: AccountCopy
    now_s: float

    @classmethod
    def of(cls, case: Case, *, late: Asked | None = None) -> Self:
        """Copy a case as it is; `late` is a request that acts once the account was read."""
        files = case.root.parent / f"cut-{next(_NUMBERS)}"
        shutil.copytree(case.root, files)
        now_s = time.time() - case.clock_back_s
        return cls(files=files, account=case.account.copy(late=late), now_s=now_s)

    def restore(self, case: Case) -> Case:
        """Make the case as it was, and return it; nobody may be working on it."""
        file = case.root.parent / f"account-{next(_NUMBERS)}.sqlite"
        case.account.restore(self.account, file)
        shutil.rmtree(case.root)
        shutil.copytree(self.files, case.root)
        case.clock_back_s = time.time() - self.now_s
        return case


class Cutter(Generic[Point]):
    """Makes the copies of one case that are asked for, while a process works on it."""

    def __init__(self, case: Case, points: Iterable[Point]) -> None:
        self.cuts: dict[Point, Cut] = {}
        self._case = case
        self._wanted = frozenset(points)
        self._child: Future[Child] = Future()
        # Several requests of one process are answered at once.
        self._lock = Lock()

    def watch(self, child: Child) -> None:
        """Stop this process for each copy."""
        self._child.set_result(child)

    def see(self, point: Point, *, late: Asked | None = None) -> None:
        """Copy everything if it is asked for at this point."""
        if point not in self._wanted:
            return
        with self._lock, self._child.result(SECONDS).frozen():
            self.cuts[point] = Cut.of(self._case, late=late)

    def end(self) -> dict[Point, Cut]:
        """Wait for the end of the process, which nobody disturbs; return the copies."""
        ended = self._child.result(SECONDS).end()
        assert ended.status == 0, ended.reported
        self._case.account.wait_until_all_is_seen()
        return self.cuts


def cut_at_requests(
    case: Case, points: Iterable[RequestPoint], *argv: str, counts_writes: bool = False
) -> dict[RequestPoint, Cut]:
    """Run a command to its end, and copy what it would leave if it was killed at requests.

    `counts_writes` counts only those that ask for a change. A point that the command does not
    reach has no copy.
    """
    cutter = Cutter(case, points)
    case.account.see_request = see_requests(case, cutter, counts_writes=counts_writes)
    cutter.watch(case.start(*argv))
    cuts = cutter.end()
    case.account.see_request = lambda _sent, _moment, _asked: None
    return cuts


def see_requests(
    case: Case, cutter: Cutter[RequestPoint], *, counts_writes: bool = False
) -> Callable[[Sent, Moment, Asked], None]:
    """Return what shows a cutter the requests that are sent from now on."""
    account = case.account
    before = len(account.writes if counts_writes else account.sent)

    def see(sent: Sent, moment: Moment, asked: Asked) -> None:
        if counts_writes and not sent.is_write:
            return
        counted = account.writes if counts_writes else account.sent
        number = 1 + next(place for place, one in enumerate(counted) if one is sent) - before
        cutter.see((number, moment))
        if moment is Moment.BEFORE:
            cutter.see((number, Moment.LATE), late=asked)

    return see


def cut_at_steps(case: Case, points: Sequence[Trouble], *argv: str) -> dict[Trouble, Cut]:
    """Run a command to its end, and copy what kills at steps of writing a journal leave."""
    cutter = Cutter(case, points)
    case.account.see_step = cutter.see
    cutter.watch(case.start(*argv, cuts=points))
    return cutter.end()


def killed_at_requests(
    start: Callable[[], Case],
    points: Sequence[RequestPoint],
    *argv: str,
    counts_writes: bool = False,
) -> Iterator[tuple[RequestPoint, Case]]:
    """Yield a case after a kill at each point that a command reaches, one after the other.

    `start` returns what the command starts from: a new case, or a restored one.
    """
    copied = start()
    cuts = cut_at_requests(copied, points, *argv, counts_writes=counts_writes)
    for turn, (number, moment) in enumerate(point for point in points if point in cuts):
        case = copied
        if turn % EVERY:
            cuts[number, moment].restore(case)
        else:
            case = start()
            kill = case.kill_at_write if counts_writes else case.kill_at_request
            killed = kill(number, moment, *argv)
            assert killed.status == -9, killed.reported
        yield (number, moment), case


def killed_at_steps(
    start: Callable[[], Case], points: Sequence[Trouble], *argv: str
) -> Iterator[tuple[Trouble, Case]]:
    """Yield a case after a kill at each step of writing a journal, one after the other."""
    copied = start()
    cuts = cut_at_steps(copied, points, *argv)
    for turn, point in enumerate(points):
        case = copied
        if turn % EVERY:
            cuts[point].restore(case)
        else:
            case = start()
            killed = case.start(*argv, trouble=point).end()
            assert killed.status == -9, killed.reported
        yield point, case
