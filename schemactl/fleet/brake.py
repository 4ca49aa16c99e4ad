"""Counts accounts that failed, and keeps others from being started once there are too many."""

from __future__ import annotations

from threading import Lock

from schemactl.errors import ExitCode
from schemactl.model.fleet import AccountResult
from schemactl.text import counted


class Brake:
    """Used by all threads of a run."""

    def __init__(self, *, limit: int | None = None) -> None:
        """Stop after a number of failures; None for never."""
        self._limit = limit
        self._failed = 0
        self._lock = Lock()

    def count(self, failures: int = 1) -> None:
        """Count accounts that failed."""
        with self._lock:
            self._failed += failures

    def note(self, result: AccountResult) -> None:
        """Count an account if it failed, or was not applied as planned."""
        if result.failed or result.exit_code is ExitCode.STOPPED:
            self.count()

    @property
    def reason(self) -> str:
        """Why no other account is started; empty if one may be."""
        if self._limit is None or self._failed < self._limit:
            return ""
        return f"{counted(self._failed, 'account')} failed"
