"""The page on the emulator names every switch with its values, every fault and every edit."""

from __future__ import annotations

from pathlib import Path

from schemactl.emulator.edits import VERBS
from schemactl.emulator.faults import FaultKind
from schemactl.emulator.switches import describe_switches

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


def rows_after(heading: str) -> list[str]:
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if line.startswith("| `")]


def test_every_switch_is_told_with_its_values() -> None:
    told = [
        f"| `{switch.name}` | {', '.join(f'`{value}`' for value in switch.values)} "
        f"| {switch.about} |"
        for switch in describe_switches()
    ]

    assert rows_after("Switches") == told


def test_every_kind_of_fault_is_told() -> None:
    assert [row.split("`")[1] for row in rows_after("Faults")] == [
        str(kind) for kind in FaultKind
    ]


def test_every_edit_is_told_with_its_words() -> None:
    told = [f"| `{name} {verb.usage}` |" for name, verb in sorted(VERBS.items())]

    assert rows_after("Edits") == told
