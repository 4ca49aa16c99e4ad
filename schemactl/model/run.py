"""What came of an apply: an outcome for each call, a verdict for each change.

An outcome is what the answer said; a verdict is what reading the account proved.
Only a verdict counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from schemactl.model.difference import EndedProtection


@unique
class OutcomeStatus(StrEnum):
    """How a call ended, as far as its answer tells."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one call ended.

    Attributes:
        status: What the answer said.
        detail: The server's words, or why there are none; empty for a plain success.
        retry_after_s: Where the answer was that too many calls were made: how long the
            server asks to wait, or a guess where it does not say. None for all other answers.
        sent: Whether it left; where it did not, nothing is to be settled.
        kept_back: Whether it was refused on this side of the wire, so that what the account
            has lost since it was read last was lost by other hands.
    """

    status: OutcomeStatus
    detail: str = ""
    retry_after_s: float | None = None
    sent: bool = True
    blocked_locally: bool = False


@unique
class VerdictStatus(StrEnum):
    """What reading the account back proved of a change; only APPLIED counts as done."""

    APPLIED = "applied"
    IGNORED = "ignored"
    ALTERED = "altered"
    OVERTAKEN = "overtaken"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_DONE = "not-done"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one change.

    Attributes:
        change: Its id.
        status: What the read-back proved, or why there was none.
        detail: What came instead; empty where there is nothing to add.
    """

    change: str
    status: VerdictStatus
    detail: str = ""


@unique
class RunStatus(StrEnum):
    """How an apply ended.

    INCOMPLETE tells that some calls failed and all that did not need them was done;
    STOPPED, that the rest was not tried.
    """

    COMPLETED = "completed"
    NOTHING_TO_DO = "nothing-to-do"
    INCOMPLETE = "incomplete"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One apply, from its first call to its proof.

    Attributes:
        id: Name of its journal; empty where no call was planned, so that there is none.
        status: How it ended.
        reason: Why it stopped; empty where it did not.
        calls_made: How many calls were sent.
        calls_planned: How many the plan held.
        verdicts: One for each change of the plan, in its order.
        calls_earlier: How many an earlier run of the same saved plan had made.
        ended_protection: Fields whose protection it ended.
    """

    id: str
    status: RunStatus
    reason: str
    calls_made: int
    calls_planned: int
    verdicts: tuple[Verdict, ...]
    calls_earlier: int = 0
    ended_protection: tuple[EndedProtection, ...] = ()
