"""Start real processes of the command, by way of the zygote or as a user does."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Self

from tests.cli.program import PROGRAM, REPOSITORY, process_environ
from tests.crash.orders import JOURNALS, ApplyRequest, Trouble

SECONDS = 240.0  # The busiest machine is done by then; a test may take 300.
PACE = 0.01
"""Pauses last a hundredth: what they wait for is known to have happened, or never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a process left; `status` is -9 where it was killed."""

    status: int
    out: str
    err: str

    @property
    def reported(self) -> str:
        """All that a user would have seen."""
        return f"exit status {self.status}\n{self.out}{self.err}"


class Child:
    """A process on its way."""

    def __init__(self, out: Path, err: Path) -> None:
        self.started: Future[int] = Future()
        self.ended: Future[int] = Future()
        self._out = out
        self._err = err

    def kill(self) -> None:
        """Kill it as `kill -9` does, and return once it is gone; no matter if it is already."""
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.started.result(SECONDS), signal.SIGKILL)
        self.ended.result(SECONDS)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop it with all its threads for the block; no matter if it has ended already."""
        if self.ended.done():
            yield
            return
        pid = self.started.result(SECONDS)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
        end = time.monotonic() + SECONDS
        while _is_running(pid):
            assert time.monotonic() < end, "it does not stop"
            time.sleep(0.0005)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def reported_so_far(self) -> str:
        """Return what it has written to stderr until now."""
        return _text(self._err)

    def end(self) -> Ended:
        """Wait for its end."""
        return Ended(
            status=self.ended.result(SECONDS), out=_text(self._out), err=_text(self._err)
        )


def _is_running(pid: int) -> bool:
    """Whether a process may still do something: it is neither stopped nor dead."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] not in {"T", "Z", "X"}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


class Zygote:
    """The process that all others are forked from; see `zygote`."""

    def __init__(self, scratch: Path, *, wire: Path) -> None:
        self._scratch = scratch
        self._wire = wire
        self._numbers = itertools.count(1)
        self._children: dict[int, Child] = {}
        self._imports: tuple[str, ...] = ()
        self._line, other = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote", str(other.fileno())],
            cwd=REPOSITORY,
            env=process_environ(scratch),
            pass_fds=(other.fileno(),),
        )
        other.close()
        self._ear = Thread(target=self._listen, daemon=True)
        self._ear.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.shutdown(socket.SHUT_WR)
        self._process.wait(SECONDS)
        self._ear.join(SECONDS)
        self._line.close()

    def start(
        self,
        *argv: str,
        folder: Path,
        environ: Mapping[str, str],
        watched: str = JOURNALS,
        trouble: Trouble | None = None,
        cuts: Collection[Trouble] = (),
        cuts_to: str = "",
        steps_to: Path | None = None,
        most_bytes: int | None = None,
        pace: float = PACE,
        clock_back_s: float = 0.0,
        is_limited: bool = False,
        learn: bool = False,
    ) -> Child:
        """Start a command; `learn` has later ones find all imported that this one imports."""
        number = next(self._numbers)
        modules_to = self._scratch / f"{number}.modules" if learn else None
        order = ApplyRequest(
            number=number,
            argv=argv,
            folder=str(folder),
            environ=process_environ(folder, **environ),
            out=str(self._scratch / f"{number}.out"),
            err=str(self._scratch / f"{number}.err"),
            watched=watched,
            trouble=trouble,
            cuts=tuple(cuts),
            cuts_to=cuts_to,
            steps_to=None if steps_to is None else str(steps_to),
            most_bytes=most_bytes,
            pace=pace,
            clock_back_s=clock_back_s,
            wire=str(self._wire),
            is_limited=is_limited,
            imports=self._imports,
            modules_to=None if modules_to is None else str(modules_to),
        )
        self._imports = ()
        child = self._children[number] = Child(Path(order.out), Path(order.err))
        self._line.sendall(order.written())
        if modules_to is not None:
            child.end()
            self._imports = tuple(_text(modules_to).split())
        return child

    def _listen(self) -> None:
        with self._line.makefile("rb") as lines:
            for text in lines:
                words = json.loads(text)
                child = self._children[words["order"]]
                if "pid" in words:
                    child.started.set_result(words["pid"])
                else:
                    child.ended.set_result(words["status"])


def start_true_command(*argv: str, folder: Path, environ: Mapping[str, str]) -> Child:
    """Start the command as a user does: with a Python of its own."""
    out, err = folder / "true.out", folder / "true.err"
    with out.open("wb") as out_file, err.open("wb") as err_file:
        process = subprocess.Popen(
            [*PROGRAM, *argv],
            cwd=folder,
            env=process_environ(folder, **environ),
            stdin=subprocess.DEVNULL,
            stdout=out_file,
            stderr=err_file,
        )
    child = Child(out, err)
    child.started.set_result(process.pid)
    Thread(target=lambda: child.ended.set_result(process.wait()), daemon=True).start()
    return child
