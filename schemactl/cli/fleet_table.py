"""A table on a terminal while accounts are worked on: a line for each that is in progress."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event as Flag
from typing import TYPE_CHECKING, Final

from schemactl.cli.progress import waiting
from schemactl.cli.request_counter import RequestCounter
from schemactl.cli.terminal import Terminal
from schemactl.model.event import (
    BackupsDeleted,
    BackupsKept,
    CallFinished,
    CallSkipped,
    CallStarted,
    CleaningUp,
    Event,
    Listener,
    ReadingBack,
    ReadingFinished,
    ReadingStarted,
    RequestAnswered,
    RequestSent,
    Waiting,
)
from schemactl.report.call_words import call_in_words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_REFRESH_S: Final = 0.1
_SHOWN_AFTER: Final = 3
"""Refreshes before the table is shown: what ends sooner does not flash up."""
_MAX_ROWS: Final = 20


class _Row:
    """What one account is doing."""

    def __init__(self) -> None:
        self.counter = RequestCounter()
        self.doing = "reading the account"

    def note(self, event: Event) -> None:
        self.counter.note(event)
        match event:
            case CallStarted():
                self.doing = call_in_words(event.call)
            case ReadingBack():
                self.doing = f"reading the account {event.why}"
            case Waiting():
                self.doing = waiting(event)
            case ReadingStarted():
                self.doing = "reading the account"
            case (
                ReadingFinished()
                | CallFinished()
                | CallSkipped()
                | RequestSent()
                | RequestAnswered()
                | CleaningUp()
                | BackupsDeleted()
                | BackupsKept()
            ):
                pass


class FleetTable:
    """Drawn by a thread of its own, from the first event on.

    It leaves nothing on the terminal, and stops by itself once the user asked to stop.
    Closing it is for the thread that prints the report.
    """

    def __init__(self, terminal: Terminal, halt: Flag, *, summary: Callable[[], str]) -> None:
        """Show the table on stderr.

        Args:
            terminal: Where it is shown.
            halt: Set once the user asked to stop.
            summary: Returns the line below the accounts.
        """
        self._terminal = terminal
        self._halt = halt
        self._summary = summary
        self._rows: dict[str, _Row] = {}
        self._lock = threading.Lock()
        self._last_words = ""
        self._drawing: tuple[threading.Thread, Flag] | None = None

    def listener(self, account: str) -> Listener:
        """Return what an account sends its events to; the first one adds its line."""

        def listen(event: Event) -> None:
            with self._lock:
                self._rows.setdefault(account, _Row()).note(event)
                self._start()

        return listen

    def remove(self, account: str) -> None:
        """Remove the line of an account that is done."""
        with self._lock:
            self._rows.pop(account, None)
            self._start()

    def _start(self) -> None:
        if self._drawing is None and not self._halt.is_set():
            stop = Flag()
            thread = threading.Thread(target=self._draw, args=(stop,), daemon=True)
            self._drawing = thread, stop
            thread.start()

    def close(self) -> None:
        """Remove the table; it comes back with the next event."""
        with self._lock:
            drawing, self._drawing = self._drawing, None
            self._rows.clear()
        if drawing is not None:
            thread, stop = drawing
            stop.set()
            thread.join()

    def will_say(self, text: str) -> bool:
        """Print a text once the user's stop has ended the table; whether there is a table.

        For a signal handler: it must not wait for the lock.
        """
        if self._drawing is None or not self._drawing[0].is_alive():
            return False
        self._last_words = text
        return True

    def _draw(self, stop: Flag) -> None:
        # The terminal may be gone; the run goes on.
        with suppress(OSError, ValueError):
            self._draw_until(stop)
            if self._last_words and not stop.is_set():
                # Only now: the table would erase a line that is written below it.
                self._terminal.say(self._last_words)

    def _draw_until(self, stop: Flag) -> None:
        from rich.console import Console
        from rich.live import Live

        terminal = self._terminal
        console = Console(
            file=terminal.err,
            no_color=not terminal.shows_colours(terminal.err),
            highlight=False,
            force_terminal=True,
        )
        live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        try:
            for number in self._refreshes(stop):
                if number >= _SHOWN_AFTER:
                    live.start()
                    live.update(self._table(console), refresh=True)
        finally:
            live.stop()

    def _refreshes(self, stop: Flag) -> Iterator[int]:
        """Yield the number of each refresh, until the table is closed or the user stops."""
        number = 0
        while not self._halt.is_set() and not stop.wait(_REFRESH_S):
            yield number
            number += 1

    def _table(self, console: Console) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True, overflow="ellipsis")
        room = max(min(_MAX_ROWS, console.height - 3), 1)
        with self._lock:
            rows = [(name, str(row.counter), row.doing) for name, row in self._rows.items()]
        for name, requests, doing in rows[:room]:
            table.add_row(Text(name), Text(requests), Text(doing))
        more = f", {len(rows) - room:,} more in progress" if len(rows) > room else ""
        table.add_row(Text(""), Text(""), Text(f"{self._summary()}{more}", style="bold"))
        return table
