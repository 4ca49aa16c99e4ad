"""A saved plan on its way to being applied: read, held to everything, and partly done already.

A plan file is input. It is held to itself when it is read, and to the project, the account and
the journals before it is shown; see `planner.verification` for what is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions, ApplyRequest
from schemactl.apply.recovery import PreviousRuns, calls_made_earlier
from schemactl.desired.fingerprint import fingerprint_desired
from schemactl.drift.origin import applied_now
from schemactl.errors import PlanFileError
from schemactl.planner import PlanResult
from schemactl.planner.costs import with_cost
from schemactl.planner.verification import Evidence, refuse_forged, refuse_inconsistent
from schemactl.safety import (
    refuse_altered_hazards,
    refuse_foreign,
    with_current_counts,
    with_hazards,
)
from schemactl.store.journal.notices import not_reviewed_notices
from schemactl.store.plan import load_plan, plan_digest, plan_of_stream
from schemactl.store.state.interface import StateFile
from schemactl.store.vault.encryption import find_identity
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.interface import LiveState
    from schemactl.drift.inputs import Inputs
    from schemactl.model.cleanup import PendingCleanup
    from schemactl.model.plan import Plan
    from schemactl.model.recorded import RecordedRun
    from schemactl.store.journal.history import History


def read_plan_alone(source: Path | StateFile | BinaryIO, *, file: str) -> Plan:
    """Read a saved plan and hold it to itself; needs no project and contacts nobody.

    Args:
        source: A file, or a stream.
        file: Its name, for messages only.

    Raises:
        PlanFileError: It is no plan, or contradicts itself.
    """
    if isinstance(source, Path | StateFile):
        plan = load_plan(source)
    else:
        plan = plan_of_stream(source, file=file)
    return held_to_itself(plan)


def held_to_itself(plan: Plan) -> Plan:
    """Return a plan that was read from a file.

    Raises:
        PlanFileError: It contradicts itself.
    """
    refuse_inconsistent(plan)
    refuse_altered_hazards(plan)
    return plan


def load_saved_plan(
    target: Target, inputs: Inputs, file: Path | StateFile | None, plan: Plan | None
) -> Plan | None:
    """Read a saved plan; refuse one that was not made for this account and these files.

    Args:
        target: The account.
        inputs: What the project knows of it.
        file: The saved plan; None where there is none, or only the plan itself.
        plan: The plan itself, if it was read or made before.
    """
    if plan is None and file is not None:
        plan = read_plan_alone(file, file=str(file))
    if plan is not None:
        bind_saved_plan(target, inputs, plan)
    return plan


def bind_saved_plan(target: Target, inputs: Inputs, plan: Plan) -> PlanResult:
    """Return a saved plan as one for this account and these files; refuse any other."""
    refuse_foreign(
        plan,
        account=target.account.name,
        backend=target.dialect.name,
        identity=inputs.identity,
        files=fingerprint_desired(inputs.loaded.desired),
    )
    return PlanResult(plan=plan, warnings=inputs.loaded.warnings)


def as_planned(target: Target, plan: Plan) -> Target:
    """Return the target as a saved plan saw it: its pruning, and the facts that it relies on.

    What a probe found after the plan was made changes nothing of it.

    Raises:
        PlanFileError: It relies on what is not known here, or not any more.
    """
    facts = target.account.facts
    missing = [each for each in plan.relies_on if not facts.show(each)]
    if missing:
        found = ", ".join(f"{each.point} {each}" for each in missing)
        msg = (
            f"invalid-plan: this plan relies on what a probe found ({found}), and that is not "
            "known here now; nothing was changed"
        )
        hint = (
            "plan again here; or run schemactl probe here, or copy .schemactl/probe/"
            f"{target.account.name}.json from where the plan was made, but not by a commit"
        )
        raise PlanFileError(msg, hint=hint)
    known = target.with_facts(facts.only(plan.relies_on))
    return known.with_prune(prune=plan.prune)


def request_for(
    target: Target,
    inputs: Inputs,
    plan: Plan,
    earlier: PreviousRuns,
    live: LiveState,
    *,
    options: ApplyOptions,
) -> ApplyRequest:
    """Return what to do of a plan: everything that no earlier run of the same plan did.

    A cleanup runs only if the plan shows it, or has the call that put the tags on.
    """
    digest, history = plan_digest(plan), earlier.history
    applied = applied_now(target.host, target.folder, run="")
    # A plan made just now is about what is left; only an earlier one can be half applied.
    same = [run for run in history.runs if run.plan == digest and options.has_plan]
    applied_by = next((run.id for run in same if run.is_completed), "")
    made = calls_made_earlier(plan, same, live, target.dialect)
    return ApplyRequest(
        plan=plan,
        digest=digest,
        address=inputs.identity.address,
        app_id=inputs.identity.app_id,
        by=applied.by,
        commit=applied.commit,
        earlier=earlier,
        cleanups=history.reviewed(plan.pending_cleanups, {run.id for run in same}),
        probes=_probes_of(plan, history),
        # A plan is applied once: what somebody undid since is for a new plan.
        done=frozenset(call.number for call in plan.calls) if applied_by else made,
        applied_by=applied_by,
        stop_at_first=options.stop_at_first,
        pace=target.pace,
        traffic=target.traffic,
        vault=target.vault_folder,
        plans=target.plans_folder,
        values=target.account.values,
        key=find_identity(options.identity, environ=target.host.environ),
    )


def _probes_of(plan: Plan, history: History) -> tuple[RecordedRun, ...]:
    """Return the interrupted probes that a plan shows."""
    shown = {probe.run for probe in plan.pending_probes}
    return tuple(run for run in history.unfinished_runs if run.id in shown)


def verify_again(
    target: Target,
    saved: PlanResult,
    live: LiveState,
    request: ApplyRequest,
    plan_now: Callable[..., PlanResult],
) -> PlanResult:
    """Plan again with a saved plan's permissions and pruning, and compare the two.

    Raises:
        PlanFileError: It is not the plan that files and account lead to.
        MoreHeldError: More is held of what it destroys than was reviewed.
    """
    same = as_planned(target, saved.plan)
    fresh = plan_now(same, permissions=frozenset(saved.plan.permissions))
    return verify_saved_plan(same, saved, fresh, live, request)


def verify_saved_plan(
    target: Target, saved: PlanResult, fresh: PlanResult, live: LiveState, request: ApplyRequest
) -> PlanResult:
    """Compare a saved plan with files, account and journals, and update its circumstances.

    What is shown of it afterwards comes from today's files and account, except for what was
    compared and found equal.

    Args:
        target: The account.
        saved: The plan as it was read.
        fresh: The plan that files and account lead to now, with the same permissions.
        live: The account.
        request: What is left to do of the saved plan.

    Raises:
        PlanFileError: It is not the plan that they lead to.
        MoreHeldError: More is held of what it destroys than was reviewed.
    """
    history = request.earlier.history
    evidence = Evidence(
        fresh=fresh.plan,
        live=live,
        dialect=target.dialect,
        started=request.started,
        done=request.done,
        values=fresh.values,
        is_recorded=history.made,
    )
    refuse_forged(saved.plan, evidence)
    counted = with_current_counts(saved.plan, fresh.plan)
    cleanups, pending = request.cleanups, history.pending
    shown = as_of_today(counted, fresh.plan, cleanups=cleanups, pending=pending)
    shown = with_cost(shown, live, target.dialect, target.pace, done=request.done)
    if request.applied_by:
        # Nothing is sent any more, so there is nothing to permit.
        return replace(saved, plan=replace(shown, hazards=()))
    managed, rules = fresh.managed_count + len(request.removed), target.project.safety
    return replace(saved, plan=with_hazards(shown, rules=rules, managed_count=managed))


def as_of_today(
    plan: Plan,
    fresh: Plan,
    *,
    cleanups: tuple[PendingCleanup, ...] = (),
    pending: tuple[PendingCleanup, ...] = (),
) -> Plan:
    """Return a verified plan with all that was not compared taken from a fresh one.

    Args:
        plan: As it was read.
        fresh: The plan that files and account lead to now.
        cleanups: What is taken off the carrier.
        pending: What could be; the rest is reported.
    """
    places = {change.id: change.location for change in fresh.changes}
    return replace(
        plan,
        size=fresh.size,
        changes=tuple(
            replace(change, location=places.get(change.id)) for change in plan.changes
        ),
        unmanaged=fresh.unmanaged,
        notices=(*fresh.notices, *not_reviewed_notices(pending, made=cleanups)),
        budget=replace(fresh.budget, calls=plan.budget.calls),
        pending_cleanups=cleanups,
        pending_probes=tuple(one for one in plan.pending_probes if one in fresh.pending_probes),
        ends_protection=fresh.ends_protection,
    )
