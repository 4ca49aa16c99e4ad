"""The state of a running emulator: its account and its current settings.

The APIs and the control pages use it; it knows neither.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TypeVar

from schemactl.emulator.access import KeyGrant
from schemactl.emulator.account import Account
from schemactl.emulator.call_log import CallLog, LoggedCall
from schemactl.emulator.edits import Edit, apply_edit
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import Fault, FaultQueue
from schemactl.emulator.invented_contacts import NOBODY, Crowd, invent_contacts, parse_crowd
from schemactl.emulator.latency import NO_LATENCY, Latency, LatencySource
from schemactl.emulator.midway import StoppedMidwayError, current_midway
from schemactl.emulator.seed import Seed, fill_account
from schemactl.emulator.storage import Storage
from schemactl.emulator.switches import Switches, SwitchSetting, set_switches

Clock = Callable[[], float]
Result = TypeVar("Result")


class _UndoneError(Exception):
    """Undoes a transaction that should not last."""


class Runtime:
    """One account in use, by any number of threads.

    Attributes:
        faults: The current faults.
        keys: Keys that open the account; empty if every key does.
        rate_limit: Calls a minute; None for no limit.
        clock: Returns Unix time in seconds.
    """

    def __init__(
        self,
        db: Path | None,
        *,
        switches: Switches,
        faults: tuple[Fault, ...],
        keys: tuple[KeyGrant, ...],
        rate_limit: int | None,
        seed: Path | str | None,
        clock: Clock,
        latency: Latency = NO_LATENCY,
        crowd: Crowd = NOBODY,
        image: bytes | None = None,
    ) -> None:
        """Open the account, or create it from the seed, or as a copy of `image`.

        Raises:
            EmulatorError: The file or the seed cannot be used, or there is a seed or a crowd
                although the file already holds an account.
        """
        if image is None:
            self._storage = _open_storage(db, seed, crowd, clock)
        else:
            self._storage = Storage(None, fill=_fill_nothing, image=image)
        self.faults = FaultQueue(faults)
        self.keys = keys
        self.rate_limit = rate_limit
        self._latency = LatencySource(latency)
        self.clock = clock
        self._switches = switches
        self._lock = Lock()
        self._stopping = Event()
        self._late: list[Thread] = []

    @property
    def switches(self) -> Switches:
        """The current switches."""
        return self._switches

    def set_switches(self, settings: tuple[SwitchSetting, ...]) -> None:
        """Set switches for all later calls."""
        with self._lock:
            self._switches = set_switches(self._switches, settings)

    @property
    def latency(self) -> Latency:
        """The wait of every request."""
        return self._latency.latency

    @contextmanager
    def account(self) -> Iterator[Account]:
        """Yield the account within one transaction, which is undone if the block raises."""
        stopped = None
        with self._storage.transaction() as connection:
            account = self._account(connection)
            if (midway := current_midway()) is not None:
                midway.account = account
            try:
                yield account
            except StoppedMidwayError as error:
                stopped = error  # What was done until then stays.
        if stopped is not None:
            raise stopped

    def _account(self, connection: sqlite3.Connection) -> Account:
        return Account(
            connection, switches=self.switches, now=self.clock(), kept=self._storage.kept
        )

    def rehearse(self, act: Callable[[Account], Result]) -> Result:
        """Do something to the account, return its result, and undo it."""
        came: list[Result] = []
        with suppress(_UndoneError), self.account() as account:
            came.append(act(account))
            raise _UndoneError
        return came[0]

    @contextmanager
    def call_log(self) -> Iterator[CallLog]:
        """Yield the log of calls within one transaction."""
        with self._storage.transaction() as connection:
            yield CallLog(connection)

    def calls(self) -> tuple[LoggedCall, ...]:
        """Return the calls of the account, also of other processes, oldest first."""
        with self.call_log() as log:
            return log.calls()

    def state(
        self, describe: Callable[[Account, CallLog], dict[str, object]]
    ) -> dict[str, object]:
        """Describe the account and its log at one moment."""
        with self._storage.transaction() as connection:
            return describe(self._account(connection), CallLog(connection))

    def edit(self, edits: tuple[Edit, ...]) -> None:
        """Create edits, all or none.

        Raises:
            EmulatorError: One of them is impossible; none was made.
        """
        with self.account() as account:
            account.fired.is_on = False
            for edit in edits:
                apply_edit(account, edit)

    def wait(self, seconds: float) -> None:
        """Wait, but only until the emulator is stopped."""
        self._stopping.wait(seconds)

    def wait_as_over_network(self) -> None:
        """Wait for the latency of one request."""
        self.wait(self._latency.next_s())

    def act_later(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something after a while; at the latest when the emulator is stopped."""

        def run() -> None:
            self.wait(seconds)
            action()

        thread = Thread(target=run, name="emulator-late", daemon=True)
        with self._lock:
            self._late = [one for one in self._late if one.is_alive()]
            self._late.append(thread)
            thread.start()

    def close(self) -> None:
        """End all waits, do everything that is still due, and close the account."""
        self._stopping.set()
        with self._lock:
            late = tuple(self._late)
        for thread in late:
            thread.join()
        self._storage.close()


def new_account_image(seed: Path | str | None, crowd: Crowd, clock: Clock) -> bytes:
    """Return a new account as bytes, of which copies are made faster than from a seed."""
    storage = _open_storage(None, seed, crowd, clock)
    try:
        return storage.image()
    finally:
        storage.close()


def _fill_nothing(connection: sqlite3.Connection) -> None:
    """Do nothing: a copy has its content."""


def _open_storage(
    db: Path | None, seed: Path | str | None, crowd: Crowd, clock: Clock
) -> Storage:
    """Open the account's file, or create it with the seed and the crowd."""
    content = None if seed is None else _read_seed(seed)

    def fill(connection: sqlite3.Connection) -> None:
        first = content or _default_seed()
        fill_account(connection, first, now=clock())
        asked = parse_crowd(first.contacts) if first.contacts and not crowd.number else crowd
        if asked.number:
            invent_contacts(connection, asked, now=clock())

    storage = Storage(db, fill=fill)
    if (seed is not None or crowd.number) and not storage.is_new:
        storage.close()
        msg = f"{db} already holds an account, so it cannot be seeded"
        hint = "omit the seed and the contacts, or name a file that does not exist"
        raise EmulatorError(msg, hint=hint)
    return storage


# An account needs a seed only once, so its reader is imported only then.


def _read_seed(source: Path | str) -> Seed:
    from schemactl.emulator.seed_reading import read_seed

    return read_seed(source)


def _default_seed() -> Seed:
    from schemactl.emulator.default_account import default_seed

    return default_seed()
