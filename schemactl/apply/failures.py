"""What became of each change: what the account shows, and what is known of its calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from schemactl.diff.readback import ReadBack
from schemactl.model.change import Change
from schemactl.model.run import Verdict, VerdictStatus
from schemactl.values import dataclass, replace

FAILURES: Final = frozenset(VerdictStatus) - {VerdictStatus.APPLIED, VerdictStatus.BY_HAND}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureReason:
    """Why a change cannot be as planned, as far as its calls show."""

    status: VerdictStatus
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAccount:
    """The account as it was read back, or why it could not be read."""

    read_back: ReadBack | None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeJudge:
    """Everything that a verdict depends on.

    Attributes:
        by_hand: Ids of changes that a person makes.
        started: Ids of changes for which a call was made.
        unfinished: Ids of changes for which a call was not made.
        proved: Ids of changes that the account showed during the run.
        failures: What went wrong with the calls for a change.
    """

    by_hand: frozenset[str]
    started: frozenset[str]
    unfinished: frozenset[str]
    proved: frozenset[str]
    failures: Mapping[str, FailureReason]

    def verdict(self, change: Change, account: ReadAccount) -> Verdict:
        """Return what became of one change."""
        if change.id in self.by_hand:
            return Verdict(change=change.id, status=VerdictStatus.BY_HAND)
        failure = self.failures.get(change.id)
        if change.id not in self.started:
            status = VerdictStatus.NOT_DONE if failure is None else failure.status
            words = "" if failure is None else failure.words
            return Verdict(change=change.id, status=status, detail=words)
        if account.read_back is None:
            unknown = VerdictStatus.UNKNOWN
            return Verdict(change=change.id, status=unknown, detail=account.failure)
        verdict = account.read_back.judge(change)
        if verdict.status is VerdictStatus.APPLIED:
            return verdict
        return self._explain(verdict, failure)

    def _explain(self, verdict: Verdict, failure: FailureReason | None) -> Verdict:
        """Call a change ignored only if the server accepted every call for it."""
        if failure is not None:
            words = f"{failure.words}; {verdict.detail}"
            if verdict.status is VerdictStatus.IGNORED:
                words = failure.words
            return replace(verdict, status=failure.status, detail=words)
        if verdict.change in self.unfinished:
            detail = f"not finished: {verdict.detail}"
            return replace(verdict, status=VerdictStatus.NOT_DONE, detail=detail)
        if verdict.change in self.proved:
            detail = f"it was as planned, but no longer is: {verdict.detail}"
            return replace(verdict, status=VerdictStatus.OVERTAKEN, detail=detail)
        return verdict


def count_of(things: Sequence[object], noun: str) -> str:
    """Return a number of things: `1 change`, `3 changes`."""
    return f"{len(things)} {noun}" + ("" if len(things) == 1 else "s")
