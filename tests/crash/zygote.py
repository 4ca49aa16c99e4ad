"""Forks processes that have imported all of schemactl already: a command takes a tenth of it.

Started by `processes.Zygote`, as `python -m tests.crash.zygote SOCKET`. Each line on the
socket is an order; for each a child is forked that runs one command as a process of its
own: own folder, environment and files for what it writes, no code of the zygote's. The
child can be made to die, or to find its disk full, at any step of writing the journal.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import resource
import selectors
import signal
import socket
import sys
import threading
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from errno import ENOSPC
from pathlib import Path
from typing import Final, Self

import schemactl
from schemactl.account import limiting
from schemactl.account.http.rate import Limiter, NoLimit
from schemactl.cli import process
from schemactl.cli.boundary import run
from tests.crash.orders import ApplyRequest, Trouble, TroubleKind
from tests.crash.wire import send_over_wire
from tests.prefork import compile_all

STEPS: Final = ("open", "write", "pwrite", "fsync", "ftruncate")


class Steps:
    """The steps of writing watched files, counted; at one of them there may be trouble."""

    def __init__(self, order: ApplyRequest) -> None:
        self._watched = order.watched
        self._trouble = order.trouble
        self._cuts = frozenset(order.cuts)
        self._cuts_to = order.cuts_to
        self._number = 0
        log = order.steps_to
        self._log = None if log is None else os.open(log, os.O_WRONLY | os.O_CREAT, 0o600)
        self._write = os.write

    def watch(self) -> None:
        """Put itself before the system's calls, for the watched files only."""
        for name in STEPS:
            setattr(os, name, self._around(name, getattr(os, name)))

    def _around(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def step(what: int | str | Path, *arguments: object, **named: object) -> object:
            is_read = name == "open" and _only_reads(what, arguments)
            if is_read or not _is_in(self._watched, what):
                return real(what, *arguments, **named)
            self._number += 1
            if self._log is not None:
                self._write(self._log, f"{name}\n".encode())
            data = arguments[0] if arguments and isinstance(arguments[0], bytes) else b""
            self._before(data, lambda part: real(what, part, *arguments[1:]))
            done = real(what, *arguments, **named)
            self._after()
            return done

        return step

    def _before(self, data: bytes, write: Callable[[bytes], object]) -> None:
        """Do what is to happen before a step, or in the middle of it."""
        half = data[: len(data.rstrip(b"\n")) // 2]
        self._wait_at(TroubleKind.KILLED_BEFORE)
        if half and self._is_cut_at(TroubleKind.KILLED_HALFWAY):
            write(half)  # The step itself writes it again, in the same place.
        self._wait_at(TroubleKind.KILLED_HALFWAY)
        if self._trouble is not None and self._trouble.step == self._number:
            _make_trouble(self._trouble.kind, write, half)

    def _after(self) -> None:
        self._wait_at(TroubleKind.KILLED_AFTER)
        if self._trouble == Trouble(step=self._number, kind=TroubleKind.KILLED_AFTER):
            _die()

    def _is_cut_at(self, kind: TroubleKind) -> bool:
        return Trouble(step=self._number, kind=kind) in self._cuts

    def _wait_at(self, kind: TroubleKind) -> None:
        """Wait until the files were copied as they are, where that is asked for."""
        if self._is_cut_at(kind):
            words = {"step": self._number, "kind": kind}
            with urllib.request.urlopen(self._cuts_to, json.dumps(words).encode()) as answer:  # noqa: S310 - a server of the test
                answer.read()


def _make_trouble(kind: TroubleKind, write: Callable[[bytes], object], half: bytes) -> None:
    """Do what is to happen before the step; half a write is half of its line."""
    match kind:
        case TroubleKind.KILLED_BEFORE:
            _die()
        case TroubleKind.KILLED_HALFWAY:
            if half:
                write(half)
            _die()
        case TroubleKind.FULL:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        case TroubleKind.FULL_HALFWAY:
            if half:
                write(half)
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        case TroubleKind.KILLED_AFTER:
            pass


def _only_reads(what: int | str | Path, arguments: Sequence[object]) -> bool:
    """Whether a file is opened for reading; a folder is opened so to be synced."""
    flags = arguments[0] if arguments and isinstance(arguments[0], int) else os.O_RDONLY
    is_for_writing = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    return not is_for_writing and not Path(str(what)).is_dir()


def _is_in(watched: str, what: int | str | Path) -> bool:
    with contextlib.suppress(OSError):
        path = str(Path(f"/proc/self/fd/{what}").readlink()) if isinstance(what, int) else what
        return watched in str(path)
    return False


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run_child(order: ApplyRequest) -> int:
    """Run one command in this process, which was made for it."""
    os.setsid()
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environ)
    for descriptor, path in ((0, os.devnull), (1, order.out), (2, order.err)):
        flags = os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    if order.most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.most_bytes, order.most_bytes))
    real_sleep, sleep_unless = time.sleep, process.sleep_unless
    time.sleep = lambda seconds: real_sleep(float(seconds) * order.pace)
    # Its slices follow the clock, so that shorter ones would make it no faster.
    process.sleep_unless = lambda is_interrupted, seconds: sleep_unless(
        is_interrupted, seconds * order.pace
    )
    send_over_wire(order.wire)
    if not order.is_limited:
        limiting.open_limiter = _no_limiter
    process.datetime = _clock_behind(order.clock_back_s)  # type: ignore[attr-defined]
    Steps(order).watch()
    gc.set_threshold(2_000_000)  # As the command sets it for itself.
    status = run(order.argv)
    if order.modules_to is not None:
        Path(order.modules_to).write_text("\n".join(sys.modules), encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    return status


@contextlib.contextmanager
def _no_limiter(*_: object, **__: object) -> Iterator[Limiter]:
    yield NoLimit()


def _clock_behind(seconds: float) -> type[datetime]:
    """Return a `datetime` whose `now` is some seconds ago."""

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) - timedelta(seconds=seconds)

    return Earlier


def fork(order: ApplyRequest, to_close: Iterable[socket.socket]) -> int:
    """Start a child for an order; give its process number."""
    assert threading.active_count() == 1, "a process with threads must not be forked"
    gc.freeze()  # What all children share stays shared.
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in to_close:
            one.close()
        status = run_child(order)
    finally:
        # Not by `sys.exit`: what is above in the stack is the zygote's.
        os._exit(status)


def import_all(names: Iterable[str]) -> None:
    """Import these modules, and with them all that commands would import themselves."""
    for name in names:
        with warnings.catch_warnings(), contextlib.suppress(ImportError):
            warnings.simplefilter("ignore")
            importlib.import_module(name)


def serve(line: socket.socket) -> None:
    """Take orders until nobody gives any more; report each child's start and end."""
    woken, waker = socket.socketpair()
    for one in (woken, waker):
        one.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno())
    orders: dict[int, int] = {}
    pending = b""
    with selectors.DefaultSelector() as selector:
        for one in (line, woken):
            selector.register(one, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if woken in ready:
                woken.recv(4096)
                _report_end(line, orders)
            if line in ready:
                data = line.recv(65536)
                if not data:
                    return
                *whole, pending = (pending + data).split(b"\n")
                for text in whole:
                    order = ApplyRequest.read(text)
                    import_all(order.imports)
                    pid = fork(order, (line, woken, waker))
                    orders[pid] = order.number
                    _report(line, {"order": order.number, "pid": pid})


def _report_end(line: socket.socket, orders: dict[int, int]) -> None:
    while orders:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        code = os.waitstatus_to_exitcode(status)
        _report(line, {"order": orders.pop(pid), "status": code})


def _report(line: socket.socket, words: dict[str, int]) -> None:
    line.sendall(json.dumps(words).encode() + b"\n")


if __name__ == "__main__":
    import_all(
        found.name
        for found in pkgutil.walk_packages(schemactl.__path__, "schemactl.")
        if not found.name.endswith("__main__")
    )
    compile_all()
    serve(socket.socket(fileno=int(sys.argv[1])))
