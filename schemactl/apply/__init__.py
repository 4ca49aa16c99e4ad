"""Execute a plan's calls, prove them by reading the account, and give each change a verdict.

    saved_plan     a plan file: read, verified, and what is left to do of it
    review         who reviews a plan, and what came of it
    recovery       what earlier runs did and left open
    cleanup        tags that an earlier run left on the carrier contact
    execution      which call is made next, and which is skipped
    results        how calls have ended so far, and which changes that finishes
    guard          what the account must still show right before a destroying call
    forecast       which requests are still to come, and how long they take
    values         calls on the values of records
    sender         one call: journaled before and after, settled by reading the account
    circumstances  runs in which no call has to be made
    elsewhere      journals of other projects, whose work a run finished
    dependencies   which changes may belong together
    failures       what became of each change
    base           what is remembered of the account afterwards

Nothing is rolled back: the service has no transactions. What needs a failed call is skipped
and the rest goes on, but nothing is removed that is linked to a failure.
"""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Final

from schemactl.account.interface import Backend, LiveState
from schemactl.apply.circumstances import run_without_calls
from schemactl.apply.cleanup import NOTHING_CLEANED, CleanedUp, run_cleanups
from schemactl.apply.elsewhere import close_elsewhere
from schemactl.apply.execution import PlanExecution
from schemactl.apply.failures import FAILURES, count_of
from schemactl.apply.forecast import Forecast, forecast_requests
from schemactl.apply.recovery import PreviousRuns
from schemactl.apply.sender import CallSender
from schemactl.apply.values import ValueCallRunner
from schemactl.apply.values.retention import forget_old_backups
from schemactl.errors import JournalError
from schemactl.host import Host
from schemactl.model.call_word import REMOVING_CALLS
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.event import Step
from schemactl.model.pace import Pace
from schemactl.model.plan import Permission, Plan
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import Run, RunStatus, Verdict
from schemactl.model.traffic import Traffic
from schemactl.planner import UNHINDERED
from schemactl.project import ValueRules
from schemactl.store.journal.files import file_of_run, forget_oldest, run_ids
from schemactl.store.journal.writing import Journal, JournalFile
from schemactl.store.kept_plans import forget_plans, keep_plan
from schemactl.store.state.interface import StateFile, StateFolder
from schemactl.store.vault.encryption import Decryptor
from schemactl.text import and_list
from schemactl.values import dataclass, replace

NO_PREVIOUS_RUNS: Final = PreviousRuns()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How an apply is run.

    Attributes:
        permissions: Those given for the plan that is made; a saved plan has its own.
        plan_file: A saved plan to apply; None to plan now.
        plan: The plan itself, if it was read from the file, or made and reviewed, before.
        stop_at_first: Whether to skip the rest once a call fails.
        wait_s: How long to wait for another apply on the account to end.
        counts: Whether to count who holds what would be destroyed.
        identity: File with the private key for encrypted backups; None where the environment
            names one, or none is needed.
    """

    permissions: frozenset[Permission] = frozenset()
    plan_file: Path | StateFile | None = None
    plan: Plan | None = None
    stop_at_first: bool = False
    wait_s: float = 0.0
    counts: bool = True
    identity: Path | None = None

    @property
    def has_plan(self) -> bool:
        """Whether the plan was made before: an earlier run may have executed a part of it."""
        return self.plan is not None or self.plan_file is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRequest:
    """What one apply has to do.

    Attributes:
        plan: What was reviewed.
        digest: Of the plan, for its journal.
        earlier: What earlier runs did, from their journals.
        address: Where the account answers, for the journal.
        app_id: Fingerprint of the app id, for the journal; empty for an embedded account.
        by: Who applies, for the journal; empty if unknown.
        commit: What git has checked out, for the journal; empty if unknown.
        cleanups: Tags of earlier runs to take off the carrier first.
        probes: Interrupted probes, whose scratch objects are removed first.
        done: Numbers of calls of this plan that an earlier run made.
        stop_at_first: Whether to skip the rest once a call fails.
        applied_by: Id of the run that completed this very plan; empty if none did.
        pace: How fast requests can be made.
        traffic: The requests of the apply so far; None where nobody counts them.
        vault: Where values are backed up; None where no plan does that.
        plans: Where the plan is kept, so that it can be undone; None for nowhere.
        values: What happens to values before they are destroyed.
        key: Reads encrypted backups; None where there is no identity.
    """

    plan: Plan
    digest: str
    address: str
    app_id: str = ""
    by: str = ""
    commit: str = ""
    earlier: PreviousRuns = NO_PREVIOUS_RUNS
    cleanups: tuple[PendingCleanup, ...] = ()
    probes: tuple[RecordedRun, ...] = ()
    done: frozenset[int] = frozenset()
    stop_at_first: bool = False
    applied_by: str = ""
    pace: Pace = UNHINDERED
    traffic: Traffic | None = None
    vault: StateFolder | None = None
    plans: StateFolder | None = None
    values: ValueRules = ValueRules()
    key: Decryptor | None = None

    @property
    def makes_calls(self) -> bool:
        """Whether anything will be sent, so that somebody must have agreed."""
        return self.calls_left > 0

    @property
    def calls_left(self) -> int:
        """How many calls are left to make, each cleanup counted as one."""
        cleanups = len(self.cleanups) + len(self.probes)
        return len(self.plan.calls) - len(self.done) + cleanups

    @property
    def removed(self) -> frozenset[str]:
        """Ids of the changes whose removing call was made by an earlier run."""
        return frozenset(
            change
            for call in self.plan.calls
            if call.number in self.done and call.request in REMOVING_CALLS
            for change in call.serves
        )

    @property
    def started(self) -> frozenset[str]:
        """Ids of the changes for which an earlier run made a call."""
        return frozenset(
            change
            for call in self.plan.calls
            if call.number in self.done
            for change in call.serves
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyResult:
    """What came of executing a plan.

    Attributes:
        run: What became of each change.
        live: The account as it was read after the last call; None if it could not be read.
    """

    run: Run
    live: LiveState | None


def execute(
    request: ApplyRequest, *, folder: StateFolder, backend: Backend, live: LiveState, host: Host
) -> ApplyResult:
    """Execute a plan with its own journal, and finish what an earlier run left open.

    Args:
        request: What to do.
        folder: Where the journals of the account are.
        backend: The account.
        live: The account, as it was read just before.
        host: Its listener gets an event for each step.

    Raises:
        JournalError: The journal cannot be written, and no call was made.
    """
    if not request.makes_calls and not request.plan.calls and request.earlier.found is None:
        return ApplyResult(run=run_without_calls(request.plan), live=live)
    run_id = f"{host.now().astimezone(UTC):%Y%m%dT%H%M%SZ}-{host.token()}"
    if request.plans is not None and request.plan.calls:
        keep_plan(request.plans, run_id, request.plan)
    with JournalFile(file_of_run(folder, run_id), now=host.now) as journal:
        journal.run_started(
            run_id,
            request.plan,
            address=request.address,
            digest=request.digest,
            app_id=request.app_id,
            by=request.by,
            commit=request.commit,
            resumes=request.earlier.resumes,
            earlier=request.done,
        )
        result = _execute_first(request, run_id, backend, live, journal=journal, host=host)
    close_elsewhere(request, run_id, folder, host, end=run_without_calls(request.plan))
    forget_oldest(folder, request.earlier.history.forgettable)
    forget_old_backups(request, host)
    if request.plans is not None:
        forget_plans(request.plans, run_ids(folder))
    return result


def _execute_first(
    request: ApplyRequest,
    run_id: str,
    backend: Backend,
    live: LiveState,
    *,
    journal: JournalFile,
    host: Host,
) -> ApplyResult:
    """Remove what interrupted probes made, then execute the plan if it has anything to do."""
    forecast = forecast_requests(request, live, backend.dialect)
    live, cleaned = _remove_probes(request, backend, journal, host, live, step=forecast.first)
    if request.plan.calls or request.cleanups:
        return execute_plan(
            request,
            run_id=run_id,
            backend=backend,
            live=live,
            journal=journal,
            host=host,
            cleaned=cleaned,
            forecast=forecast,
        )
    run = replace(run_without_calls(request.plan), cleaned=cleaned.runs)
    if cleaned.left:
        run = replace(run, status=RunStatus.INCOMPLETE, reason=cleaned.left)
    return ApplyResult(run=_closed(run, journal), live=live)


def _remove_probes(
    request: ApplyRequest,
    backend: Backend,
    journal: JournalFile,
    host: Host,
    live: LiveState,
    *,
    step: Step,
) -> tuple[LiveState, CleanedUp]:
    """Remove what interrupted probes made; return the account and what became of them."""
    if not request.probes:
        return live, CleanedUp()
    from schemactl.apply.probe.removal import remove_left_behind

    left: list[str] = []
    cleaned: list[str] = []
    for run in request.probes:
        removal = remove_left_behind(run, backend, journal, host, live, step=step)
        live = removal.live
        left += removal.left
        cleaned += [] if removal.left else [run.id]
    words = f"an interrupted probe left {and_list(left)}" if left else ""
    return live, CleanedUp(left=words, runs=tuple(cleaned))


def execute_plan(
    request: ApplyRequest,
    *,
    run_id: str,
    backend: Backend,
    live: LiveState,
    journal: Journal,
    host: Host,
    forecast: Forecast | None = None,
    cleaned: CleanedUp = NOTHING_CLEANED,
) -> ApplyResult:
    """Make the calls until all are done, one stops the run, or the user does; then judge them.

    Calls that were made are not undone. The run is returned however it ended.

    Raises:
        JournalError: The journal cannot be written, and no call was made.
    """
    plan = request.plan
    cleaned = run_cleanups(request.cleanups, backend, journal, host, after=cleaned)
    sender = CallSender(backend=backend, journal=journal, host=host, live=live)
    forecast = forecast or forecast_requests(request, live, backend.dialect)
    values = ValueCallRunner(request, run_id, backend=backend, journal=journal, host=host)
    execution = PlanExecution(request, sender, forecast, values)
    status, reason = execution.run()
    verdicts = execution.judge_changes()
    if status is RunStatus.COMPLETED:
        status, reason = _final_status(verdicts, _joined(reason, cleaned.left))
    run = Run(
        id=run_id,
        status=status,
        reason=_joined(reason, execution.describe_leftover_tags()),
        calls_made=len(sender.made) + len(values.made),
        calls_planned=len(plan.calls),
        verdicts=verdicts,
        calls_earlier=len(request.done),
        cleaned=cleaned.runs,
    )
    live_after = sender.live if sender.is_current else None
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


def _final_status(verdicts: tuple[Verdict, ...], reason: str) -> tuple[RunStatus, str]:
    """Return a completed status only if the account shows every change as planned."""
    failed = [verdict for verdict in verdicts if verdict.status in FAILURES]
    if failed:
        shown = f"the account does not show {count_of(failed, 'change')} as planned"
        reason = _joined(reason, shown)
    return (RunStatus.INCOMPLETE if reason else RunStatus.COMPLETED), reason


def _joined(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)


def with_ended_protection(run: Run, plan: Plan, *, base_problem: str) -> Run:
    """Return the run with the protection that it ended, if the base could be written.

    Args:
        run: As it ended.
        plan: What was reviewed.
        base_problem: Why the base was not written; empty if it was.
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
