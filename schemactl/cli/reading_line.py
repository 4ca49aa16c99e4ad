"""A line on a terminal while the account is being read: shown after a second, then removed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from schemactl.cli.progress import countdown, waiting
from schemactl.cli.terminal import Terminal
from schemactl.model.event import Event, ReadingFinished, ReadingStarted, RequestSent, Waiting
from schemactl.text import counted, duration

SHOWN_AFTER_S: Final = 1.0
"""Most accounts are read sooner, and a line that flashes up disturbs."""
_REFRESH_S: Final = 0.1
_CLEAR: Final = "\r\x1b[K"
"""Back to the start of the line, and clear it."""


class ReadingLine:
    """A listener that shows how long and by how many requests the account has been read.

    Only one line of the terminal is used, and nothing of it is left. Nothing else writes to
    the terminal while an account is read.
    """

    def __init__(self, terminal: Terminal, *, after_s: float = SHOWN_AFTER_S) -> None:
        """Show the line on stderr once the account has been read for `after_s` seconds."""
        self._terminal = terminal
        self._after_s = after_s
        self._why = ""
        self._requests = 0
        self._left_s: Callable[[], float] | None = None
        self._finished = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, event: Event) -> None:
        """Take note of an event; those that are not about reading or waiting are ignored."""
        if isinstance(event, ReadingStarted):
            self._start()
        elif isinstance(event, ReadingFinished):
            self._finish()
        elif isinstance(event, RequestSent):
            self._requests += 1
        elif isinstance(event, Waiting) and self._thread is None:
            self._terminal.note(waiting(event))
        elif isinstance(event, Waiting):
            self._why, self._left_s = event.why, countdown(event.seconds)

    def _start(self) -> None:
        self._left_s, self._requests = None, 0
        self._finished.clear()
        self._thread = threading.Thread(target=self._show, daemon=True)
        self._thread.start()

    def _finish(self) -> None:
        if self._thread is not None:
            self._finished.set()
            self._thread.join()
            self._thread = None

    def _show(self) -> None:
        start, shown = time.monotonic(), ""
        while not self._finished.wait(_REFRESH_S):
            text = self._text(time.monotonic() - start)
            if text != shown:
                self._write(f"{_CLEAR}{text}")
                shown = text
        if shown:
            self._write(_CLEAR)

    def _text(self, elapsed_s: float) -> str:
        left_s = 0.0 if self._left_s is None else self._left_s()
        if left_s > 0:
            text = waiting(Waiting(seconds=left_s, why=self._why))
        elif elapsed_s < self._after_s:
            return ""
        else:
            sent = f", {counted(self._requests, 'request')}" if self._requests else ""
            text = f"reading the account: {duration(elapsed_s)}{sent}"
        return text[: self._terminal.error_width - 1]

    def _write(self, text: str) -> None:
        # The terminal may be gone; reading goes on.
        with suppress(OSError, ValueError):
            self._terminal.err.write(text)
            self._terminal.err.flush()
