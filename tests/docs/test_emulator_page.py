"""The page on the emulator shows every request, switch, fault and edit as it is."""

from __future__ import annotations

from pathlib import Path

from schemactl.emulator import EmulatorServer
from schemactl.emulator.edits import VERBS
from schemactl.emulator.faults import FaultKind
from schemactl.emulator.rest.request import RestWord
from schemactl.emulator.switches import describe_switches
from tests.unit.emulator.talk import REST, Talk

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


def rows_after(heading: str) -> list[str]:
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("| `")]


def test_every_word_for_a_request_is_listed_and_means_it() -> None:
    reported = [row.split("`")[1:4:2] for row in rows_after("Requests of the REST API")]
    with EmulatorServer() as server:
        talk = Talk(server=server)
        for _, request in reported:
            method, _, path = request.partition(" ")
            talk.post(b"", path=path, method=method, headers=REST)
        meant = [call.request for call in server.runtime.calls()]

    assert [word for word, _ in reported] == meant == [str(word) for word in RestWord]


def test_every_switch_is_reported_with_its_values() -> None:
    reported = [
        f"| `{switch.name}` | {', '.join(f'`{value}`' for value in switch.values)} "
        f"| {switch.about} |"
        for switch in describe_switches()
    ]

    assert rows_after("Switches") == reported


def test_every_kind_of_fault_is_reported() -> None:
    assert [row.split("`")[1] for row in rows_after("Faults")] == [
        str(kind) for kind in FaultKind
    ]


def test_every_edit_is_reported_with_its_words() -> None:
    reported = [f"| `{name} {verb.usage}` |" for name, verb in sorted(VERBS.items())]

    assert rows_after("Edits") == reported
