"""Measure whether commands take time in proportion to the fields of a project.

Each command runs over 1,000, 10,000 and 50,000 fields. What a field beyond 10,000 costs is
compared with what one before costs: a command that looks back over the file for each line, or
compares each field with every other one, costs more with each field.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness import Measured, Program, measure, processor_ms
from readers import ACCOUNT, served

SIZES: Final = (1_000, 10_000, 50_000)
ROUNDS: Final = 3
"""Without a warm-up: the sizes that matter take seconds."""
OFFLINE: Final[Mapping[str, tuple[str, ...]]] = {
    "validate": ("validate",),
    "lint": ("lint",),
    "fmt --check": ("fmt", "--check"),
    "plan": ("plan", "--against", "snapshot.json"),
    "plan as HTML": ("plan", "--against", "snapshot.json", "--format", "html"),
    "plan that adds all": ("plan", "--against", "empty.json"),
    "... as Markdown": ("plan", "--against", "empty.json", "--format", "markdown"),
    "... as HTML": ("plan", "--against", "empty.json", "--format", "html"),
}
LIVE: Final[Mapping[str, tuple[str, ...]]] = {
    "drift": ("drift",),
    "drift as HTML": ("drift", "--format", "html"),
    "import": ("import",),
}
DIFFERENCES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The runs of one command, by the number of fields."""

    command: str
    runs: Mapping[int, Measured]

    @property
    def cost(self) -> float:
        """How many times a field beyond the second size costs what one before it does."""
        few, middle, many = SIZES
        turns = zip(*(self.runs[size].runs for size in SIZES), strict=True)
        return statistics.median(
            ((high - mid) / (many - middle)) / ((mid - low) / (middle - few))
            for low, mid, high in (map(processor_ms, turn) for turn in turns)
        )


def measure_growth(schemactl: Path, python: Path, data: Path) -> tuple[Growth, ...]:
    """Run every command over every size, in turns."""
    for size in SIZES:
        _write_project(python, data / str(size), size)
    with ExitStack() as stack:
        addresses = {
            size: stack.enter_context(served(schemactl, data / str(size) / "snapshot.json"))
            for size in SIZES
        }
        programs = list(_programs(schemactl, data, addresses))
        measured = {
            one.program.name: one for one in measure(programs, rounds=ROUNDS, warm_ups=0)
        }
    return tuple(
        Growth(command=name, runs={size: measured[f"{name}, {size}"] for size in SIZES})
        for name in (*OFFLINE, *LIVE)
    )


def _programs(schemactl: Path, data: Path, addresses: Mapping[int, str]) -> Iterator[Program]:
    for name, words in {**OFFLINE, **LIVE}.items():
        for size in SIZES:
            folder = data / str(size)
            if name in LIVE:
                text = ACCOUNT.format(backend="legacy", url=f"{addresses[size]}/cdata.php")
                folder = _copy(folder, f"{folder}-live", text)
            elif words[0] == "fmt":
                folder = _formatted(schemactl, folder)
            yield Program(
                name=f"{name}, {size}",
                arguments=(str(schemactl), *words),
                folder=folder,
                environment={
                    "LIVE_APP_ID": "app",
                    "LIVE_API_KEY": "key",
                    "LIVE_HOST": "127.0.0.1",
                    "HOME": str(data),
                },
                statuses=(0, DIFFERENCES) if words[0] == "drift" else (0,),
            )


def _write_project(python: Path, folder: Path, size: int) -> None:
    generate = Path(__file__).parent / "generate.py"
    subprocess.run((python, generate, folder / "made", str(size)), check=True)  # noqa: S603 -- fixed
    made = folder / "made" / "schemactl"
    for each in made.iterdir():
        each.rename(folder / each.name)
    empty = json.loads((folder / "snapshot.json").read_text(encoding="utf-8"))
    empty["sections"], empty["tags"] = empty["sections"][:1], []
    (folder / "empty.json").write_text(json.dumps(empty), encoding="utf-8")


def _copy(folder: Path, name: str, project: str) -> Path:
    copy = Path(name)
    if not copy.exists():
        copy.mkdir()
        shutil.copytree(folder / "crm", copy / "crm")
        (copy / "schemactl.yaml").write_text(project, encoding="utf-8")
    return copy


def _formatted(schemactl: Path, folder: Path) -> Path:
    """Return a copy in the canonical style: `--check` fails for files in another one."""
    text = (folder / "schemactl.yaml").read_text(encoding="utf-8")
    copy = _copy(folder, f"{folder}-formatted", text)
    subprocess.run((schemactl, "fmt"), cwd=copy, check=True, capture_output=True)  # noqa: S603 -- fixed
    return copy


def table(measured: Sequence[Growth]) -> str:
    """Return the medians as a Markdown table; the last column is the growth."""
    head = " | ".join(f"{size:,} fields" for size in SIZES)
    lines = [
        f"| command | {head} | a field beyond {SIZES[1]:,} costs |",
        f"| --- |{' ---: |' * (len(SIZES) + 1)}",
    ]
    for one in measured:
        times = " | ".join(f"{one.runs[size].median(processor_ms):,.0f}" for size in SIZES)
        lines.append(f"| {one.command} | {times} | {one.cost:.2f} of one before |")
    return "\n".join(lines)
