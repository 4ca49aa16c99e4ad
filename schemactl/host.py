"""The world outside a command: environment, time, randomness and a listener for progress.

It is passed down as one argument, so that no module reaches outside by itself and a test can
control time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from schemactl.model.event import Listener, ignore_events
from schemactl.model.lease_times import LEASE_TIMES, LeaseTimes
from schemactl.values import dataclass


def never() -> bool:
    """Return False."""
    return False


def seconds_since_start() -> float:
    """Return seconds since the machine started, those included in which it slept."""
    # Linux stops its monotonic clock while it sleeps, others do not.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def find_state_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return the user's own folder for what outlives a command and is no setting.

    Follows the XDG Base Directory Specification, which ignores a relative path; the folder
    may not exist yet.
    """
    given = Path(environ.get("XDG_STATE_HOME", ""))
    base = given if given.is_absolute() else home / ".local" / "state"
    return base / "schemactl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The world outside one command.

    Attributes:
        environ: Environment variables.
        home: The user's home folder, for state that all projects share, such as the number of
            recent calls.
        now: Returns the time, with its zone.
        clock: Returns seconds that never decrease.
        sleep: Waits for some seconds.
        token: Returns a short random word.
        listener: Called at each step of an apply.
        is_interrupted: Whether the user asked to stop.
        uptime: Returns seconds that never decrease and count while the machine sleeps.
        lease_times: How long a lease on an account lasts.
    """

    environ: Mapping[str, str]
    home: Path
    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    token: Callable[[], str]
    listener: Listener = ignore_events
    is_interrupted: Callable[[], bool] = never
    uptime: Callable[[], float] = seconds_since_start
    lease_times: LeaseTimes = LEASE_TIMES

    def now_in_utc(self) -> str:
        """Return the time in UTC as ISO 8601 writes it, to the second."""
        return self.now().astimezone(UTC).isoformat(timespec="seconds")

    @property
    def state_folder(self) -> Path:
        """The user's own folder for what outlives a command and is no setting."""
        return find_state_folder(self.environ, self.home)
