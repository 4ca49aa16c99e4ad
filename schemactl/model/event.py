"""What an apply tells while it runs: typed events for a listener; nothing here prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from schemactl.model.cleanup import PendingCleanup
    from schemactl.model.plan import Call
    from schemactl.model.run import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """A call is about to be sent.

    Attributes:
        call: Which.
        total: How many calls the plan has.
        remaining_s: About how many seconds it and all after it will take.
    """

    call: Call
    total: int
    remaining_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished:
    """A call was answered, or not."""

    call: Call
    total: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSkipped:
    """A call is left out; `why` in the user's words."""

    call: Call
    total: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningUp:
    """Tags that an earlier run left on the carrier are about to be taken off."""

    cleanup: PendingCleanup


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingBack:
    """The account is being read to prove what was done; `why` in the user's words."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Nothing is sent for a while.

    Attributes:
        seconds: How long.
        why: The reason, in the user's words.
    """

    seconds: float
    why: str


Event: TypeAlias = CallStarted | CallFinished | CallSkipped | CleaningUp | ReadingBack | Waiting
Listener: TypeAlias = Callable[[Event], None]


def ignore_events(event: Event) -> None:
    """Listen to nothing."""
    del event
