"""A client of a hostile server, in a separate process: reports what came, and what it cost.

Started as `python -m tests.contract.hostile_client`. Each line on stdin is an order; for each
a child is forked that makes one request, so that the memory it took is its own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from typing import Final

from schemactl.account.http.exchange import Limits
from schemactl.account.http.rate import NoLimit
from schemactl.account.http.session import HttpSession
from schemactl.account.http.transport import Transport
from schemactl.account.interface import NoObjection
from schemactl.account.legacy.backend import LegacyBackend
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.errors import AccountError
from schemactl.model.credentials import Credentials
from tests.builders import a_call

CALL: Final = a_call(1, "add_section", {"section": "Orchard", "fields": ()})
IMPORTED: Final = (HttpSession,)
"""Else each child would import it again, and that would be counted as its cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What came of one request.

    Attributes:
        ending: The status of a write, or the class of the error that a read raised.
        words: What a user would see.
        memory_mb: By how much the process grew at its largest.
        seconds: How long it took.
    """

    ending: str
    words: str
    memory_mb: float
    seconds: float


def request(url: str, *, is_write: bool, total_s: float) -> Cost:
    """Make one request as the product does, but for shorter waits."""
    limits = Limits(connect_s=1, silence_s=total_s, total_s=total_s)
    transport = Transport(
        url,
        Credentials("2_4711_Zx", "k3Y-of-Rosa"),
        read_only=False,
        limiter=NoLimit(),
        limits=limits,
        sleep=lambda _: None,
    )
    backend = LegacyBackend(transport, LegacyDialect())
    before_mb, start = _peak_mb(), time.monotonic()
    ending, words = _perform(backend) if is_write else _read(backend)
    return Cost(
        ending=ending,
        words=words,
        memory_mb=_peak_mb() - before_mb,
        seconds=time.monotonic() - start,
    )


def _perform(backend: LegacyBackend) -> tuple[str, str]:
    outcome = backend.perform(CALL, NoObjection())
    return outcome.status.value, outcome.detail


def _read(backend: LegacyBackend) -> tuple[str, str]:
    try:
        backend.read()
    except AccountError as error:
        return type(error).__name__, str(error)
    return "read", ""


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Obey orders until there are no more."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                sys.stdout.write(json.dumps(asdict(request(**json.loads(line)))) + "\n")
                sys.stdout.flush()
                status = 0
            except BaseException:  # noqa: BLE001 - a forked child must not go on as its parent
                traceback.print_exc()
            finally:
                os._exit(status)
        _, ended = os.waitpid(pid, 0)
        if ended:
            return


if __name__ == "__main__":
    main()
