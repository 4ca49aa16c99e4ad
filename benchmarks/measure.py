"""Measures schemactl as its users meet it: whole programs, beside others, in one run.

    start    how long until a command says something
    scale    a plan of 1,000 and of 10,000 fields
    calls    how many calls a plan makes

Prints Markdown. It judges by the medians of this run, says so, and always ends well: a
machine that is busy or slow is no fault of the code.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import calls
from harness import Measured, Program, measure, output_of, peak_mb, processor_ms, ratio, table

HERE = Path(__file__).parent
SMALL_PROJECT = HERE.parent / "examples" / "sales-pipeline"
PYTHON = Path(sys.executable)
SCHEMACTL = Path(sysconfig.get_path("scripts")) / "schemactl"
OCTODNS = HERE / ".venv" / "bin" / "octodns-sync"

START_ROUNDS = 15
SCALE_ROUNDS = {1_000: 7, 10_000: 5}
MOST_TIMES_FLOOR = 3.0
LEAST_TIMES_FASTER = 5.0
MOST_MB = 100.0
MOST_GROWTH = 11.0
"""What ten times the fields may cost beyond the start, in times; 10 is in proportion."""


def main() -> None:
    """Measure what the command line names; all where it names nothing."""
    parser = argparse.ArgumentParser(description="Measure schemactl beside other programs.")
    parts = {"start": tell_start, "scale": tell_scale, "calls": tell_calls}
    parser.add_argument(
        "part", nargs="*", choices=[*parts, []], metavar="part", help=", ".join(parts)
    )
    chosen = parser.parse_args().part
    started = time.perf_counter()
    print(f"{where()}\n")
    for name, tell in parts.items():
        if name in chosen or not chosen:
            tell()
    print(f"Took {time.perf_counter() - started:.0f} s.")


def where() -> str:
    """Say what was measured, and on what."""
    versions = [
        output_of(Program(name="version", arguments=(str(each), "--version"), folder=HERE))
        for each in (SCHEMACTL, OCTODNS)
    ]
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{versions[0].strip()}; {versions[1].strip()}; Python {platform.python_version()}; "
        f"{os.cpu_count()} cores, load {busy}.\n"
        "Medians, with lowest and highest; peak is resident memory."
    )


def tell_start() -> None:
    """Measure how long commands take that have next to nothing to do."""
    octodns = Program(
        name="octodns-sync --version", arguments=(str(OCTODNS), "--version"), folder=HERE
    )
    programs = [
        Program(name="python -c pass", arguments=(str(PYTHON), "-c", "pass"), folder=HERE),
        *(
            Program(
                name=f"schemactl {command}",
                arguments=(str(SCHEMACTL), command),
                folder=SMALL_PROJECT,
            )
            for command in ("--version", "--help", "validate")
        ),
        octodns,
    ]
    measured = measure(programs, rounds=START_ROUNDS)
    beside = measured[-1]
    print(f"## Start ({START_ROUNDS} runs each; ratios to octodns-sync)\n")
    print(f"{table(measured, beside=beside)}\n")
    for one in measured[1:-1]:
        verdict(
            f"{one.program.name} is no slower than {octodns.name}",
            met=ratio(one, beside, processor_ms) <= 1,
        )
    print()


def tell_scale() -> None:
    """Measure plans of both sizes, and how cost grows from one to the other."""
    with tempfile.TemporaryDirectory() as folder:
        measured = {count: measure_scale(Path(folder), count) for count in SCALE_ROUNDS}
    for count, (floor, ours, other) in measured.items():
        print(f"## Plan of {count:,} fields ({SCALE_ROUNDS[count]} runs each)\n")
        print("Ratios to the floor:\n")
        print(f"{table((floor, ours, other), beside=floor)}\n")
    small, large = measured.values()
    floor, ours, other = large
    idle = measure([small_validate()], rounds=SCALE_ROUNDS[1_000])[0]
    tell_scale_verdicts(floor, ours, other)
    growth = growth_of(small[1], ours, idle)
    verdict(
        f"10 times the fields cost {growth:.1f} times the time beyond the start "
        f"(aim: at most {MOST_GROWTH:.0f})",
        met=growth <= MOST_GROWTH,
    )
    print()


def measure_scale(folder: Path, count: int) -> tuple[Measured, ...]:
    """Measure floor, schemactl and octoDNS on so many fields, or records."""
    data = folder / str(count)
    # A process of its own: what this one holds would count as memory of those it starts.
    subprocess.run(  # noqa: S603 -- a fixed command
        (PYTHON, HERE / "generate.py", data, str(count)), check=True
    )
    project, zones = data / "schemactl", data / "octodns"
    files = sorted(str(path) for path in (project / "crm").iterdir())
    programs = [
        Program(
            name="floor: node tree of the same YAML",
            arguments=(str(PYTHON), str(HERE / "floor.py"), *files),
            folder=project,
        ),
        Program(
            name="schemactl plan --against snapshot.json",
            arguments=(str(SCHEMACTL), "plan", "--against", "snapshot.json"),
            folder=project,
        ),
        Program(
            name="octodns-sync (YAML to YAML)",
            arguments=(str(OCTODNS), "--config-file", "config.yaml"),
            folder=zones,
        ),
    ]
    # The first size has warmed up all programs.
    return measure(
        programs, rounds=SCALE_ROUNDS[count], warm_ups=int(count == min(SCALE_ROUNDS))
    )


def small_validate() -> Program:
    """Give the command that shows what starting costs."""
    return Program(
        name="schemactl validate", arguments=(str(SCHEMACTL), "validate"), folder=SMALL_PROJECT
    )


def growth_of(small: Measured, large: Measured, idle: Measured) -> float:
    """How many times the small one's processor time the large one's is, without the start."""
    start = idle.median(processor_ms)
    return (large.median(processor_ms) - start) / (small.median(processor_ms) - start)


def tell_scale_verdicts(floor: Measured, ours: Measured, other: Measured) -> None:
    """Say whether the larger plan is as fast and small as it is meant to be."""
    times_floor = ratio(ours, floor, processor_ms)
    verdict(
        f"{times_floor:.2f} times the floor (aim: at most {MOST_TIMES_FLOOR:.0f})",
        met=times_floor <= MOST_TIMES_FLOOR,
    )
    faster = ratio(other, ours, processor_ms)
    verdict(
        f"{faster:.1f} times faster than octoDNS (aim: at least {LEAST_TIMES_FASTER:.0f})",
        met=faster >= LEAST_TIMES_FASTER,
    )
    peak = ours.median(peak_mb)
    verdict(f"{peak:.1f} MB (aim: under {MOST_MB:.0f})", met=peak < MOST_MB)


def tell_calls() -> None:
    """Count the calls of plans."""
    counted = [(each, calls.planned_requests(each, SCHEMACTL)) for each in calls.scenarios()]
    print("## Calls\n")
    print(f"{calls.table(counted)}\n")
    over = [each.name for each, requests in counted if requests.total() > each.fewest]
    verdict(f"the fewest calls in {len(counted) - len(over)} of {len(counted)}", met=not over)
    print()


def verdict(claim: str, *, met: bool) -> None:
    """Print whether an aim was met, by processor time where it is about time."""
    print(f"- {'met' if met else 'MISSED'}: {claim}")


if __name__ == "__main__":
    main()
