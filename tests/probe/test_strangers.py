"""A probe beside somebody who uses what it made, and beside sections with similar names."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.errors import RefusedError
from schemactl.model.event import CallFinished, Event
from schemactl.model.run import RunStatus
from schemactl.model.scratch import ScratchNames
from tests.contract.live import Bench, a_bench
from tests.contract.probing import contents, probe

RUN = "20260102T030405Z-0000"
"""Id of the first run of a bench."""
NAMES = ScratchNames(run=RUN)
SECTION = NAMES.name("a")
FIELD = NAMES.name("a1")
MINE = f"add-field {shlex.quote(SECTION)} Mine text"
FILES = "version: 1\nsections: []\n"


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        bench.write(FILES)
        yield bench


def meddling(bench: Bench, edit: str, *, after: int, dies: bool = False) -> Bench:
    """Return the bench with somebody who edits the account after so many calls."""
    calls = iter(range(1, 1000))

    def listen(event: Event) -> None:
        if isinstance(event, CallFinished) and next(calls) == after:
            if edit:
                bench.server.edit(edit)
            if dies:
                raise Killed

    host = replace(bench.target.host, listener=listen)
    return replace(bench, target=replace(bench.target, host=host))


def scratch_fields(bench: Bench) -> set[str]:
    schema = bench.snapshot()
    return {
        field.name
        for section in schema.sections
        if section.name == SECTION
        for field in section.fields
    }


@pytest.mark.parametrize("after", [2, 9])
def test_nothing_is_removed_while_somebody_else_uses_it(after: int, bench: Bench) -> None:
    probed = probe(meddling(bench, MINE, after=after))

    assert probed.status is RunStatus.INCOMPLETE
    assert any("Mine" in left for left in probed.left)
    assert scratch_fields(bench) >= {"Mine", FIELD}
    with pytest.raises(RefusedError, match=RUN):
        probe(bench)
    run = bench.run()
    assert run.status is RunStatus.INCOMPLETE
    assert "Mine" in run.reason
    assert scratch_fields(bench) >= {"Mine", FIELD}


def test_once_nobody_uses_it_any_more_the_next_apply_removes_it(bench: Bench) -> None:
    before = contents(bench.server)
    probe(meddling(bench, MINE, after=2))
    bench.server.edit(f"remove-field {shlex.quote(SECTION)} Mine")
    run = bench.run()
    assert run.status is not RunStatus.INCOMPLETE, run.reason
    assert contents(bench.server) == before


def test_only_what_bears_the_names_of_the_run_is_removed(bench: Bench) -> None:
    """A journal names nothing but the run, so a forged one cannot name anything else."""
    others = (
        "schemactl probe a",
        f"schemactl probe {RUN}",
        f"schemactl probe {RUN} a b",
        f"My schemactl probe {RUN} a",
        "schemactl probe 20260102T030405Z-9999 a",
    )
    for name in others:
        bench.server.edit(f"add-section {shlex.quote(name)}\n")
        bench.server.edit(f"add-field {shlex.quote(name)} {shlex.quote(f'{name} 1')} text")
    before = contents(bench.server)
    with pytest.raises(Killed):
        probe(meddling(bench, "", after=6, dies=True))
    assert contents(bench.server) != before
    run = bench.run()
    assert run.status is not RunStatus.INCOMPLETE, run.reason
    assert contents(bench.server) == before
