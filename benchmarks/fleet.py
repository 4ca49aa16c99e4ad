"""Measure drift of many accounts at once: processor time and memory, by their number.

The accounts are on one emulator in a process of its own, whose time is not counted. Each has
300 fields and differs from the files in three; all of them share one schema file, as clients
with a common base do. The clock on the wall says nothing: client and server share the cores.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from harness import Program, Usage, run_once
from readers import served

FIELDS: Final = 300
NUMBERS: Final = (1, 25, 100, 1_000)
AIM_S: Final = 30.0
TIMEOUT_S: Final = 900.0
APIS: Final = {"legacy": "/cdata.php", "rest": "/1/"}


class FleetRow(NamedTuple):
    """What one run took."""

    backend: str
    accounts: int
    usage: Usage


def measure_fleet(schemactl: Path, python: Path, data: Path) -> tuple[FleetRow, ...]:
    """Find the drift of some numbers of accounts, over each API."""
    generate = Path(__file__).parent / "generate.py"
    subprocess.run((python, generate, data, str(FIELDS)), check=True)  # noqa: S603 -- fixed
    snapshot = data / "schemactl" / "snapshot.json"
    rows = []
    with served(schemactl, snapshot, "--accounts", str(max(NUMBERS))) as address:
        for backend, path in APIS.items():
            for number in NUMBERS:
                program = _program(schemactl, data, backend, f"{address}{path}", number)
                # As each morning: the file that counts an account's calls exists already.
                run_once(program, timeout_s=TIMEOUT_S)
                rows.append(FleetRow(backend, number, run_once(program, timeout_s=TIMEOUT_S)))
    return tuple(rows)


def fleet_table(rows: tuple[FleetRow, ...]) -> str:
    """Write the runs as a Markdown table."""
    lines = [
        "| API | accounts | user + sys, s | a further account, ms | peak, MB | aim |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    first = {row.backend: row for row in reversed(rows)}
    for row in rows:
        more = row.accounts - first[row.backend].accounts
        spent_s = row.usage.processor_s - first[row.backend].usage.processor_s
        each = f"{spent_s * 1000 / more:.1f}" if more else ""
        aim = _met(row) if row.accounts == max(NUMBERS) else ""
        lines.append(
            f"| {row.backend} | {row.accounts:,} | {row.usage.processor_s:.2f} | {each} "
            f"| {row.usage.peak_mb:.0f} | {aim} |"
        )
    return "\n".join(lines)


def _met(row: FleetRow) -> str:
    word = "met" if row.usage.processor_s <= AIM_S else "MISSED"
    return f"{word} (at most {AIM_S:.0f} s)"


def _program(schemactl: Path, data: Path, backend: str, url: str, number: int) -> Program:
    folder = data / f"{backend}-{number}"
    (folder / "crm").mkdir(parents=True)
    for file in (data / "schemactl" / "crm").iterdir():
        (folder / "crm" / file.name).write_bytes(file.read_bytes())
    names = [f"client-{each}" for each in range(1, number + 1)]
    accounts = "".join(f"  {name}: {{}}\n" for name in names)
    (folder / "schemactl.yaml").write_text(
        f"version: 1\ndefaults: {{backend: {backend}, url: '{url}', schema: [crm/*.yaml]}}\n"
        f"accounts:\n{accounts}",
        encoding="utf-8",
    )
    environment = {"HOME": str(folder)}
    for each, name in enumerate(names, start=1):
        prefix = name.upper().replace("-", "_")
        environment |= {
            f"{prefix}_APP_ID": f"2_test_{each}",
            f"{prefix}_API_KEY": "any",
            f"{prefix}_HOST": url.removeprefix("http://").partition("/")[0],
        }
    return Program(
        name=f"drift of {number:,} accounts, {backend}",
        arguments=(str(schemactl), "drift", "--all", "--format", "json", "--quiet"),
        folder=folder,
        environment=environment,
        statuses=(2,),
    )
