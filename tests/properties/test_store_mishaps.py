"""A store that delays, repeats or loses writes and their answers, and machines that use it.

What is proved holds whatever happens: calls come from one holder after the other, what was
acknowledged is there for the next one, and every journal can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from obstore.store import MemoryStore

from schemactl.errors import AccountError, LockedError, SchemactlError
from schemactl.host import Host
from schemactl.model.lease_times import LeaseTimes
from schemactl.store.journal.files import file_of_run, recorded_runs
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state.address import Cloud, StateAddress
from schemactl.store.state.interface import Name, StateFile, StateFolder, Stored, Version
from schemactl.store.state.lease import Lease, take_lease
from schemactl.store.state.lease_document import LeaseHolder
from schemactl.store.state.leased import LeasedState
from schemactl.store.state.objects import ObjectState
from tests.builders import a_plan
from tests.memory_state import Mishap, no_answer

if TYPE_CHECKING:
    from obstore import PutMode

TIMES = LeaseTimes(renew_s=1000.0)
LEASE = ("lease", "0a1b.json")
BASE = ("base", "demo.json")
JOURNALS = ("journal", "demo")
LONG_S = 400.0
"""Longer than a lease lasts, however it is looked at."""

numbers = count(1)


class Network(ObjectState):
    """A store over a network that does to each request what comes next in a list."""

    def __init__(self, mishaps: list[Mishap | str | None]) -> None:
        address = StateAddress(cloud=Cloud.S3, bucket="a-bucket")
        super().__init__(address, MemoryStore())
        self.meanwhile: Callable[[], None] = lambda: None
        self._mishaps: Iterator[Mishap | str | None] = iter(mishaps)
        self._late: list[Callable[[], object]] = []

    def _next(self) -> Mishap | None:
        found = next(self._mishaps, None)
        if found == "meanwhile":
            self.meanwhile()
        elif found == "deliver":
            late, self._late = self._late, []
            for put in late:
                with suppress(OSError):
                    put()
        return found if isinstance(found, Mishap) else None

    def _get(self, name: Name, max_bytes: int) -> Stored | None:
        if self._next() is not None:
            raise no_answer()
        return super()._get(name, max_bytes)

    def _put(self, name: Name, data: bytes, mode: PutMode) -> Version:
        def put() -> Version:
            return ObjectState._put(self, name, data, mode)  # noqa: SLF001 - done later

        match self._next():
            case None:
                return put()
            case Mishap.REPEATED:
                put()
                return put()
            case Mishap.DONE:
                with suppress(OSError):
                    put()
            case Mishap.LATE:
                self._late.append(put)
            case Mishap.UNDONE:
                pass
        raise no_answer()


class World:
    """A store, the true time, and what machines did."""

    def __init__(self, mishaps: list[Mishap | str | None]) -> None:
        self.store = Network(mishaps)
        self.now_s = 0.0
        self.sent_by: list[int] = []
        self.kept: dict[str, int] = {}
        self.bases: list[int] = []
        self.depth = 0

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def meanwhile(self) -> None:
        """Stop whoever is at work for a while in which another machine applies."""
        self.now_s += LONG_S
        if self.depth < 2:
            self.apply()

    def host(self, number: int) -> Host:
        ahead = timedelta(hours=number % 3)
        return Host(
            environ={},
            home=Path(),
            now=lambda: (
                datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=self.now_s) + ahead
            ),
            clock=lambda: self.now_s,
            sleep=self.sleep,
            token=lambda: "a1b2c3",
            uptime=lambda: self.now_s,
            lease_times=TIMES,
        )

    def apply(self) -> None:
        """Do what an apply does with the store, until something fails."""
        self.depth += 1
        number = next(numbers)
        host = self.host(number)
        holder = LeaseHolder(
            token=f"{number}", account="demo", machine="m", process=1, since="2026-01-02"
        )
        with suppress(AccountError, LockedError):
            file = StateFile.at(self.store, LEASE)
            lease = take_lease(file, holder, wait_s=LONG_S, host=host)
            with suppress(OSError, SchemactlError):
                self._work(LeasedState(self.store, lease), lease, number, host)
            if number % 4:  # Others are killed.
                lease.release()
        self.depth -= 1

    def _work(self, state: LeasedState, lease: Lease, number: int, host: Host) -> None:
        folder = StateFolder.at(state, JOURNALS)
        state.outrank(max((run.lease for run in recorded_runs(folder)), default=0))
        found = state.find(BASE, max_bytes=100)
        base = 0 if found is None else int(found.data.split()[0])
        assert base >= max(self.bases, default=0), "an acknowledged base was lost"
        run_id = f"20260102T000000Z-{number:06x}"
        journal = JournalFile(file_of_run(folder, run_id), now=host.now)
        journal.run_started(run_id, a_plan(), address="https://a/", digest="0b")
        for place in range(2):
            journal.scratch_removed(f"20260101T000000Z-{place:06x}")
            self.kept[run_id] = place + 1
            self.now_s += 10
            if not lease.objection():
                self.sent_by.append(lease.number)
        state.write(BASE, b"%d of %d" % (base + 1, number))
        self.bases.append(base + 1)
        state.write_private(("vault", "demo", run_id), b"1")
        lease.renew()


STEPS = st.lists(
    st.sampled_from([None] * 12 + ["meanwhile"] * 2 + ["deliver"] + list(Mishap)),
    min_size=10,
    max_size=80,
)


@given(mishaps=STEPS)
def test_whatever_the_store_does_nothing_acknowledged_is_lost_and_one_holder_sends(
    mishaps: list[Mishap | str | None],
) -> None:
    world = World(mishaps)
    world.store.meanwhile = world.meanwhile
    for _ in range(4):
        world.apply()
        world.now_s += 30
    assert world.sent_by == sorted(world.sent_by), "two machines sent in turns"
    assert world.bases == sorted(set(world.bases)), "one base was written over another"
    with suppress(OSError, SchemactlError):  # Until no mishap is left.
        for _ in mishaps:
            world.store._next()  # noqa: SLF001 - of this test
    runs = {run.id: run for run in recorded_runs(StateFolder.at(world.store, JOURNALS))}
    for run_id, kept in world.kept.items():
        assert len(runs[run_id].settled) >= kept
    world.now_s += LONG_S
    bases = len(world.bases)
    world.apply()
    assert len(world.bases) == bases + 1, "nobody can apply any more"
