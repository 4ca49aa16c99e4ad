"""Both APIs find an option by its text; whether they ignore case is unknown.

So no call removes an option beside one that such a server takes for the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.emulator.choices import OptionMatching
from schemactl.emulator.edits import parse_edits
from schemactl.emulator.server import EmulatorServer
from schemactl.emulator.switches import Switches
from schemactl.model.plan import ManualCode
from tests.contract.live import Bench, a_bench

FILES = """\
version: 1
sections:
  - name: S
    fields:
      - {name: Stage, type: tdrop, options: [OPTIONS]}
"""


@pytest.fixture(params=list(OptionMatching))
def switches(request: pytest.FixtureRequest) -> Switches:
    return Switches(option_matching=request.param)


@pytest.fixture(params=["legacy", "rest"])
def bench(
    request: pytest.FixtureRequest, switches: Switches, tmp_path: Path
) -> Iterator[Bench]:
    server = EmulatorServer(switches=switches)
    with a_bench(tmp_path, server, backend=request.param) as bench:
        declare(bench, "New, Won, Lost")
        bench.apply()
        yield bench


def declare(bench: Bench, options: str) -> None:
    bench.write(FILES.replace("OPTIONS", options))


def options_of(bench: Bench) -> set[str]:
    ((_, field),) = (one for one in bench.snapshot().all_fields() if one[1].name == "Stage")
    return set(field.options or ())


@pytest.mark.parametrize("extra", ["won", "WON"])
def test_an_option_beside_a_similar_one_is_removed_by_hand(bench: Bench, extra: str) -> None:
    bench.server.runtime.edit(parse_edits(f"add-option S Stage {extra}"))
    before = options_of(bench)

    (step,) = bench.plan().manual_steps
    bench.apply()

    assert step.code is ManualCode.AMBIGUOUS_NAME
    assert "another option of the field differs only in case" in step.instruction
    assert options_of(bench) == before


def test_new_spelling_of_an_option_removes_nothing(bench: Bench) -> None:
    declare(bench, "New, won, Lost")

    bench.apply()

    assert options_of(bench) == {"New", "Won", "Lost"}
    assert bench.plan().manual_steps


def test_an_option_of_its_own_is_removed_by_call(bench: Bench) -> None:
    declare(bench, "New, Won")

    bench.apply()

    assert options_of(bench) == {"New", "Won"}
    assert bench.plan().changes == ()
