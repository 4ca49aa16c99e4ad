"""Limit the calls per minute on one account, for all processes of this user together.

The count is in a file in the user's state folder, so that two runs at once keep the limit
together. Other machines are counted where they share a state store (`allotted`), other
integrations never: the account's entry in `schemactl.yaml` leaves them a share.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from schemactl.errors import AccountError, InterruptedWaitError
from schemactl.values import dataclass

if TYPE_CHECKING:
    from filelock import BaseFileLock
    from pyrate_limiter import SQLiteBucket

OnWait: TypeAlias = Callable[[float], None]
"""Called with the seconds before each sleep."""

MINUTE_S: Final = 60.0
_POLL_S: Final = 0.02
_GRACE_S: Final = 1.0
"""Others hold the count for some milliseconds, which is no reason not to send a call."""


class Limiter(Protocol):
    """Decides when the next calls may be made."""

    def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
        """Return once `calls` calls may be made in a row, and count them.

        Raises:
            InterruptedWaitError: The user asked to stop before there was a turn.
            AccountError: No turn came in time, or the count cannot be kept.
                Nothing was sent in either case.
        """
        ...


class NoLimit:
    """Allows every call: for the embedded account, which nobody else uses."""

    def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
        """Return at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a turn is waited for.

    Attributes:
        seconds: At most this long.
        clock: Returns seconds that never decrease.
        sleep: Waits for some seconds.
        is_interrupted: Whether the user asked to stop.
    """

    seconds: float = 600.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    is_interrupted: Callable[[], bool] = lambda: False

    def wait_for(self, take: Callable[[], float], on_wait: OnWait) -> None:
        """Wait until `take`, which returns the seconds to wait, returns none.

        Raises:
            InterruptedWaitError: The user asked to stop before that.
            AccountError: It took too long.
        """
        deadline = self.clock() + self.seconds
        while (wait_s := take()) > 0:
            if self.is_interrupted():
                msg = "interrupted while waiting, since the calls of this minute are used up"
                raise InterruptedWaitError(msg)
            left_s = deadline - self.clock()
            if left_s <= 0:
                msg = f"no call could be made for {self.seconds:g} seconds"
                hint = "other runs use up this account's calls: wait for them to end"
                raise AccountError(msg, hint=hint)
            wait_s = min(wait_s, left_s)
            on_wait(wait_s)
            self.sleep(wait_s)


class SharedLimit:
    """At most `calls` calls in any `window_s` seconds, over all processes with the same file.

    If the clock was set back by less than a window, no new time passes until it has caught
    up; if by more, the counts are forgotten. After the user has asked to stop, a free turn is
    still granted, but nothing waits for one.

    Turns that are asked for together are granted together, so that nothing waits between the
    calls. Where the limit is lower than their number, they take the whole window and exceed
    the limit by the rest: a check and the send that it guards are not separated.
    """

    def __init__(
        self,
        file: Path,
        *,
        calls: int,
        window_s: float = MINUTE_S,
        patience_s: float = 600.0,
        now_ms: Callable[[], int] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        is_interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._file = file
        self._calls = calls
        self._window_s = window_s
        self._patience_s = patience_s
        self._now_ms = now_ms or _wall_clock_ms
        self._clock = clock
        self._sleep = sleep
        self._is_interrupted = is_interrupted
        self._count: _Count | None = None

    def close(self) -> None:
        """Close the count; a later call opens it again."""
        count, self._count = self._count, None
        if count is not None:
            count.bucket.close()  # type: ignore[no-untyped-call]

    def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
        """Return once `calls` calls may be made, and count them; see `Limiter`."""
        patience = Patience(
            seconds=self._patience_s,
            clock=self._clock,
            sleep=self._sleep,
            is_interrupted=self._is_interrupted,
        )
        counted = min(calls, self._calls)
        patience.wait_for(lambda: self._take_turns(counted), on_wait)

    def _take_turns(self, calls: int) -> float:
        """Count calls if there is room for all; otherwise return the seconds to wait."""
        from filelock import Timeout

        grace_end = self._clock() + _GRACE_S

        def is_given_up() -> bool:
            return self._is_interrupted() and self._clock() >= grace_end

        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock.acquire(self._patience_s, _POLL_S, cancel_check=is_given_up):
                return self._take_turns_alone(calls)
        except Timeout as error:
            if self._is_interrupted():
                msg = "interrupted while waiting for another run to count its call"
                raise InterruptedWaitError(msg) from error
            raise self._unkept(error) from error
        except (OSError, sqlite3.Error) as error:
            raise self._unkept(error) from error

    @cached_property
    def _lock(self) -> BaseFileLock:
        # Imported only here: with its own imports it takes as long as a small plan.
        from filelock import FileLock

        return FileLock(f"{self._file}.lock")

    def _unkept(self, error: Exception) -> AccountError:
        msg = f"the count of calls cannot be kept in {self._file}: {error}"
        return AccountError(msg, hint=f"make the folder writable, or delete {self._file}")

    def _take_turns_alone(self, calls: int) -> float:
        """Count calls in the file that is kept open; again if somebody changed it meanwhile."""
        is_kept = self._count is not None
        try:
            return self._take_turns_from(self._bucket(), calls)
        except BaseException as error:
            self.close()  # It may be in the middle of a transaction, which holds up others.
            if not is_kept or not isinstance(error, sqlite3.Error):
                raise
        return self._take_turns_alone(calls)

    def _bucket(self) -> SQLiteBucket:
        """Return the count; opening it takes longer than counting a call."""
        if self._count is not None and self._count.inode == _inode_of(self._file):
            return self._count.bucket
        self.close()
        from pyrate_limiter import Rate, SQLiteBucket

        # Neither the library's `Limiter` nor its own file lock: they stamp a call before
        # they have the lock, wait for it without a limit, and start a thread (seen in 4.5.1).
        bucket = SQLiteBucket.init_from_file(
            [Rate(self._calls, self._window_ms)], db_path=str(self._file)
        )
        self._count = _Count(bucket=bucket, inode=_inode_of(self._file))
        return bucket

    @property
    def _window_ms(self) -> int:
        return round(self._window_s * 1000)

    def _take_turns_from(self, bucket: SQLiteBucket, calls: int) -> float:
        from pyrate_limiter import RateItem

        window_ms = self._window_ms
        # Read under the lock, so that stamps are in the order of the calls.
        now_ms = self._now_ms()
        newest = bucket.peek(0)
        if newest is not None and newest.timestamp > now_ms + window_ms:
            bucket.flush()
            newest = None
        stamp_ms = now_ms if newest is None else max(now_ms, newest.timestamp)
        if newest is not None and newest.timestamp // window_ms < stamp_ms // window_ms:
            bucket.leak(stamp_ms)  # Once in a window: it only keeps the file small.
        if bucket.put(RateItem("call", stamp_ms, weight=calls)):
            return 0.0
        # The call whose age decides when there is room for all of them.
        blocking = bucket.peek(self._calls - calls)
        free_ms = now_ms if blocking is None else blocking.timestamp + window_ms
        return max(free_ms - now_ms + 1, 1) / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """An open count, and the file that it was when it was opened."""

    bucket: SQLiteBucket
    inode: int


def _inode_of(path: Path) -> int:
    """Return the number of a file; 0 if there is none, which no file has."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def _wall_clock_ms() -> int:
    """Return the time that all processes share, also after a restart of the machine."""
    return time.time_ns() // 1_000_000


def count_file(*, host: str, app_id: str, state_folder: Path) -> Path:
    """Return the file that counts the calls of an account.

    Its name shows neither the host nor the app id.
    """
    digest = hashlib.sha256(f"{host.lower()}\n{app_id}".encode()).hexdigest()
    return state_folder / f"calls-{digest[:24]}.sqlite3"
