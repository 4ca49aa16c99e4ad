"""Run the command as a user would: inside the test, as a process, or at a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from click.testing import CliRunner

from schemactl.cli.boundary import run as run_command
from schemactl.cli.group import root

PROGRAM = (sys.executable, "-m", "schemactl")
REPOSITORY = Path(__file__).parents[2]
SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command left: its exit status and what it wrote."""

    status: int
    out: str
    err: str


def run(
    *arguments: str | Path,
    environ: Mapping[str, str | None] | None = None,
    stdin: str = "",
    program: click.Command = root,
) -> Ended:
    """Run in this process; nothing is a terminal."""
    with CliRunner().isolation(input=stdin, env=environ) as (out, err, _):
        status = run_command([str(one) for one in arguments], program=program)
        sys.stdout.flush()
        sys.stderr.flush()
        written, reported = out.getvalue().decode(), err.getvalue().decode()
    return Ended(status=int(status), out=written, err=reported)


def process_environ(home: Path, **more: str) -> dict[str, str]:
    """Return an environment in which the command finds this checkout and no user's files."""
    path = os.pathsep.join((str(REPOSITORY), os.environ.get("PYTHONPATH", "")))
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return {**kept, "PYTHONPATH": path, "HOME": str(home), **more}


def run_process(*arguments: str | Path, folder: Path, **environ: str) -> Ended:
    """Run as a process of its own; nothing is a terminal."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=folder,
        env=process_environ(folder, **environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return Ended(status=done.returncode, out=done.stdout, err=done.stderr)


class AtTerminal:
    """A command that runs at a terminal of 80 columns; all that it writes comes together."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self.shown = ""
        self._screen = screen

    def wait_for(self, words: str) -> None:
        """Read until the words have been shown; fail where they do not come."""
        end = time.monotonic() + SECONDS
        while words not in self.shown:
            assert self._read(end), f"{words!r} never came; this did:\n{self.shown}"

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self._screen, text.encode())

    def end(self) -> int:
        """Read until the command ends; give its exit status."""
        end = time.monotonic() + SECONDS
        while self._read(end):
            pass
        return self.process.wait(timeout=SECONDS)

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._screen], [], [], max(end - time.monotonic(), 0))
        if not ready:
            return False
        try:
            data = os.read(self._screen, 65536)
        except OSError:  # Linux reports like this that the other side is closed.
            return False
        self.shown += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def at_terminal(*arguments: str | Path, folder: Path, **environ: str) -> Iterator[AtTerminal]:
    """Run at a terminal; killed at the end of the block if it runs still."""
    screen, side = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        cwd=folder,
        env={"TERM": "xterm", "COLUMNS": "80", **process_environ(folder), **environ},
        stdin=side,
        stdout=side,
        stderr=side,
        start_new_session=True,
    )
    os.close(side)
    try:
        yield AtTerminal(process, screen)
    finally:
        process.kill()
        process.wait(timeout=SECONDS)
        os.close(screen)
