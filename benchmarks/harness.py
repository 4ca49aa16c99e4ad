"""Measure whole programs side by side, as a user at a prompt would wait for them.

Programs take turns (A B C A B C …), so that whatever else the machine does falls on all
of them alike. Time is reported twice: wall clock, and the processor's (user and system, all
threads and child processes), which other people's work on the machine disturbs less.
Nothing here knows what is measured.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

TIMEOUT_S = 120.0
KIB_PER_MB = 1_000_000 / 1024
PEAK_NOISE_MB = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program to measure.

    Attributes:
        name: What the tables call it.
        arguments: The command, its program file first.
        folder: Where it is run.
        environment: What it sees beside the few variables that all get.
        statuses: The exit statuses of a run that did its work.
    """

    name: str
    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one run took."""

    wall_s: float
    processor_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All runs of one program, without those that only warmed up."""

    program: Program
    runs: tuple[Usage, ...]

    def median(self, of: Callable[[Usage], float]) -> float:
        """The middle value."""
        return statistics.median(of(run) for run in self.runs)

    def printed_peak(self) -> str:
        """Tell memory; a program starts as a copy of this one, which hides what is less."""
        own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB
        if self.median(peak_mb) <= own_mb + PEAK_NOISE_MB:
            return f"under {own_mb:.0f}"
        return self.printed(peak_mb, digits=1)

    def printed(self, of: Callable[[Usage], float], *, digits: int) -> str:
        """Median, with the lowest and the highest in brackets."""
        values = [of(run) for run in self.runs]
        low, high = min(values), max(values)
        return f"{self.median(of):.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


class FailedProgramError(Exception):
    """A program failed: its time would mean nothing."""


def measure(
    programs: Sequence[Program], *, rounds: int, warm_ups: int = 1
) -> tuple[Measured, ...]:
    """Run all programs in turns, `rounds` times each.

    Raises:
        FailedProgramError: One of them failed, or took longer than `TIMEOUT_S`.
    """
    runs: dict[str, list[Usage]] = {program.name: [] for program in programs}
    for turn in range(-warm_ups, rounds):
        for program in programs:
            usage = run_once(program)
            if turn >= 0:
                runs[program.name].append(usage)
    return tuple(
        Measured(program=program, runs=tuple(runs[program.name])) for program in programs
    )


def run_once(program: Program, *, timeout_s: float = TIMEOUT_S) -> Usage:
    """Run a program from its start to its end; its output goes nowhere.

    Raises:
        FailedProgramError: It failed, or took longer than `timeout_s`.
    """
    start = time.perf_counter()
    process = _start(program, subprocess.DEVNULL)
    timer = Timer(timeout_s, process.kill)
    timer.start()
    _, status, resources = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - start
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in program.statuses:
        message = f"{program.name}: status {process.returncode}\n{output_of(program)}"
        raise FailedProgramError(message)
    return Usage(
        wall_s=wall_s,
        processor_s=resources.ru_utime + resources.ru_stime,
        peak_mb=resources.ru_maxrss / KIB_PER_MB,
    )


def output_of(program: Program) -> str:
    """Run a program for what it prints, errors included, whatever its status."""
    printed, _ = _start(program, subprocess.PIPE).communicate(timeout=TIMEOUT_S)
    return printed


def _start(program: Program, output: int) -> subprocess.Popen[str]:
    shared = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    return subprocess.Popen(  # noqa: S603 -- fixed commands, given by the scripts here
        program.arguments,
        cwd=program.folder,
        env={**shared, "LC_ALL": "C.UTF-8", **program.environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )


def table(measured: Sequence[Measured], *, beside: Measured) -> str:
    """Tell runs as a Markdown table; the last columns are ratios to `beside`."""
    lines = [
        "| program | wall, ms | user + sys, ms | peak, MB | wall, ratio | user + sys, ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.program.name} | {one.printed(wall_ms, digits=0)} "
        f"| {one.printed(processor_ms, digits=0)} | {one.printed_peak()} "
        f"| {ratio(one, beside, wall_ms):.2f} | {ratio(one, beside, processor_ms):.2f} |"
        for one in measured
    ]
    return "\n".join(lines)


def ratio(one: Measured, other: Measured, of: Callable[[Usage], float]) -> float:
    """How many times the other's value one's is: the median over the rounds.

    Within a round, for a machine that slows down slows both down.
    """
    pairs = zip(one.runs, other.runs, strict=True)
    return statistics.median(of(mine) / of(others) for mine, others in pairs)


def wall_ms(usage: Usage) -> float:
    """Milliseconds from start to end."""
    return usage.wall_s * 1000


def processor_ms(usage: Usage) -> float:
    """Milliseconds of processor time, user and system."""
    return usage.processor_s * 1000


def peak_mb(usage: Usage) -> float:
    """Most memory held at once, in megabytes of a million bytes."""
    return usage.peak_mb
