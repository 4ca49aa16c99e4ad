"""The course of one run: which call is made next, which is left out, and what stops it all."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from schemactl.account.removing_requests import DESTROYING_REQUESTS
from schemactl.apply.dependencies import Links
from schemactl.apply.failures import Account, FailureReason, Judging, count_of
from schemactl.apply.guard import CallGuard
from schemactl.apply.sender import SETTLING_PAUSES_S, CallResult, CallSender, CallStatus
from schemactl.diff.readback import ReadBack
from schemactl.errors import AccountError, InterruptedWaitError, JournalError
from schemactl.model.event import CallSkipped
from schemactl.model.plan import Call, Plan
from schemactl.model.run import RunStatus, Verdict, VerdictStatus

TIDYING: Final = "remove_tag"
"""Takes new tags off their carrier again, so an interruption waits for it."""
_FATES: Final = MappingProxyType(
    {
        CallStatus.REFUSED: VerdictStatus.REFUSED,
        CallStatus.IGNORED: VerdictStatus.IGNORED,
        CallStatus.UNSETTLED: VerdictStatus.UNKNOWN,
        CallStatus.UNSENT: VerdictStatus.NOT_DONE,
        CallStatus.HARMFUL: VerdictStatus.ALTERED,
        CallStatus.OVERTAKEN: VerdictStatus.OVERTAKEN,
    }
)
_ENDS_ALL: Final = frozenset({CallStatus.UNSETTLED, CallStatus.UNSENT, CallStatus.HARMFUL})
"""What came of a call where the rest is better not tried: the account cannot be reached,
or does what nobody asked it for."""


_WAY_ON: Final = (
    "may belong to this removal; make it by hand in the web interface, or take it out of the "
    "files, and apply again"
)


class PlanExecution:
    """One plan being carried out."""

    def __init__(
        self, plan: Plan, sending: CallSender, *, done: frozenset[int], stop_at_first: bool
    ) -> None:
        self._plan = plan
        self._sending = sending
        self._stop_at_first = stop_at_first
        self._ends: dict[int, CallResult] = {
            number: CallResult(ending=CallStatus.DONE) for number in done
        }
        self._skipped: set[int] = set()
        self._fates: dict[str, FailureReason] = {}
        self._proved: set[str] = set()
        self._unproved = bool(done)
        self._links = Links(plan)
        self._unshown: tuple[str, ...] = ()
        self._failed: dict[str, Call] = {}
        self._started = sending.host.clock()

    def run(self) -> tuple[RunStatus, str]:
        """Make calls until all are made or left out, or something stops it; say which, and why.

        Raises:
            JournalError: The journal cannot be written, and no call was made.
        """
        try:
            return self._make_calls()
        except JournalError as error:
            if not self._sending.made:
                raise
            return RunStatus.STOPPED, str(error)

    def judge_changes(self) -> tuple[Verdict, ...]:
        """Give each change its verdict from reading the account, in the plan's order."""
        calls = self._plan.calls
        started = {call.number for call in self._sending.made}
        started |= {call.number for call in calls if self._is_done(call)}
        judging = Judging(
            by_hand=frozenset(step.change for step in self._plan.manual_steps),
            started=_served(call for call in calls if call.number in started),
            unfinished=_served(call for call in calls if call.number not in started),
            proved=frozenset(self._proved),
            fates=self._fates,
        )
        verdicts: tuple[Verdict, ...] = ()
        for pause_s in SETTLING_PAUSES_S if judging.started else (0.0,):
            account = self._read_back(pause_s) if judging.started else Account(read_back=None)
            verdicts = tuple(judging.verdict(change, account) for change in self._plan.changes)
            if self._sending.host.is_interrupted() or not _may_come(verdicts):
                break
        return verdicts

    def tell_untidied(self) -> str:
        """Say which contact may still bear new tags: reading the schema will not show it."""
        untidied = [
            call
            for call in self._plan.calls
            if call.request == TIDYING and self._is_begun(call) and not self._is_done(call)
        ]
        return "; ".join(
            f"contact {call.arguments['contact']} may still bear the new tags: "
            "the next apply takes them off"
            for call in untidied
        )

    def _make_calls(self) -> tuple[RunStatus, str]:
        host = self._sending.host
        for call in self._plan.calls:
            if call.number in self._ends:
                continue
            if host.is_interrupted() and call.request != TIDYING:
                return RunStatus.INTERRUPTED, f"before {_name(call)}"
            try:
                problem = self._make_or_skip(call)
            except InterruptedWaitError:
                return RunStatus.INTERRUPTED, f"before {_name(call)}"
            except AccountError as error:
                return RunStatus.STOPPED, f"{_name(call)} was not made: {error}"
            if host.is_interrupted() and self._ending(call) is CallStatus.UNSENT:
                return RunStatus.INTERRUPTED, f"before {_name(call)}"
            if problem and (self._stop_at_first or self._ending(call) in _ENDS_ALL):
                return RunStatus.STOPPED, problem
        return RunStatus.COMPLETED, self._tell_failures()

    def _make_or_skip(self, call: Call) -> str:
        """Make a call unless something speaks against it; give what went wrong, or nothing."""
        self._prove_additions(call)
        why = self._why_not(call)
        if why:
            self._skip(call, why)
            problem = f"{_name(call)} was not made: {why}"
        else:
            end = self._make(call)
            problem = "" if end.ending is CallStatus.DONE else f"{_name(call)} {end.words}"
        if problem and call.request not in DESTROYING_REQUESTS:
            for change in call.serves:
                self._failed.setdefault(change, call)
        return problem

    def _make(self, call: Call) -> CallResult:
        total = len(self._plan.calls)
        end = self._sending.send(
            call, self._guard(call), total=total, remaining_s=self._remaining_s()
        )
        self._ends[call.number] = end
        self._unproved = self._unproved or call.request not in DESTROYING_REQUESTS
        if end.ending is CallStatus.DONE and self._sending.proves_each_call:
            self._proved |= self._shown_now()
        if end.ending is not CallStatus.DONE:
            fate = FailureReason(status=_FATES[end.ending], words=end.words)
            self._fates.update(dict.fromkeys(call.serves, fate))
        return end

    def _why_not(self, call: Call) -> str:
        """Say what speaks against making a call: what it needs has failed, or it destroys."""
        for number in call.needs:
            needed = self._plan.calls[number - 1]
            if not self._is_done(needed):
                return f"it needs {_name(needed)}, which was not carried out"
        if call.request not in DESTROYING_REQUESTS:
            return ""
        return self._held_back(call) or self._overtaken(call)

    def _held_back(self, call: Call) -> str:
        """Say which linked change a destroying call waits for: it failed, or is not shown."""
        for change in self._unshown:
            if self._links.depends(call, change):
                return f"the account does not show {change}, which {_WAY_ON}"
        for change, failed in self._failed.items():
            if self._links.depends(call, change):
                return (
                    f"{_name(failed)} was not carried out, and {change}, "
                    f"which it is for, {_WAY_ON}"
                )
        return ""

    def _overtaken(self, call: Call) -> str:
        """Say what a destroying call depends on and is not as it was when reviewed.

        This asks of the last read; the backend asks again of a read right before the send.
        """
        why = self._guard(call).objection(self._sending.live)
        if why:
            fate = FailureReason(status=VerdictStatus.OVERTAKEN, words=why)
            self._fates.update(dict.fromkeys(call.serves, fate))
        return why

    def _guard(self, call: Call) -> CallGuard:
        own = _served(other for other in self._plan.calls if other.number in self._ends)
        return CallGuard(self._plan, call, own=own)

    def _skip(self, call: Call, why: str) -> None:
        self._skipped.add(call.number)
        self._sending.journal.call_skipped(call, why)
        self._sending.host.listener(
            CallSkipped(call=call, total=len(self._plan.calls), why=why)
        )
        for change in call.serves:
            self._fates.setdefault(
                change, FailureReason(status=VerdictStatus.NOT_DONE, words=why)
            )

    def _prove_additions(self, call: Call) -> None:
        """Before the first call that destroys, hold the changes made so far to the account.

        "Success" may be a lie, and nothing is taken away on the strength of one.

        Raises:
            AccountError: It could not be read.
        """
        if call.request not in DESTROYING_REQUESTS or not self._unproved:
            return
        self._unproved = False
        finished = self._finished_changes()
        unshown: list[str] = []
        for pause_s in SETTLING_PAUSES_S:
            self._sending.pause(pause_s)
            live = self._sending.read("to prove what was added before anything is removed")
            read_back = ReadBack(live.schema)
            unshown = [
                change.id
                for change in self._plan.changes
                if change.id in finished
                and read_back.judge(change).status is not VerdictStatus.APPLIED
            ]
            if not unshown:
                break
        self._unshown = tuple(unshown)
        self._proved |= finished.difference(unshown)

    def _shown_now(self) -> frozenset[str]:
        """Give the ids of finished changes that the account shows, as it was read last."""
        finished, read_back = self._finished_changes(), ReadBack(self._sending.live.schema)
        return frozenset(
            change.id
            for change in self._plan.changes
            if change.id in finished and read_back.judge(change).status is VerdictStatus.APPLIED
        )

    def _finished_changes(self) -> frozenset[str]:
        """Give the ids of changes all of whose calls were carried out."""
        started = _served(call for call in self._plan.calls if self._is_done(call))
        return started - _served(call for call in self._plan.calls if not self._is_done(call))

    def _read_back(self, pause_s: float) -> Account:
        self._sending.pause(pause_s)
        try:
            live = self._sending.read("to prove what was done")
        except AccountError as error:
            failure = f"the account could not be read back: {error}"
            return Account(read_back=None, failure=failure)
        return Account(read_back=ReadBack(live.schema))

    def _remaining_s(self) -> float:
        """Estimate from the pace so far; before the first call from the plan's own figure."""
        made = len(self._sending.made)
        if not made:
            return self._plan.budget.seconds
        pace_s = (self._sending.host.clock() - self._started) / made
        return pace_s * (len(self._plan.calls) - len(self._ends) - len(self._skipped))

    def _is_done(self, call: Call) -> bool:
        return self._ending(call) is CallStatus.DONE

    def _ending(self, call: Call) -> CallStatus | None:
        end = self._ends.get(call.number)
        return None if end is None else end.ending

    def _is_begun(self, tidying: Call) -> bool:
        """Say whether tags may have been put on the contact that `tidying` frees of them."""
        return any(
            self._ending(call) in {CallStatus.DONE, CallStatus.UNSETTLED}
            for call in self._plan.calls
            if call.number in tidying.needs
        )

    def _tell_failures(self) -> str:
        """Say how many calls failed or were left out; nothing where all were carried out."""
        failed = [end for end in self._ends.values() if end.ending is not CallStatus.DONE]
        parts = []
        if failed:
            parts.append(f"{count_of(failed, 'call')} failed")
        if self._skipped:
            parts.append(f"{count_of(tuple(self._skipped), 'call')} left out")
        return ", ".join(parts)


def _served(calls: Iterable[Call]) -> frozenset[str]:
    return frozenset(change for call in calls for change in call.serves)


def _name(call: Call) -> str:
    return f"call {call.number} ({call.request})"


def _may_come(verdicts: Iterable[Verdict]) -> bool:
    """Say whether a later look could tell more: a change taken with success does not show."""
    return any(
        verdict.status in {VerdictStatus.IGNORED, VerdictStatus.ALTERED} for verdict in verdicts
    )
