"""One apply at a time on an account, over all machines that share a state store.

The lease is one document: who holds it, a number that grows with each holder, and how often it
was renewed. Each write has the condition that nobody else wrote meanwhile, so no version of it
ever comes again.

**No two clocks are compared.** The holder measures from before it asked for its last renewal
that succeeded, and sends nothing once `trust_s` have passed by its own clock. An observer
measures from after it first read a version, and takes the lease over only once it still reads
that version `expiry_s` later by its own clock. What the observer read was written before it
read it, so the holder has stopped at least `expiry_s - trust_s` before; the longest request
(120 s) has ended by then too. Time of day is shown to people and decides only whether it is
worth to wait. All that is assumed is that the two clocks run at the same speed to 4 %.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

from schemactl.errors import AccountError, LockedError, SchemactlError
from schemactl.host import Host
from schemactl.model.event import Waiting
from schemactl.store.state.interface import ChangedMeanwhileError, StateFile, Version
from schemactl.store.state.lease_document import (
    LEASE_FILE,
    MAX_NUMBER,
    FoundLease,
    LeaseHolder,
    LeaseState,
    read_lease,
)
from schemactl.values import dataclass, field, replace

_TAKEN_OVER: Final = "another apply has taken over the lease on the account"


class Lease:
    """A lease that this process holds; used by its thread of heartbeats and one other."""

    def __init__(
        self, file: StateFile, found: FoundLease, *, start_s: float, host: Host
    ) -> None:
        self.file = file
        self.left_behind: LeaseHolder | None = None
        self._state = found.state
        self._version = found.version
        self._host = host
        self._times = host.lease_times
        self._mutex = threading.Lock()
        self._renewed_s = start_s
        self._renewed_at = host.now()
        self._lost = ""
        self._problem = ""

    @property
    def number(self) -> int:
        """How many holders there were, this one included."""
        return self._state.number

    def outrank(self, number: int) -> None:
        """Make sure that its number is higher than one that a journal records.

        It is lower where the state was moved here, or somebody deleted the lease, and where
        another process has the lease by now: then the write fails.

        Raises:
            OSError: Somebody else has it, the store does not answer, or no number is higher.
        """
        if self.number > number:
            return
        if number >= MAX_NUMBER:
            raise OSError(None, f"a journal has the lease number {number}, and none is higher")
        with self._mutex:
            start_s, start = self._host.uptime(), self._host.now()
            state = replace(self._state, number=number + 1, renewed_at=_iso(start))
            try:
                self._state, self._version = self._write(state)
            except ChangedMeanwhileError:
                self._lost = _TAKEN_OVER
                raise OSError(None, self._lost) from None
            self._renewed_s, self._renewed_at = start_s, start

    @property
    def is_lost(self) -> bool:
        """Whether somebody else has it."""
        return bool(self._lost)

    def objection(self) -> str:
        """Return why nothing may be written to the account now; empty if it may.

        Asks nobody, so that nothing waits between this and the write that follows it.
        """
        if self._lost:
            return self._lost
        age_s = self._age_s()
        if age_s < self._times.trust_s:
            return ""
        why = f" ({self._problem})" if self._problem else ""
        return (
            f"the lease on the account was not renewed for {age_s:.0f} seconds{why}, so "
            "another apply may have it by now"
        )

    def ensure(self) -> None:
        """Check that the lease is held, and renew it if the last time is too long ago.

        Raises:
            OSError: It is not, or the store does not say so.
        """
        if not self._lost and self._age_s() >= self._times.trust_s:
            self.renew()
        why = self.objection()
        if why:
            raise OSError(None, why)

    def _age_s(self) -> float:
        """Return how long ago the last renewal was asked for, by the clock that says more.

        The clock of a machine that slept or was paused may not show it; its time of day does.
        """
        by_day = (self._host.now() - self._renewed_at).total_seconds()
        return max(self._host.uptime() - self._renewed_s, by_day)

    def renew(self) -> None:
        """Renew the lease once; what comes of it shows in `objection`."""
        with self._mutex:
            if self._lost:
                return
            start_s, start = self._host.uptime(), self._host.now()
            state = replace(
                self._state,
                renewals=self._state.renewals + 1,
                renewed_at=_iso(start),
            )
            try:
                self._state, self._version = self._write(state)
            except ChangedMeanwhileError:
                self._lost = _TAKEN_OVER
            except (OSError, SchemactlError) as error:
                self._problem = getattr(error, "strerror", "") or str(error)
            else:
                self._problem = ""
                self._renewed_s, self._renewed_at = start_s, start

    def _write(self, state: LeaseState) -> tuple[LeaseState, Version]:
        """Write the next version, also over one of this holder whose answer was lost."""
        store, parts = self.file.store, self.file.parts
        try:
            return state, store.replace(parts, state.text(), self._version)
        except ChangedMeanwhileError:
            found = read_lease(self.file)
            if found is None or found.state.holder != self._state.holder:
                raise
            newer = replace(state, renewals=found.state.renewals + 1)
            return newer, store.replace(parts, newer.text(), found.version)

    def release(self) -> None:
        """Let the next one have it at once; where that fails, it has to wait."""
        with self._mutex, suppress(OSError, SchemactlError):
            if not self._lost:
                self._write(replace(self._state, is_held=False))


@contextmanager
def hold_lease(
    file: StateFile, holder: LeaseHolder, *, wait_s: float, host: Host
) -> Iterator[Lease]:
    """Hold the lease, and renew it from a thread until the end of the block.

    Args:
        file: Its document.
        holder: Who takes it.
        wait_s: How long to wait while somebody else holds it.
        host: The clocks; reports a wait, and says whether the user interrupted it.

    Raises:
        LockedError: Somebody else holds it.
        AccountError: The store does not answer.
    """
    lease = take_lease(file, holder, wait_s=wait_s, host=host)
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(host.lease_times.renew_s) and not lease.is_lost:
            lease.renew()

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        ended.set()
        thread.join()
        lease.release()


def take_lease(file: StateFile, holder: LeaseHolder, *, wait_s: float, host: Host) -> Lease:
    """Take the lease; see `hold_lease`, which also renews and releases it."""
    return _Taking(file=file, holder=holder, host=host).take(wait_s)


@dataclass(slots=True, kw_only=True)
class _Taking:
    """Waits for a lease and takes it."""

    file: StateFile
    holder: LeaseHolder
    host: Host
    seen: Version | None = field(default=None)
    seen_s: float = field(default=0.0)
    is_alive: bool = field(default=False)

    def take(self, wait_s: float) -> Lease:
        """Take the lease once it is free or its holder has surely stopped."""
        deadline, is_reported = self.host.uptime() + wait_s, False
        while True:
            try:
                found = read_lease(self.file)
                self._note(found)
                if found is None or not found.state.is_held or self._is_expired:
                    lease = self._try(found)
                    if lease is not None:
                        return lease
                    continue
            except OSError as error:
                msg = f"the account cannot be locked: {self.file}: {error.strerror or error}"
                hint = "make the state store answer; nothing was changed"
                raise AccountError(msg, hint=hint) from error
            is_over = self.host.uptime() >= deadline and self._seems_alive(found)
            if is_over or self.host.is_interrupted():
                raise _locked(found)
            if not is_reported:
                self._report(found, wait_s)
                is_reported = True
            self.host.sleep(self.host.lease_times.poll_s)

    def _note(self, found: FoundLease | None) -> None:
        """Note since when this version is seen: from after it was read."""
        version = None if found is None else found.version
        if version != self.seen:
            self.is_alive = self.seen is not None
            self.seen, self.seen_s = version, self.host.uptime()

    @property
    def _is_expired(self) -> bool:
        return self.host.uptime() - self.seen_s >= self.host.lease_times.expiry_s

    def _seems_alive(self, found: FoundLease) -> bool:
        """Whether to give up: it was renewed meanwhile, or just now by its time of day."""
        if self.is_alive:
            return True
        # A clock that is ahead is no sign of life: a holder that lives shows it by renewing.
        age = self.host.now() - datetime.fromisoformat(found.state.renewed_at)
        return abs(age.total_seconds()) < self.host.lease_times.trust_s

    def _report(self, found: FoundLease, wait_s: float) -> None:
        if self._seems_alive(found):
            why = f"another apply works on this account ({found.state.holder})"
        else:
            wait_s = self.host.lease_times.expiry_s
            why = f"to be sure that an apply has ended ({found.state.holder})"
        self.host.listener(Waiting(seconds=wait_s, why=why))

    def _try(self, found: FoundLease | None) -> Lease | None:
        """Take the lease; None if somebody else was faster."""
        start_s = self.host.uptime()
        number = 1 if found is None else found.state.number + 1
        if number > MAX_NUMBER:
            raise LEASE_FILE.fault(str(self.file), f"has a number ({number - 1}) with no next")
        state = LeaseState(
            number=number,
            holder=self.holder,
            renewed_at=_iso(self.host.now()),
        )
        store, parts = self.file.store, self.file.parts
        try:
            if found is None:
                version = store.create(parts, state.text())
            else:
                version = store.replace(parts, state.text(), found.version)
        except (FileExistsError, ChangedMeanwhileError):
            return None
        taken = FoundLease(state=state, version=version)
        lease = Lease(self.file, taken, start_s=start_s, host=self.host)
        if found is not None and found.state.is_held:
            lease.left_behind = found.state.holder
        return lease


def _locked(found: FoundLease) -> LockedError:
    state = found.state
    msg = (
        "account-locked: another apply works on this account, and nothing was changed: "
        f"{state.holder}, last seen {state.renewed_at}"
    )
    hint = "wait for it to end, or let this one wait for it: --wait 600"
    return LockedError(msg, hint=hint)


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
