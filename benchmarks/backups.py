"""Measures what commands that read the values of all contacts take: memory, requests and time.

Each command runs in a process of its own against an emulator in this one, so that its memory
and processor time are those of schemactl alone. It has no limit of calls. The account is made
once for each size, and each command works on a copy of it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final
from unittest.mock import patch

from harness import KIB_PER_MB, Program, run_once

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.cli.process import this_host
from schemactl.emulator import EmulatorServer, invented_contacts
from schemactl.model.event import CallFinished, CallStarted, Event, RequestSent
from schemactl.model.plan import Permission, Plan
from schemactl.pipeline import apply_account, plan_account, usage_account
from schemactl.project import load_project
from schemactl.values import replace

SIZES: Final = (10_000, 100_000)
APIS: Final = ("legacy", "rest")
SEED: Final = 7
TIMEOUT_S: Final = 1_200.0
MAX_GROWTH: Final = 1.1
"""How many times the memory for few contacts the memory for ten times as many may be."""
REMOVED: Final = "version: 1\nremoved: {fields: [{section: Sales, name: Telex}]}\n"
FILLED: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Story, type: longtext, from: {section: Sales, name: Telex, others: keep}}
"""
KEY: Final = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
TASKS: Final[Mapping[str, tuple[str, str]]] = {
    "plan": ("plan", REMOVED),
    "usage": ("usage", REMOVED),
    "backup": ("back_up_values", REMOVED),
    "encrypted backup": ("back_up_values", f"{REMOVED}# {KEY}\n"),
    "plan that fills a field": ("plan", FILLED),
    "filling a field": ("copy_values", FILLED),
}
"""What each task does, or which call of an apply is measured, and its schema file."""
BY_ONE: Final = "filling a field"
"""It writes each contact by a request of its own over REST, so fewer contacts are enough."""
FEW: Final = (1_000, 10_000)
SNAPSHOT: Final = {
    "kind": "snapshot",
    "format_version": 1,
    "backend": "legacy",
    "sections": [
        {
            "name": "Sales",
            "custom": True,
            "fields": [{"name": "Telex", "type": "text", "custom": True, "options": None}],
        }
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one task took with so many contacts."""

    task: str
    api: str
    contacts: int
    requests: int
    processor_s: float
    peak_mb: float

    @property
    def seconds_for_10_000(self) -> float:
        """Processor time for 10,000 contacts."""
        return self.processor_s / self.contacts * 10_000


def measure_backups() -> tuple[Taken, ...]:
    """Run every task over both APIs, with few contacts and with ten times as many."""
    taken: list[Taken] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for contacts in sorted({*SIZES, *FEW}):
            _make(folder / f"{contacts}.sqlite", contacts)
        for api in APIS:
            for task in TASKS:
                sizes = FEW if task == BY_ONE else SIZES
                taken += [_take(folder, task, api, contacts) for contacts in sizes]
    return tuple(taken)


def table(taken: Sequence[Taken]) -> str:
    """Return the figures as a Markdown table."""
    head = "| task | API | contacts | requests | user + sys, s for 10,000 | peak, MB |"
    lines = [head, "| --- | --- | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {one.task} | {one.api} | {one.contacts:,} | {one.requests:,} "
        f"| {one.seconds_for_10_000:.2f} | {one.peak_mb:.1f} |"
        for one in taken
    ]
    return "\n".join(lines)


def growth(taken: Sequence[Taken]) -> Mapping[tuple[str, str], float]:
    """Return how many times the memory for few contacts is needed for many."""
    return {
        (one.task, one.api): other.peak_mb / one.peak_mb
        for one, other in pairwise(taken)
        if (one.task, one.api) == (other.task, other.api)
    }


def _make(file: Path, contacts: int) -> None:
    """Make an account in which all contacts hold a value in a custom field."""
    seed = file.with_suffix(".json")
    seed.write_text(
        json.dumps({**SNAPSHOT, "contacts": f"{contacts}:{SEED}"}), encoding="utf-8"
    )
    with patch.object(invented_contacts, "SHARE_FILLED", 1.0), EmulatorServer(file, seed=seed):
        pass


def _take(folder: Path, task: str, api: str, contacts: int) -> Taken:
    account = folder / "copy.sqlite"
    shutil.copyfile(folder / f"{contacts}.sqlite", account)
    with tempfile.TemporaryDirectory() as name, EmulatorServer(account) as server:
        place = Path(name)
        does, files = TASKS[task]
        secret = f"values: {{encrypt_to: [{KEY}]}}\n" if KEY in files else ""
        url = server.url if api == "legacy" else server.rest_url
        (place / "schemactl.yaml").write_text(
            "version: 1\naccounts:\n"
            f"  demo: {{backend: {api}, url: '{url}', schema: [crm.yaml]}}\n{secret}",
            encoding="utf-8",
        )
        (place / "crm.yaml").write_text(files, encoding="utf-8")
        here = Path(__file__).resolve()
        environment = {
            "DEMO_APP_ID": "app-id",
            "DEMO_API_KEY": "secret-key",
            "DEMO_HOST": "127.0.0.1",
            "XDG_STATE_HOME": name,
            "PYTHONPATH": str(here.parents[1]),
        }
        command = (sys.executable, str(here), does)
        program = Program(name=task, arguments=command, folder=place, environment=environment)
        run_once(program, timeout_s=TIMEOUT_S)
        found = json.loads((place / "taken.json").read_text(encoding="utf-8"))
    account.unlink()
    return Taken(task=task, api=api, contacts=contacts, **found)


class Counter:
    """Measures what happens between the start and the end of one call."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._is_on = word in {"plan", "usage"}
        self.requests = 0
        self.processor_s = 0.0
        self._since_s = time.process_time()

    def __call__(self, event: Event) -> None:
        """Take an event of the run."""
        match event:
            case RequestSent() if self._is_on:
                self.requests += 1
            case CallStarted() if event.call.request == self._word:
                self._is_on, self._since_s = True, time.process_time()
            case CallFinished() if event.call.request == self._word:
                self.stop()
            case _:
                pass

    def stop(self) -> None:
        """Write down what was measured."""
        self._is_on = False
        found = {
            "requests": self.requests,
            "processor_s": time.process_time() - self._since_s,
            "peak_mb": _peak_mb(),
        }
        Path("taken.json").write_text(json.dumps(found), encoding="utf-8")


def _peak_mb() -> float:
    """Return the most memory of this program; `getrusage` has that of its parent in it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [one for one in status.splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) / KIB_PER_MB


class Agreeing:
    """A reviewer who agrees to everything."""

    def show(self, planned: object, found: object) -> None:
        """Show nothing."""

    def agrees(self, planned: object, *, calls: int) -> bool:
        """Agree."""
        del planned, calls
        return True


class Silent:
    """Is informed of a count, and prints nothing."""

    def starts(self, forecast: object, total: int) -> None:
        """Take how the numbers will be counted."""

    def counted(self, usage: object, total: int) -> None:
        """Take the result so far."""


def _run(word: str) -> None:
    """Run one task in the current folder, as a process of its own."""
    counter = Counter(word)
    project = load_project(Path())
    account = replace(project.account(None), calls_per_minute=None)
    target = Target(project=project, account=account, host=this_host(listener=counter))
    tasks: Mapping[str, Callable[[], object]] = {
        "plan": lambda: _planned(target),
        "usage": lambda: usage_account(target, Silent(), ()),
    }
    if word in tasks:
        tasks[word]()
        counter.stop()
        return
    options = ApplyOptions(permissions=frozenset(Permission))
    applied = apply_account(target, options=options, reviewer=Agreeing())
    if applied.run is None or applied.run.reason:
        raise RuntimeError(applied.run)


def _planned(target: Target) -> Plan:
    return plan_account(target, permissions=frozenset(Permission)).plan


if __name__ == "__main__":
    _run(sys.argv[1])
