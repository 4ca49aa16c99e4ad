"""The calls of a minute, shared over all machines that have one state store.

One document holds what each run has of an account's calls: those that it made in the last
minute, and a slice that it reserved and may still make. A run reserves a slice with one
conditional write, uses it without asking anybody, and returns the rest at its end. So in any
minute all runs together make at most as many calls as the account takes: whoever reserves adds
up all shares that may still count.

A share of another run counts until the end that it names and `CLOCK_BOUND_S` longer. That is
the only place where times of two machines are compared: their clocks may differ by as much. A
run measures its own calls by its own clock, so it waits no longer than without others. A run
that died keeps its share until then.

Where several runs need calls, each takes at most its part of them, so that the first one does
not keep the others waiting for as long as it works.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from math import ceil
from typing import Final

from schemactl.errors import SchemactlError
from schemactl.host import Host
from schemactl.store.state.allotment_document import (
    MAX_SHARES,
    Share,
    joined,
    rate_text,
    read_shares,
)
from schemactl.store.state.interface import ChangedMeanwhileError, StateFile, Version
from schemactl.values import replace

WINDOW_S: Final = 60.0
SLICE_S: Final = 30.0
"""How long a slice may be used."""
CLOCK_BOUND_S: Final = 10.0
"""How much the clocks of two machines may differ."""
SLICES: Final = 6
"""A slice is this part of the calls of a minute."""
_SMALLEST: Final = 18
"""A slice is at least this part of them, so that a run at its limit seldom asks."""
_POLL_S: Final = 3.0
_SPAN_S: Final = 10.0
"""Calls within as many seconds are one share."""
_MAX_RACES: Final = 8
_ROUNDING_S: Final = 0.001


class Allotment:
    """The share of one run; used by one thread.

    Args:
        open_file: Returns the document; called at the first need, and raises where the store
            cannot be opened.
        owner: A random word of the run.
        calls: How many calls the account takes in a minute.
        host: The clocks.
    """

    def __init__(
        self, open_file: Callable[[], StateFile], *, owner: str, calls: int, host: Host
    ) -> None:
        self._open_file = open_file
        self._owner = owner
        self._limit = calls
        self._host = host
        self._shares: tuple[Share, ...] = ()
        self._version: Version | None = None
        self._is_read = False
        self._used: deque[float] = deque()
        self._left = 0
        self._start_s = 0.0
        self._start_day_s = 0.0

    def secure(self, calls: int) -> float:
        """Reserve calls unless the slice has as many; return the seconds to wait for them.

        Raises:
            OSError: The store does not answer, or does not let this run write.
            SchemactlError: The store cannot be opened, or the document holds something else.
        """
        if self._usable() >= calls:
            return 0.0
        try:
            for _ in range(_MAX_RACES):
                if not self._is_read:
                    self._shares, self._version = read_shares(self._file)
                    self._is_read = True
                try:
                    return self._reserve(calls)
                except (FileExistsError, ChangedMeanwhileError):
                    self._is_read = False
        except (OSError, SchemactlError):
            # Whether a write was done is unknown: the slice may be the old or the new one.
            self._is_read, self._left = False, 0
            raise
        return _POLL_S

    def use(self, calls: int) -> bool:
        """Take calls from the slice; return False if it has fewer by now."""
        if self._usable() < calls:
            return False
        self._left -= calls
        self.note(calls)
        return True

    def note(self, calls: int) -> None:
        """Count calls that are made now, whether they were reserved or not."""
        self._used.extend([self._host.uptime()] * calls)

    def close(self) -> None:
        """Return what is left; where that fails, it ends by itself."""
        if not self._has_share:
            return
        self._left = 0
        with suppress(OSError, SchemactlError):
            try:
                self._write(is_active=False)
            except (FileExistsError, ChangedMeanwhileError):
                self._shares, self._version = read_shares(self._file)
                self._write(is_active=False)

    @cached_property
    def _file(self) -> StateFile:
        return self._open_file()

    @property
    def _has_share(self) -> bool:
        return any(share.owner == self._owner for share in self._shares)

    def _usable(self) -> int:
        """Return how many calls are left of the slice, by the clock that says less."""
        by_day = self._day_s() - self._start_day_s
        is_over = max(self._host.uptime() - self._start_s, by_day) >= SLICE_S
        return 0 if is_over else self._left

    def _made(self) -> int:
        """Return how many calls this run made in the last minute."""
        start_s = self._host.uptime() - WINDOW_S
        while self._used and self._used[0] <= start_s:
            self._used.popleft()
        return len(self._used)

    def _reserve(self, calls: int) -> float:
        """Reserve a slice if there is room for one; return the seconds to wait."""
        others, made = self._others(), self._made()
        runs = 1 + len({share.owner for share in others if share.is_active})
        most = max(calls, self._limit // runs)
        wanted = max(calls, min(self._limit // _SMALLEST, most))
        room = min(self._limit - sum(share.calls for share in others), most) - made
        if room >= wanted:
            self._take(min(max(wanted, self._limit // SLICES), room))
            return 0.0
        if not others:
            # The call whose age decides when there is room.
            oldest_s = self._used[made + wanted - most - 1]
            return oldest_s + WINDOW_S - self._host.uptime() + _ROUNDING_S
        self._ask_for_room()
        return _POLL_S

    def _take(self, size: int) -> None:
        """Reserve a slice; what is left of the last one is part of no share any more."""
        start_s, start_day_s = self._host.uptime(), self._day_s()
        self._write(slice_calls=size)
        self._left, self._start_s, self._start_day_s = size, start_s, start_day_s

    def _ask_for_room(self) -> None:
        """Have other runs see that this one waits, and look again at the next try."""
        soon_ms = (self._day_s() + 2 * _POLL_S) * 1000
        is_seen = any(
            share.is_active and share.owner == self._owner and share.until_ms > soon_ms
            for share in self._shares
        )
        if not is_seen:
            self._left = 0
            self._write()
        self._is_read = False

    def _others(self) -> tuple[Share, ...]:
        """Return the shares of other runs that may still count.

        An end that no clock within bounds can name counts from now on.
        """
        now_ms = self._ms_in(0)
        latest_ms = self._ms_in(SLICE_S + WINDOW_S + CLOCK_BOUND_S)
        others = tuple(
            replace(share, until_ms=min(share.until_ms, latest_ms))
            for share in self._shares
            if share.owner != self._owner
            and share.until_ms + round(CLOCK_BOUND_S * 1000) >= now_ms
        )
        return others if len(others) < MAX_SHARES // 2 else (joined(others),)

    def _write(self, *, slice_calls: int = 0, is_active: bool = True) -> None:
        """Write this run's shares, unless another run wrote since they were read."""
        own = self._made_shares()
        if is_active:
            until_ms = self._ms_in(SLICE_S + WINDOW_S)
            own += (Share(owner=self._owner, calls=slice_calls, until_ms=until_ms),)
        shares = (*self._others(), *own)
        store, parts, text = self._file.store, self._file.parts, rate_text(shares)
        if self._version is None:
            self._version = store.create(parts, text)
        else:
            self._version = store.replace(parts, text, self._version)
        self._shares = shares

    def _made_shares(self) -> tuple[Share, ...]:
        """Return the calls of the last minute, those of some seconds as one share."""
        self._made()
        now_s = self._host.uptime()
        spans = Counter(int((now_s - used_s) // _SPAN_S) for used_s in self._used)
        return tuple(
            Share(
                owner=self._owner,
                calls=calls,
                until_ms=self._ms_in(WINDOW_S - span * _SPAN_S),
                is_active=False,
            )
            for span, calls in sorted(spans.items())
        )

    def _ms_in(self, seconds: float) -> int:
        """Return a later moment by this machine's time of day."""
        return ceil((self._day_s() + seconds) * 1000)

    def _day_s(self) -> float:
        return self._host.now().timestamp()
