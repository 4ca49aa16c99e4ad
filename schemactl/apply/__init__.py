"""Makes a plan's calls, proves them by reading back, and gives each change a verdict.

    course     which call may be made next, and which is left out
    sending    one call: journaled before and after, settled where its answer does not tell
    judging    what became of each change
    links      which changes may belong together
    earlier    what a run before this one did of the same work
    cleanup    what it left on the carrier contact

Nothing is rolled back: the service has no transactions. What needs a call that failed is
left out and the rest goes on, but nothing is removed that is linked to what has failed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Final

from schemactl.account.interface import Backend, LiveState
from schemactl.account.removing_requests import REMOVING_REQUESTS
from schemactl.apply.cleanup import run_cleanups
from schemactl.apply.execution import PlanExecution
from schemactl.apply.failures import FAILURES, count_of
from schemactl.apply.recovery import PreviousRuns
from schemactl.apply.sender import CallSender
from schemactl.errors import JournalError
from schemactl.host import Host
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.plan import Permission, Plan
from schemactl.model.run import Outcome, OutcomeStatus, Run, RunStatus, Verdict, VerdictStatus
from schemactl.store.journal.files import forget_oldest, path_of_run
from schemactl.store.journal.reading import read_journal
from schemactl.store.journal.writing import Journal, JournalFile

NOTHING_EARLIER: Final = PreviousRuns()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How an apply is run.

    Attributes:
        permissions: Those given for the plan that is made; a saved plan has its own.
        plan_file: A saved plan to apply; None to plan now.
        stop_at_first: Whether to skip the rest once a call fails.
        wait_s: How long to wait for another apply on the account to end.
    """

    permissions: frozenset[Permission] = frozenset()
    plan_file: Path | None = None
    stop_at_first: bool = False
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRequest:
    """What one apply is to do.

    Attributes:
        plan: What was reviewed.
        digest: Of the plan, for its journal.
        earlier: What the journals tell of the runs before.
        address: Where the account answers, for the journal.
        cleanups: Tags of earlier runs to take off the carrier first.
        done: Numbers of calls of this plan that were made before.
        stop_at_first: Whether to leave out all the rest once a call fails.
        applied_by: Id of the run that completed this very plan; empty where none did.
    """

    plan: Plan
    digest: str
    address: str
    earlier: PreviousRuns = NOTHING_EARLIER
    cleanups: tuple[PendingCleanup, ...] = ()
    done: frozenset[int] = frozenset()
    stop_at_first: bool = False
    applied_by: str = ""

    @property
    def makes_calls(self) -> bool:
        """Whether anything is to be sent, so that somebody must have agreed."""
        return self.calls_left > 0

    @property
    def calls_left(self) -> int:
        """How many calls are to be made, cleanups included."""
        return len(self.plan.calls) - len(self.done) + len(self.cleanups)

    @property
    def removed(self) -> frozenset[str]:
        """Ids of the changes whose call that removes an object was made before."""
        return frozenset(
            change
            for call in self.plan.calls
            if call.number in self.done and call.request in REMOVING_REQUESTS
            for change in call.serves
        )

    @property
    def started(self) -> frozenset[str]:
        """Ids of the changes for which a call was made before."""
        return frozenset(
            change
            for call in self.plan.calls
            if call.number in self.done
            for change in call.serves
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyResult:
    """What came of carrying a plan out.

    Attributes:
        run: What became of each change.
        live: The account as it was read after the last call; None where it could not be.
    """

    run: Run
    live: LiveState | None


def execute(
    order: ApplyRequest, *, folder: Path, backend: Backend, live: LiveState, host: Host
) -> ApplyResult:
    """Execute a plan with a journal of its own, and take up what an earlier run left open.

    Args:
        order: What to do.
        folder: Where the journals of the account stand.
        backend: The account.
        live: The account, as it was read just before.
        host: Told of each step.

    Raises:
        JournalError: The journal cannot be written, and no call was made.
    """
    if not order.plan.calls and not order.cleanups and order.earlier.found is None:
        return ApplyResult(run=run_without_calls(order.plan), live=live)
    run_id = f"{host.now().astimezone(UTC):%Y%m%dT%H%M%SZ}-{host.token()}"
    with JournalFile(path_of_run(folder, run_id), now=host.now) as journal:
        journal.run_started(
            run_id,
            order.plan,
            address=order.address,
            digest=order.digest,
            follows=order.earlier.follows,
            earlier=order.done,
        )
        if order.plan.calls or order.cleanups:
            carried = execute_plan(
                order, run_id=run_id, backend=backend, live=live, journal=journal, host=host
            )
        else:
            run = _closed(run_without_calls(order.plan), journal)
            carried = ApplyResult(run=run, live=live)
    _close_elsewhere(order, run_id, folder, host)
    forget_oldest(folder, order.earlier.history.forgettable)
    return carried


def _close_elsewhere(order: ApplyRequest, run_id: str, folder: Path, host: Host) -> None:
    """Record beside the journals of another project that their runs were taken up here.

    Otherwise the next apply there would put right once more what has been put right.
    """
    earlier = order.earlier
    named = [*(earlier.follows,), *(cleanup.run for cleanup in order.cleanups)]
    places = {earlier.history.folder_of(name) for name in named if name is not None}
    # Those folders may be gone or read-only by now, and they are not this run's to mend.
    with suppress(JournalError):
        written = read_journal(path_of_run(folder, run_id))
        settled = () if written is None else written.settled
        for place in places - {folder, None}:
            if place is not None:
                _close_in(place, order, run_id, settled, host)


def _close_in(
    place: Path, order: ApplyRequest, run_id: str, settled: tuple[str, ...], host: Host
) -> None:
    plan = replace(order.plan, calls=())
    with JournalFile(path_of_run(place, run_id), now=host.now) as journal:
        journal.run_started(
            run_id, plan, address=order.address, digest="", follows=order.earlier.follows
        )
        for cleanup in order.cleanups:
            if cleanup.run in settled:
                journal.cleanup_finished(cleanup, Outcome(status=OutcomeStatus.DONE))
        journal.run_finished(run_without_calls(plan))


def execute_plan(
    order: ApplyRequest,
    *,
    run_id: str,
    backend: Backend,
    live: LiveState,
    journal: Journal,
    host: Host,
) -> ApplyResult:
    """Make the calls until done, surprised or interrupted; then read back and judge.

    Calls that were made stand. The run is returned however it ended.

    Raises:
        JournalError: The journal cannot be written, and no call was made.
    """
    plan = order.plan
    unpaid = run_cleanups(order.cleanups, backend, journal, host)
    sending = CallSender(backend=backend, journal=journal, host=host, live=live)
    course = PlanExecution(plan, sending, done=order.done, stop_at_first=order.stop_at_first)
    status, reason = course.run()
    verdicts = course.judge_changes()
    if status is RunStatus.COMPLETED:
        status, reason = _last_look(verdicts, _joined(reason, unpaid))
    run = Run(
        id=run_id,
        status=status,
        reason=_joined(reason, course.tell_untidied()),
        calls_made=len(sending.made),
        calls_planned=len(plan.calls),
        verdicts=verdicts,
        calls_earlier=len(order.done),
    )
    live_after = sending.live if sending.is_current else None
    return ApplyResult(run=_closed(run, journal), live=live_after)


def _closed(run: Run, journal: Journal) -> Run:
    try:
        journal.run_finished(run)
    except JournalError as error:
        if run.status is RunStatus.COMPLETED:
            reason = (
                f"every call was made, but the last line of the journal is missing: {error}"
            )
            return replace(run, status=RunStatus.STOPPED, reason=reason)
    return run


def _last_look(verdicts: tuple[Verdict, ...], reason: str) -> tuple[RunStatus, str]:
    """Call a run complete only where the account shows every change as planned."""
    failed = [verdict for verdict in verdicts if verdict.status in FAILURES]
    if failed:
        shown = f"the account does not show {count_of(failed, 'change')} as planned"
        reason = _joined(reason, shown)
    return (RunStatus.INCOMPLETE if reason else RunStatus.COMPLETED), reason


def _joined(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)


def with_ended_protection(run: Run, plan: Plan, *, base_problem: str) -> Run:
    """Add to a run the protection that it ended, now that the base is written or is not.

    Args:
        run: As it ended.
        plan: What was reviewed.
        base_problem: Why the base was not written, so that no protection ended; or empty.
    """
    ended = plan.ends_protection
    if not ended:
        return run
    is_complete = run.status in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}
    if base_problem:
        reason = _joined(run.reason, "the protection that the plan ends has not ended")
        status = RunStatus.INCOMPLETE if is_complete else run.status
        return replace(run, status=status, reason=reason)
    status = RunStatus.COMPLETED if is_complete else run.status
    return replace(run, status=status, ended_protection=ended)


def run_of_applied(plan: Plan) -> Run:
    """Describe an apply of a plan that another run has completed, and that still holds."""
    by_hand = {step.change for step in plan.manual_steps}
    return replace(
        run_without_calls(plan),
        calls_planned=len(plan.calls),
        calls_earlier=len(plan.calls),
        verdicts=tuple(
            Verdict(
                change=change.id,
                status=VerdictStatus.BY_HAND if change.id in by_hand else VerdictStatus.APPLIED,
            )
            for change in plan.changes
        ),
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
