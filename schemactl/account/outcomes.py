"""The outcome of a write that has no answer for a decoder, for both APIs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemactl.account.http.exchange import FailureKind, NoAnswer, NotSent, RefusedByStatus
from schemactl.account.interface import Guard, LiveState
from schemactl.model.run import Outcome, OutcomeStatus

_MINUTE_S: Final = 60.0
"""How long to wait if the server names no time: it counts the calls of a minute."""
_MIN_PAUSE_S: Final = 1.0
_MAX_PAUSE_S: Final = 90.0


class ObjectionError(Exception):
    """What a call names or depends on is not as it was reviewed; the message says what is."""


def refuse_objection(guard: Guard, live: LiveState) -> None:
    """Check that a guard allows a call that is about to be sent.

    Raises:
        ObjectionError: The guard objects to what was read.
    """
    why = guard.objection(live)
    if why:
        raise ObjectionError(why)


def refuse_holders(guard: Guard, held: Sequence[int | None]) -> None:
    """Check that a guard allows a call, by how many records hold what it destroys.

    Raises:
        ObjectionError: The guard objects.
    """
    why = guard.objection_to_holders(held)
    if why:
        raise ObjectionError(why)


def blocked_locally(why: str) -> Outcome:
    """Return the outcome of a call that was not sent because of what the account shows."""
    return Outcome(
        status=OutcomeStatus.REFUSED, detail=f"not sent: {why}", blocked_locally=True
    )


def outcome_without_answer(exchange: RefusedByStatus | NotSent | NoAnswer) -> Outcome:
    """Return refused, not sent or unknown; after "too many calls", also how long to wait."""
    match exchange:
        case RefusedByStatus(status=status, detail=detail):
            words = f"{detail} (status {status})"
            return Outcome(status=OutcomeStatus.REFUSED, detail=words)
        case NotSent(detail=detail):
            return Outcome(status=OutcomeStatus.REFUSED, detail=detail, sent=False)
        case NoAnswer(detail=detail):
            pause_s = _pause_after(exchange)
            unknown = OutcomeStatus.UNKNOWN
            return Outcome(status=unknown, detail=detail, retry_after_s=pause_s)


def _pause_after(lost: NoAnswer) -> float | None:
    if lost.kind is not FailureKind.RATE_LIMIT:
        return None
    asked_s = _MINUTE_S if lost.retry_after_s is None else lost.retry_after_s
    return min(max(asked_s, _MIN_PAUSE_S), _MAX_PAUSE_S)
