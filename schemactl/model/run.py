"""The result of an apply: an outcome for each call, a verdict for each change.

An outcome comes from the response; a verdict comes from reading the account. Only verdicts
decide whether an apply is complete.
"""

from __future__ import annotations

from enum import StrEnum, unique

from schemactl.errors import ExitCode
from schemactl.model.difference import EndedProtection
from schemactl.values import dataclass


@unique
class OutcomeStatus(StrEnum):
    """How a call ended, according to its response."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one call ended.

    Attributes:
        status: What the response reported.
        detail: The server's message, or why there is none; empty for a plain success.
        retry_after_s: For "too many calls": how long to wait, as the server asks or by a
            guess. None for all other responses.
        sent: Whether the request was sent; if not, there is nothing to resolve.
        blocked_locally: Whether the client refused to send it, so that anything that the
            account has lost since the last read was removed by others.
    """

    status: OutcomeStatus
    detail: str = ""
    retry_after_s: float | None = None
    sent: bool = True
    blocked_locally: bool = False


@unique
class VerdictStatus(StrEnum):
    """What a read of the account showed about a change; only APPLIED counts as done."""

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
    """The result of one change.

    Attributes:
        change: Id of the change.
        status: What the read showed, or why there was no read.
        detail: What the account has instead; empty if there is nothing to add.
    """

    change: str
    status: VerdictStatus
    detail: str = ""


@unique
class RunStatus(StrEnum):
    """How an apply ended.

    INCOMPLETE: some calls failed, and all calls that did not need them were made. STOPPED: the
    remaining calls were not tried.
    """

    COMPLETED = "completed"
    NOTHING_TO_DO = "nothing-to-do"
    INCOMPLETE = "incomplete"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One apply, from its first call to the final read.

    Attributes:
        id: Name of its journal; empty if no call was planned.
        status: How it ended.
        reason: Why it stopped; empty if it did not.
        calls_made: Number of calls that were sent.
        calls_planned: Number of calls of the plan.
        verdicts: One for each change of the plan, in its order.
        calls_earlier: Number of calls that earlier runs of the same saved plan made.
        ended_protection: Fields whose protection it ended.
        requests_made: Number of requests that the apply sent, from its first read to its last.
        requests_planned: Number of requests of its plan.
        cleaned: Ids of the interrupted runs after which it cleaned up first.
    """

    id: str
    status: RunStatus
    reason: str
    calls_made: int
    calls_planned: int
    verdicts: tuple[Verdict, ...]
    calls_earlier: int = 0
    ended_protection: tuple[EndedProtection, ...] = ()
    requests_made: int = 0
    requests_planned: int = 0
    cleaned: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """The exit status of the apply."""
        match self.status:
            case RunStatus.COMPLETED | RunStatus.NOTHING_TO_DO:
                return ExitCode.OK
            case RunStatus.STOPPED | RunStatus.INCOMPLETE:
                return ExitCode.STOPPED
            case RunStatus.INTERRUPTED:
                return ExitCode.INTERRUPTED
