"""Send one call of a probe: only on scratch objects, journaled around it, read afterwards.

It is sent again only where the server said "too many calls" and the account is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemactl.account.interface import Backend, LiveState, NoObjection
from schemactl.account.probing import InconclusiveError, Tried
from schemactl.apply.sender import TRIES
from schemactl.host import Host
from schemactl.model.event import CallFinished, CallStarted, Step, Waiting
from schemactl.model.plan import Call, CallDraft, JsonValue
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.scratch import ScratchNames
from schemactl.store.journal.writing import JournalFile

LATE_PAUSE_S: Final = 2.0
"""How long to wait before a second look: the server may act late."""
TOO_MANY: Final = "the server says that too many calls were made"
NOT_SENT: Final = Outcome(status=OutcomeStatus.REFUSED, sent=False)
_NAMING: Final = frozenset({"section", "name", "new_name", "tag"})
"""Arguments whose text names an object; over the Contacts API, `field` does too."""


class ProbeInterruptedError(Exception):
    """The user asked to stop: what was made is removed, and nothing more is tried."""


class ScratchGuard(NoObjection):
    """Allows a call only while nobody else uses what the probe made."""

    def __init__(self, names: ScratchNames) -> None:
        self._names = names

    def objection(self, live: LiveState) -> str:
        """Return what somebody else did to the scratch objects; empty if nothing."""
        foreign = self._names.find_foreign(live.schema)
        return f"somebody else uses what the probe made: {foreign[0]}" if foreign else ""


class ScratchSender:
    """The scratch part of an account; see `account.probing.Scratch`.

    Attributes:
        names: The names that everything in it has.
        live: The account as it was read last.
        sent: How many calls were sent.
    """

    def __init__(
        self,
        names: ScratchNames,
        *,
        backend: Backend,
        journal: JournalFile,
        host: Host,
        live: LiveState,
        step: Step,
    ) -> None:
        self.names = names
        self.live = live
        self.sent = 0
        self._backend = backend
        self._journal = journal
        self._host = host
        self._step = step
        self._is_unsettled = False
        self._sections: dict[str, None] = {}

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that calls have named: a server may hide one without fields."""
        return tuple(self._sections)

    def await_late_calls(self) -> None:
        """Wait where the answer to a call was lost: the server may still act on it."""
        if self._is_unsettled:
            self._pause(LATE_PAUSE_S, "the server may act late")

    def send(self, draft: CallDraft) -> Tried:
        """Send one call that names only scratch objects, and read what came of it."""
        if self._host.is_interrupted():
            raise ProbeInterruptedError
        before = self.live
        self.sent += 1
        outcome = NOT_SENT
        for _ in range(TRIES):
            outcome = self.send_once(draft)
            if outcome.retry_after_s is not None:
                self._pause(outcome.retry_after_s, TOO_MANY)
            self._look(draft, before, outcome)
            if outcome.retry_after_s is None or not self._is_as(before):
                break
        if not outcome.sent or outcome.blocked_locally:
            msg = f"a call was not sent: {outcome.detail}"
            raise InconclusiveError(msg)
        if outcome.status is OutcomeStatus.UNKNOWN and self._is_as(before):
            msg = f"no usable answer came: {outcome.detail}"
            raise InconclusiveError(msg)
        return Tried(outcome=outcome, before=before, after=self.live)

    def send_removal(self, draft: CallDraft) -> None:
        """Send one call that removes something; the caller reads after the last one."""
        self.sent += 1
        outcome = self.send_once(draft)
        if outcome.retry_after_s is not None:
            self._pause(outcome.retry_after_s, TOO_MANY)

    def send_once(self, draft: CallDraft) -> Outcome:
        """Write the journal around one call, and send it; reads nothing afterwards."""
        _refuse_foreign_names(draft, self.names)
        call = _numbered(draft, self.sent)
        section = draft.arguments.get("section")
        if isinstance(section, str):
            self._sections[section] = None
        self._journal.try_started(draft)
        self._host.listener(CallStarted(call=call, step=self._step))
        outcome = self._backend.perform(call, ScratchGuard(self.names))
        self._journal.try_finished(outcome)
        self._is_unsettled |= outcome.status is OutcomeStatus.UNKNOWN
        self._host.listener(CallFinished(call=call, outcome=outcome))
        return outcome

    def _look(self, draft: CallDraft, before: LiveState, outcome: Outcome) -> None:
        """Read what a call can have changed; once more after a pause if nothing shows.

        A call that was refused and shows nothing is not awaited, as in an apply.
        """
        call = _numbered(draft, self.sent)
        parts = frozenset({self._backend.dialect.part_of(call)})
        self.live = self._backend.read_parts(parts, before)
        if self._is_as(before) and outcome.status is not OutcomeStatus.REFUSED:
            self._pause(LATE_PAUSE_S, "the server may act late")
            self.live = self._backend.read_parts(parts, before)

    def _is_as(self, before: LiveState) -> bool:
        return (self.live.schema, self.live.ids) == (before.schema, before.ids)

    def _pause(self, seconds: float, why: str) -> None:
        self._host.listener(Waiting(seconds=seconds, why=why))
        self._host.sleep(seconds)


def _numbered(draft: CallDraft, number: int) -> Call:
    return Call(
        number=number,
        request=draft.request,
        arguments=draft.arguments,
        serves=draft.serves,
    )


def _refuse_foreign_names(draft: CallDraft, names: ScratchNames) -> None:
    """Check that a call names nothing but scratch objects.

    Raises:
        AssertionError: It does; a bug.
    """
    found = [name for name in _names_in(draft.arguments) if not names.own(name)]
    if found or not any(_names_in(draft.arguments)):
        msg = f"{draft.request} of a probe names {found}"
        raise AssertionError(msg)


def _names_in(arguments: Mapping[str, JsonValue]) -> Iterator[str]:
    """Yield every name of an object in the arguments of a call."""
    for key, value in arguments.items():
        if isinstance(value, str) and (key in _NAMING or _is_named_field(key, arguments)):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Mapping):
                    yield from _names_in(item)


def _is_named_field(key: str, arguments: Mapping[str, JsonValue]) -> bool:
    """Whether `field` is a name: beside a `name`, it is the id of the REST API."""
    return key == "field" and "name" not in arguments
