"""Send one call: journaled before and after, and proved by reading the account.

A call that was answered with success is proved by the next read of its part: the one right
before the next call, or one at the end. After any other answer the account is read at once.

A call is sent a second time only if the server said that too many calls were made and the
account, read after the wait, does not show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from typing import Final

from schemactl.account.interface import Backend, Dialect, LiveState, Part
from schemactl.apply.guard import CallGuard
from schemactl.errors import AccountError
from schemactl.host import Host
from schemactl.model.event import CallFinished, CallStarted, ReadingBack, Step, Waiting
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.planner.requests import must_be_proved
from schemactl.store.journal.writing import Journal
from schemactl.values import dataclass, replace

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
    UNPROVED = auto()
    """Not sent: a read right before did not show what earlier calls should have done."""
    HARMFUL = auto()
    """Something else is missing in the account after the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """How a call ended, and why, in words that follow the call's name."""

    status: CallStatus
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredCall:
    """A call that was answered with success, and that no read has proved yet.

    Attributes:
        call: The call.
        part: What it can have changed.
        before: The account as it was read last before the call.
    """

    call: Call
    part: Part
    before: LiveState


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a read of one part shows of its answered calls.

    Attributes:
        calls: The calls.
        unshown: Those whose effect it does not show.
        losses: What the part has lost that none of the calls is about.
    """

    calls: tuple[AnsweredCall, ...] = ()
    unshown: tuple[AnsweredCall, ...] = ()
    losses: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[AnsweredCall, ...]:
        """The calls whose effect the read shows."""
        unshown = _call_numbers(self.unshown)
        return tuple(one for one in self.calls if one.call.number not in unshown)

    @property
    def is_complete(self) -> bool:
        """Whether the read shows every call, and nothing else was lost."""
        return not self.unshown and not self.losses


class CallSender:
    """Sends the calls of one run, and reads the account between them.

    Attributes:
        made: Numbers of the calls that were sent, or were about to be sent when the process was
            interrupted.
        live: The account as it was read last.
        answered: Calls that were answered with success, and wait for a read to prove them.
    """

    def __init__(
        self, *, backend: Backend, journal: Journal, host: Host, live: LiveState
    ) -> None:
        self.made: set[int] = set()
        self.live = live
        self.answered: list[AnsweredCall] = []
        self.host = host
        self.journal = journal
        self._backend = backend
        self._changed: set[Part] = set()

    @property
    def dialect(self) -> Dialect:
        """What the API of this account can do."""
        return self._backend.dialect

    @property
    def is_current(self) -> bool:
        """Whether nothing was sent to any part since it was read."""
        return not self._changed

    def send(
        self, call: Call, guard: CallGuard, *, step: Step, remaining_s: float
    ) -> CallResult:
        """Send one call, return how it ended; `step` and `remaining_s` are for the listener.

        A call that was answered with success counts as done until `settle` finds otherwise.

        Raises:
            JournalError: A line could not be written. If it was the line before the call, the
                call was not sent.
        """
        end = CallResult(status=CallStatus.UNSENT)
        for _ in range(TRIES):
            outcome = self._make(call, guard, step=step, remaining_s=remaining_s)
            if guard.why:
                self.journal.call_settled(call, shown=False)
                status = CallStatus.UNPROVED if guard.is_unproved else CallStatus.OVERTAKEN
                return CallResult(status=status, words=f"was not made: {guard.why}")
            end = self._settle(call, outcome)
            if outcome.retry_after_s is None or end.status is not CallStatus.UNSETTLED:
                break
            if self.host.is_interrupted():
                break
        return end

    def _make(self, call: Call, guard: CallGuard, *, step: Step, remaining_s: float) -> Outcome:
        self.journal.call_started(call)
        self.host.listener(CallStarted(call=call, step=step, remaining_s=remaining_s))
        self.made.add(call.number)
        outcome = self._backend.perform(call, guard)
        if not outcome.sent or outcome.blocked_locally:
            self.made.discard(call.number)
        self.journal.call_finished(call, outcome)
        self.host.listener(CallFinished(call=call, outcome=outcome))
        self._note_read_before(call, guard)
        if outcome.sent and not outcome.blocked_locally:
            self._changed.add(self.dialect.part_of(call))
        return outcome

    def _note_read_before(self, call: Call, guard: CallGuard) -> None:
        """Keep what was read right before a call; written only after it, to delay no send."""
        if guard.seen is None:
            return
        self.live = guard.seen
        if self.dialect.reads_part_before(call):
            part = self.dialect.part_of(call)
            self._changed.discard(part)
            proof = self.prove(part, self.live)
            if proof.is_complete:
                self._take_proof(proof)

    def answered_in(self, parts: AbstractSet[Part]) -> tuple[AnsweredCall, ...]:
        """Return the calls of some parts that wait for a read to prove them."""
        return tuple(one for one in self.answered if one.part in parts)

    def prove(self, part: Part, live: LiveState) -> Proof:
        """Compare a read of a part with what its answered calls should have done.

        Several calls can be answered between two reads, so a loss counts only if none of them
        is about it.
        """
        own = self.answered_in({part})
        return Proof(
            calls=own,
            unshown=tuple(one for one in own if not self.dialect.shows(one.call, live)),
            losses=self._losses(own, live),
        )

    def _losses(self, calls: Sequence[AnsweredCall], live: LiveState) -> tuple[str, ...]:
        """Return what one part has lost since some calls, except what these are about."""
        if not calls:
            return ()
        before, (first, *others) = calls[0].before, calls
        common = self.dialect.losses(first.call, before, live)
        for one in others:
            if not common:
                break
            also = frozenset(self.dialect.losses(one.call, before, live))
            common = tuple(words for words in common if words in also)
        return common

    def settle(self, parts: AbstractSet[Part]) -> dict[int, CallResult]:
        """Read parts until they show their answered calls; return those that failed.

        Raises:
            JournalError: A line could not be written.
        """
        failed: dict[int, CallResult] = {}
        for pause_s in SETTLING_PAUSES_S:
            waiting = {one.part for one in self.answered_in(parts)}
            if not waiting:
                return failed
            try:
                self.pause(pause_s)
                self.read_parts(waiting, f"to prove {_numbers_of(self.answered_in(waiting))}")
            except AccountError as error:
                words = f"was answered with success, and the account could not be read: {error}"
                return failed | self._give_up(parts, CallStatus.UNSETTLED, words)
            for part in waiting:
                failed |= self._take_proof(self.prove(part, self.live))
        words = "was answered with success, but the account has not changed"
        return failed | self._give_up(parts, CallStatus.IGNORED, words)

    def _take_proof(self, proof: Proof) -> dict[int, CallResult]:
        """Record what a read proves; return the call with which something else was lost.

        If there were several calls, it is unknown which one it was; the first is returned.
        """
        unshown = _call_numbers(proof.unshown)
        done = proof.calls if proof.losses else proof.shown
        for one in done:
            self.journal.call_settled(one.call, shown=one.call.number not in unshown)
        # What is left is compared with this read from now on: it has the effects of the others.
        compared, left_out = _call_numbers(proof.calls), _call_numbers(done)
        self.answered = [
            replace(one, before=self.live) if one.call.number in compared else one
            for one in self.answered
            if one.call.number not in left_out
        ]
        if not proof.losses:
            return {}
        words = _describe_losses(proof.losses)
        harmful = CallResult(status=CallStatus.HARMFUL, words=words)
        return {proof.calls[0].call.number: harmful}

    def _give_up(
        self, parts: AbstractSet[Part], status: CallStatus, words: str
    ) -> dict[int, CallResult]:
        """Stop waiting for answered calls that no read shows."""
        left = self.answered_in(parts)
        given_up = _call_numbers(left)
        self.answered = [one for one in self.answered if one.call.number not in given_up]
        if status is CallStatus.IGNORED:
            for one in left:
                self.journal.call_settled(one.call, shown=False)
        return {one.call.number: CallResult(status=status, words=words) for one in left}

    def read_parts(
        self, parts: AbstractSet[Part], why: str, *, only_changed: bool = False
    ) -> LiveState:
        """Read parts of the account again, and return all of it.

        Args:
            parts: Which parts.
            why: For the listener.
            only_changed: Whether to read only those to which calls were sent since.

        Raises:
            AccountError: They could not be read.
        """
        if wanted := parts & self._changed if only_changed else parts:
            self.host.listener(ReadingBack(why=why))
            self.live = self._backend.read_parts(wanted, self.live)
            self._changed -= wanted
        return self.live

    def pause(self, seconds: float, why: str = "the server may act late") -> None:
        """Wait, and report it."""
        if seconds > 0:
            self.host.listener(Waiting(seconds=seconds, why=why))
            self.host.sleep(seconds)

    def _settle(self, call: Call, outcome: Outcome) -> CallResult:
        """Find out how a call ended; read at once unless it was answered with success."""
        if outcome.status is OutcomeStatus.DONE:
            if must_be_proved(call, self.dialect):
                part = self.dialect.part_of(call)
                self.answered.append(AnsweredCall(call=call, part=part, before=self.live))
            return CallResult(status=CallStatus.DONE)
        if not outcome.sent:
            return CallResult(status=CallStatus.UNSENT, words=f"was not sent: {outcome.detail}")
        return self._look_for(call, outcome)

    def _look_for(self, call: Call, outcome: Outcome) -> CallResult:
        """Read whether the account shows what a call should do, again after pauses."""
        part = self.dialect.part_of(call)
        sent = AnsweredCall(call=call, part=part, before=self.live)
        calls = (*self.answered_in({part}), sent)
        try:
            for pause_s, why in _pauses(outcome):
                self.pause(pause_s, why)
                is_shown = self._shows(call)
                lost = self._losses(calls, self.live)
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
        if outcome.blocked_locally:
            words = f"was {outcome.detail}"
            return CallResult(status=CallStatus.OVERTAKEN, words=words)
        is_refused = outcome.status is OutcomeStatus.REFUSED
        return CallResult(
            status=CallStatus.REFUSED if is_refused else CallStatus.UNSETTLED,
            words=f"{_describe_outcome(outcome)}, and the account shows no change",
        )

    def _shows(self, call: Call) -> bool:
        part = self.dialect.part_of(call)
        self.read_parts({part}, f"to prove call {call.number}")
        return self.dialect.shows(call, self.live)


def _call_numbers(answered: Iterable[AnsweredCall]) -> frozenset[int]:
    return frozenset(one.call.number for one in answered)


def _numbers_of(answered: Sequence[AnsweredCall]) -> str:
    """Return calls in words: `call 3`, or `4 calls`."""
    if len(answered) == 1:
        call = answered[0].call
        return f"call {call.number}"
    return f"{len(answered)} calls"


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
