"""Measure schemactl as its users meet it: whole programs, beside others, in one run.

    start    how long until a command says something
    scale    a plan of 1,000 and of 10,000 fields
    growth   whether commands take time in proportion, up to 50,000 fields
    readers  a plan against a live account, over either API
    calls    how many requests an apply makes
    latency  how long plan, drift and apply wait for the network
    apply    how the time of an apply grows with its account
    fleet    drift of up to 1,000 accounts at once
    contacts what requests cost the emulator with 100,000 contacts
    backups  memory and time of what reads the values of all contacts

Prints Markdown. It judges by the medians of this run, says so, and always ends well: a
machine that is busy or slow is no fault of the code.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import applies
import backups
import calls
import contacts
import fleet
import growth
import latency
import readers
from harness import Measured, Program, measure, output_of, peak_mb, processor_ms, ratio, table

HERE = Path(__file__).parent
SMALL_PROJECT = HERE.parent / "examples" / "sales-pipeline"
PYTHON = Path(sys.executable)
SCHEMACTL = Path(sysconfig.get_path("scripts")) / "schemactl"
OCTODNS = HERE / ".venv" / "bin" / "octodns-sync"

START_ROUNDS = 15
SIZES = (50, 1_000, 5_000, 10_000)
FLOOR_ROUNDS = 15
OCTODNS_ROUNDS = {1_000: 5, 10_000: 3}
# The aims, most of them those of the project's design: they are not moved to what is met.
MAX_OF_OCTODNS_START = 0.4
MAX_TIMES_FLOOR = 1.5
MIN_TIMES_FASTER = 12.0
MAX_MB = 60.0
MAX_TIMES_LEGACY = 2.0
MAX_GROWTH = 1.25
MAX_POWER = 1.2
MAX_ROUND_TRIPS = {"legacy": 1, "rest": 3}


def main() -> None:
    """Measure what the command line names; all where it names nothing."""
    parser = argparse.ArgumentParser(description="Measure schemactl beside other programs.")
    parts = {
        "start": tell_start,
        "scale": tell_scale,
        "growth": tell_growth_of_commands,
        "readers": tell_readers,
        "calls": tell_calls,
        "latency": tell_latency,
        "fleet": tell_fleet,
        "apply": tell_apply,
        "contacts": print_contacts,
        "backups": tell_backups,
    }
    parser.add_argument(
        "part", nargs="*", choices=[*parts, []], metavar="part", help=", ".join(parts)
    )
    chosen = parser.parse_args().part
    started = time.perf_counter()
    print(f"{where()}\n")
    for name, run_part in parts.items():
        if name in chosen or not chosen:
            run_part()
    print(f"Took {time.perf_counter() - started:.0f} s.")


def where() -> str:
    """Return what was measured, and on what."""
    versions = [
        output_of(Program(name="version", arguments=(str(each), "--version"), folder=HERE))
        for each in (SCHEMACTL, OCTODNS)
    ]
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{versions[0].strip()}; {versions[1].strip()}; Python {platform.python_version()}; "
        f"{os.cpu_count()} cores, load {busy}.\n"
        "Medians, with lowest and highest; ratios within a turn; peaks of resident memory."
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
        share = ratio(one, beside, processor_ms)
        verdict(
            f"{one.program.name}: {share:.2f} of {octodns.name} "
            f"(aim: at most {MAX_OF_OCTODNS_START})",
            met=share <= MAX_OF_OCTODNS_START,
        )
    print()


def tell_scale() -> None:
    """Measure plans beside octoDNS, and beside the floor at every size."""
    with tempfile.TemporaryDirectory() as folder:
        programs = {count: programs_at(Path(folder) / str(count), count) for count in SIZES}
        for count in OCTODNS_ROUNDS:
            tell_beside_octodns(programs[count], count)
        tell_beside_floor(programs)


def tell_growth_of_commands() -> None:
    """Measure commands over sizes of which the largest is fifty times the smallest."""
    with tempfile.TemporaryDirectory() as folder:
        measured = growth.measure_growth(SCHEMACTL, PYTHON, Path(folder))
    print(f"## Growth ({growth.ROUNDS} runs each; user + sys in ms)\n")
    print(f"{growth.table(measured)}\n")
    for one in measured:
        claim = f"{one.command} in proportion: {one.cost:.2f} (aim: at most {MAX_GROWTH})"
        verdict(claim, met=one.cost <= MAX_GROWTH)
    print()


def tell_readers() -> None:
    """Measure plans against a live account, over the REST API beside the other one."""
    with tempfile.TemporaryDirectory() as folder:
        legacy, rest = readers.measure_readers(SCHEMACTL, PYTHON, Path(folder) / "data")
    print(f"## Readers ({readers.ROUNDS} runs each; ratios to the Contacts API)\n")
    print(f"{table((legacy, rest), beside=legacy)}\n")
    verdict(
        f"a plan over the REST API takes at most {MAX_TIMES_LEGACY:.0f} times the other's",
        met=ratio(rest, legacy, processor_ms) <= MAX_TIMES_LEGACY,
    )
    print()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planners:
    """Three programs on that many fields, or records."""

    floor: Program
    ours: Program
    octodns: Program


def programs_at(data: Path, count: int) -> Planners:
    """Write that many fields and records, and return what should read them."""
    # A process of its own: what this one holds would count as memory of those it starts.
    subprocess.run(  # noqa: S603 -- a fixed command
        (PYTHON, HERE / "generate.py", data, str(count)), check=True
    )
    project, zones = data / "schemactl", data / "octodns"
    files = sorted(str(path) for path in (project / "crm").iterdir())
    return Planners(
        floor=Program(
            name=f"floor, {count:,} fields",
            arguments=(str(PYTHON), str(HERE / "floor.py"), *files),
            folder=project,
        ),
        ours=Program(
            name=f"schemactl plan --against, {count:,} fields",
            arguments=(str(SCHEMACTL), "plan", "--against", "snapshot.json"),
            folder=project,
        ),
        octodns=Program(
            name=f"octodns-sync, {count:,} records",
            arguments=(str(OCTODNS), "--config-file", "config.yaml"),
            folder=zones,
        ),
    )


def tell_beside_octodns(programs: Planners, count: int) -> None:
    """Measure and print a plan of ours, and one of octoDNS from YAML to YAML."""
    rounds = OCTODNS_ROUNDS[count]
    # The first size has warmed up the programs for the others.
    warm_ups = int(count == min(OCTODNS_ROUNDS))
    ours, other = measure((programs.ours, programs.octodns), rounds=rounds, warm_ups=warm_ups)
    print(f"## Plan of {count:,} fields ({rounds} runs each; ratios to schemactl)\n")
    print(f"{table((ours, other), beside=ours)}\n")
    faster = ratio(other, ours, processor_ms)
    printed = f"{faster:.1f} times faster than octoDNS"
    if count == SIZES[-1]:
        aim = f"{printed} (aim: at least {MIN_TIMES_FASTER:.0f})"
        verdict(aim, met=faster >= MIN_TIMES_FASTER)
    else:
        print(f"- {printed}")
    print()


def tell_beside_floor(programs: Mapping[int, Planners]) -> None:
    """Measure and print plans of all sizes, and the reading that all of them need."""
    ours = [programs[count].ours for count in SIZES]
    measured = measure((*ours, programs[SIZES[-1]].floor), rounds=FLOOR_ROUNDS)
    plans, floor = dict(zip(SIZES, measured, strict=False)), measured[-1]
    print(f"## Scale ({FLOOR_ROUNDS} runs each; ratios to the floor)\n")
    print(f"{table(measured, beside=floor)}\n")
    largest = plans[SIZES[-1]]
    times_floor = ratio(largest, floor, processor_ms)
    verdict(
        f"{times_floor:.2f} times the floor (aim: at most {MAX_TIMES_FLOOR})",
        met=times_floor <= MAX_TIMES_FLOOR,
    )
    peak = largest.median(peak_mb)
    verdict(f"{peak:.1f} MB (aim: under {MAX_MB:.0f})", met=peak < MAX_MB)
    tell_growth(plans)
    print()


def tell_growth(plans: Mapping[int, Measured]) -> None:
    """Whether a field of many costs what a field of few does; `plans` by count."""
    few, half, many = SIZES[0], SIZES[-2], SIZES[-1]
    rounds = zip(*(plans[count].runs for count in (few, half, many)), strict=True)
    costs = [
        ((mid - low) / (half - few), (high - mid) / (many - half))
        for low, mid, high in (map(processor_ms, each) for each in rounds)
    ]
    growth = statistics.median(last / first for first, last in costs)
    verdict(
        f"in proportion: from {half:,} to {many:,} fields each costs {growth:.2f} times what "
        f"it does from {few} to {half:,} (aim: at most {MAX_GROWTH})",
        met=growth <= MAX_GROWTH,
    )


def tell_calls() -> None:
    """Count the requests of applies."""
    counted = calls.count_all(SCHEMACTL)
    print("## Calls\n")
    print(f"{calls.table(counted)}\n")
    fewest = [one for one in counted if one.calls <= one.fewest]
    met = [one for one in counted if one.made <= one.aim]
    total = len(counted)
    verdict(f"the fewest writes in {len(fewest)} of {total} applies", met=len(fewest) == total)
    verdict(f"requests within the aim in {len(met)} of {total}", met=len(met) == total)
    print()


def print_contacts() -> None:
    """Print what requests cost an emulator with very many contacts."""
    made_s, costs = contacts.measure_contacts()
    print(f"## {contacts.CONTACTS:,} contacts, made in {made_s:.0f} s (processor time)\n")
    print(f"{contacts.table(costs)}\n")


def tell_backups() -> None:
    """Measure what reads the values of all contacts, and whether its memory is constant."""
    taken = backups.measure_backups()
    print("## Values of all contacts (one run each)\n")
    print(f"{backups.table(taken)}\n")
    for (task, api), times in backups.growth(taken).items():
        claim = f"{task} over {api}: memory for ten times as many contacts is {times:.2f} times"
        verdict(f"{claim} (aim: {backups.MAX_GROWTH})", met=times <= backups.MAX_GROWTH)
    print()


def tell_fleet() -> None:
    """Report drift of many accounts at once."""
    with tempfile.TemporaryDirectory() as folder:
        rows = fleet.measure_fleet(SCHEMACTL, PYTHON, Path(folder))
    print(f"## Fleet (drift of accounts with {fleet.FIELDS} fields each, one run)\n")
    print(f"{fleet.fleet_table(rows)}\n")


def tell_latency() -> None:
    """Measure how long commands wait for the network."""
    waited = latency.measure_latency(SCHEMACTL)
    print(f"## Latency ({latency.ROUNDS} runs each; wall clock in ms)\n")
    print(f"The change: {latency.CHANGE}.\n")
    print(f"{latency.table(waited)}\n")
    for one in waited:
        if one.command == "plan":
            trips, aim = one.round_trips, MAX_ROUND_TRIPS[one.api]
            claim = f"a plan takes {trips} round trips, {one.api} (aim: at most {aim})"
            verdict(claim, met=trips <= aim)
    print()


def tell_apply() -> None:
    """Measure applies on the embedded account, and how their time grows."""
    applied = applies.measure_applies(SCHEMACTL)
    print("## Apply (one run each)\n")
    print(f"{applies.table(applied)}\n")
    for api in applies.APIS:
        power = applies.growth(applied, api, "new sections")
        verdict(
            f"new sections over {api}: time grows with the power {power:.2f} of their number "
            f"(aim: at most {MAX_POWER})",
            met=power <= MAX_POWER,
        )
    print()


def verdict(claim: str, *, met: bool) -> None:
    """Print whether an aim was met, by processor time where it is about time."""
    print(f"- {'met' if met else 'MISSED'}: {claim}")


if __name__ == "__main__":
    main()
