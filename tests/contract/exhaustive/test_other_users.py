"""Another user acts right before any request of an apply, over both APIs: nothing is lost."""

from __future__ import annotations

import itertools
from contextlib import suppress
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.switches import Switches, parse_switch, set_switches
from schemactl.errors import RefusedError
from tests.contract.live import Agreeing, Bench
from tests.contract.starts import Starts

START = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: tdrop, options: [New, Old]}
      - {name: Score, type: text}
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
      - {name: Score, type: text}
removed:
  sections: [Fair]
  fields: [{section: Fair, name: Booth}]
"""
ENOUGH = 5
"""Every apply of these tests makes more requests than that after the review."""
REMOVAL = {"legacy": "remove_section", "rest": "fieldeditor_delete"}


def fields_of(bench: Bench) -> set[tuple[str, str]]:
    return {(section, field.name) for section, field in bench.snapshot().all_fields()}


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@pytest.mark.parametrize("edit", ["add-field Fair Kind text", "add-field Sales Kind text"])
def test_a_field_added_during_the_wait_after_too_many_calls_stays(
    backend: str, edit: str, starts: Starts, tmp_path: Path
) -> None:
    """The server turns each removal away once; a colleague uses the wait."""
    edits = parse_edits(edit)

    def meddle(seconds: float) -> None:
        if seconds >= 1:
            try:
                bench.server.runtime.edit(edits)
            except EmulatorError:
                return

    with starts.bench(tmp_path, START, sleep=meddle, backend=backend) as bench:
        bench.write(GOAL)
        fault = f"{REMOVAL[backend]}:status-429:reset=12"
        bench.server.runtime.faults.add(parse_faults(fault))
        bench.run()
        section = edit.split()[1]
        assert (section, "Kind") in fields_of(bench)


SETTINGS = {
    "legacy": ("legacy", {}, ()),
    "rest-whole": ("rest", {"section_updates": "whole"}, ()),
    "rest-part": ("rest", {"section_updates": "part"}, ("rest-put-omitted=keep",)),
}
EDITS = {
    "add-field Fair Kind text": "Kind",
    "add-field Sales Kind text": "Kind",
    "move-field Sales Score Fair": "Score",
}
"""What a colleague does, and the name that must be in the account afterwards."""
IN_A_WAIT = [
    ("legacy", "add-field Fair Kind text"),
    ("rest-whole", "add-field Sales Kind text"),
    ("rest-whole", "move-field Sales Score Fair"),
]
BEFORE_A_REQUEST = [
    *IN_A_WAIT,
    ("rest-part", "add-field Sales Kind text"),
]
IN_THE_WINDOW = {
    "legacy": {"remove_section"},
    "rest-whole": {"delete_section", "fieldeditor_put", "fieldeditor_delete"},
    "rest-part": {"fieldeditor_delete"},
}
"""Requests that may lose what is done between their check and their handling."""


def run_with(
    fault: str, setting: str, edit: str, starts: Starts, folder: Path, *, waits: bool
) -> str | None:
    """Apply with one fault after the review; give the request that it struck, None for none."""
    backend, settings, switches = SETTINGS[setting]

    done: list[float] = []

    def meddle(seconds: float) -> None:
        if waits and seconds >= 1:
            with suppress(EmulatorError):
                bench.server.runtime.edit(parse_edits(edit))
                done.append(seconds)

    folder.mkdir()
    with starts.bench(
        folder,
        START,
        switches=set_switches(Switches(), tuple(map(parse_switch, switches))),
        settings=settings,
        sleep=meddle,
        backend=backend,
    ) as bench:
        bench.write(GOAL)
        runtime = bench.server.runtime
        reviewer = Agreeing(lambda: runtime.faults.add(parse_faults(fault)))
        with suppress(RefusedError):
            bench.apply(reviewer=reviewer)
        struck = [call for call in runtime.calls() if call.faults]
        runtime.faults.clear()
        if not struck:
            return None
        request = struck[0].request
        was_done = bool(done) if waits else "could not" not in struck[0].faults
        is_in_window = not waits and request in IN_THE_WINDOW[setting]
        is_lost = was_done and EDITS[edit] not in {name for _, name in fields_of(bench)}
        assert not is_lost or is_in_window, (fault, request)
        return request


@pytest.mark.parametrize(("setting", "edit"), BEFORE_A_REQUEST)
def test_what_another_user_does_right_before_any_request_is_lost_only_after_the_last_check(
    setting: str, edit: str, starts: Starts, tmp_path: Path
) -> None:
    for skip in itertools.count():
        fault = f"any:other-user:when=before:times=1:skip={skip}:edit={edit}"
        if not run_with(fault, setting, edit, starts, tmp_path / str(skip), waits=False):
            break
    assert skip > ENOUGH


@pytest.mark.parametrize(("setting", "edit"), IN_A_WAIT)
def test_what_another_user_does_during_the_wait_after_any_request_stays(
    setting: str, edit: str, starts: Starts, tmp_path: Path
) -> None:
    for skip in itertools.count():
        fault = f"any:status-429:times=1:reset=12:skip={skip}"
        if not run_with(fault, setting, edit, starts, tmp_path / str(skip), waits=True):
            break
    assert skip > ENOUGH
