"""Forks processes of the command that find every module imported already.

Whoever starts the program `Prefork.program` gets a process of its own: with its arguments,
folder, environment and standard streams, and with the exit status of the command. It does
not pay for the start of Python and the imports, which are nine tenths of most commands.

The program is a client of a few lines. It hands its streams over a socket to this module,
which runs as `python -m tests.prefork SOCKET` and forks a child that calls the entry point.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import random
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn, Self

import schemactl
from schemactl.cli import main
from schemactl.document.checker import compile_rules
from schemactl.document.resources import schema_names
from schemactl.store.own_file import obeys

SECONDS: Final = 60
MAX_MESSAGE_BYTES: Final = 1 << 20
# Only built-in modules: the client starts in a twentieth of the time of the command.
CLIENT: Final = """\
#!{python} -IS
import _socket, array, os, sys
environ = [name + b"=" + value for name, value in os.environb.items()]
words = [os.getcwdb(), b"%d" % len(sys.argv[1:]), *map(os.fsencode, sys.argv[1:]), *environ]
line = _socket.socket(_socket.AF_UNIX)
line.connect({socket!r})
streams = array.array("i", [0, 1, 2])
line.sendmsg([b"!"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
line.sendall(b"\\0".join(words))
line.shutdown(_socket.SHUT_WR)
os._exit(int(line.recv(16) or 70))
"""
MORE_MEMORY: Final = "PREFORK_MORE_MEMORY_BYTES"
"""Variable of the environment: how much memory, counted as addresses, a process may add."""
LATE_IMPORTS: Final = ("deepdiff", "filelock")
"""What commands import late from other packages."""


class Prefork:
    """The process that forks the others, and the program that asks it to."""

    def __init__(self, folder: Path) -> None:
        """Make the program `schemactl` in `folder`, which is put on the PATH."""
        address = folder / "socket"
        self.program = folder / "schemactl"
        text = CLIENT.format(python=sys.executable, socket=str(address))
        self.program.write_text(text, encoding="utf-8")
        self.program.chmod(0o755)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.prefork", str(address)],
            cwd=Path(__file__).parents[1],
            # Otherwise each thread reserves 64 MB of addresses, which it never uses.
            env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        """Wait until the process has imported everything."""
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        """End the process; its children are gone with their tests."""
        self._process.communicate(timeout=SECONDS)


def serve(address: str) -> None:
    """Fork a child for each client, until stdin is closed.

    Children keep the `sys.stdout` of this process, which is a pipe: they buffer as a command
    does whose output is a pipe or a file.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Nobody waits for a child.
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)  # noqa: T201 - what `Prefork` waits for
        gc.freeze()  # What all children share stays shared.
        number = listener.fileno()
        while number in select.select([number, 0], [], [])[0]:
            line, _ = listener.accept()
            assert threading.active_count() == 1, "a process with threads must not be forked"
            if os.fork() == 0:
                listener.close()
                _run_child(line)
            line.close()


def _run_child(line: socket.socket) -> NoReturn:
    """Run one command as its client asks, and tell the client its exit status."""
    status = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _, streams, _, _ = socket.recv_fds(line, 1, 3)
        with line.makefile("rb") as words:
            folder, count, *rest = words.read(MAX_MESSAGE_BYTES).split(b"\0")
        arguments, environ = rest[: int(count)], rest[int(count) :]
        os.chdir(folder)
        os.environb.clear()
        os.environb.update(dict(text.split(b"=", 1) for text in environ))
        if more := os.environ.pop(MORE_MEMORY, ""):
            _limit_memory(int(more))
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        # The parent's may be a file, which this one need not be.
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
        status = _call_main([os.fsdecode(one) for one in arguments])
    except Exception:  # noqa: BLE001 - what is above in the stack would not print it
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            line.sendall(b"%d" % status)
        # Not by `sys.exit`: what is above in the stack belongs to the parent.
        os._exit(status)


def _limit_memory(more_bytes: int) -> None:
    """Let this process take only so much more than the one that it was forked from."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _call_main(arguments: Sequence[str]) -> int:
    """Call the entry point of the command; return its exit status."""
    random.seed()
    time.tzset()
    sys.argv = ["schemactl", *arguments]
    try:
        main()
    except SystemExit as end:
        status = end.code
    sys.stdout.flush()
    return status if isinstance(status, int) else 0


def import_all() -> None:
    """Import all modules of the package, and what commands import late from others."""
    found = pkgutil.walk_packages(schemactl.__path__, "schemactl.")
    names = (one.name for one in found if not one.name.endswith("__main__"))
    for name in (*names, *LATE_IMPORTS):
        importlib.import_module(name)


def compile_all() -> None:
    """Compile all JSON Schemas: they are constants, as modules are."""
    for name in schema_names():
        compile_rules(name)
        obeys(None, name)


if __name__ == "__main__":
    import_all()
    compile_all()
    serve(sys.argv[1])
