"""Ctrl-C and similar signals: the first lets an apply finish its call, a second stops it.

Before the first call, and in every other command, a signal ends the command immediately.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Final, Self, TextIO

FINISHING: Final = "finishing the current call; press again to stop immediately"
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Handles the signals while it is entered, and restores the handlers afterwards."""

    def __init__(
        self,
        err: TextIO,
        *,
        on_request: Callable[[], None] = lambda: None,
        says: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Handle signals; the handler runs in the main thread and must not wait for anything.

        Args:
            err: Where the first signal is reported.
            on_request: Called by the handler if it is armed.
            says: Whether something else prints this text, once it sees what `on_request` did.
        """
        self._err = err
        self._on_request = on_request
        self._says = says
        self._armed = False
        self._asked = False
        self._before: list[tuple[signal.Signals, Callable[..., object] | int | None]] = []

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                before = signal.getsignal(number)
                if before is not signal.SIG_IGN:  # `nohup` wants the signal to be ignored.
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
        """Whether a first signal only requests the end, because a call may be in progress."""
        return self._armed

    def arm(self) -> None:
        """Let a first signal finish the current call from now on."""
        self._armed = True

    def disarm(self) -> None:
        """Let a signal end the command immediately again, while no call is in progress."""
        self._armed = False

    def is_asked(self) -> bool:
        """Whether the user asked to stop."""
        return self._asked

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if not self._armed or self._asked:
            raise KeyboardInterrupt
        self._asked = True
        is_reported = self._says(FINISHING)
        self._on_request()
        if is_reported:
            return
        # Not through the stream, which may be in the middle of a write.
        with suppress(OSError, ValueError):
            os.write(self._err.fileno(), f"\n{FINISHING}\n".encode())
