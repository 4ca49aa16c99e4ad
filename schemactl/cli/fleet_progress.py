"""How far a run over many accounts is: a table on a terminal, a line for each in a log."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from schemactl.cli.fleet_table import FleetTable
from schemactl.model.event import Listener, ignore_events
from schemactl.text import counted

if TYPE_CHECKING:
    from schemactl.cli.options import Settings
    from schemactl.cli.output import Output
    from schemactl.model.fleet import AccountResult


class FleetProgress:
    """Takes note of what accounts do, and of each one that is done."""

    def __init__(self, settings: Settings, output: Output, halt: Event, *, number: int) -> None:
        """Show the progress of a number of accounts.

        Args:
            settings: Where to show it.
            output: Where the result goes.
            halt: Set once the user asked to stop.
            number: How many accounts there are.
        """
        self._terminal = settings.terminal
        moves = self._terminal.can_move_cursor(self._terminal.err)
        is_shown = moves and not self._terminal.quiet
        self._table = (
            FleetTable(self._terminal, halt, summary=self._summary) if is_shown else None
        )
        # As text, the report itself has a line for each account.
        self._is_silent = self._terminal.quiet or moves or output.form == "text"
        self._number = number
        self._done = 0
        self._failed = 0

    def expect(self, number: int) -> None:
        """Count to another number of accounts, before the first one is done."""
        self._number = number

    def restart(self, number: int) -> None:
        """Show the progress of another number of accounts; a log has a line for each."""
        self._number, self._done, self._failed = number, 0, 0
        self._is_silent = self._terminal.quiet or self._table is not None

    def listener(self, account: str) -> Listener:
        """Return what an account sends its events to."""
        return ignore_events if self._table is None else self._table.listener(account)

    def note(self, result: AccountResult) -> None:
        """Take note of an account that is done."""
        self._done += 1
        self._failed += result.failed
        if self._done == self._number:
            self.close()
        elif self._table is not None:
            self._table.remove(result.account)
        if self._is_silent:
            return
        from schemactl.report.fleet_words import outcome_words

        words = outcome_words(result, strict=False)
        how = f"failed: {words}" if result.failed else words
        self._terminal.note(f"[{self._done}/{self._number}] {result.account}: {how}")

    def note_loss(self, workers: int) -> None:
        """Report that workers of a cluster are gone."""
        self.close()
        self._terminal.note(
            f"The cluster lost {counted(workers, 'worker')}: others take over the accounts "
            "that were in progress there. With a shared state store, an apply first waits up "
            "to 3 minutes, to be sure that the earlier one has ended."
        )

    def close(self) -> None:
        """Leave the terminal to questions and reports."""
        if self._table is not None:
            self._table.close()

    def will_say(self, text: str) -> bool:
        """Whether the table is shown, and prints a text when the user's stop ends it."""
        return self._table is not None and self._table.will_say(text)

    def _summary(self) -> str:
        failed = f", {self._failed:,} failed" if self._failed else ""
        return f"{self._done:,} of {self._number:,} accounts{failed}"
