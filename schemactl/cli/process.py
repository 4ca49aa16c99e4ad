"""What the running process provides to the layers below: environment, time, chance, folders."""

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
    """Sleep until the time is over or the user asks to stop.

    Sleeps in slices, because Python continues to sleep after a signal handler, and a handler
    that sets an event can deadlock.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not is_interrupted():
        time.sleep(min(left, _SLICE_S))


def this_host(
    *, listener: Listener = ignore_events, is_interrupted: Callable[[], bool] = never
) -> Host:
    """Return the host of the running process."""
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
