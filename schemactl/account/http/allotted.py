"""Limit the calls per minute on one account over all machines that share a state store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from schemactl.account.http.rate import Limiter, OnWait, Patience
from schemactl.errors import SchemactlError
from schemactl.model.event import Listener, Waiting

if TYPE_CHECKING:
    from schemactl.store.state.allotment import Allotment

_RETRY_S: Final = 60.0
"""After a failure, the store is left alone for as long: it may take its time to fail."""


class AllottedLimit:
    """Allows what both this machine's count and the allotment in the store allow.

    Where the store cannot be asked or written, nobody knows what other machines do: this one
    makes a part of the calls of a minute then.

    Args:
        local: The count of this machine.
        reduced: The same count with the part that is allowed without the store.
        allotment: What the store has; raises `OSError` where it does not answer.
        calls: The calls of a minute.
        patience: How long to wait for others.
        uptime: Returns seconds that never decrease.
        listener: Called before a wait that the store is the reason for.
    """

    def __init__(
        self,
        *,
        local: Limiter,
        reduced: Limiter,
        allotment: Allotment,
        calls: int,
        patience: Patience,
        uptime: Callable[[], float],
        listener: Listener,
    ) -> None:
        self._local = local
        self._reduced = reduced
        self._allotment = allotment
        self._calls = calls
        self._patience = patience
        self._uptime = uptime
        self._listener = listener
        self._problem = ""
        self._retry_s = 0.0

    def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
        """Return once `calls` calls may be made, and count them; see `Limiter`."""
        counted = min(calls, self._calls)
        while True:
            self._patience.wait_for(lambda: self._secure(counted), on_wait)
            if self._problem:
                self._reduced.wait_for_turn(self._report, calls=calls)
                self._allotment.note(counted)
                return
            # It may have to wait, so what was secured is used only afterwards.
            self._local.wait_for_turn(on_wait, calls=calls)
            if self._allotment.use(counted):
                return

    def _secure(self, calls: int) -> float:
        """Return the seconds to wait for the allotment; none where the store fails."""
        if self._problem and self._uptime() < self._retry_s:
            return 0.0
        try:
            wait_s = self._allotment.secure(calls)
        except (OSError, SchemactlError) as error:
            self._problem = _words(error)
            self._retry_s = self._uptime() + _RETRY_S
            return 0.0
        self._problem = ""
        return wait_s

    def _report(self, wait_s: float) -> None:
        why = (
            "calls of other machines cannot be counted in the state store, so this one makes "
            f"only a part of the account's calls ({self._problem})"
        )
        self._listener(Waiting(seconds=wait_s, why=why))


def _words(error: OSError | SchemactlError) -> str:
    """Return what is wrong with the store, and what to do where that is known."""
    if isinstance(error, SchemactlError):
        return f"{error}; {error.hint}" if error.hint else str(error)
    return error.strerror or str(error)
