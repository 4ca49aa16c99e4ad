"""The latency setting: how long requests wait, and that every run waits as long."""

from __future__ import annotations

import time
from statistics import mean
from threading import Thread

import pytest

from schemactl.emulator import EmulatorError, EmulatorServer, Latency, parse_latency
from schemactl.emulator.latency import LatencySource
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import REST, Talk

SHORT_S = 0.03


@pytest.mark.parametrize(
    ("text", "latency"),
    [
        ("0", Latency()),
        ("200", Latency(mean_ms=200)),
        ("200:50", Latency(mean_ms=200, spread_ms=50)),
        ("200:50:7", Latency(mean_ms=200, spread_ms=50, seed=7)),
    ],
)
def test_a_latency_is_read(text: str, latency: Latency) -> None:
    assert parse_latency(text) == latency


@pytest.mark.parametrize("text", ["", "fast", "-1", "1.5", "1:", "1:2:3:4", "50:51", "60001"])
def test_what_is_no_latency_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_latency(text)

    assert caught.value.hint


def test_waits_are_spread_around_the_mean() -> None:
    source = LatencySource(Latency(mean_ms=200, spread_ms=50))
    waits = [source.next_s() for _ in range(2000)]

    assert 0.15 <= min(waits) < 0.16
    assert 0.24 < max(waits) <= 0.25
    assert mean(waits) == pytest.approx(0.2, abs=0.005)


def test_the_same_seed_waits_the_same_and_another_one_does_not() -> None:
    one, same, other = (
        LatencySource(Latency(mean_ms=200, spread_ms=50, seed=seed)) for seed in (1, 1, 2)
    )
    waits = [one.next_s() for _ in range(5)]

    assert waits == [same.next_s() for _ in range(5)]
    assert waits != [other.next_s() for _ in range(5)]


def test_requests_of_both_apis_wait_and_control_pages_do_not(start: Start) -> None:
    talk = start(latency=Latency(mean_ms=30), rate_limit=1)

    for path, headers in (("/cdata.php?reqType=key", {}), ("/1/Tags", REST), ("/1/no", REST)):
        before = time.monotonic()
        talk.post(b"", path=path, method="GET", headers=headers)
        assert time.monotonic() - before >= SHORT_S
    assert "Each request waits 30 ms." in talk.post(b"", path="/", method="GET").body


def test_requests_at_the_same_time_wait_at_the_same_time() -> None:
    """Ten waits of half a second, none after another: the wait holds no lock of the account."""
    with EmulatorServer(latency=Latency(mean_ms=500)) as server:
        talk = Talk(server=server)
        threads = [Thread(target=talk.call, args=("key",)) for _ in range(10)]
        before = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert time.monotonic() - before < 10 * 0.5


def test_a_wait_ends_when_the_emulator_is_stopped() -> None:
    with EmulatorServer(latency=Latency(mean_ms=60_000)) as server:
        runtime = server.runtime
    before = time.monotonic()

    runtime.wait_as_over_network()

    assert time.monotonic() - before < 30
