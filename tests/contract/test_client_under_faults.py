"""An apply under each fault at each kind of call: told truly, and the next one converges.

Whatever goes wrong, no change is reported as applied that the account does not show,
nothing is made twice, and once the fault is gone a second apply finishes the work.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from schemactl.emulator.faults import parse_faults
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import AccountError
from schemactl.model.plan import Permission
from schemactl.model.run import RunStatus, VerdictStatus
from tests.contract.live import ALL_PERMISSIONS, Bench, a_bench

START = """\
version: 1
sections:
  - name: Pipeline
    fields:
      - {name: Stage, type: tdrop, options: [New, Old]}
      - {name: Gone Soon, type: text}
  - name: Fair
    fields:
      - {name: Booth, type: text}
tags: [Lead]
"""
GOAL = """\
version: 1
sections:
  - name: Pipeline
    fields:
      - {name: Stage, type: tdrop, options: [New, Won]}
      - {name: Next Call, type: fulldate}
  - name: Events
    fields:
      - {name: Ticket, type: tdrop, options: [Early, Late]}
tags: [Customer]
removed:
  sections: [Fair]
  fields: [{section: Pipeline, name: Gone Soon}]
"""
WRITES = (
    "add_section",
    "edit_section",
    "add_dropdown",
    "remove_dropdown",
    "add_tag",
    "remove_tag",
    "remove_field",
    "remove_section",
)
WRITE_FAULTS = (
    "no-answer-after-acting:seconds=0.1",
    "cut-before-acting",
    "cut-after-acting",
    "slow:seconds=0.1",
    "status-429:reset=1",
    "status-500",
    "status-502",
    "empty-body",
    "html",
    "half-body",
    "lying-success",
    "late:seconds=0.2",
)


def sleep_shortly(seconds: float) -> None:
    """Wait long enough for what acts late, and no longer."""
    time.sleep(min(seconds, 0.4))


def prepared(bench: Bench) -> None:
    bench.write(START)
    assert bench.run().status is RunStatus.COMPLETED
    bench.write(GOAL)


def assert_nothing_was_made_twice(bench: Bench) -> None:
    live = bench.snapshot()
    names = Counter(
        (section.name, field.name) for section in live.sections for field in section.fields
    )
    assert [name for name, count in names.items() if count > 1] == []
    sections = Counter(section.name for section in live.sections)
    assert [name for name, count in sections.items() if count > 1] == []
    for _, field in live.all_fields():
        assert len(set(field.options or ())) == len(field.options or ())


def assert_told_truly(bench: Bench, verdicts: dict[str, VerdictStatus]) -> None:
    """Hold every change that was called applied against a new plan."""
    open_changes = {change.id for change in bench.plan(*ALL_PERMISSIONS).changes}
    applied = {change for change, status in verdicts.items() if status is VerdictStatus.APPLIED}
    assert applied & open_changes == set()


@pytest.mark.parametrize("request_type", WRITES)
@pytest.mark.parametrize("fault", WRITE_FAULTS)
def test_a_write_that_goes_wrong_is_told_truly_and_the_next_apply_converges(
    fault: str, request_type: str, tmp_path: Path
) -> None:
    server = EmulatorServer(tmp_path / "account.sqlite")
    with a_bench(tmp_path, server, sleep=sleep_shortly) as bench:
        prepared(bench)
        server.runtime.faults.add(parse_faults(f"{request_type}:{fault}:times=1"))

        run = bench.run()

        verdicts = {verdict.change: verdict.status for verdict in run.verdicts}
        assert_told_truly(bench, verdicts)
        server.runtime.faults.clear()
        bench.apply()
        assert bench.plan(*ALL_PERMISSIONS).changes == ()
        assert_nothing_was_made_twice(bench)
        assert bench.run().status is RunStatus.NOTHING_TO_DO


@pytest.mark.parametrize(
    "fault",
    [
        "cut-before-acting",
        "status-500",
        "status-429:reset=1",
        "half-body",
        "html",
        "empty-body",
    ],
)
@pytest.mark.parametrize("request_type", ["key", "pull_tag"])
def test_an_account_that_cannot_be_read_is_never_taken_for_an_empty_one(
    fault: str, request_type: str, tmp_path: Path
) -> None:
    server = EmulatorServer(tmp_path / "account.sqlite")
    with a_bench(tmp_path, server) as bench:
        prepared(bench)
        server.runtime.faults.add(parse_faults(f"{request_type}:{fault}:times=all"))

        with pytest.raises(AccountError):
            bench.run()


@pytest.mark.parametrize("fault", ["cut-before-acting", "status-500", "status-429:reset=1"])
def test_a_read_is_tried_again(fault: str, tmp_path: Path) -> None:
    server = EmulatorServer(tmp_path / "account.sqlite")
    with a_bench(tmp_path, server) as bench:
        prepared(bench)
        server.runtime.faults.add(parse_faults(f"key:{fault}:times=2"))

        assert bench.plan(Permission.REMOVES_FIELD).changes
