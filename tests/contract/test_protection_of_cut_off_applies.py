"""What the files protect is remembered before the first call, however the apply ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import RefusedError
from schemactl.model.event import CallFinished, CallStarted, Event
from schemactl.model.run import RunStatus
from tests.contract.live import ALL_PERMISSIONS, Agreeing, Bench, a_bench

OPEN = """\
version: 1
sections:
  - name: S
    fields:
      - {name: X, type: text}
"""
PROTECTED = """\
version: 1
sections:
  - name: S
    fields:
      - {name: X, type: text, protect: true}
      - {name: N, type: text, protect: true}
"""
REMOVING = """\
version: 1
sections: [{name: S, fields: [{name: K, type: text}]}]
removed: {fields: [{section: S, name: X}, {section: S, name: N}]}
"""


class Killed(BaseException):
    """Ends an apply as a signal does that nobody catches: nothing more is written."""


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        edits = "add-section S\nadd-field S X text\nadd-field S K text"
        bench.server.runtime.edit(parse_edits(edits))
        yield bench


def apply(bench: Bench, text: str) -> None:
    bench.write(text)
    bench.apply()


def apply_and_kill(bench: Bench, text: str, kind: type[Event]) -> None:
    def listen(event: Event) -> None:
        if isinstance(event, kind):
            raise Killed

    bench.write(text)
    host = replace(bench.target.host, listener=listen)
    with pytest.raises(Killed):
        replace(bench, target=replace(bench.target, host=host)).apply()


def assert_nothing_is_removed(bench: Bench) -> None:
    before = bench.snapshot()
    bench.write(REMOVING)
    with pytest.raises(RefusedError, match="still-protected"):
        bench.apply(ALL_PERMISSIONS)
    assert bench.snapshot() == before


def protected(bench: Bench) -> list[str]:
    path = bench.folder / ".schemactl" / "base" / "live.json"
    rows = json.loads(path.read_text(encoding="utf-8")).get("protected", [])
    return [row[2] for row in rows]


def names(bench: Bench) -> set[str]:
    return {field.name for _, field in bench.snapshot().all_fields() if field.custom}


@pytest.mark.parametrize("first", [None, OPEN], ids=["the first apply", "a later apply"])
@pytest.mark.parametrize("kind", [CallStarted, CallFinished])
def test_a_killed_apply_leaves_what_its_files_protect(
    bench: Bench, kind: type[Event], first: str | None
) -> None:
    if first:
        apply(bench, first)
    apply_and_kill(bench, PROTECTED, kind)

    assert_nothing_is_removed(bench)


def test_so_it_is_for_a_field_that_the_killed_apply_made(bench: Bench) -> None:
    apply_and_kill(bench, PROTECTED.replace(", protect: true", "", 1), CallFinished)
    assert "N" in names(bench)

    assert_nothing_is_removed(bench)


def test_an_apply_that_cannot_read_back_leaves_what_its_files_protect(bench: Bench) -> None:
    apply(bench, OPEN)
    bench.write(PROTECTED)
    with unreadable_after_the_first_call(bench) as cut:
        result = cut.apply()
    assert result.base_problem

    assert_nothing_is_removed(bench)


@contextmanager
def unreadable_after_the_first_call(bench: Bench) -> Iterator[Bench]:
    """Answer no read once a call was made, until the end of the block."""

    def listen(event: Event) -> None:
        if isinstance(event, CallFinished):
            faults = "key:html:times=all\nfieldeditor_get:html:times=all"
            bench.server.runtime.faults.add(parse_faults(faults))

    host = replace(bench.target.host, listener=listen)
    yield replace(bench, target=replace(bench.target, host=host))
    bench.server.runtime.faults.clear()


def test_a_killed_apply_ends_no_protection(bench: Bench) -> None:
    apply(bench, PROTECTED)
    lifting = PROTECTED.replace(", protect: true", "") + "      - {name: M, type: text}\n"
    apply_and_kill(bench, lifting, CallFinished)

    assert_nothing_is_removed(bench)


def test_an_apply_without_calls_records_what_the_files_protect(bench: Bench) -> None:
    bench.write(OPEN.replace("text}", "text, protect: true}"))

    assert bench.run().status is RunStatus.NOTHING_TO_DO

    assert protected(bench) == ["X"]


def test_nothing_is_written_before_somebody_agrees(bench: Bench) -> None:
    bench.write(PROTECTED)

    class Refusing(Agreeing):
        def agrees(self, *_: object, **__: object) -> bool:
            return False

    bench.apply(reviewer=Refusing())

    assert not (bench.folder / ".schemactl" / "base").exists()


@pytest.mark.parametrize("text", [PROTECTED, OPEN.replace("text}", "text, protect: true}")])
def test_where_protection_cannot_be_recorded_no_call_is_made(bench: Bench, text: str) -> None:
    folder = bench.folder / ".schemactl"
    folder.mkdir()
    (folder / "base").write_text("in the way", encoding="utf-8")
    before = bench.snapshot()
    bench.write(text)

    with pytest.raises(RefusedError, match="cannot be recorded, so nothing was changed"):
        bench.apply()

    assert bench.snapshot() == before


def test_a_field_that_the_account_does_not_show_yet_is_protected_once_it_does(
    bench: Bench,
) -> None:
    bench.server.runtime.faults.add(parse_faults("edit_section:lying-success:times=9"))
    bench.server.runtime.faults.add(parse_faults("fieldeditor_post:lying-success:times=9"))
    bench.write(PROTECTED)
    bench.apply()
    bench.server.runtime.faults.clear()
    assert "N" not in names(bench)
    bench.server.runtime.edit(parse_edits("add-field S N text"))

    assert_nothing_is_removed(bench)


@pytest.mark.parametrize("edit", [str, lambda text: text.replace(", protect: true", "")])
def test_what_a_killed_apply_created_is_recorded_by_one_with_nothing_to_do(
    bench: Bench, edit: Callable[[str], str]
) -> None:
    apply_and_kill(bench, edit(PROTECTED), CallFinished)
    assert "N" in names(bench)

    assert bench.run().status is RunStatus.NOTHING_TO_DO
    bench.write(OPEN.replace("X", "K"))

    orphans = {one.about for one in bench.plan().notices if one.code == "orphan"}
    assert orphans == {"S / N"}
