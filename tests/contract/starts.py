"""Accounts that an apply has made once, and that many tests then take up from copies.

What an apply makes of the same files on the same new account is always the same, and making
it takes as many requests as what a test is about.
"""

from __future__ import annotations

import atexit
import itertools
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from schemactl.emulator.invented_contacts import NOBODY, Crowd
from schemactl.emulator.server import HOST, EmulatorServer
from schemactl.emulator.switches import Switches
from schemactl.model.run import RunStatus
from tests.contract.live import Bench, a_bench

_FIRST_TOKEN = 1000
"""Tokens are parts of run ids: those below were used for what is copied."""
_Settings: TypeAlias = Mapping[str, object]
_Fill: TypeAlias = Callable[[EmulatorServer], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """What an apply makes of files on a new account, and what then comes into the account."""

    text: str
    switches: Switches
    settings: tuple[tuple[str, object], ...]
    backend: str
    crowd: Crowd
    fill: _Fill | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A folder as an apply left it, and the account that its files name, with its port."""

    folder: Path
    account: Path
    port: int


class Starts:
    """Makes each start once and keeps it in a folder; each bench has a copy of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._made: dict[_Start, _Made] = {}

    @contextmanager
    def bench(
        self,
        folder: Path,
        text: str,
        *,
        switches: Switches | None = None,
        settings: _Settings | None = None,
        sleep: Callable[[float], None] | None = None,
        backend: str = "legacy",
        over_http: bool = False,
        crowd: Crowd = NOBODY,
        fill: _Fill | None = None,
    ) -> Iterator[Bench]:
        """Yield a bench in an empty folder, as it is after the first apply of `text`.

        `fill` then puts into the account what files cannot; without it, an apply need not be
        complete under switches that make it impossible.
        """
        switches = Switches() if switches is None else switches
        settings = {} if settings is None else settings
        start = _Start(
            text=text,
            switches=switches,
            settings=tuple(sorted(settings.items())),
            backend=backend,
            crowd=crowd,
            fill=fill,
        )
        made = self._made.get(start)
        if made is None or not _is_free(made.port):
            made = self._made[start] = self._make(start)
        shutil.copytree(made.folder, folder, dirs_exist_ok=True)
        account = self._new_file()
        shutil.copyfile(made.account, account)
        server = EmulatorServer(account, switches=switches, port=made.port)
        with a_bench(
            folder,
            server,
            settings=settings,
            sleep=sleep,
            backend=backend,
            first_token=_FIRST_TOKEN,
            over_http=over_http,
        ) as bench:
            yield bench

    def _make(self, start: _Start) -> _Made:
        account = self._new_file()
        folder = account.with_suffix("")
        folder.mkdir()
        server = EmulatorServer(account, switches=start.switches, crowd=start.crowd)
        settings = dict(start.settings)
        with a_bench(folder, server, settings=settings, backend=start.backend) as bench:
            bench.write(start.text)
            is_complete = bench.run().status is RunStatus.COMPLETED
            # Under some switches no server can do all that files ask for.
            assert is_complete or (start.fill is None and start.switches != Switches())
            if start.fill is not None:
                start.fill(server)
            port = int(server.base_url.rpartition(":")[2])
        return _Made(folder=folder, account=account, port=port)

    def _new_file(self) -> Path:
        """Return where no account is: beside projects, whose files are searched for values."""
        return self._folder / f"{next(self._numbers)}.sqlite"


@cache
def all_starts() -> Starts:
    """Return the starts of this process, which keeps them until it ends."""
    folder = tempfile.mkdtemp(prefix="schemactl-starts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Starts(Path(folder))


def _is_free(port: int) -> bool:
    """Whether the port can be listened on: another program may have taken it meanwhile."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
        return True
