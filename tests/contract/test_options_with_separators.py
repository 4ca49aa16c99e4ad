"""An option that holds what separates options: nothing shows which of them a contact has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.account.legacy.value_codec import read_value
from schemactl.emulator.clauses import EVERY
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import AccountError
from schemactl.model.count import Counted
from schemactl.model.plan import Permission
from tests.contract.live import Bench, a_bench
from tests.contract.test_counts import People
from tests.contract.test_vault import held_in

ALL = frozenset(Permission)


def files(kind: str, options: str) -> str:
    return (
        "version: 1\nsections:\n  - name: Sales\n    fields:\n"
        f"      - {{name: St, type: {kind}, options: [{options}]}}\n"
    )


@pytest.fixture(params=["list", "tdrop"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """An account over the Contacts API; contact 1 has the option that holds a separator."""
    with a_bench(tmp_path, EmulatorServer()) as bench:
        bench.write(files(request.param, '"A*/*B", A, B, C'))
        bench.apply()
        people = People(bench.server)
        people.add(St="A*/*B")
        people.add(St="C")
        yield bench


def kind_of(bench: Bench) -> str:
    return next(field.type for _, field in bench.snapshot().all_fields() if field.name == "St")


def test_no_contact_loses_an_option_that_reads_as_several(bench: Bench) -> None:
    kind = kind_of(bench)
    bench.write(files(kind, "A, B, C"))
    plan = bench.plan(*ALL)
    # Where it is unclear who has it, all who have anything count, and are backed up.
    is_list = kind == "list"
    (count,) = (one.count for one in plan.counts)
    assert isinstance(count, Counted)
    assert count.held == (2 if is_list else 1)
    bench.apply()
    saved = [str(value).strip("*/") for values in held_in(bench).values() for value in values]
    assert saved == (["A*/*B", "C"] if is_list else ["A*/*B"])


def test_nobody_is_moved_where_a_value_can_mean_several_options(bench: Bench) -> None:
    kind = kind_of(bench)
    bench.write(files(kind, '"A*/*B", {name: X, was: [A]}, B, C'))
    plan = bench.plan(*ALL)
    if kind == "tdrop":
        assert not plan.manual_steps
        return
    (step,) = plan.manual_steps
    assert "separates options" in step.instruction
    assert not plan.calls
    bench.apply()
    assert sorted(held_of(bench)) == ["A*/*B", "C"]


def test_no_value_of_such_a_list_is_understood() -> None:
    with pytest.raises(AccountError, match="can mean several"):
        read_value("*/*A*/*", "list", ("A*/*B", "A", "B"))
    assert read_value("*/*A*/*", "list", ("A", "B")) == ("A",)


def held_of(bench: Bench) -> list[str]:
    with bench.server.runtime.account() as account:
        (number,) = (one.id for one in account.layout.editor_fields() if one.name == "St")
        held = map(account.contacts.values_of, account.contacts.select(EVERY))
        return [texts[number].strip("*/") for texts in held if texts.get(number)]
