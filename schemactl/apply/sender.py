"""Send one call: journaled before and after, and settled by reading if its answer is unclear.

A call is sent a second time only if the server said that too many calls were made and the
account, read after the wait, does not show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from schemactl.account.interface import Backend, LiveState
from schemactl.apply.guard import CallGuard
from schemactl.errors import AccountError
from schemactl.host import Host
from schemactl.model.call_word import REMOVING_CALLS
from schemactl.model.event import CallFinished, CallStarted, ReadingBack, Waiting
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.store.journal.writing import Journal

SETTLING_PAUSES_S: Final = (0.0, 1.0, 3.0)
"""Pauses before each read for what does not show yet: the server may act late."""
MAX_LOSSES_SHOWN: Final = 10
"""Losses that a message names; a snapshot taken before has them all."""
TRIES: Final = 3
"""How often a call is sent at most if the server says that there were too many calls."""


class CallStatus(Enum):
    """What became of one call, once it was settled by reading the account."""

    DONE = auto()
    REFUSED = auto()
    IGNORED = auto()
    """The server reported success, but the account did not change."""
    UNSETTLED = auto()
    """The server may still execute it, or already has; the account does not show it."""
    OVERTAKEN = auto()
    """Not sent: a read right before showed that somebody else changed its preconditions."""
    UNSENT = auto()
    """It was not sent."""
    HARMFUL = auto()
    """Something else is missing in the account after the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """How a call ended, and why, in words that follow the call's name."""

    status: CallStatus
    words: str = ""


class CallSender:
    """Sends the calls of one run, and reads the account between them.

    Attributes:
        made: Calls that were sent, or were about to be sent when the process was interrupted.
        live: The account as it was read last.
        is_current: Whether nothing was sent since the account was read.
    """

    def __init__(
        self, *, backend: Backend, journal: Journal, host: Host, live: LiveState
    ) -> None:
        self.made: list[Call] = []
        self.live = live
        self.is_current = True
        self.host = host
        self.journal = journal
        self._backend = backend

    def send(
        self, call: Call, guard: CallGuard, *, total: int, remaining_s: float
    ) -> CallResult:
        """Send one call, return how it ended; `total` and `remaining_s` are for the listener.

        Raises:
            JournalError: A line could not be written. If it was the line before the call, the
                call was not sent.
        """
        end = CallResult(status=CallStatus.UNSENT)
        for _ in range(TRIES):
            outcome = self._make(call, guard, total=total, remaining_s=remaining_s)
            if guard.why:
                self.made.remove(call)
                self.journal.call_settled(call, shown=False)
                words = f"was not made: {guard.why}"
                return CallResult(status=CallStatus.OVERTAKEN, words=words)
            end = self._settle(call, outcome)
            if outcome.retry_after_s is None or end.status is not CallStatus.UNSETTLED:
                break
            if self.host.is_interrupted():
                break
        return end

    def _make(self, call: Call, guard: CallGuard, *, total: int, remaining_s: float) -> Outcome:
        self.journal.call_started(call)
        self.host.listener(CallStarted(call=call, total=total, remaining_s=remaining_s))
        if call not in self.made:
            self.made.append(call)
        self.is_current = False
        outcome = self._backend.perform(call, guard)
        self.live = guard.seen or self.live
        if not outcome.sent:
            self.made.remove(call)
        self.journal.call_finished(call, outcome)
        self.host.listener(CallFinished(call=call, total=total, outcome=outcome))
        return outcome

    def read(self, why: str) -> LiveState:
        """Read the account; `why` is for the listener.

        Raises:
            AccountError: It could not be read.
        """
        self.host.listener(ReadingBack(why=why))
        self.live = self._backend.read()
        self.is_current = True
        return self.live

    def pause(self, seconds: float, why: str = "the server may act late") -> None:
        """Wait, and report it."""
        if seconds > 0:
            self.host.listener(Waiting(seconds=seconds, why=why))
            self.host.sleep(seconds)

    def _settle(self, call: Call, outcome: Outcome) -> CallResult:
        """Read whether the account shows what the call should do, again after pauses."""
        is_done = outcome.status is OutcomeStatus.DONE
        if is_done and not self._must_prove(call):
            return CallResult(status=CallStatus.DONE)
        if not outcome.sent:
            return CallResult(status=CallStatus.UNSENT, words=f"was not sent: {outcome.detail}")
        try:
            for pause_s, why in _pauses(outcome):
                self.pause(pause_s, why)
                before = self.live
                is_shown = self._shows(call)
                lost = self._backend.dialect.losses(call, before, self.live)
                if lost and not outcome.blocked_locally:
                    self.journal.call_settled(call, shown=is_shown)
                    return CallResult(status=CallStatus.HARMFUL, words=_describe_losses(lost))
                if is_shown:
                    self.journal.call_settled(call, shown=True)
                    return CallResult(status=CallStatus.DONE)
        except AccountError as error:
            words = f"{_describe_outcome(outcome)}, and the account could not be read: {error}"
            return CallResult(status=CallStatus.UNSETTLED, words=words)
        self.journal.call_settled(call, shown=False)
        if is_done:
            words = "was answered with success, but the account has not changed"
            return CallResult(status=CallStatus.IGNORED, words=words)
        is_refused = outcome.status is OutcomeStatus.REFUSED
        return CallResult(
            status=CallStatus.REFUSED if is_refused else CallStatus.UNSETTLED,
            words=f"{_describe_outcome(outcome)}, and the account shows no change",
        )

    @property
    def proves_each_call(self) -> bool:
        """Whether the account is read after every call."""
        return self._backend.dialect.proves_each_call

    def _must_prove(self, call: Call) -> bool:
        return call.request in REMOVING_CALLS or self.proves_each_call

    def _shows(self, call: Call) -> bool:
        why = f"to prove call {call.number} ({call.request})"
        self.host.listener(ReadingBack(why=why))
        self.live = self._backend.read_after(call, self.live)
        return self._backend.dialect.shows(call, self.live)


def _describe_losses(lost: Sequence[str]) -> str:
    names = "; ".join(lost[:MAX_LOSSES_SHOWN])
    more = f"; and {len(lost) - MAX_LOSSES_SHOWN} more" if len(lost) > MAX_LOSSES_SHOWN else ""
    return f"was followed by what nobody asked for: {names}{more}"


def _pauses(outcome: Outcome) -> tuple[tuple[float, str], ...]:
    """Return how long to wait before each read, and why."""
    if outcome.retry_after_s is not None:
        return ((outcome.retry_after_s, "the server says that too many calls were made"),)
    pauses = (0.0,) if outcome.status is OutcomeStatus.REFUSED else SETTLING_PAUSES_S
    return tuple((pause_s, "the server may act late") for pause_s in pauses)


def _describe_outcome(outcome: Outcome) -> str:
    detail = f": {outcome.detail}" if outcome.detail else ""
    match outcome.status:
        case OutcomeStatus.REFUSED:
            return f"was refused{detail}"
        case OutcomeStatus.UNKNOWN:
            return f"has an unknown outcome{detail}"
        case OutcomeStatus.DONE:
            return "was answered with success"
