"""What a killed or stopped apply created is this project's: the next apply records it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.server import EmulatorServer
from schemactl.model.event import CallFinished, CallStarted, Event
from schemactl.model.run import RunStatus
from tests.contract.live import Bench, a_bench

FIRST = """\
version: 1
sections:
  - name: S
    fields:
      - {name: A, type: text}
"""
SECOND = (
    FIRST
    + """\
      - {name: B, type: text}
      - {name: D, type: tdrop, options: [One, Two]}
  - name: T
    fields:
      - {name: C, type: text}
tags: [VIP]
"""
)
ORPHANS = {"S / B", "S / D", "T", "T / C", "VIP"}


class Killed(BaseException):
    """Ends an apply as a signal does that nobody catches: nothing more is written."""


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        yield bench


def apply(bench: Bench, text: str, *, prune: bool = False) -> None:
    bench.write(text)
    bench.apply(prune=prune)


def orphans(bench: Bench) -> set[str]:
    return {notice.about for notice in bench.plan().notices if notice.code == "orphan"}


def killing_at(number: int, kind: type[Event]) -> Callable[[Event], None]:
    seen = iter(range(1, 100))

    def listen(event: Event) -> None:
        if isinstance(event, kind) and next(seen) == number:
            raise Killed

    return listen


def apply_and_kill(bench: Bench, text: str, *, number: int, kind: type[Event]) -> None:
    bench.write(text)
    host = replace(bench.target.host, listener=killing_at(number, kind))
    killed = replace(bench, target=replace(bench.target, host=host))
    with pytest.raises(Killed):
        killed.apply()


@pytest.mark.parametrize("kind", [CallStarted, CallFinished])
@pytest.mark.parametrize("number", [1, 2])
def test_what_a_killed_apply_created_is_an_orphan_once_its_line_is_deleted(
    bench: Bench, number: int, kind: type[Event]
) -> None:
    apply(bench, FIRST)
    before = bench.snapshot()
    apply_and_kill(bench, SECOND, number=number, kind=kind)
    bench.apply()
    bench.write(FIRST)

    assert orphans(bench) == ORPHANS
    bench.apply(prune=True)
    assert bench.snapshot().sections == before.sections


def test_so_it_is_where_no_apply_was_ever_completed_and_two_were_killed(bench: Bench) -> None:
    for number in (1, 2):
        apply_and_kill(bench, SECOND, number=number, kind=CallFinished)
    bench.apply()
    bench.write(FIRST)

    assert orphans(bench) == ORPHANS


def test_so_it_is_where_the_commit_is_reverted_before_the_next_apply(bench: Bench) -> None:
    apply(bench, FIRST)
    before = {(section, field.name) for section, field in bench.snapshot().all_fields()}
    apply_and_kill(bench, SECOND, number=1, kind=CallFinished)
    left = {(section, field.name) for section, field in bench.snapshot().all_fields()} - before
    assert left

    apply(bench, FIRST)

    assert {f"{section} / {name}" for section, name in left} <= orphans(bench)


def test_so_it_is_where_the_apply_was_stopped_by_hand(tmp_path: Path) -> None:
    stopped: list[bool] = []
    for backend in ("legacy", "rest"):
        stopped.clear()
        folder = tmp_path / backend
        folder.mkdir()
        with a_bench(
            folder, EmulatorServer(), backend=backend, is_interrupted=lambda: bool(stopped)
        ) as bench:
            apply(bench, FIRST)
            bench.write(SECOND)
            host = bench.target.host
            stopping = replace(host, listener=lambda _: stopped.append(True))
            run = replace(bench, target=replace(bench.target, host=stopping)).run()
            assert run.status is RunStatus.INTERRUPTED
            stopped.clear()
            bench.apply()
            bench.write(FIRST)

            assert orphans(bench) == ORPHANS


def test_a_field_that_came_without_its_options_is_recorded(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer()) as bench:
        apply(bench, FIRST)
        bench.server.runtime.faults.add(parse_faults("add_dropdown:lying-success:times=9"))
        apply(bench, SECOND)
        bench.server.runtime.faults.clear()
        assert "change-options/S/D" in {change.id for change in bench.plan().changes}

        bench.apply()
        bench.write(FIRST)

        assert "S / D" in orphans(bench)


def test_what_a_later_run_removed_and_a_person_made_again_is_nobodys(bench: Bench) -> None:
    apply(bench, FIRST)
    apply_and_kill(bench, SECOND, number=1, kind=CallFinished)
    bench.apply()
    removed = "removed: {fields: [{section: S, name: B}, {section: S, name: D}]}\n"
    apply(bench, FIRST + removed)
    bench.server.runtime.edit(parse_edits("add-field S B text"))

    apply(bench, FIRST)

    assert not {"S / B", "S / D"} & orphans(bench)


def test_what_was_there_before_the_killed_apply_is_never_an_orphan(bench: Bench) -> None:
    bench.server.runtime.edit(parse_edits("add-section T\nadd-field T C text"))
    apply_and_kill(bench, SECOND, number=1, kind=CallFinished)
    bench.apply()
    bench.write(FIRST)

    assert not {"T", "T / C"} & orphans(bench)
