"""`usage` counts a whole account, question by question or in all records: the numbers agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.emulator.invented_contacts import Crowd
from schemactl.errors import AccountError
from schemactl.model.count import Counted, SurveyForecast
from schemactl.model.usage import Usage, UsageItem, UsageKind
from schemactl.pipeline import usage_account
from schemactl.safety.usage import BATCH
from schemactl.store.usage_file import read_usage
from tests.contract.live import Bench
from tests.contract.test_counts import BACKENDS, SETTINGS, a_filled_bench

HELD = {
    (UsageKind.FIELD, "Kept", ""): 0,
    (UsageKind.FIELD, "Fax 2", ""): 3,
    (UsageKind.FIELD, "Story", ""): 2,
    (UsageKind.FIELD, "Stage", ""): 3,
    (UsageKind.OPTION, "Stage", "New"): 0,
    (UsageKind.OPTION, "Stage", "Won"): 2,
    (UsageKind.OPTION, "Stage", "Lost"): 1,
    (UsageKind.FIELD, "Areas", ""): 2,
    (UsageKind.OPTION, "Areas", "North"): 2,
    (UsageKind.OPTION, "Areas", "South"): 1,
    (UsageKind.FIELD, "Amount", ""): 2,
    (UsageKind.FIELD, "Known", ""): 1,
    (UsageKind.FIELD, "Due", ""): 2,
    (UsageKind.FIELD, "Unused", ""): 0,
}
ZERO_IS_HELD = {"Amount", "Known"}
"""Fields in which the Contacts API has no way to tell 0 from no value."""


def key_of(item: UsageItem) -> tuple[UsageKind, str, str]:
    return item.kind, item.name, item.option


class Heard:
    """Keeps the forecast, and ends a count after its first batch where it is asked to."""

    def __init__(self, *, stops: bool = False) -> None:
        self.forecasts: list[SurveyForecast] = []
        self._stops = stops

    def starts(self, forecast: SurveyForecast, total: int) -> None:
        del total
        self.forecasts.append(forecast)

    def counted(self, usage: Usage, total: int) -> None:
        del usage, total
        if self._stops:
            msg = "the line is cut"
            raise AccountError(msg)


def usage_of(bench: Bench, heard: Heard | None = None) -> Usage:
    return usage_account(bench.target, heard or Heard(), ())


@pytest.mark.parametrize(
    ("backend", "crowd", "by_reading"),
    [
        ("legacy", 0, {True}),
        ("rest", 0, {True}),
        ("legacy", 7_000, {False}),
        # No condition compares long text, so these records are read either way.
        ("rest", 700, {False, True}),
    ],
)
def test_both_ways_of_counting_give_the_same_numbers(
    tmp_path: Path, backend: str, crowd: int, by_reading: set[bool]
) -> None:
    heard = Heard()
    with a_filled_bench(tmp_path, backend, crowd=Crowd(crowd)) as bench:
        usage = usage_of(bench, heard)

    assert usage.is_complete
    (forecast,) = heard.forecasts
    assert bool(forecast.reading) == (True in by_reading and by_reading != {False, True})
    assert forecast.requests / 2 <= usage.requests <= forecast.requests * 2.5, forecast
    assert {key_of(item) for item in usage.items} == HELD.keys()
    over_legacy = backend == "legacy"
    counted = [item.count for item in usage.items if isinstance(item.count, Counted)]
    assert {count.by_reading for count in counted} == by_reading
    for item in usage.items:
        assert isinstance(item.count, Counted), item
        if not (over_legacy and item.name in ZERO_IS_HELD):
            assert item.count.held == HELD[key_of(item)], item


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_no_holder_is_missed_whatever_the_server_does(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with a_filled_bench(tmp_path, backend, setting) as bench:
        usage = usage_of(bench)

    missed = [
        item
        for item in usage.items
        if isinstance(item.count, Counted) and item.count.held < HELD[key_of(item)]
    ]
    assert not missed


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_interrupted_count_goes_on_where_it_stopped(tmp_path: Path, backend: str) -> None:
    with a_filled_bench(tmp_path, backend) as bench:
        options = ", ".join(f"O{number}" for number in range(BATCH))
        bench.write(
            "version: 1\nsections:\n  - name: Many\n    fields:\n"
            f"      - {{name: Wide, type: tdrop, options: [{options}]}}\n"
        )
        bench.apply()

        with pytest.raises(AccountError):
            usage_of(bench, Heard(stops=True))
        identity = bench.target.identify()
        kept = read_usage(bench.target.usage_file, identity=identity, backend=backend)
        assert kept is not None
        assert (kept.is_complete, len(kept.items)) == (False, BATCH)

        later = usage_of(bench)

    assert later.is_complete
    assert later.items[:1] == kept.items[:1]
    assert len(later.items) > BATCH


def test_the_count_of_another_account_is_not_used(tmp_path: Path) -> None:
    with a_filled_bench(tmp_path, "rest") as bench:
        usage = usage_of(bench)
        other = bench.opened_by("another-app-id")

        found = read_usage(
            other.target.usage_file, identity=other.target.identify(), backend="rest"
        )

    assert usage.items
    assert found is None
