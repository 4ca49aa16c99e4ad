"""A plan counts who holds what it would destroy, and an apply counts again before each call.

Whatever a server does with a search, no holder is missed: the number is right, too large, or
absent. The truth is what these tests wrote.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from schemactl.emulator.invented_contacts import NOBODY, Crowd
from schemactl.emulator.server import EmulatorServer
from schemactl.emulator.switches import Switches, describe_switches
from schemactl.model.count import (
    Count,
    Counted,
    CountKey,
    CountSubject,
    NotCounted,
    NotCountedReason,
)
from schemactl.model.plan import Permission
from schemactl.model.run import RunStatus, VerdictStatus
from schemactl.pipeline import plan_account
from schemactl.safety import MoreHeldError
from schemactl.store.plan import plan_text
from tests.contract.live import Agreeing, Bench, verdicts_of
from tests.contract.starts import all_starts
from tests.contract.switch_settings import DEFAULTS, switches_with

FULL: Final = """\
version: 1
sections:
  - name: Sales
    manage: mirror
    fields:
      - {name: Kept, type: text}
      - {name: Fax 2, type: text}
      - {name: Story, type: longtext}
      - {name: Stage, type: tdrop, options: [New, Won, Lost]}
      - {name: Areas, type: list, options: [North, South]}
      - {name: Amount, type: price}
      - {name: Known, type: check}
      - {name: Due, type: fulldate}
      - {name: Unused, type: text}
"""
REDUCED: Final = """\
version: 1
sections:
  - name: Sales
    manage: mirror
    fields:
      - {name: Kept, type: text}
      - {name: Stage, type: tdrop, options: [New, Lost]}
      - {name: Areas, type: list, options: [North]}
"""
FAX: Final = CountKey("remove-field/Sales/Fax 2", CountSubject.FIELD)
HELD: Final[Mapping[CountKey, int]] = {
    FAX: 3,
    CountKey("remove-field/Sales/Story", CountSubject.FIELD): 2,
    CountKey("remove-field/Sales/Amount", CountSubject.FIELD): 2,
    CountKey("remove-field/Sales/Known", CountSubject.FIELD): 1,
    CountKey("remove-field/Sales/Due", CountSubject.FIELD): 2,
    CountKey("remove-field/Sales/Unused", CountSubject.FIELD): 0,
    CountKey("change-options/Sales/Stage", CountSubject.OPTION, "Won"): 2,
    CountKey("change-options/Sales/Areas", CountSubject.OPTION, "South"): 1,
}
ZERO_IS_HELD: Final = {"Amount", "Known"}
"""Fields in which the Contacts API has no way to tell 0 from no value."""
SETTINGS: Final = (
    DEFAULTS,
    *(
        setting
        for switch in describe_switches()
        if switch.concerns_contacts and switch.name != "owner-sees"
        for setting in (f"{switch.name}={value}" for value in switch.values)
        if switches_with(setting) != Switches()
    ),
)
BACKENDS: Final = ("legacy", "rest")


class People:
    """Contacts of an account, written over its REST API."""

    def __init__(self, server: EmulatorServer) -> None:
        self._server = server
        meta = self.send("GET", "objects/meta?objectID=0")["data"]["0"]["fields"]
        self.fields = {each["alias"]: name for name, each in meta.items()}
        self._options = {
            each["alias"]: {label: number for number, label in each["options"].items()}
            for each in meta.values()
            if each.get("options")
        }

    def add(self, **values: str) -> None:
        """Add a contact; options by their labels, several with a comma."""
        self.send(
            "POST",
            "Contacts",
            {self.fields[name]: self._sent(name, text) for name, text in values.items()},
        )

    def _sent(self, alias: str, text: str) -> str:
        numbers = self._options.get(alias)
        if numbers is None:
            return text
        chosen = [numbers[label] for label in text.split(",")]
        return chosen[0] if alias == "Stage" else f"*/*{'*/*'.join(chosen)}*/*"

    def send(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self._server.rest_url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Api-Appid": "app-7f3a9c",
                "Api-Key": "key-5d1e8b",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found


@contextmanager
def a_filled_bench(
    folder: Path, backend: str, setting: str = DEFAULTS, crowd: Crowd = NOBODY
) -> Iterator[Bench]:
    """Serve an account that has the fields, and contacts with values."""
    switches = switches_with(setting)
    with all_starts().bench(
        folder, FULL, switches=switches, backend=backend, crowd=crowd, fill=add_people
    ) as bench:
        bench.write(REDUCED)
        yield bench


def add_people(server: EmulatorServer) -> None:
    people = People(server)
    people.add(**{"Fax 2": "1", "Story": "two\nlines", "Stage": "Won", "Due": "1700000000"})
    people.add(**{"Fax 2": "0", "Amount": "12.50", "Areas": "North,South", "Known": "1"})
    people.add(**{"Fax 2": "x", "Story": "Ü", "Stage": "Won", "Areas": "North"})
    people.add(Stage="Lost", Amount="3", Due="1700000001")


@pytest.fixture(params=BACKENDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_filled_bench(tmp_path, request.param) as bench:
        yield bench


def counts_of(bench: Bench) -> dict[CountKey, Count]:
    return {one.key: one.count for one in bench.plan().counts}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_no_holder_is_missed_whatever_the_server_does(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with a_filled_bench(tmp_path, backend, setting) as bench:
        counts = counts_of(bench)

    assert counts.keys() == HELD.keys()
    missed = {
        key: count
        for key, count in counts.items()
        if isinstance(count, Counted) and count.held < HELD[key]
    }
    assert not missed


def test_by_default_every_number_is_exact(bench: Bench) -> None:
    counts = counts_of(bench)

    over_legacy = bench.target.dialect.name == "legacy"
    for key, count in counts.items():
        assert isinstance(count, Counted), key
        name = key.change.rpartition("/")[2]
        if not (over_legacy and name in ZERO_IS_HELD):
            assert count.held == HELD[key], key


def test_an_apply_goes_through_where_nobody_writes(bench: Bench) -> None:
    run = bench.apply().run

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert set(verdicts_of(run).values()) == {VerdictStatus.APPLIED}


def test_a_holder_who_comes_after_the_review_stops_the_call(bench: Bench) -> None:
    people = People(bench.server)
    late = Agreeing(before_agreeing=lambda: people.add(**{"Fax 2": "late"}))

    run = bench.apply(reviewer=late).run

    assert run is not None
    verdicts = verdicts_of(run)
    assert verdicts.pop(FAX.change) is VerdictStatus.OVERTAKEN
    assert set(verdicts.values()) == {VerdictStatus.APPLIED}
    assert "Fax 2" in {field.name for _, field in bench.snapshot().all_fields()}


def test_a_saved_plan_is_refused_once_more_is_held(bench: Bench, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    saved.write_text(plan_text(bench.plan(*Permission)), encoding="utf-8")
    People(bench.server).add(**{"Fax 2": "late"})

    with pytest.raises(MoreHeldError, match='4 contacts hold a value in "Sales / Fax 2" now'):
        bench.apply(plan_file=saved)


def test_nothing_is_asked_with_no_count(bench: Bench) -> None:
    planned = plan_account(bench.target.without_counts(), permissions=frozenset())

    disabled = NotCounted(why=NotCountedReason.DISABLED)
    assert {one.count for one in planned.plan.counts} == {disabled}
