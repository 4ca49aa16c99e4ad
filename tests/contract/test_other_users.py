"""Another user acts right before any request of an apply, over both APIs: nothing is lost."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import RefusedError
from tests.contract.live import Agreeing, Bench, a_bench

START = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: tdrop, options: [New, Old]}
  - name: Fair
    fields:
      - {name: Booth, type: text}
"""
GOAL = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: tdrop, options: [New, Old, Won]}
removed:
  sections: [Fair]
  fields: [{section: Fair, name: Booth}]
"""
REMOVAL = {"legacy": "remove_section", "rest": "fieldeditor_delete"}


def fields_of(bench: Bench) -> set[tuple[str, str]]:
    return {(section, field.name) for section, field in bench.snapshot().all_fields()}


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@pytest.mark.parametrize("edit", ["add-field Fair Kind text", "add-field Sales Kind text"])
def test_a_field_added_during_the_wait_after_too_many_calls_stays(
    backend: str, edit: str, tmp_path: Path
) -> None:
    """The server turns each removal away once; a colleague uses the wait."""
    edits = parse_edits(edit)

    def meddle(seconds: float) -> None:
        if seconds >= 1:
            try:
                bench.server.runtime.edit(edits)
            except EmulatorError:
                return

    server = EmulatorServer(tmp_path / "account.sqlite")
    with a_bench(tmp_path, server, sleep=meddle, backend=backend) as bench:
        bench.write(START)
        bench.run()
        bench.write(GOAL)
        fault = f"{REMOVAL[backend]}:status-429:reset=12"
        bench.server.runtime.faults.add(parse_faults(fault))
        bench.run()
        section = edit.split()[1]
        assert (section, "Kind") in fields_of(bench)


@pytest.mark.parametrize("skip", range(8))
@pytest.mark.parametrize(
    ("backend", "read"),
    [("legacy", "key"), ("rest", "fieldeditor_get"), ("rest", "meta_get")],
)
def test_a_field_added_right_before_any_read_of_an_apply_stays(
    backend: str, read: str, skip: int, tmp_path: Path
) -> None:
    server = EmulatorServer(tmp_path / "account.sqlite")
    with a_bench(tmp_path, server, backend=backend) as bench:
        bench.write(START)
        bench.run()
        bench.write(GOAL)
        fault = f"{read}:other-user:when=before:skip={skip}:edit=add-field Fair Kind text"
        bench.server.runtime.faults.add(parse_faults(fault))
        reviewer = Agreeing()
        with suppress(RefusedError):
            bench.apply(reviewer=reviewer)
        runtime = bench.server.runtime
        has_struck = any(state.struck for state in runtime.faults.states())
        was_made = has_struck and "could not add-field" not in str(runtime.calls())
        runtime.faults.clear()
        was_reviewed = any("Kind" in str(plan.changes) for plan in reviewer.shown)
        assert was_reviewed or not was_made or ("Fair", "Kind") in fields_of(bench)
