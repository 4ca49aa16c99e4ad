"""Call a function for each account, at most some at a time; the results are in order.

Whatever happens to one account becomes its result: it neither stops nor hides another one.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Final, TypeAlias

from schemactl.account.target import Target
from schemactl.errors import ExitCode, InvalidFilesError, SchemactlError
from schemactl.fleet.brake import Brake
from schemactl.fleet.result_store import ResultStore
from schemactl.fleet.work import HELD_BACK, INTERRUPTED, NOT_STARTED, result_of
from schemactl.model.fleet import CUT_OFF, AccountFailure, AccountResult
from schemactl.values import dataclass, replace

_COLLECTED: Final = 50
"""Accounts between two collections of what they leave behind."""
_Done: TypeAlias = tuple[int, AccountResult] | None
"""The result of an account by its number; None where a thread has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRun:
    """How to work through many accounts.

    Attributes:
        jobs: How many accounts are worked on at a time.
        halt: Set once the user asked to stop; the hosts of the targets obey it, too.
        on_result: Called in the caller's thread as each account ends, in any order.
        keep_bug: Writes down an unexpected error, and returns a sentence on where.
        grace_s: How long accounts that are being read may go on after the user asked to stop.
    """

    jobs: int
    halt: Event
    on_result: Callable[[AccountResult], None]
    keep_bug: Callable[[BaseException], str]
    grace_s: float = 5.0

    @property
    def min_wait_s(self) -> float:
        """The lock of a process that ended is free at once."""
        return 0.0

    @property
    def cut_off(self) -> AccountFailure:
        """Why an account has no result whose apply ends with this process."""
        return CUT_OFF

    def without_grace(self) -> FleetRun:
        """Return the same; Ctrl-C ends the wait for the accounts in progress at once."""
        return replace(self, grace_s=0.0)

    def each(
        self,
        targets: Sequence[Target],
        act: Callable[[Target], AccountResult],
        *,
        brake: Brake | None = None,
    ) -> Sequence[AccountResult]:
        """Return the result of each account, in the order of the targets.

        Args:
            targets: The accounts.
            act: What to do with each.
            brake: Counts failures, and keeps other accounts from being started.
        """
        done: SimpleQueue[_Done] = SimpleQueue()
        waiting = _Waiting(len(targets), self.halt, brake or Brake())

        def work() -> None:
            for number in waiting:
                result = result_or_failure(targets[number], act, self.keep_bug)
                waiting.brake.note(result)
                done.put((number, result))
            done.put(None)

        threads = min(self.jobs, len(targets))
        for number in range(threads):
            # An account that hangs cannot be cut; the program must be able to end.
            Thread(target=work, name=f"schemactl-fleet-{number}", daemon=True).start()
        with _collections_of_the_run_alone():
            found = self._collect(done, threads, ResultStore(len(targets)))
        return found.in_order(lambda number: waiting.without_result(targets[number], number))

    def _collect(
        self, done: SimpleQueue[_Done], threads: int, found: ResultStore
    ) -> ResultStore:
        """Collect the results; not all of them if the user asks to stop."""
        deadline: float | None = None
        while threads:
            left_s = None if deadline is None else max(deadline - time.monotonic(), 0.0)
            try:
                came = done.get(timeout=left_s)
                if came is None:
                    threads -= 1
                    continue
                number, result = came
                found.put(number, result)
                self.on_result(result)
                if len(found) % _COLLECTED == 0:
                    gc.collect()
            except Empty:
                break
            except KeyboardInterrupt:
                if deadline is not None:
                    raise
                self.halt.set()
                deadline = time.monotonic() + self.grace_s
        return found


def result_or_failure(
    target: Target,
    act: Callable[[Target], AccountResult],
    keep_bug: Callable[[BaseException], str],
) -> AccountResult:
    """Return the result for an account; whatever is raised becomes its failure."""
    try:
        return act(target)
    except InvalidFilesError as error:
        failure = AccountFailure(message=str(error), problems=error.problems)
        return result_of(target, failure, error.exit_code)
    except SchemactlError as error:
        failure = AccountFailure(message=str(error), hint=error.hint)
        return result_of(target, failure, error.exit_code)
    except BaseException as error:  # noqa: BLE001 - a bug: reported for this account
        where = keep_bug(error)
        message = f"internal error ({type(error).__name__}); {where}"
        return result_of(target, AccountFailure(message=message), ExitCode.BUG)


@contextmanager
def _collections_of_the_run_alone() -> Iterator[None]:
    """Let garbage collections skip all that exists before the run, which makes them fast.

    Each account leaves some 40 KB of objects in cycles. Python collects these only once they
    are a quarter of all objects, so that memory would grow with the number of accounts.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Waiting:
    """The numbers of the accounts that wait, for any number of threads."""

    def __init__(self, number: int, halt: Event, brake: Brake) -> None:
        self.brake = brake
        self._number = number
        self._next = 0
        self._halt = halt
        self._lock = Lock()

    def __iter__(self) -> Iterator[int]:
        while not self._halt.is_set():
            with self._lock:
                if self._next == self._number or self.brake.reason:
                    return
                number = self._next
                self._next += 1
            yield number

    def without_result(self, target: Target, number: int) -> AccountResult:
        """Return why an account has no result: it was not started, or is not done."""
        if number < self._next:
            return result_of(target, INTERRUPTED, ExitCode.INTERRUPTED)
        return not_started(target, self._halt)


def not_started(target: Target, halt: Event) -> AccountResult:
    """Return why an account was not started: the user stopped, or too many others failed."""
    if halt.is_set():
        return result_of(target, NOT_STARTED, ExitCode.INTERRUPTED)
    return result_of(target, HELD_BACK, ExitCode.STOPPED)
