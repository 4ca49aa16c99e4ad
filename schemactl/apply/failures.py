"""What became of each change: what the account shows, and what is known of the calls for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemactl.diff.readback import ReadBack
from schemactl.model.change import Change
from schemactl.model.run import Verdict, VerdictStatus

FAILURES: Final = frozenset(VerdictStatus) - {VerdictStatus.APPLIED, VerdictStatus.BY_HAND}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureReason:
    """What is known of a change from its calls: why it cannot be as wanted."""

    status: VerdictStatus
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What reading the account back gave: its state, or why there is none."""

    read_back: ReadBack | None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """All that a verdict goes by.

    Attributes:
        by_hand: Ids of changes that are left to a person.
        begun: Ids of changes for which a call was made.
        unfinished: Ids of changes for which a call was not made.
        proved: Ids of changes that the account showed once during the run.
        fates: What went wrong with the calls for a change.
    """

    by_hand: frozenset[str]
    started: frozenset[str]
    unfinished: frozenset[str]
    proved: frozenset[str]
    fates: Mapping[str, FailureReason]

    def verdict(self, change: Change, account: Account) -> Verdict:
        """Say what became of one change."""
        if change.id in self.by_hand:
            return Verdict(change=change.id, status=VerdictStatus.BY_HAND)
        fate = self.fates.get(change.id)
        if change.id not in self.started:
            status = VerdictStatus.NOT_DONE if fate is None else fate.status
            words = "" if fate is None else fate.words
            return Verdict(change=change.id, status=status, detail=words)
        if account.read_back is None:
            unknown = VerdictStatus.UNKNOWN
            return Verdict(change=change.id, status=unknown, detail=account.failure)
        verdict = account.read_back.judge(change)
        if verdict.status is VerdictStatus.APPLIED:
            return verdict
        return self._explain(verdict, fate)

    def _explain(self, verdict: Verdict, fate: FailureReason | None) -> Verdict:
        """Blame the server for ignoring a change only where it took every call for it."""
        if fate is not None:
            words = f"{fate.words}; {verdict.detail}"
            if verdict.status is VerdictStatus.IGNORED:
                words = fate.words
            return replace(verdict, status=fate.status, detail=words)
        if verdict.change in self.unfinished:
            detail = f"not carried through: {verdict.detail}"
            return replace(verdict, status=VerdictStatus.NOT_DONE, detail=detail)
        if verdict.change in self.proved:
            detail = f"it was as planned, and is not any more: {verdict.detail}"
            return replace(verdict, status=VerdictStatus.OVERTAKEN, detail=detail)
        return verdict


def count_of(things: Sequence[object], noun: str) -> str:
    """Word a number of things: `1 change`, `3 changes`."""
    return f"{len(things)} {noun}" + ("" if len(things) == 1 else "s")
