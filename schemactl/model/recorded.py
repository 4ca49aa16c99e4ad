"""What a journal holds of an apply, and what reading the account adds to it.

A journal alone cannot tell how a call ended that was under way when the process died:
the account can. `RecordedRun` is the journal; `FoundRun` is both together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.call_word import LegacyCallWord
from schemactl.model.change import AddTag
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.plan import Call, JsonValue
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus, Verdict

_RUN_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
"""The journal of a run is named after it, so an id can hold no sign that means something in a
path. The JSON Schema `journal-line` has the same pattern."""


def is_run_id(text: str) -> bool:
    """Whether a text can be the id of a run, and so the name of a file."""
    return _RUN_ID.fullmatch(text) is not None


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
    def may_have_acted(self) -> bool:
        """Whether it was about to be sent, and the account did not refuse it."""
        return self.started_at is not None and not self.is_refused

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
    """One apply, as its journal records it.

    Attributes:
        id: Its name, which is also the name of its file (`is_run_id`).
        account: Name of the account in the project file.
        address: Where the account answered; empty in journals of format 1, which lack it.
        app_id: Fingerprint of the app id; empty for an embedded account and in older journals.
        backend: The wire it was made over.
        started_at: When, with its zone, as ISO 8601 writes it.
        plan: Digest of the plan that it carried out.
        permissions: Those that the plan had.
        follows: The run whose work it took up; None where there was none.
        earlier: Numbers of calls of this plan that had been made before.
        calls: Every call of the plan, made or not.
        settled: Ids of earlier runs whose tags it took off the carrier, or was refused to.
        end: Its last words; None where it was cut off, or is still at work.
        is_torn: Whether the last line was cut off while it was written.
    """

    id: str
    account: str
    address: str = ""
    app_id: str = ""
    backend: str
    started_at: str
    plan: str
    permissions: tuple[str, ...] = ()
    follows: str | None = None
    earlier: tuple[int, ...] = ()
    calls: tuple[RecordedCall, ...] = ()
    settled: tuple[str, ...] = ()
    end: RecordedEnd | None = None
    is_torn: bool = False

    def __post_init__(self) -> None:
        for name in (self.id, *self.settled, *([self.follows] if self.follows else [])):
            if not is_run_id(name):
                msg = f"{name!r} is not the id of a run"
                raise ValueError(msg)

    @property
    def identity(self) -> AccountIdentity:
        """The account that it was made on."""
        return AccountIdentity(address=self.address, app_id=self.app_id)

    @property
    def started(self) -> datetime:
        """When it started, with its zone."""
        return datetime.fromisoformat(self.started_at)

    @property
    def is_completed(self) -> bool:
        """Whether every call of its plan was made and proved."""
        return self.end is not None and self.end.status is RunStatus.COMPLETED

    @property
    def cleanups(self) -> tuple[PendingCleanup, ...]:
        """Return the tags that its own calls put on a contact and did not take off again.

        They follow from the calls alone: a tag counts only where the call that put it on also
        made it, as an `AddTag` change of the plan asked for.
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
        """Whether something is left to find out or to put right."""
        return self.end is None or bool(self.cleanups)


def _tagging(call: Call) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return contact and tags of a call on tags; nothing where it has no such arguments."""
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
