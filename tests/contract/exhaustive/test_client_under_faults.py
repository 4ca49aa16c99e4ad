"""An apply under each fault at each kind of call: well reported, and the next one converges.

Whatever goes wrong, no change is reported as applied that the account does not show,
nothing is made twice, and once the fault is gone a second apply finishes the work. What
came of each is reported in `docs/fault-matrix.md`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.emulator.faults import parse_faults
from schemactl.errors import AccountError
from schemactl.model.plan import Permission
from tests.contract.fault_matrix import (
    GOAL,
    PAGE,
    REST_WRITES,
    SETTINGS,
    START,
    TRIED_AT_EVERY_CHANGE,
    VALUE_WRITES,
    WRITE_FAULTS,
    WRITES,
    request_for,
    tried,
    tried_with_values,
)
from tests.contract.starts import Starts

REST_READS = ("fieldeditor_get", "meta_get", "tags_get", "tags_info")


def documented(first_cell: str, backend: str = "legacy") -> list[str]:
    """Return the other cells of a row of the page: of one API, or of writes of values."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [one for one in lines if one.startswith(f"| `{first_cell}` |")]
    line = rows[("legacy", "rest", "values").index(backend)]
    return [cell.strip() for cell in line.split("|")[2:-1]]


@pytest.mark.parametrize("request_type", WRITES)
@pytest.mark.parametrize("fault", WRITE_FAULTS)
def test_a_failed_write_is_reported_correctly_and_the_next_apply_converges(
    fault: str, request_type: str, starts: Starts, tmp_path: Path
) -> None:
    came = tried(starts, tmp_path, fault, request_type)
    assert came == documented(fault)[WRITES.index(request_type)]


@pytest.mark.parametrize("request_type", REST_WRITES)
@pytest.mark.parametrize("fault", WRITE_FAULTS)
def test_so_it_is_over_the_rest_api(
    fault: str, request_type: str, starts: Starts, tmp_path: Path
) -> None:
    came = tried(starts, tmp_path, fault, request_type, backend="rest")
    assert came == documented(fault, "rest")[REST_WRITES.index(request_type)]


@pytest.mark.parametrize("request_type", VALUE_WRITES)
@pytest.mark.parametrize("fault", WRITE_FAULTS)
def test_so_it_is_where_values_are_written(
    fault: str, request_type: str, tmp_path: Path
) -> None:
    came = tried_with_values(tmp_path, fault, request_type)
    assert came == documented(fault, "values")[list(VALUE_WRITES).index(request_type)]


@pytest.mark.parametrize("setting", TRIED_AT_EVERY_CHANGE)
def test_a_fault_under_any_switch_is_reported_correctly_too(
    setting: str, starts: Starts, tmp_path: Path
) -> None:
    place = SETTINGS.index(setting)
    number = place % len(WRITE_FAULTS)
    came = tried(
        starts, tmp_path, WRITE_FAULTS[number], request_for(place + number), setting=setting
    )
    assert came == documented(setting)[number]


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
@pytest.mark.parametrize("request_type", ["key", "pull_tag", *REST_READS])
def test_an_account_that_cannot_be_read_is_never_taken_for_an_empty_one(
    fault: str, request_type: str, starts: Starts, tmp_path: Path
) -> None:
    backend = "rest" if request_type in REST_READS else "legacy"
    with starts.bench(tmp_path, START, backend=backend) as bench:
        bench.write(GOAL)
        bench.server.runtime.faults.add(parse_faults(f"{request_type}:{fault}:times=all"))

        with pytest.raises(AccountError):
            bench.run()


@pytest.mark.parametrize("fault", ["cut-before-acting", "status-500", "status-429:reset=1"])
def test_a_read_is_tried_again(fault: str, starts: Starts, tmp_path: Path) -> None:
    with starts.bench(tmp_path, START) as bench:
        bench.write(GOAL)
        bench.server.runtime.faults.add(parse_faults(f"key:{fault}:times=2"))

        assert bench.plan(Permission.REMOVES_FIELD).changes
