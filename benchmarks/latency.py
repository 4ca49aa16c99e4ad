"""Measure how long people wait for the network: plan, drift and apply, over either API.

The account is the emulator in a process of its own, which lets each request wait. Its log has
the time of each request: one that came while another one waited shares its round trip. The wall
clock has the same number of latencies in it, beside the work of a machine that may be busy.
Every run has a new account and a new count of calls.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias
from urllib.request import urlopen

from calls import Json
from harness import Program, Usage, run_once
from readers import served

LATENCIES_MS: Final = (0, 100, 300)
ROUNDS: Final = 5
TAGS: Final = 120
NEW_SECTIONS: Final = 3
APIS: Final = {"legacy": "/cdata.php", "rest": "/1/"}
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": ("plan",),
    "drift": ("drift",),
    "apply": ("apply", "--yes"),
}
Times: TypeAlias = tuple[float, ...]
CHANGE: Final = f"{NEW_SECTIONS} new sections of 5 fields, 2 new tags, {TAGS} tags before"
PROJECT: Final = """\
version: 1
default_account: live
accounts:
  live: {{backend: {api}, url: "{url}", schema: [{file}], tag_carrier: 1}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """The runs of one command over one API.

    Attributes:
        command: The word for it.
        api: The backend.
        requests: How many requests one run made.
        round_trips: How many of them were made after another one was answered.
        walls_s: The wall clock of each run, by latency in milliseconds.
    """

    command: str
    api: str
    requests: int
    round_trips: int
    walls_s: Mapping[int, Sequence[float]]


def measure_latency(schemactl: Path) -> tuple[Waited, ...]:
    """Run every command over every API at every latency, in turns."""
    walls: dict[tuple[str, str], dict[int, list[float]]] = {}
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for _ in range(ROUNDS):
        for latency_ms in LATENCIES_MS:
            for api in APIS:
                for command, (usage, times) in _run_all(schemactl, api, latency_ms).items():
                    by_latency = walls.setdefault((command, api), {})
                    by_latency.setdefault(latency_ms, []).append(usage.wall_s)
                    counts[command, api] = len(times), _round_trips(times, latency_ms)
    return tuple(
        Waited(
            command=command,
            api=api,
            requests=counts[command, api][0],
            round_trips=counts[command, api][1],
            walls_s=by_latency,
        )
        for (command, api), by_latency in walls.items()
    )


def table(waited: Sequence[Waited]) -> str:
    """Return all runs as a Markdown table."""
    names = " | ".join(f"{latency} ms a request" for latency in LATENCIES_MS)
    lines = [
        f"| command | API | requests | round trips | {names} |",
        f"| --- | --- | ---: | ---: |{' ---: |' * len(LATENCIES_MS)}",
    ]
    for one in waited:
        times = " | ".join(_wall_text(one.walls_s[latency]) for latency in LATENCIES_MS)
        lines.append(
            f"| {one.command} | {one.api} | {one.requests} | {one.round_trips} | {times} |"
        )
    return "\n".join(lines)


def _wall_text(walls_s: Sequence[float]) -> str:
    low, high = min(walls_s) * 1000, max(walls_s) * 1000
    return f"{statistics.median(walls_s) * 1000:,.0f} ({low:,.0f}-{high:,.0f})"


def _run_all(schemactl: Path, api: str, latency_ms: int) -> dict[str, tuple[Usage, Times]]:
    """Run the commands one after another on one new account; with the times of requests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seed = folder / "seed.json"
        seed.write_text(json.dumps(_snapshot()), encoding="utf-8")
        done: dict[str, tuple[Usage, Times]] = {}
        with served(schemactl, seed, "--latency", str(latency_ms)) as address:
            for command, arguments in COMMANDS.items():
                before = len(_times(address))
                program = Program(
                    name=f"{command}, {api}, {latency_ms} ms",
                    arguments=(str(schemactl), *arguments),
                    folder=_project(folder / command, api, address, command),
                    environment={
                        "LIVE_APP_ID": "app-id",
                        "LIVE_API_KEY": "secret-key",
                        "LIVE_HOST": "127.0.0.1",
                        # The count of calls is there: nothing waits for a minute's end.
                        "HOME": str(folder / command),
                    },
                )
                usage = run_once(program)
                done[command] = usage, _times(address)[before:]
        return done


def _times(address: str) -> Times:
    """Return when each request came, in the order of their numbers."""
    with urlopen(f"{address}/control/calls", timeout=60) as answer:  # noqa: S310 - loopback
        return tuple(call["time"] for call in json.load(answer))


def _round_trips(times: Times, latency_ms: int) -> int:
    """Return how many requests came after another one was answered, in the longest chain."""
    trips, free_at = 0, 0.0
    for time in sorted(times):
        if time >= free_at:
            trips, free_at = trips + 1, time + latency_ms / 1000
    return trips


def _project(folder: Path, api: str, address: str, command: str) -> Path:
    """Write a project; for drift, with files that the account matches."""
    folder.mkdir()
    files = {
        "schemactl.yaml": PROJECT.format(api=api, url=f"{address}{APIS[api]}", file="crm.yaml"),
        # JSON is YAML too.
        "crm.yaml": json.dumps(_schema_file(with_changes=command != "drift")),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _snapshot() -> Json:
    return {
        "account": "live",
        "backend": "legacy",
        "format_version": 1,
        "kind": "snapshot",
        "sections": [
            {
                "name": "Area 0",
                "custom": True,
                "fields": [
                    {"name": name, "type": "text", "custom": True, "options": None}
                    for name in _field_names(0)
                ],
            }
        ],
        "tags": list(_tags(TAGS)),
    }


def _schema_file(*, with_changes: bool) -> Json:
    sections: list[Json] = [
        {
            "name": f"Area {number}",
            "fields": [{"name": name, "type": "text"} for name in _field_names(number)],
        }
        for number in range(1 + NEW_SECTIONS * with_changes)
    ]
    tags = list(_tags(TAGS + 2 * with_changes))
    return {"version": 1, "sections": sections, "tags": list(tags)}


def _field_names(section: int) -> tuple[str, ...]:
    return tuple(f"Field {section}.{number}" for number in range(5))


def _tags(count: int) -> tuple[str, ...]:
    return tuple(f"Tag {number}" for number in range(count))
