"""Ctrl-C and its kin during an apply: the first finishes the call under way, a second stops.

Before anything may be sent, and in every other command, a signal ends the command at
once, as everywhere.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Final, Self, TextIO

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Takes over the signals for as long as it is entered, and gives them back."""

    def __init__(self, err: TextIO) -> None:
        """`err` is told of the first signal."""
        self._err = err
        self._armed = False
        self._asked = False
        self._before: list[tuple[signal.Signals, Callable[..., object] | int | None]] = []

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                before = signal.getsignal(number)
                if before is not signal.SIG_IGN:  # `nohup` has its reasons.
                    self._before.append((number, before))
                    signal.signal(number, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before:
            signal.signal(number, before)
        self._before.clear()

    @property
    def armed(self) -> bool:
        """Whether a first signal would only be noted: calls may be under way."""
        return self._armed

    def arm(self) -> None:
        """From now on a call may be under way, which a first signal must not cut."""
        self._armed = True

    def is_asked(self) -> bool:
        """Say whether the user asked to stop."""
        return self._asked

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if not self._armed or self._asked:
            raise KeyboardInterrupt
        self._asked = True
        # Not through the stream: its buffer may be half-way through a write.
        with suppress(OSError, ValueError):
            message = "\nfinishing the call under way; once more stops at once\n"
            os.write(self._err.fileno(), message.encode())
