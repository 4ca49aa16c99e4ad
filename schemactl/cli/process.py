"""What the running process gives to the floors below: environment, time, chance, folders."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from schemactl.host import Host, never
from schemactl.model.event import Listener, ignore_events

_SLICE_S: Final = 0.1


def sleep_unless(is_interrupted: Callable[[], bool], seconds: float) -> None:
    """Sleep, but no longer than until the user asks to stop.

    In slices, because Python goes on sleeping after a signal's handler has run, and an
    event set by a handler can wait for itself.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not is_interrupted():
        time.sleep(min(left, _SLICE_S))


def this_host(
    *, listener: Listener = ignore_events, is_interrupted: Callable[[], bool] = never
) -> Host:
    """Describe the process that runs now."""
    return Host(
        environ=os.environ,
        home=Path.home(),
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
        sleep=lambda seconds: sleep_unless(is_interrupted, seconds),
        token=lambda: os.urandom(3).hex(),
        listener=listener,
        is_interrupted=is_interrupted,
    )
