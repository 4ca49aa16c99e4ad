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
class CallStarted:
    """A call is about to be sent.

    Attributes:
        call: The call.
        total: Number of calls of the plan.
        remaining_s: Estimated seconds for this call and all later ones.
    """

    call: Call
    total: int
    remaining_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished:
    """A call has ended, with or without a response."""

    call: Call
    total: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSkipped:
    """A call was skipped; `why` is in the user's words."""

    call: Call
    total: int
    why: str


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


Event: TypeAlias = (
    CallStarted
    | CallFinished
    | CallSkipped
    | CleaningUp
    | ReadingBack
    | ReadingStarted
    | ReadingFinished
    | Waiting
)
Listener: TypeAlias = Callable[[Event], None]


def ignore_events(event: Event) -> None:
    """Ignore an event."""
    del event
