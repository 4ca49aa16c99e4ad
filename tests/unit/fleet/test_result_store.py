"""fleet/result_store.py: the same results from a file as from memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.errors import ExitCode
from schemactl.fleet.result_store import ResultStore
from schemactl.model.fleet import (
    AccountFailure,
    AccountResult,
    FleetResult,
    MappedResults,
)
from schemactl.model.json_text import canonical_json
from schemactl.report.formats import Format, RenderOptions, write_fleet
from schemactl.report.json.fleet import fleet_document, fleet_json
from schemactl.values import replace
from tests.unit.report.test_fleet_reports import a_drifted_fleet, a_fleet
from tests.unit.report.test_formats import whole

GONE = AccountFailure(message="interrupted")


def missing(number: int) -> AccountResult:
    return AccountResult(
        account=f"client-{number}", labels=(), outcome=GONE, exit_code=ExitCode.INTERRUPTED
    )


@given(order=st.permutations(range(6)), left=st.integers(0, 6))
def test_results_in_a_file_are_those_in_memory(order: list[int], left: int) -> None:
    results = a_fleet().results
    memory, file = ResultStore(6), ResultStore(6, max_in_memory=0)
    for number in order[left:]:
        memory.put(number, results[number])
        file.put(number, results[number])
    assert len(memory) == len(file) == 6 - left
    expected, found = memory.in_order(missing), file.in_order(missing)
    assert tuple(found) == expected
    assert found[1:3] == expected[1:3]
    assert found[-1] == expected[-1]
    with pytest.raises(IndexError):
        found[6]


@pytest.mark.parametrize("fleet", [a_fleet(), a_drifted_fleet()], ids=["plan", "drift"])
@pytest.mark.parametrize("form", Format)
def test_every_format_reads_results_from_a_file(fleet: FleetResult, form: Format) -> None:
    store = ResultStore(len(fleet.results), max_in_memory=0)
    for number, result in enumerate(fleet.results):
        store.put(number, result)
    look = RenderOptions(width=80)
    stored = replace(fleet, results=store.in_order(missing))
    assert whole(write_fleet(stored, form, look)) == whole(write_fleet(fleet, form, look))


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_in_parts_is_the_canonical_json_of_the_whole(number: int) -> None:
    fleet = replace(a_fleet(), results=a_fleet().results[:number])
    assert fleet_json(fleet) == canonical_json(fleet_document(fleet))


def test_changed_results_are_a_sequence_like_the_others() -> None:
    fleet = a_drifted_fleet()
    changed = MappedResults(fleet.results, lambda one: replace(one, labels=("x",)))
    assert [one.labels for one in changed] == [("x",)] * len(fleet.results)
    assert [one.account for one in changed[1:]] == ["bob", "calm"]
