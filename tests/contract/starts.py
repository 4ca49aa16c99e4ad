"""Accounts that an apply has made once, and that many tests then take up from copies.

What an apply makes of the same files on the same new account is always the same, and making
it takes as many requests as what a test is about.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from schemactl.emulator.server import HOST, EmulatorServer
from schemactl.emulator.switches import Switches
from schemactl.model.run import RunStatus
from tests.contract.live import Bench, a_bench

ACCOUNT = "account.sqlite"
_FIRST_TOKEN = 1000
"""Tokens are parts of run ids: those below were used for what is copied."""
_Settings: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A folder as an apply left it, and the port of the account that its files name."""

    folder: Path
    port: int


class Starts:
    """Makes each start once and keeps it in a folder; each bench has a copy of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[object, ...], _Made] = {}

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
    ) -> Iterator[Bench]:
        """Yield a bench in an empty folder, as it is after the first apply of `text`."""
        switches = Switches() if switches is None else switches
        settings = {} if settings is None else settings
        key = (text, switches, tuple(sorted(settings.items())), backend)
        made = self._made.get(key)
        if made is None or not _is_free(made.port):
            made = self._make(text, switches, settings, backend)
            self._made[key] = made
        shutil.copytree(made.folder, folder, dirs_exist_ok=True)
        server = EmulatorServer(folder / ACCOUNT, switches=switches, port=made.port)
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

    def _make(self, text: str, switches: Switches, settings: _Settings, backend: str) -> _Made:
        folder = self._folder / str(len(list(self._folder.iterdir())))
        folder.mkdir()
        server = EmulatorServer(folder / ACCOUNT, switches=switches)
        with a_bench(folder, server, settings=settings, backend=backend) as bench:
            bench.write(text)
            status = bench.run().status
            # Under some switches no server can do all that files ask for.
            assert switches != Switches() or status is RunStatus.COMPLETED
            port = int(server.base_url.rpartition(":")[2])
        return _Made(folder=folder, port=port)


def _is_free(port: int) -> bool:
    """Whether the port can be listened on: another program may have taken it meanwhile."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
        return True
