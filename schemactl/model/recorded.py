"""An apply as its journal records it, and what a read of the account adds.

If the process died during a call, the journal does not have the result of that call; a read of
the account shows it. `RecordedRun` is the journal; `FoundRun` is the journal with that result.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, unique

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.call_word import LegacyCallWord
from schemactl.model.change import AddTag
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.plan import Call, JsonValue
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus, Verdict
from schemactl.model.run_id import is_run_id
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call of a plan, as the journal records it.

    Attributes:
        call: The call, with every argument.
        started_at: Time before it was last sent; None if it was never sent.
        outcome: Its outcome; None if the journal ends before it.
        shown: Whether a read showed its effect; None if the run did not read.
        skipped: Why it was skipped; empty if it was not.
    """

    call: Call
    started_at: str | None = None
    outcome: Outcome | None = None
    shown: bool | None = None
    skipped: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was executed, according to the read or else to the response."""
        if self.shown is not None:
            return self.shown
        return self.outcome is not None and self.outcome.status is OutcomeStatus.DONE

    @property
    def may_have_acted(self) -> bool:
        """Whether it may have been sent, and was not refused."""
        return self.started_at is not None and not self.is_refused

    @property
    def is_refused(self) -> bool:
        """Whether the account refused it and a read did not show its effect."""
        was_refused = self.outcome is not None and self.outcome.status is OutcomeStatus.REFUSED
        return was_refused and not self.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEnd:
    """The last entry of a run that ended."""

    at: str
    status: RunStatus
    reason: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """One apply, as its journal records it.

    Attributes:
        id: Its id, which is also the name of its file (`is_run_id`).
        account: Name of the account in the project file.
        address: Address of the account; empty in journals of format 1.
        app_id: Fingerprint of the app id; empty for an embedded account and in older journals.
        backend: The API that it used.
        by: Who applied; empty if unknown, and in older journals.
        commit: What git had checked out; empty if unknown, and in older journals.
        lease: Number of the lease that it held; 0 where the state was on one machine.
        started_at: When, with its zone, as ISO 8601 writes it.
        plan: Digest of the plan that it executed.
        permissions: The permissions of the plan.
        resumes: The run that it resumed; None if it resumed none.
        earlier: Numbers of calls of this plan that were made before.
        calls: Every call of the plan, made or not.
        settled: Ids of earlier runs whose cleanup it made, or tried and was refused.
        end: Its last entry; None if it was cut off, or is still running.
        is_torn: Whether the last line is incomplete.
        is_probe: Whether it was no apply but a probe, which has no plan and no calls here.
        tried_at: When a probe was about to send its last call; empty if it sent none.
    """

    id: str
    account: str
    address: str = ""
    app_id: str = ""
    backend: str
    by: str = ""
    commit: str = ""
    lease: int = 0
    started_at: str
    plan: str
    permissions: tuple[str, ...] = ()
    resumes: str | None = None
    earlier: tuple[int, ...] = ()
    calls: tuple[RecordedCall, ...] = ()
    settled: tuple[str, ...] = ()
    end: RecordedEnd | None = None
    is_torn: bool = False
    is_probe: bool = False
    tried_at: str = ""

    def __post_init__(self) -> None:
        for name in (self.id, *self.settled, *([self.resumes] if self.resumes else [])):
            if not is_run_id(name):
                msg = f"{name!r} is not the id of a run"
                raise ValueError(msg)

    @property
    def identity(self) -> AccountIdentity:
        """The account that it changed."""
        return AccountIdentity(address=self.address, app_id=self.app_id)

    @property
    def started(self) -> datetime:
        """When it started, with its zone."""
        return datetime.fromisoformat(self.started_at)

    @property
    def has_sent_nothing(self) -> bool:
        """Whether it was cut off before it was about to send anything."""
        is_called = any(entry.started_at is not None for entry in self.calls)
        return self.end is None and not (is_called or self.settled or self.tried_at)

    @property
    def is_completed(self) -> bool:
        """Whether every call of its plan was made and verified."""
        return self.end is not None and self.end.status is RunStatus.COMPLETED

    @property
    def cleanups(self) -> tuple[PendingCleanup, ...]:
        """Return the tags that its own calls put on a contact and did not take off.

        They are derived from the calls only. A tag counts only if the call that put it on was
        for an `AddTag` change of this tag.
        """
        taken_off = {
            (contact, tag)
            for entry in self.calls
            if entry.call.request == LegacyCallWord.REMOVE_TAG
            and (entry.is_done or entry.is_refused)
            for contact, tags in _tagging(entry.call)
            for tag in tags
        }
        left: dict[str, list[str]] = {}
        for entry in self.calls:
            if entry.call.request == LegacyCallWord.ADD_TAG and entry.may_have_acted:
                for contact, tags in _tagging(entry.call):
                    for tag in tags:
                        if (contact, tag) not in taken_off and _is_made_by(entry.call, tag):
                            left.setdefault(contact, []).append(tag)
        return tuple(
            PendingCleanup(run=self.id, contact=contact, tags=tuple(dict.fromkeys(tags)))
            for contact, tags in left.items()
        )

    @property
    def is_open(self) -> bool:
        """Whether calls are unresolved or a cleanup is pending."""
        return self.end is None or bool(self.cleanups)


def _tagging(call: Call) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return contact and tags of a call on tags; empty without such arguments."""
    contact, tags = call.arguments.get("contact"), call.arguments.get("tags")
    names = _texts(tags)
    if isinstance(contact, str) and contact and names:
        return ((contact, names),)
    return ()


def _texts(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        return ()
    return tuple(one for one in value if isinstance(one, str))


def _is_made_by(call: Call, tag: str) -> bool:
    return AddTag(tag=tag, location=None).id in call.serves


@unique
class Finding(StrEnum):
    """Result of one call, from the journal and a read of the account."""

    DONE = "done"
    REFUSED = "refused"
    NOT_MADE = "not-made"
    SETTLED_DONE = "settled-done"
    SETTLED_NOT_DONE = "settled-not-done"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCall:
    """One call of an earlier run, and its result."""

    call: Call
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRun:
    """An earlier run that is unresolved, and the result of each of its calls."""

    run: RecordedRun
    calls: tuple[FoundCall, ...]
