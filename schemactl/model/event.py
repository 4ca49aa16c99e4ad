"""Typed events that an apply sends to a listener while it runs. Nothing here prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.model.cleanup import PendingCleanup
    from schemactl.model.plan import Call
    from schemactl.model.run import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a run is, in requests of which nothing was disturbed.

    Attributes:
        before: How many requests come before this step.
        after: How many come before the next one.
        total: How many there are in all.
    """

    before: int
    after: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """A call is about to be sent.

    Attributes:
        call: The call.
        step: Its requests among those of the run.
        remaining_s: Estimated seconds for this call and all later requests; None if unknown.
    """

    call: Call
    step: Step
    remaining_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished:
    """A call has ended, with or without a response."""

    call: Call
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSkipped:
    """A call was skipped; `why` is in the user's words."""

    call: Call
    step: Step
    why: str


@dataclass(frozen=True, slots=True)
class RequestSent:
    """A request is about to be sent: a read, a call, or one of them once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered:
    """The answer to a request came, after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningUp:
    """Tags that an earlier run left on the carrier are about to be removed from it."""

    cleanup: PendingCleanup


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingBack:
    """The account is being read to verify calls; `why` is in the user's words."""

    why: str


@dataclass(frozen=True, slots=True)
class ReadingStarted:
    """The whole account is about to be read."""


@dataclass(frozen=True, slots=True)
class ReadingFinished:
    """The whole account was read, or could not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The next request has to wait.

    Attributes:
        seconds: Duration of the wait.
        why: The reason, in the user's words.
    """

    seconds: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsDeleted:
    """Backups that were older than the project keeps them are deleted.

    Attributes:
        runs: The applies that had made them.
        days: How long they are kept.
    """

    runs: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsKept:
    """Backups stay, however old: they cannot be read or deleted.

    Attributes:
        runs: The applies that had made them.
    """

    runs: tuple[str, ...]


Event: TypeAlias = (
    BackupsDeleted
    | BackupsKept
    | CallStarted
    | CallFinished
    | CallSkipped
    | CleaningUp
    | ReadingBack
    | ReadingStarted
    | ReadingFinished
    | Waiting
    | RequestSent
    | RequestAnswered
)
Listener: TypeAlias = Callable[[Event], None]


def ignore_events(event: Event) -> None:
    """Ignore an event."""
    del event
