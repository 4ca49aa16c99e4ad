"""store/state/lease.py: one holder at a time, by clocks that are never compared."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemactl.errors import AccountError, LockedError, SchemactlError
from schemactl.host import Host
from schemactl.model.event import Event, Waiting
from schemactl.model.lease_times import LeaseTimes
from schemactl.store.state.interface import StateFile, StateStore, Version
from schemactl.store.state.lease import Lease, hold_lease, take_lease
from schemactl.store.state.lease_document import LeaseHolder
from schemactl.store.state.leased import LeasedState
from schemactl.store.state.local import LocalState
from schemactl.store.state.objects import ObjectState

pytestmark = pytest.mark.group("s3")
"""One server for all of them: it takes a second to start."""
NAME = ("lease", "0a1b.json")
TIMES = LeaseTimes(renew_s=1000.0)
"""Without a heartbeat: a thread would wait for a true clock."""


class Machine:
    """A machine with clocks of its own; to sleep moves them, and lets others do something."""

    def __init__(
        self, *, hours_ahead: int = 0, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        self.up_s = 1000.0 * (hours_ahead + 1)
        self.day = datetime(2026, 1, 2, 12, tzinfo=UTC) + timedelta(hours=hours_ahead)
        self.meanwhile = meanwhile
        self.events: list[Event] = []
        self.is_interrupted = False
        self.host = Host(
            environ={},
            home=Path(),
            now=lambda: self.day,
            clock=lambda: self.up_s,
            sleep=self.sleep,
            token=lambda: "a1b2c3",
            listener=self.events.append,
            is_interrupted=lambda: self.is_interrupted,
            uptime=lambda: self.up_s,
            lease_times=TIMES,
        )

    def sleep(self, seconds: float) -> None:
        self.pass_time(seconds)
        self.meanwhile()

    def interrupt(self) -> None:
        self.is_interrupted = True

    def pass_time(self, seconds: float) -> None:
        self.up_s += seconds
        self.day += timedelta(seconds=seconds)

    def holder(self, token: str, account: str = "demo") -> LeaseHolder:
        return LeaseHolder(
            token=token, account=account, machine="m", process=1, since=str(self.day)
        )


@pytest.fixture
def file(tmp_path: Path) -> StateFile:
    return StateFile.at(LocalState(folder=tmp_path), NAME)


def take(file: StateFile, machine: Machine, token: str, *, wait_s: float = 0.0) -> Lease:
    """Take a lease as a process does that is killed later: nothing is released."""
    return take_lease(file, machine.holder(token), wait_s=wait_s, host=machine.host)


def test_a_released_lease_is_free_and_its_number_grows(file: StateFile) -> None:
    machine = Machine()
    for number in (1, 2, 3):
        with hold_lease(file, machine.holder(str(number)), wait_s=0, host=machine.host) as one:
            assert (one.number, one.left_behind, one.objection()) == (number, None, "")
            with pytest.raises(LockedError, match="process 1 on m, since"):
                take(file, Machine(), "other")


@pytest.mark.parametrize("hours_ahead", [-5, 0, 5])
def test_a_holder_that_renews_is_never_taken_over_whatever_the_clocks_show(
    file: StateFile, hours_ahead: int
) -> None:
    holding = Machine()
    lease = take(file, holding, "holder")

    def renew() -> None:
        holding.pass_time(5)
        lease.renew()

    observer = Machine(hours_ahead=hours_ahead, meanwhile=renew)
    with pytest.raises(LockedError):
        take(file, observer, "observer", wait_s=1000)
    assert lease.objection() == ""
    with pytest.raises(LockedError):
        take(file, Machine(hours_ahead=hours_ahead, meanwhile=renew), "observer")


@pytest.mark.parametrize("hours_ahead", [-5, 0, 5])
def test_a_dead_holder_is_taken_over_after_it_has_surely_stopped(
    file: StateFile, hours_ahead: int
) -> None:
    dead = Machine()
    lease = take(file, dead, "dead", wait_s=0)
    moments: list[tuple[str, float]] = []

    def watch() -> None:
        dead.pass_time(5)
        moments.append((lease.objection(), dead.up_s))

    observer = Machine(hours_ahead=hours_ahead, meanwhile=watch)
    taken = take(file, observer, "observer", wait_s=1000)
    assert taken.number == 2
    assert taken.left_behind is not None
    assert taken.left_behind.token == "dead"  # noqa: S105 - a word of this test
    stopped = next(at for why, at in moments if why)
    assert moments[-1][1] - stopped >= TIMES.expiry_s - TIMES.trust_s - 5
    assert any(isinstance(one, Waiting) for one in observer.events)
    lease.renew()
    assert "another apply has taken over" in lease.objection()
    with pytest.raises(OSError, match="taken over"):
        lease.ensure()
    lease.release()
    assert taken.objection() == ""


@pytest.mark.parametrize("hours_ahead", [-1, 1])
def test_a_lease_that_looks_dead_is_watched_without_being_asked(
    file: StateFile, hours_ahead: int
) -> None:
    take(file, Machine(), "dead")
    assert take(file, Machine(hours_ahead=hours_ahead), "observer").number == 2


def test_a_holder_that_slept_writes_nothing_and_goes_on_where_nobody_took_over(
    file: StateFile, tmp_path: Path
) -> None:
    machine = Machine()
    lease = take(file, machine, "holder")
    state = LeasedState(LocalState(folder=tmp_path), lease)
    machine.pass_time(TIMES.trust_s + 1)
    assert "was not renewed for 51 seconds" in lease.objection()
    state.write(("base", "demo.json"), b"1")
    assert lease.objection() == ""
    machine.day += timedelta(hours=1)  # As where a machine was paused that did not notice.
    assert "was not renewed" in lease.objection()
    file.write("damaged")
    for write in (
        lambda: state.write(("base", "demo.json"), b"2"),
        lambda: state.create(("base", "other.json"), b"2"),
        lambda: state.replace(("base", "demo.json"), b"2", lease_version(state)),
        lambda: state.delete(("base", "demo.json")),
        lambda: state.new_log(("journal", "demo", "run-1.jsonl")),
    ):
        with pytest.raises(OSError, match="was not renewed"):
            write()
    found = state.find(("base", "demo.json"), max_bytes=10)
    assert found is not None
    assert found.data == b"1"


def lease_version(state: StateStore) -> Version:
    found = state.find(("base", "demo.json"), max_bytes=10)
    assert found is not None
    return found.version


def test_an_unreachable_store_ends_the_trust_and_is_named(file: StateFile) -> None:
    machine = Machine()
    lease = take(file, machine, "holder")
    place = Path(file.place)
    place.unlink()
    place.mkdir()
    lease.renew()
    assert lease.objection() == "", "it is trusted for a while"
    machine.pass_time(TIMES.trust_s)
    assert "not a regular file" in lease.objection()
    with pytest.raises(AccountError, match="cannot be locked"):
        take(file, Machine(), "observer")


def test_a_renewal_whose_answer_was_lost_is_taken_up(file: StateFile) -> None:
    machine = Machine()
    lease = take(file, machine, "holder")
    text = file.find(max_bytes=10_000)
    assert text is not None
    file.write(text.decode().replace('"renewals": 0', '"renewals": 7'))
    lease.renew()
    assert lease.objection() == ""
    assert b'"renewals": 8' in (file.find(max_bytes=10_000) or b"")


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kind": "lease"}', '{"kind": "plan", "format_version": 1}']
)
def test_a_damaged_lease_is_refused_and_not_taken(file: StateFile, text: str) -> None:
    file.write(text)
    with pytest.raises(SchemactlError, match="lease"):
        take(file, Machine(), "observer")
    assert file.find(max_bytes=100) == text.encode()


def test_a_lease_with_a_time_that_is_none_is_refused(file: StateFile) -> None:
    with hold_lease(file, Machine().holder("x"), wait_s=0, host=Machine().host):
        pass
    text = (file.find(max_bytes=10_000) or b"").decode()
    file.write(text.replace("2026-01-02T12:00:00+00:00", "tomorrow"))
    with pytest.raises(SchemactlError, match="has a time that is none"):
        take(file, Machine(), "observer")


def test_a_wait_is_reported_with_how_long_it_may_take(file: StateFile) -> None:
    take(file, Machine(), "holder")
    for hours_ahead, seconds in ((0, 300.0), (1, TIMES.expiry_s)):
        observer = Machine(hours_ahead=hours_ahead)
        observer.meanwhile = observer.interrupt
        with pytest.raises(LockedError):
            take(file, observer, "observer", wait_s=300)
        (waiting,) = observer.events
        assert isinstance(waiting, Waiting)
        assert waiting.seconds == seconds


def test_whoever_waits_is_interrupted(file: StateFile) -> None:
    take(file, Machine(), "holder")
    observer = Machine()
    observer.meanwhile = observer.interrupt
    with pytest.raises(LockedError):
        take(file, observer, "observer", wait_s=1000)


def test_of_many_that_take_a_lease_one_has_it(objects: ObjectState) -> None:
    file = StateFile.at(objects, NAME)
    for number in range(5):
        taken: list[Lease] = []

        def compete(name: str, taken: list[Lease] = taken) -> None:
            try:
                taken.append(take(file, Machine(), name))
            except LockedError:
                return

        threads = [
            threading.Thread(target=compete, args=(f"{number}-{one}",)) for one in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 1
        taken[0].release()


def test_a_heartbeat_renews_until_the_block_ends(file: StateFile) -> None:
    machine, beaten = Machine(), threading.Event()
    times = LeaseTimes(renew_s=0.01)
    object.__setattr__(machine.host, "lease_times", times)
    with hold_lease(file, machine.holder("x"), wait_s=0, host=machine.host):
        for _ in range(500):
            if b'"renewals": 0' not in (file.find(max_bytes=10_000) or b""):
                break
            beaten.wait(0.01)
    text = file.find(max_bytes=10_000) or b""
    assert b'"renewals": 0' not in text
    assert b'"held": false' in text
