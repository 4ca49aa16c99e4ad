"""Measure a plan against a live account over either API: the emulator, without a limit.

Both plan the same files against the same account of 10,000 fields and 500 tags. The server
is a process of its own, whose time is not counted; waiting for it counts as wall clock.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import Measured, Program, measure

FIELDS = 10_000
TAGS = 500
ROUNDS = 7
ACCOUNT = """\
version: 1
accounts:
  live:
    backend: {backend}
    url: {url}
    schema: [crm/*.yaml]
"""


def measure_readers(schemactl: Path, python: Path, data: Path) -> tuple[Measured, ...]:
    """Plan in turns over the two APIs."""
    generate = Path(__file__).parent / "generate.py"
    subprocess.run((python, generate, data, str(FIELDS)), check=True)  # noqa: S603 -- fixed
    snapshot = data / "schemactl" / "snapshot.json"
    seed = json.loads(snapshot.read_text(encoding="utf-8"))
    seed["tags"] = [f"Tag {number}" for number in range(TAGS)]
    snapshot.write_text(json.dumps(seed), encoding="utf-8")
    with served(schemactl, snapshot) as address:
        programs = [
            Program(
                name=f"schemactl plan, {FIELDS:,} fields, {backend}",
                arguments=(str(schemactl), "plan"),
                folder=_project(data, backend, f"{address}{path}"),
                environment={
                    "LIVE_APP_ID": "app",
                    "LIVE_API_KEY": "key",
                    "LIVE_HOST": "127.0.0.1",
                    "HOME": str(data / backend),
                },
            )
            for backend, path in (("legacy", "/cdata.php"), ("rest", "/1/"))
        ]
        return measure(programs, rounds=ROUNDS)


@contextmanager
def served(schemactl: Path, seed: Path, *arguments: str) -> Iterator[str]:
    """Serve an account made from a snapshot; yield the address without a path."""
    server = subprocess.Popen(  # noqa: S603 -- a fixed command
        (schemactl, "emulator", "--port", "0", "--seed", seed, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in server.stdout or ():
            if found := re.search(r"http://[0-9.]+:[0-9]+", line):
                yield found[0]
                return
        message = "the emulator did not start"
        raise RuntimeError(message)
    finally:
        server.terminate()
        server.wait(10)


def _project(data: Path, backend: str, url: str) -> Path:
    folder = data / backend
    folder.mkdir()
    # No link: a project reads no files outside of its folder.
    shutil.copytree(data / "schemactl" / "crm", folder / "crm")
    text = ACCOUNT.format(backend=backend, url=url)
    (folder / "schemactl.yaml").write_text(text, encoding="utf-8")
    return folder
