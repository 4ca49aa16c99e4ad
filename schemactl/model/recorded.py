"""What a journal holds of an apply, and what reading the account adds to it.

A journal alone cannot tell how a call ended that was under way when the process died:
the account can. `RecordedRun` is the journal; `FoundRun` is both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from schemactl.model.plan import Call, CallDraft
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call of a plan, as far as the journal knows of it.

    Attributes:
        call: The call, with every argument.
        started_at: When it was last about to be sent; None where it never was.
        outcome: How it ended; None where the journal ends before that.
        shown: Whether the account showed its effect; None where the run did not look.
        skipped: Why it was left out; empty where it was not.
    """

    call: Call
    started_at: str | None = None
    outcome: Outcome | None = None
    shown: bool | None = None
    skipped: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was carried out, as far as answer and account told the run."""
        if self.shown is not None:
            return self.shown
        return self.outcome is not None and self.outcome.status is OutcomeStatus.DONE

    @property
    def is_refused(self) -> bool:
        """Whether the account said no, and did not show it all the same."""
        is_no = self.outcome is not None and self.outcome.status is OutcomeStatus.REFUSED
        return is_no and not self.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEnd:
    """The last words of a run that came to its end."""

    at: str
    status: RunStatus
    reason: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """One apply, as its journal tells it.

    Attributes:
        id: Its name.
        account: Name of the account in the project file.
        backend: The wire it was made over.
        started_at: When, with its zone, as ISO 8601 writes it.
        plan: Digest of the plan that it carried out.
        permissions: Those that the plan had.
        follows: The run whose work it took up; None where there was none.
        earlier: Numbers of calls of this plan that had been made before.
        calls: Every call of the plan, made or not.
        owed: Calls that put right what was half done, and are still to be made.
        end: Its last words; None where it was cut off, or is still at work.
        is_torn: Whether the last line was cut off while it was written.
    """

    id: str
    account: str
    backend: str
    started_at: str
    plan: str
    permissions: tuple[str, ...] = ()
    follows: str | None = None
    earlier: tuple[int, ...] = ()
    calls: tuple[RecordedCall, ...] = ()
    owed: tuple[CallDraft, ...] = ()
    end: RecordedEnd | None = None
    is_torn: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something is left to find out or to put right."""
        return self.end is None or bool(self.owed)


@unique
class Finding(StrEnum):
    """What journal and account together tell of one call."""

    DONE = "done"
    REFUSED = "refused"
    NOT_MADE = "not-made"
    SETTLED_DONE = "settled-done"
    SETTLED_NOT_DONE = "settled-not-done"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCall:
    """One call of an earlier run, and what became of it."""

    call: Call
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRun:
    """An earlier run that left something open, and what became of each of its calls."""

    run: RecordedRun
    calls: tuple[FoundCall, ...]
