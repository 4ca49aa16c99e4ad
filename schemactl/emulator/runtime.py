"""A running emulator's inside: its account, and how it is to behave just now.

Both the wire and the control pages work on this; it knows neither.
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
from schemactl.emulator.seed import Seed, fill_account
from schemactl.emulator.storage import Storage
from schemactl.emulator.switches import Switches, SwitchSetting, set_switches

Clock = Callable[[], float]
Result = TypeVar("Result")


class _UndoneError(Exception):
    """Ends a transaction that was never meant to last."""


class Runtime:
    """One account in use, by any number of threads.

    Attributes:
        faults: The faults in force.
        keys: What opens the account; empty where anything does.
        rate_limit: Calls a minute; None for no limit.
        clock: Gives Unix time in seconds.
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
    ) -> None:
        """Open the account, or make it from the seed.

        Raises:
            EmulatorError: The file or the seed cannot be used, or both are given and the
                file holds an account already.
        """
        content = None if seed is None else _read_seed(seed)

        def fill(connection: sqlite3.Connection) -> None:
            fill_account(connection, content or _default_seed(), now=clock())

        self._storage = Storage(db, fill=fill)
        if seed is not None and not self._storage.is_new:
            self._storage.close()
            msg = f"{db} holds an account already, so it cannot be seeded"
            raise EmulatorError(
                msg, hint="Leave the seed out, or name a file that does not exist."
            )
        self.faults = FaultQueue(faults)
        self.keys = keys
        self.rate_limit = rate_limit
        self.clock = clock
        self._switches = switches
        self._lock = Lock()
        self._stopping = Event()
        self._late: list[Thread] = []

    @property
    def switches(self) -> Switches:
        """The switches as they are set just now."""
        return self._switches

    def set_switches(self, settings: tuple[SwitchSetting, ...]) -> None:
        """Set switches, for calls that come from now on."""
        with self._lock:
            self._switches = set_switches(self._switches, settings)

    @contextmanager
    def account(self) -> Iterator[Account]:
        """Work on the account in one transaction, undone where the block raises."""
        with self._storage.transaction() as connection:
            yield Account(connection, switches=self.switches, now=self.clock())

    def rehearse(self, act: Callable[[Account], Result]) -> Result:
        """Have something done to the account, give what came of it, and undo it."""
        came: list[Result] = []
        with suppress(_UndoneError), self.account() as account:
            came.append(act(account))
            raise _UndoneError
        return came[0]

    @contextmanager
    def call_log(self) -> Iterator[CallLog]:
        """Work on the log of calls in one transaction."""
        with self._storage.transaction() as connection:
            yield CallLog(connection)

    def calls(self) -> tuple[LoggedCall, ...]:
        """Give the calls of the account, of other processes too, oldest first."""
        with self.call_log() as log:
            return log.calls()

    def state(self, tell: Callable[[Account, CallLog], dict[str, object]]) -> dict[str, object]:
        """Have the account and its log told as they stand at one moment."""
        with self._storage.transaction() as connection:
            account = Account(connection, switches=self.switches, now=self.clock())
            return tell(account, CallLog(connection))

    def edit(self, edits: tuple[Edit, ...]) -> None:
        """Carry out edits, all or none.

        Raises:
            EmulatorError: One cannot be done; nothing was.
        """
        with self.account() as account:
            for edit in edits:
                apply_edit(account, edit)

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than until the emulator is stopped."""
        self._stopping.wait(seconds)

    def act_later(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something in a moment; at the latest, and surely, when it is stopped."""

        def run() -> None:
            self.wait(seconds)
            action()

        thread = Thread(target=run, name="emulator-late", daemon=True)
        with self._lock:
            self._late = [one for one in self._late if one.is_alive()]
            self._late.append(thread)
            thread.start()

    def close(self) -> None:
        """End all waits, finish what is to be done late, close the account."""
        self._stopping.set()
        with self._lock:
            late = tuple(self._late)
        for thread in late:
            thread.join()
        self._storage.close()


# A seed is needed once in an account's life, so what reads it is imported only then.


def _read_seed(source: Path | str) -> Seed:
    from schemactl.emulator.seed_reading import read_seed

    return read_seed(source)


def _default_seed() -> Seed:
    from schemactl.emulator.default_account import default_seed

    return default_seed()
