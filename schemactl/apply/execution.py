"""Execute one plan: which call is made next, which is skipped, and what stops the run."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemactl.account.interface import LiveState, Part
from schemactl.apply.dependencies import ChangeLinks
from schemactl.apply.failures import ChangeJudge, FailureReason, ReadAccount, count_of
from schemactl.apply.forecast import Forecast
from schemactl.apply.guard import CallGuard, PlanGuards, nothing_unproved
from schemactl.apply.results import CallResults
from schemactl.apply.sender import SETTLING_PAUSES_S, CallResult, CallSender, CallStatus
from schemactl.apply.values import ValueCallRunner
from schemactl.diff.readback import ReadBack
from schemactl.errors import AccountError, InterruptedWaitError, JournalError
from schemactl.model.call_word import DESTROYING_CALLS, VALUE_CALLS, LegacyCallWord
from schemactl.model.change_title import title_of_change
from schemactl.model.event import CallSkipped
from schemactl.model.plan import Call
from schemactl.model.run import RunStatus, Verdict, VerdictStatus
from schemactl.planner.requests import parts_to_prove
from schemactl.planner.value_calls import depends_on_nothing
from schemactl.text import named

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest

_VERDICTS: Final = MappingProxyType(
    {
        CallStatus.REFUSED: VerdictStatus.REFUSED,
        CallStatus.IGNORED: VerdictStatus.IGNORED,
        CallStatus.UNSETTLED: VerdictStatus.UNKNOWN,
        CallStatus.UNSENT: VerdictStatus.NOT_DONE,
        CallStatus.UNPROVED: VerdictStatus.NOT_DONE,
        CallStatus.HARMFUL: VerdictStatus.ALTERED,
        CallStatus.OVERTAKEN: VerdictStatus.OVERTAKEN,
    }
)
_ADVICE: Final = (
    "and this removal may belong to it: add that in the web interface, or delete it from the "
    "files, then apply again"
)


class PlanExecution:
    """The execution of one plan."""

    def __init__(
        self,
        request: ApplyRequest,
        sender: CallSender,
        forecast: Forecast,
        values: ValueCallRunner,
    ) -> None:
        plan, done = request.plan, request.done
        self._plan = plan
        self._sender = sender
        self._values = values
        self._forecast = forecast
        self._stop_at_first = request.stop_at_first
        self._results = CallResults(plan, done=done, part_of=sender.dialect.part_of)
        self._guards = PlanGuards(plan)
        self._changes = {change.id: change for change in plan.changes}
        self._skipped: set[int] = set()
        self._failures: dict[str, FailureReason] = {}
        self._proved: set[str] = set()
        self._unproved = {
            sender.dialect.part_of(call) for call in plan.schema_calls if call.number in done
        }
        self._links = ChangeLinks(plan)
        self._unshown: set[str] = set()
        self._failed: dict[str, Call] = {}

    def run(self) -> tuple[RunStatus, str]:
        """Make calls until all are made or skipped, or something stops the run; return why.

        Raises:
            JournalError: The journal cannot be written, and no call was made.
        """
        try:
            status, reason = self._make_calls()
            problem = self._settle(self._parts_of(self._plan.calls))
            if status is not RunStatus.COMPLETED:
                return status, reason
            if problem and self._results.must_stop:
                return RunStatus.STOPPED, problem
            return status, self._describe_failures()
        except JournalError as error:
            if not self._sender.made:
                raise
            return RunStatus.STOPPED, str(error)

    def judge_changes(self) -> tuple[Verdict, ...]:
        """Read the account, and return a verdict for each change, in the plan's order."""
        calls = [call for call in self._plan.calls if not depends_on_nothing(call)]
        started = self._sender.made | {call.number for call in calls if self._is_done(call)}
        judge = ChangeJudge(
            by_hand=frozenset(step.change for step in self._plan.manual_steps),
            started=_served(call for call in calls if call.number in started),
            unfinished=_served(call for call in calls if call.number not in started),
            proved=frozenset(self._proved),
            failures=self._failures,
        )
        verdicts: tuple[Verdict, ...] = ()
        for pause_s in SETTLING_PAUSES_S if judge.started else (0.0,):
            account = self._read_back(pause_s) if judge.started else ReadAccount(read_back=None)
            verdicts = tuple(judge.verdict(change, account) for change in self._plan.changes)
            if self._sender.host.is_interrupted() or not _may_show_later(verdicts):
                break
        return self._values.with_unsaved(verdicts)

    def describe_leftover_tags(self) -> str:
        """Return which contact may still have new tags: no read of the schema shows them."""
        leftover = [
            call
            for call in self._plan.calls
            if call.request == LegacyCallWord.REMOVE_TAG
            and self._may_have_tagged(call)
            and not self._is_done(call)
        ]
        return "; ".join(
            f"contact {call.arguments['contact']} may still have the new tags: "
            "the next apply takes them off"
            for call in leftover
        )

    def _make_calls(self) -> tuple[RunStatus, str]:
        host = self._sender.host
        for call in self._plan.calls:
            if call.number in self._results:
                continue
            if host.is_interrupted() and call.request != LegacyCallWord.REMOVE_TAG:
                return RunStatus.INTERRUPTED, f"before {_name(call)}"
            try:
                problem = self._make_or_skip(call)
            except InterruptedWaitError:
                return RunStatus.INTERRUPTED, f"before {_name(call)}"
            except AccountError as error:
                return RunStatus.STOPPED, f"{_name(call)} was not made: {error}"
            if host.is_interrupted() and self._results.status(call) is CallStatus.UNSENT:
                return RunStatus.INTERRUPTED, f"before {_name(call)}"
            if problem and (self._stop_at_first or self._results.must_stop):
                return RunStatus.STOPPED, problem
        return RunStatus.COMPLETED, ""

    def _make_or_skip(self, call: Call) -> str:
        """Make a call unless something prevents it; return what went wrong, or nothing."""
        if call.request in VALUE_CALLS:
            return self._make_value_call(call)
        result = CallResult(status=CallStatus.UNPROVED)
        # If the read right before the call does not show earlier calls, they get time to show.
        for parts in (self._unproved_before(call), self._parts_of([call])):
            problem = self._prove(parts, call)
            if problem and (self._stop_at_first or self._results.must_stop):
                return problem
            if reason := self._find_obstacle(call):
                return self._skip(call, reason)
            result = self._make(call)
            if result.status is not CallStatus.UNPROVED:
                break
        return self._record(call, result)

    def _make_value_call(self, call: Call) -> str:
        """Make a call on values unless something prevents it; return what went wrong."""
        problem = self._prove(self._unproved_before(call), call)
        if problem and (self._stop_at_first or self._results.must_stop):
            return problem
        if reason := self._find_obstacle(call):
            return self._skip(call, reason)
        step, remaining_s = self._forecast.step(call), self._forecast.remaining_s(call)
        result = self._values.make(call, self._sender.live, step=step, remaining_s=remaining_s)
        return self._record(call, result)

    def _make(self, call: Call) -> CallResult:
        dialect, guard = self._sender.dialect, self._guard(call)
        if failed := self._values.renew(call, self._sender.live):
            return failed
        step, remaining_s = self._forecast.step(call), self._forecast.remaining_s(call)
        result = self._sender.send(call, guard, step=step, remaining_s=remaining_s)
        part = dialect.part_of(call)
        if guard.seen is not None and not guard.is_unproved:
            if call.request in DESTROYING_CALLS and part in self._unproved:
                self._unproved.discard(part)
                self._proved |= self._results.finished_in({part}) - self._unshown
            self._note_shown()
        if call.request not in DESTROYING_CALLS:
            self._unproved.add(part)
        return result

    def _record(self, call: Call, result: CallResult) -> str:
        """Record the result of a call; return what went wrong, empty if nothing did."""
        self._results.record(call, result)
        if result.status is CallStatus.DONE:
            return ""
        only_read = depends_on_nothing(call)
        status = VerdictStatus.NOT_DONE if only_read else _VERDICTS[result.status]
        failure = FailureReason(status=status, words=result.words)
        self._failures.update(dict.fromkeys(call.serves, failure))
        self._note_failed(call)
        return f"{_name(call)} {result.words}"

    def _note_failed(self, call: Call) -> None:
        if call.request not in DESTROYING_CALLS and not depends_on_nothing(call):
            for change in call.serves:
                self._failed.setdefault(change, call)

    def _find_obstacle(self, call: Call) -> str:
        """Return what prevents a call, such as a failed one that it needs; empty if nothing."""
        for number in call.needs:
            needed = self._plan.calls[number - 1]
            if not self._is_done(needed):
                return f"it needs {_name(needed)}, which failed"
        if call.request not in DESTROYING_CALLS:
            return ""
        return self._find_blocking_change(call) or self._find_changed_precondition(call)

    def _find_blocking_change(self, call: Call) -> str:
        """Return which linked change blocks a destroying call: it failed, or does not show."""
        for change in self._unshown:
            if self._links.depends(call, change):
                return f"the account does not show {self._title(change)}, {_ADVICE}"
        for change, failed in self._failed.items():
            if self._links.depends(call, change):
                return (
                    f"{_name(failed)} failed, so {self._title(change)} is not there, {_ADVICE}"
                )
        return ""

    def _find_changed_precondition(self, call: Call) -> str:
        """Return which precondition of a call changed since the review, by the last read.

        If a call's whole part is read right before it, that read decides.
        """
        if self._sender.dialect.reads_part_before(call):
            return ""
        guard = self._guards.of(call, own=self._results.served)
        if reason := guard.objection(self._sender.live):
            failure = FailureReason(status=VerdictStatus.OVERTAKEN, words=reason)
            self._failures.update(dict.fromkeys(call.serves, failure))
        return reason

    def _title(self, change: str) -> str:
        return named(title_of_change(change))

    def _guard(self, call: Call) -> CallGuard:
        reads = self._sender.dialect.reads_part_before(call)
        return self._guards.of(
            call,
            own=self._results.served,
            backed_up=self._values.backed_up,
            find_unproved=partial(self._find_unproved, call) if reads else nothing_unproved,
        )

    def _find_unproved(self, call: Call, live: LiveState) -> str:
        """Return what a read right before a call does not show of earlier calls."""
        part = self._sender.dialect.part_of(call)
        proof = self._sender.prove(part, live)
        if not proof.is_complete:
            names = ", ".join(_name(sent.call) for sent in proof.unshown or proof.calls)
            return f"the account does not show {names} as planned"
        if call.request in DESTROYING_CALLS and part in self._unproved:
            unshown = self._unshown_changes(self._results.finished_in({part}), live)
            if unshown:
                return f"the account does not show {', '.join(unshown)}"
        return self._values.find_remade_options(call, live)

    def _skip(self, call: Call, reason: str) -> str:
        """Skip a call; return that it was, and why."""
        self._skipped.add(call.number)
        self._sender.journal.call_skipped(call, reason)
        step = self._forecast.step(call)
        self._sender.host.listener(CallSkipped(call=call, step=step, why=reason))
        for change in call.serves:
            self._failures.setdefault(
                change, FailureReason(status=VerdictStatus.NOT_DONE, words=reason)
            )
        self._note_failed(call)
        return f"{_name(call)} was not made: {reason}"

    def _unproved_before(self, call: Call) -> frozenset[Part]:
        answered = [sent.call for sent in self._sender.answered]
        return parts_to_prove(
            call, answered=answered, unproved=self._unproved, dialect=self._sender.dialect
        )

    def _prove(self, parts: AbstractSet[Part], call: Call) -> str:
        """Prove earlier calls by reading parts again; return what is wrong, or nothing.

        Raises:
            AccountError: They could not be read.
        """
        problem = self._settle(parts)
        if call.request in DESTROYING_CALLS | VALUE_CALLS and not self._results.must_stop:
            self._check_additions(parts & self._unproved)
        return problem

    def _settle(self, parts: AbstractSet[Part]) -> str:
        """Settle the answered calls of some parts; return what is wrong, or nothing."""
        if not self._sender.answered_in(parts):
            return ""
        failed, calls = self._sender.settle(parts), self._plan.calls
        problems = [self._record(calls[no - 1], result) for no, result in failed.items()]
        self._note_shown()
        return problems[0] if problems else ""

    def _check_additions(self, parts: AbstractSet[Part]) -> None:
        """Find out which finished changes of some parts the account does not show.

        Raises:
            AccountError: It could not be read.
        """
        if not parts:
            return
        self._unproved -= parts
        finished, purpose = self._results.finished_in(parts), "to prove what was added"
        unshown: frozenset[str] = frozenset()
        for pause_s in SETTLING_PAUSES_S:
            self._sender.pause(pause_s)
            live = self._sender.read_parts(parts, purpose, only_changed=not pause_s)
            unshown = self._unshown_changes(finished, live)
            if not unshown:
                break
        self._unshown |= unshown
        self._proved |= finished - unshown

    def _unshown_changes(self, finished: AbstractSet[str], live: LiveState) -> frozenset[str]:
        read_back = ReadBack(live.schema)
        return frozenset(
            change
            for change in finished & self._changes.keys()
            if read_back.judge(self._changes[change]).status is not VerdictStatus.APPLIED
        )

    def _note_shown(self) -> None:
        """Remember which finished changes the account shows, if every call is proved."""
        if self._sender.dialect.proves_each_call:
            new = self._results.finished - self._proved
            self._proved |= new - self._unshown_changes(new, self._sender.live)

    def _read_back(self, pause_s: float) -> ReadAccount:
        """Read what calls can have changed, at first only what was not read since."""
        self._sender.pause(pause_s)
        called = [call for call in self._plan.calls if call.number in self._results]
        try:
            live = self._sender.read_parts(
                self._parts_of(called), "to prove what was done", only_changed=not pause_s
            )
        except AccountError as error:
            failure = f"the account could not be read back: {error}"
            return ReadAccount(read_back=None, failure=failure)
        return ReadAccount(read_back=ReadBack(live.schema))

    def _part_of(self, call: Call) -> Part:
        return self._sender.dialect.part_of(call)

    def _parts_of(self, calls: Iterable[Call]) -> frozenset[Part]:
        """Return the parts whose schema calls can change; calls on values change none."""
        return frozenset(self._part_of(one) for one in calls if one.request not in VALUE_CALLS)

    def _is_done(self, call: Call) -> bool:
        return self._results.is_done(call)

    def _may_have_tagged(self, cleanup: Call) -> bool:
        """Whether tags may have been put on the contact that `cleanup` takes them off."""
        return any(
            self._results.status(call) in {CallStatus.DONE, CallStatus.UNSETTLED}
            for call in self._plan.calls
            if call.number in cleanup.needs
        )

    def _describe_failures(self) -> str:
        """Return how many calls failed or were skipped; nothing if all are done."""
        failed = [one for one in self._results.values() if one.status is not CallStatus.DONE]
        parts = []
        if failed:
            parts.append(f"{count_of(failed, 'call')} failed")
        if self._skipped:
            parts.append(f"{count_of(tuple(self._skipped), 'call')} skipped")
        return ", ".join(parts)


def _served(calls: Iterable[Call]) -> frozenset[str]:
    return frozenset(change for call in calls for change in call.serves)


def _name(call: Call) -> str:
    return f"call {call.number} ({call.request})"


def _may_show_later(verdicts: Iterable[Verdict]) -> bool:
    """Whether a later read could show more: a successful change does not show yet."""
    return any(
        verdict.status in {VerdictStatus.IGNORED, VerdictStatus.ALTERED} for verdict in verdicts
    )
