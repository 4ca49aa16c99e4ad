"""store/state/allotment.py: all machines together make at most the calls of a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.http.allotted import AllottedLimit
from schemactl.account.http.rate import NoLimit, Patience, SharedLimit
from schemactl.errors import InterruptedWaitError
from schemactl.host import Host
from schemactl.model.event import Event, Waiting
from schemactl.store.state.allotment import CLOCK_BOUND_S, SLICE_S, WINDOW_S, Allotment
from schemactl.store.state.allotment_document import (
    MAX_SHARES,
    Share,
    rate_text,
    read_shares,
)
from schemactl.store.state.interface import StateFile
from tests.memory_state import MemoryState, Mishap

NAME = ("rate", "0a1b.json")
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
owners = count()


class World:
    """True time, a store, and when calls were made."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.now_s = 0.0
        self.store = MemoryState()
        self.made: list[float] = []

    @property
    def most_in_a_minute(self) -> int:
        # Without what adding numbers of binary digits takes off.
        span_s = WINDOW_S - 1e-6
        counts = (sum(start <= at < start + span_s for at in self.made) for start in self.made)
        return max(counts, default=0)


class Machine:
    """A machine whose clock differs from the true time."""

    def __init__(self, world: World, *, ahead_s: float = 0.0) -> None:
        self.world = world
        self.ahead_s = ahead_s
        self.is_interrupted = False
        self.events: list[Event] = []
        self.host = Host(
            environ={},
            home=Path(),
            now=lambda: NOON + timedelta(seconds=world.now_s + ahead_s),
            clock=lambda: world.now_s,
            sleep=self.sleep,
            token=lambda: "a1b2c3",
            listener=self.events.append,
            is_interrupted=lambda: self.is_interrupted,
            uptime=lambda: world.now_s + 777 * ahead_s,
        )
        self.start_run()

    def start_run(self) -> None:
        self.run = Allotment(
            lambda: StateFile.at(self.world.store, NAME),
            owner=f"run-{next(owners)}",
            calls=self.world.limit,
            host=self.host,
        )

    def sleep(self, seconds: float) -> None:
        self.world.now_s += seconds

    def call(self, calls: int, *, pause_s: float = 0.0) -> bool:
        """Make calls if there is room for them; a pause is that of another limit."""
        try:
            if self.run.secure(calls) > 0:
                return False
        except OSError:
            return False
        self.world.now_s += pause_s
        is_made = self.run.use(calls)
        if is_made:
            self.world.made += [self.world.now_s] * calls
        return is_made


ACTIONS = ("call",) * 12 + ("end", "kill", "deliver")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(ACTIONS),
        st.sampled_from([1, 1, 1, 2, 7]),
        st.sampled_from([0.0, 0.1, 0.1, 3.0, 29.9, 40.0]),
        st.sampled_from([0.0, 0.0, 0.0, 5.0, 31.0]),
        st.sampled_from([None] * 8 + list(Mishap)),
    ),
    min_size=20,
    max_size=150,
)


@given(
    limit=st.integers(7, 20),
    ahead=st.tuples(*[st.floats(0, CLOCK_BOUND_S)] * 3),
    steps=STEPS,
)
def test_whatever_happens_no_minute_has_more_calls_than_the_account_takes(
    limit: int,
    ahead: tuple[float, ...],
    steps: list[tuple[int, str, int, float, float, Mishap | None]],
) -> None:
    world = World(limit)
    machines = [Machine(world, ahead_s=each) for each in ahead]
    for place, action, calls, wait_s, pause_s, mishap in steps:
        machine = machines[place]
        world.store.mishap = lambda _, __, mishap=mishap: mishap  # type: ignore[misc]
        if action == "call":
            for _ in range(4):
                machine.call(calls, pause_s=pause_s)
        elif action == "deliver":
            world.store.deliver()
        else:
            if action == "end":
                machine.run.close()
            machine.start_run()
        world.now_s += wait_s
    assert world.most_in_a_minute <= limit


def test_a_machine_alone_asks_the_store_once_a_slice_and_waits_as_without_it() -> None:
    world = World(180)
    machine = Machine(world)
    for _ in range(400):
        while not machine.call(1):
            world.now_s += machine.run.secure(1)
        world.now_s += 0.05
    machine.run.close()
    writes = [word for word, _ in world.store.requests if word != "find"]
    assert len(world.store.requests) - len(writes) == 1
    assert len(writes) <= 6 + 22 + 1
    # 400 calls need two whole minutes, whoever counts them.
    assert world.now_s <= 2 * WINDOW_S + 0.05 * 400


@pytest.mark.parametrize("how", ["ended", "died", "works on"])
def test_a_second_machine_gets_its_part_soon_whatever_the_first_one_does(how: str) -> None:
    world = World(60)
    first, second = Machine(world), Machine(world)
    for _ in range(60):
        assert first.call(1)
    if how == "ended":
        first.run.close()
    got_s: list[float] = []
    while len(got_s) < 30:
        if how == "works on":
            first.call(1)
        if second.call(1):
            got_s.append(world.now_s)
        world.now_s += 1
    assert got_s[0] <= SLICE_S + WINDOW_S + CLOCK_BOUND_S + 5
    assert got_s[-1] <= 3 * WINDOW_S
    assert world.most_in_a_minute <= 60


def test_a_share_that_ends_years_ahead_is_in_the_way_for_two_minutes() -> None:
    world = World(10)
    wrong = Machine(world, ahead_s=1e9)
    assert all(wrong.call(1) for _ in range(10))
    machine = Machine(world)
    start_s = world.now_s
    while not machine.call(1):
        world.now_s += 1
    assert world.now_s - start_s <= 2 * WINDOW_S


@pytest.mark.parametrize("until_ms", [2**53 - 1, 0], ids=["far ahead", "long ago"])
def test_a_document_full_of_forged_shares_is_in_the_way_for_two_minutes(until_ms: int) -> None:
    world = World(10)
    forged = tuple(
        Share(owner=f"forged-{number}", calls=100_000, until_ms=until_ms)
        for number in range(MAX_SHARES)
    )
    world.store.write(NAME, rate_text(forged))
    machine = Machine(world)
    while not machine.call(1) and world.now_s <= 2 * WINDOW_S:
        world.now_s += 1
    assert world.now_s <= 2 * WINDOW_S
    shares, _ = read_shares(StateFile.at(world.store, NAME))
    assert len(shares) < MAX_SHARES


def a_limit(machine: Machine, folder: Path, *, calls: int = 12) -> AllottedLimit:
    def local(calls: int) -> SharedLimit:
        return SharedLimit(
            folder / "calls.sqlite3",
            calls=calls,
            now_ms=lambda: round(machine.world.now_s * 1000),
            clock=lambda: machine.world.now_s,
            sleep=machine.sleep,
        )

    return AllottedLimit(
        local=local(calls),
        reduced=local(2),
        allotment=machine.run,
        calls=calls,
        patience=Patience(
            clock=lambda: machine.world.now_s,
            sleep=machine.sleep,
            is_interrupted=machine.host.is_interrupted,
        ),
        uptime=machine.host.uptime,
        listener=machine.events.append,
    )


def test_without_the_store_a_machine_makes_a_part_of_the_calls_and_says_why(
    tmp_path: Path,
) -> None:
    world = World(12)
    machine = Machine(world)
    limit = a_limit(machine, tmp_path)
    waits: list[float] = []
    world.store.mishap = lambda _, __: Mishap.UNDONE
    for _ in range(5):
        limit.wait_for_turn(waits.append)
    assert 120 <= world.now_s <= 125
    waiting = machine.events[0]
    assert isinstance(waiting, Waiting)
    assert "the store cannot be reached" in waiting.why
    world.store.mishap = lambda _, __: None
    world.now_s += WINDOW_S
    start_s = world.now_s
    for _ in range(11):
        limit.wait_for_turn(waits.append)
    assert world.now_s == start_s
    limit.wait_for_turn(waits.append, calls=100)
    assert world.now_s >= start_s + WINDOW_S
    machine.run.close()


def test_a_slice_that_ends_during_another_wait_is_reserved_again() -> None:
    world = World(12)
    machine = Machine(world)

    waits = [SLICE_S + 1]

    class Slow(NoLimit):
        def wait_for_turn(self, on_wait: Callable[[float], None], *, calls: int = 1) -> None:
            del on_wait, calls
            world.now_s += waits.pop() if waits else 0

    limit = a_limit(machine, Path())
    limit._local = Slow()  # noqa: SLF001 - it waits as no clock does
    limit.wait_for_turn(lambda _: None)
    writes = [word for word, _ in world.store.requests if word != "find"]
    assert writes == ["create", "replace"]


def test_whoever_waits_for_another_machine_can_be_interrupted(tmp_path: Path) -> None:
    world = World(12)
    other, machine = Machine(world), Machine(world)
    assert all(other.call(1) for _ in range(12))
    machine.is_interrupted = True
    with pytest.raises(InterruptedWaitError):
        a_limit(machine, tmp_path).wait_for_turn(lambda _: None)


def test_a_damaged_count_is_reported_and_left_alone(tmp_path: Path) -> None:
    world = World(12)
    machine = Machine(world)
    world.store.write(NAME, b"damaged")
    limit = a_limit(machine, tmp_path)
    for _ in range(3):
        limit.wait_for_turn(lambda _: None)
    machine.run.close()
    (waiting,) = machine.events
    assert isinstance(waiting, Waiting)
    assert "not JSON" in waiting.why
    assert "delete it" in waiting.why
    found = world.store.find(NAME, max_bytes=10)
    assert found is not None
    assert found.data == b"damaged"
