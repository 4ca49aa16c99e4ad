"""What the running process gives: environment, time, chance, and someone to tell.

Handed down as one argument, so that no module reaches for the outside by itself and
a test can hold time still.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemactl.model.event import Listener, ignore_events


def never() -> bool:
    """Say no."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The outside world of one command.

    Attributes:
        environ: Environment variables.
        home: The user's home folder, under which all projects share what they must, such
            as the count of calls.
        now: The time, with its zone.
        clock: Seconds that only grow.
        sleep: Waits for so many seconds.
        token: Makes a short random word.
        listener: Told of each step of an apply.
        is_interrupted: Whether the user asked to stop.
    """

    environ: Mapping[str, str]
    home: Path
    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    token: Callable[[], str]
    listener: Listener = ignore_events
    is_interrupted: Callable[[], bool] = never
