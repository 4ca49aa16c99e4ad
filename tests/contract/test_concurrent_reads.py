"""How often a read of an account waits for the network: what is independent is read at once.

The emulator lets each request wait. Requests that came while another one waited share its
round trip.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.account.dialects import CONNECTIONS
from schemactl.emulator.call_log import LoggedCall
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.latency import Latency
from schemactl.emulator.server import EmulatorServer
from schemactl.pipeline import read_account
from tests.contract.live import a_bench

WAIT_S = 0.5
"""Long beside the milliseconds between the requests of one round trip."""
FILES = "version: 1\nsections: []\n"


def round_trips(calls: tuple[LoggedCall, ...]) -> int:
    """Return how many requests came after another one was answered, in the longest chain."""
    trips, free_at = 0, 0.0
    for call in sorted(calls, key=lambda call: call.time):
        if call.time >= free_at:
            trips, free_at = trips + 1, call.time + WAIT_S
    return trips


def most_at_once(calls: tuple[LoggedCall, ...]) -> int:
    times = [call.time for call in calls]
    return max(sum(start <= time < start + WAIT_S for time in times) for start in times)


@pytest.mark.parametrize(
    ("backend", "tags", "requests", "trips"),
    [
        ("legacy", 120, 2, 1),
        ("rest", 3, 4, 2),
        ("rest", 120, 6, 2),
        ("rest", 399, 11, 3),
    ],
)
def test_a_plan_waits_for_as_few_round_trips_as_possible(
    backend: str, tags: int, requests: int, trips: int, tmp_path: Path
) -> None:
    latency = Latency(mean_ms=round(WAIT_S * 1000))
    with a_bench(
        tmp_path, EmulatorServer(latency=latency), backend=backend, over_http=True
    ) as bench:
        known = len(bench.server.runtime.calls())
        bench.server.edit("\n".join(f"add-tag 'T {number}'" for number in range(tags)))
        bench.write(FILES)
        bench.plan()
        calls = bench.server.runtime.calls()[known:]

    assert len(calls) == requests
    assert most_at_once(calls) <= CONNECTIONS
    assert round_trips(calls) == trips


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("word", ["fieldeditor_get", "meta_get", "tags_get", "tags_info"])
@pytest.mark.parametrize(
    "edit",
    [
        "add-tag New",
        "remove-tag 'T 7'",
        "add-field 'Contact Information' New text",
    ],
)
def test_what_somebody_changes_between_reads_at_once_is_read_or_read_again(
    edit: str, word: str, when: str, tmp_path: Path
) -> None:
    """The account as it is after the edit, or as it was before it, and never a mixture."""
    with a_bench(tmp_path, EmulatorServer(), backend="rest", over_http=True) as bench:
        bench.server.edit("\n".join(f"add-tag 'T {number}'" for number in range(120)))
        bench.write(FILES)
        before = read_account(bench.target).schema
        bench.server.runtime.faults.add(
            parse_faults(f"{word}:other-user:when={when}:edit={edit}")
        )
        during = read_account(bench.target).schema
        after = read_account(bench.target).schema

    assert before != after
    assert set(during.tags) in (set(before.tags), set(after.tags))
    assert during.sections in (before.sections, after.sections)
