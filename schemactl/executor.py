"""Makes a plan's calls in order, proves them by reading back, and gives each change a verdict.

Every call is journaled before it is sent and again after. An answer is only a hint:
a removal, and any call that was refused or not answered, is settled by reading the
account before anything else is sent. Nothing is ever sent a second time, and nothing
is rolled back: the service has no transactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from schemactl.backend.interface import Backend, LiveState
from schemactl.errors import AccountError
from schemactl.host import Host
from schemactl.journal import Journal
from schemactl.model.event import CallFinished, CallStarted, ReadingBack, Waiting
from schemactl.model.plan import Call, Plan
from schemactl.model.run import (
    Outcome,
    OutcomeStatus,
    Run,
    RunStatus,
    Verdict,
    VerdictStatus,
)
from schemactl.planner.price import DESTROYING_REQUESTS, REMOVING_REQUESTS
from schemactl.readback import ReadBack

SETTLING_PAUSES_S: Final = (0.0, 1.0, 3.0)
"""How long to wait before each look at an unanswered call: the server may act late."""
TIDYING: Final = "remove_tag"
"""Takes new tags off their carrier again, so an interruption waits for it."""


def execute_plan(
    plan: Plan, *, run_id: str, backend: Backend, journal: Journal, host: Host
) -> Run:
    """Make the plan's calls until done, surprised or interrupted; then read back and judge.

    Calls that were made stand. The run is returned however it ended, except where
    its journal cannot be written.

    Raises:
        JournalError: The journal cannot be written. The call under way, if any, was
            finished; none was made after it.
    """
    execution = _Execution(plan, backend, journal, host)
    status, reason = execution.make_calls()
    reason += execution.tell_untidied()
    verdicts = execution.judge_changes()
    failed = [verdict for verdict in verdicts if verdict.status in _FAILURES]
    if status is RunStatus.COMPLETED and failed:
        status = RunStatus.STOPPED
        reason = f"the account does not show {_count(failed, 'change')} as planned"
    return Run(
        id=run_id,
        status=status,
        reason=reason,
        calls_made=len(execution.made),
        calls_planned=len(plan.calls),
        verdicts=verdicts,
    )


def run_without_calls(plan: Plan) -> Run:
    """Tell the end of a plan that makes no call: nothing is to do, or only by hand."""
    verdicts = tuple(
        Verdict(change=change.id, status=VerdictStatus.BY_HAND) for change in plan.changes
    )
    return Run(
        id="",
        status=RunStatus.NOTHING_TO_DO,
        reason="",
        calls_made=0,
        calls_planned=0,
        verdicts=verdicts,
    )


_FAILURES: Final = frozenset(
    {
        VerdictStatus.IGNORED,
        VerdictStatus.ALTERED,
        VerdictStatus.OVERTAKEN,
        VerdictStatus.UNKNOWN,
        VerdictStatus.NOT_DONE,
    }
)


class _Execution:
    """One plan being carried out."""

    def __init__(self, plan: Plan, backend: Backend, journal: Journal, host: Host) -> None:
        self.made: list[Call] = []
        self._outcomes: dict[str, OutcomeStatus] = {}
        self._ends: dict[int, OutcomeStatus] = {}
        self._unproved = False
        self._plan = plan
        self._backend = backend
        self._journal = journal
        self._host = host
        self._started = host.clock()

    def make_calls(self) -> tuple[RunStatus, str]:
        """Make calls until all are made or something stops the run; say which, and why."""
        for call in self._plan.calls:
            if self._host.is_interrupted() and call.request != TIDYING:
                return RunStatus.INTERRUPTED, f"before call {call.number} ({call.request})"
            surprise = self._prove_additions(call) or self._make_call(call)
            if surprise:
                return RunStatus.STOPPED, f"call {call.number} ({call.request}) {surprise}"
        return RunStatus.COMPLETED, ""

    def tell_untidied(self) -> str:
        """Say which contact may still bear new tags: reading the schema will not show it."""
        untidied = [
            call
            for call in self._plan.calls
            if call.request == TIDYING
            and self._is_begun(call)
            and self._ends.get(call.number) is not OutcomeStatus.DONE
        ]
        return "".join(
            f"; contact {call.arguments['contact']} may still bear the new tags: take them off"
            for call in untidied
        )

    def _is_begun(self, tidying: Call) -> bool:
        """Say whether tags may have been put on the contact that `tidying` frees of them."""
        return any(
            call.number in tidying.needs
            and self._ends[call.number] is not OutcomeStatus.REFUSED
            for call in self.made
        )

    def judge_changes(self) -> tuple[Verdict, ...]:
        """Give each change its verdict from one read of the account, in the plan's order."""
        touched = {change for call in self.made for change in call.serves}
        unfinished = {
            change for call in self._plan.calls[len(self.made) :] for change in call.serves
        }
        by_hand = {step.change for step in self._plan.manual_steps}
        read_back, failure = self._read_back() if touched else (None, "")
        verdicts = []
        for change in self._plan.changes:
            if change.id in by_hand:
                verdicts.append(Verdict(change=change.id, status=VerdictStatus.BY_HAND))
            elif change.id not in touched:
                verdicts.append(Verdict(change=change.id, status=VerdictStatus.NOT_DONE))
            elif read_back is None:
                unknown = VerdictStatus.UNKNOWN
                verdicts.append(Verdict(change=change.id, status=unknown, detail=failure))
            else:
                verdict = read_back.judge(change)
                if verdict.status is not VerdictStatus.APPLIED:
                    verdict = self._explain(verdict, is_unfinished=change.id in unfinished)
                verdicts.append(verdict)
        return tuple(verdicts)

    def _explain(self, verdict: Verdict, *, is_unfinished: bool) -> Verdict:
        """Blame the server for ignoring a change only where it took every call for it."""
        match self._outcomes[verdict.change]:
            case OutcomeStatus.REFUSED:
                return replace(verdict, status=VerdictStatus.NOT_DONE, detail="refused")
            case OutcomeStatus.UNKNOWN:
                detail = f"no clear answer came, and {verdict.detail}"
                return replace(verdict, status=VerdictStatus.UNKNOWN, detail=detail)
            case OutcomeStatus.DONE if is_unfinished:
                detail = f"not carried through: {verdict.detail}"
                return replace(verdict, status=VerdictStatus.NOT_DONE, detail=detail)
            case OutcomeStatus.DONE:
                return verdict

    def _prove_additions(self, call: Call) -> str:
        """Before the first call that destroys, hold the changes made so far to the account.

        "Success" may be a lie, and nothing is taken away on the strength of one.
        """
        if call.request not in DESTROYING_REQUESTS or not self._unproved:
            return ""
        self._unproved = False
        to_come = {
            change for later in self._plan.calls[len(self.made) :] for change in later.serves
        }
        finished = {change for made in self.made for change in made.serves} - to_come
        read_back, failure = self._read_back(
            "to prove what was added before anything is removed"
        )
        if read_back is None:
            return f"was not made: {failure}"
        wrong = [
            change.id
            for change in self._plan.changes
            if change.id in finished
            and read_back.judge(change).status is not VerdictStatus.APPLIED
        ]
        if wrong:
            return (
                f"was not made: the account does not show {_count(wrong, 'change')} before it"
            )
        return ""

    def _read_back(self, why: str = "to prove what was done") -> tuple[ReadBack | None, str]:
        self._host.listener(ReadingBack(why=why))
        try:
            return ReadBack(self._backend.read().schema), ""
        except AccountError as error:
            return None, f"the account could not be read back: {error}"

    def _make_call(self, call: Call) -> str:
        """Make one call; give what was surprising about it, or nothing."""
        total = len(self._plan.calls)
        remaining_s = self._remaining_s()
        self._journal.call_started(call)
        self._host.listener(CallStarted(call=call, total=total, remaining_s=remaining_s))
        outcome = self._backend.perform(call)
        self.made.append(call)
        self._unproved = self._unproved or call.request not in DESTROYING_REQUESTS
        self._ends[call.number] = outcome.status
        self._outcomes.update(dict.fromkeys(call.serves, outcome.status))
        self._journal.call_finished(call, outcome)
        self._host.listener(CallFinished(call=call, total=total, outcome=outcome))
        if outcome.status is OutcomeStatus.DONE and call.request not in REMOVING_REQUESTS:
            return ""
        return self._settle(call, outcome)

    def _settle(self, call: Call, outcome: Outcome) -> str:
        """Look whether the account shows what the call should do, again after a pause."""
        pauses = SETTLING_PAUSES_S if outcome.status is OutcomeStatus.UNKNOWN else (0.0,)
        try:
            for pause_s in pauses:
                if self._shows(call, pause_s):
                    return ""
        except AccountError as error:
            return f"{_in_words(outcome)}, and the account could not be read after it: {error}"
        if outcome.status is OutcomeStatus.DONE:
            return "was answered with success, but the account has not changed"
        return f"{_in_words(outcome)}, and the account shows no change"

    def _shows(self, call: Call, pause_s: float) -> bool:
        if pause_s:
            self._host.listener(Waiting(seconds=pause_s, why="the server may act late"))
            self._host.sleep(pause_s)
        self._host.listener(ReadingBack(why=f"to prove call {call.number} ({call.request})"))
        live: LiveState = self._backend.read()
        return self._backend.dialect.shows(call, live)

    def _remaining_s(self) -> float:
        """Estimate from the pace so far; before the first call from the plan's own figure."""
        if not self.made:
            return self._plan.budget.seconds
        pace_s = (self._host.clock() - self._started) / len(self.made)
        return pace_s * (len(self._plan.calls) - len(self.made))


def _in_words(outcome: Outcome) -> str:
    detail = f": {outcome.detail}" if outcome.detail else ""
    match outcome.status:
        case OutcomeStatus.REFUSED:
            return f"was refused{detail}"
        case OutcomeStatus.UNKNOWN:
            return f"has an unknown outcome{detail}"
        case OutcomeStatus.DONE:
            return "was answered with success"


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}" + ("" if len(things) == 1 else "s")
