"""The data path: each command for one account, from files and HTTP to a result.

Read this first. Every function is a chain of calls into the packages below, which it imports.

    files ----> desired --+
    base -----------------+--> difference --> plan --> hazards --> calls --> verdicts --> base
    account --> live -----+
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from schemactl.desired.lint import load_linted
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.interface import LiveState
    from schemactl.account.target import Contents, Target
    from schemactl.apply import ApplyOptions
    from schemactl.apply.probe.offer import ProbeReviewer
    from schemactl.apply.review import Applied, ReadyPlan, Reviewer
    from schemactl.desired.importable import Imported
    from schemactl.desired.load import Loaded
    from schemactl.desired.rewrite.formatted import Formatted
    from schemactl.desired.rewrite.working_copy import FileEdit
    from schemactl.drift.inputs import ApplyInputs, Inputs
    from schemactl.drift.sides import Side
    from schemactl.drift.subject import Subject
    from schemactl.drift.undo import Undoing
    from schemactl.model.difference import Difference
    from schemactl.model.drift import Drift
    from schemactl.model.plan import Permission, Plan
    from schemactl.model.probe import Probed
    from schemactl.model.recorded import RecordedRun
    from schemactl.model.usage import Usage
    from schemactl.planner import PlanResult
    from schemactl.safety.usage import UsageListener
    from schemactl.store.journal.history import History


def validate_account(target: Target) -> Loaded:
    """Read and check the account's files; contacts nobody.

    Raises:
        InvalidFilesError: The files break a rule; every problem is in it, warnings too.
    """
    return lint_account(target, live=False)


def lint_account(target: Target, *, live: bool) -> Loaded:
    """Report what is valid but risky in the files; `live` reads the account for it, too.

    Raises:
        InvalidFilesError: The files break a rule that is an error.
        AccountError: The account could not be read.
    """
    if not live:
        return target.load_checked()
    from schemactl.drift.inputs import read_copied, read_inputs
    from schemactl.safety.earlier_counts import recent_usage

    with target.open_for_reading(read_inputs(target).objects) as account:
        read, copied = account.read().schema, read_copied(target)
        return target.load_checked(live=read, usage=recent_usage(target), copied=copied)


def plan_account(
    target: Target,
    *,
    permissions: frozenset[Permission],
    base_from: str | None = None,
    undoing: Undoing | None = None,
) -> PlanResult:
    """Plan the calls that make the account match its files, or undo a run. Never writes.

    The plan reports what the base recorded at the commit `base_from` and dropped since.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        GitUnavailableError: Git has no such commit. The account was not contacted.
        AccountError: The account could not be read.
        RefusedError: A name in the files holds the account's app id or key.
    """
    from schemactl.drift.inputs import read_history, read_inputs, with_facts
    from schemactl.safety import refuse_secret_names

    inputs = read_inputs(target, base_from=base_from)
    target = with_facts(target, inputs.identity).with_traffic()
    history = read_history(target, inputs.identity)
    with target.open_for_reading(inputs.objects) as account:
        live = account.read()
        held = target.contents(account, live)
        plan_now = partial(plan_changes, target, inputs, live, permissions, undoing=undoing)
        planned = plan_now(history=history, held=held)
        refuse_secret_names(planned.plan, holds_secret=account.holds_secret)
    return planned


def plan_against(
    target: Target, snapshot: Path, *, permissions: frozenset[Permission]
) -> PlanResult:
    """Plan against a snapshot instead of the account; contacts nobody."""
    from schemactl.account.interface import LiveState
    from schemactl.account.target import Contents
    from schemactl.drift.inputs import Inputs
    from schemactl.model.count import NotCountedReason, counts_nothing
    from schemactl.store.snapshot import read_snapshot

    inputs = Inputs(loaded=load_linted(target.schema_source), base=None)
    live = LiveState(schema=read_snapshot(snapshot))
    held = Contents(count=counts_nothing(NotCountedReason.SNAPSHOT))
    return plan_changes(target.offline, inputs, live, permissions, history=None, held=held)


def compare(target: Target, inputs: Inputs, live: LiveState) -> Difference:
    """Compare files and account: what the API can set, and what the last apply remembers."""
    from schemactl.diff import diff_schemas, keep_expressible
    from schemactl.drift.ids import known_of
    from schemactl.drift.memory import remember

    difference = diff_schemas(
        desired=inputs.desired_for(target.dialect),
        live=live.schema,
        known=known_of(inputs.base, live.ids),
    )
    difference = keep_expressible(
        difference, inputs.loaded.desired, target.dialect.capabilities
    )
    return remember(difference, target, inputs, live)


def plan_changes(
    target: Target,
    inputs: Inputs,
    live: LiveState,
    permissions: frozenset[Permission],
    *,
    history: History | None,
    held: Contents | None = None,
    undoing: Undoing | None = None,
) -> PlanResult:
    """Compare, plan, count and judge; `history` is None if the account is a snapshot."""
    from schemactl.planner import PlanResult, make_plan, plan_context
    from schemactl.planner.circumstances import with_expiry, with_journals, with_whole_cost
    from schemactl.safety import earlier_counts, recent_usage, with_counts, with_hazards

    about = _subject(target, inputs, live, permissions, history, held=held, undoing=undoing)
    managed, dialect = about.difference.managed_count, target.dialect
    identity = None if history is None else inputs.identity
    context = plan_context(target, inputs.loaded.desired, permissions, identity, about.work)
    plan = make_plan(about.difference, live=live, dialect=dialect, context=context)
    plan = with_counts(with_journals(plan, history), None if held is None else held.count)
    plan = with_expiry(with_whole_cost(plan, live, dialect, target.pace), target)
    return PlanResult(
        plan=with_hazards(plan, rules=target.project.safety, managed_count=managed),
        warnings=(*inputs.loaded.warnings, *earlier_counts(plan, recent_usage(target))),
        managed_count=managed,
        live=live.schema,
        values=context.values,
    )


def _subject(
    target: Target,
    inputs: Inputs,
    live: LiveState,
    permissions: frozenset[Permission],
    history: History | None,
    *,
    held: Contents | None,
    undoing: Undoing | None,
) -> Subject:
    """Return what a plan is about: what the files ask for, or what undoes a run."""
    from schemactl.drift.memory import prune_orphans
    from schemactl.drift.subject import Subject, find_undo_of
    from schemactl.planner.copying import with_copies
    from schemactl.planner.filling import with_fills

    diff = compare(target, inputs, live)
    if undoing is not None:
        return find_undo_of(undoing, target, inputs, live, history=history, asked=diff)
    diff = with_copies(diff, target, inputs.loaded.desired, live, permissions, history=history)
    pruned = prune_orphans(diff, target, inputs, live)
    return Subject(difference=with_fills(pruned, inputs.loaded.desired, live, held))


def apply_account(target: Target, *, options: ApplyOptions, reviewer: Reviewer) -> Applied:
    """Recover earlier runs, plan, have the plan reviewed, execute its calls and prove them.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read. Nothing was changed.
        RefusedError: A hazard has no permission, the account changed since the plan was
            made, the saved plan is not for this account and these files, or another apply
            works on the account. Nothing was changed.
        JournalError: The journal cannot be written or read; no call was made.
    """
    from schemactl.apply.review import applied_before, counted
    from schemactl.apply.saved_plan import load_saved_plan
    from schemactl.drift.inputs import open_for_apply, read_inputs, with_facts

    # So that nobody waits in vain; files and base are read again once nobody else applies.
    inputs = read_inputs(target)
    saved = load_saved_plan(target, inputs, options.plan_file, options.plan)
    target = with_facts(target, inputs.identity).with_traffic()
    with open_for_apply(target, wait_s=options.wait_s) as session:
        target = session.target
        ready = _plan_to_apply(target, session, saved, options)
        if ready.request.applied_by:
            return applied_before(ready)
        return counted(_review_and_execute(target, session, ready, reviewer), target.traffic)


def _plan_to_apply(
    target: Target, session: ApplyInputs, saved_plan: Plan | None, options: ApplyOptions
) -> ReadyPlan:
    """Plan, or verify the saved plan; return what is left to do of it, and the account."""
    from schemactl.apply.recovery import recover_runs
    from schemactl.apply.review import ReadyPlan
    from schemactl.apply.saved_plan import bind_saved_plan, request_for, verify_again
    from schemactl.apply.values.readiness import refuse_unreadable_backups
    from schemactl.drift.inputs import read_history
    from schemactl.drift.undo import undoing_of
    from schemactl.safety import refuse_secret_names, refuse_stale
    from schemactl.safety.twins import refuse_removal_by_twin

    inputs, backend = session.inputs, session.backend
    saved = bind_saved_plan(target, inputs, saved_plan) if saved_plan else None
    history = read_history(target, inputs.identity, session.left_behind)
    previous = recover_runs(history, backend, target.host)
    live = previous.live or backend.read()
    held = target.contents(backend, live)
    plan_now = partial(plan_changes, inputs=inputs, live=live, history=history, held=held)
    plan_now = partial(plan_now, undoing=undoing_of(saved_plan))
    planned = saved or plan_now(target, permissions=options.permissions)
    request = request_for(target, inputs, planned.plan, previous, live, options=options)
    refuse_stale(planned.plan, live.schema, own=request.started)
    if saved is not None:
        planned = verify_again(target, saved, live, request, plan_now)
    refuse_secret_names(planned.plan, holds_secret=backend.holds_secret)
    refuse_unreadable_backups(request)
    refuse_removal_by_twin(target.account.name, planned.plan, lambda: target.twins)
    return ReadyPlan(planned=planned, request=request, live=live)


def _review_and_execute(
    target: Target, session: ApplyInputs, ready: ReadyPlan, reviewer: Reviewer
) -> Applied:
    """Have the plan reviewed, read the account again, make the calls, remember the result."""
    from schemactl.apply import execute
    from schemactl.apply.base import conclude, remember_protection
    from schemactl.apply.review import not_agreed
    from schemactl.safety import refuse_hazards, refuse_stale

    plan, request, live = ready.planned.plan, ready.request, ready.live
    reviewer.show(ready.planned, request.earlier.found)
    refuse_hazards(plan)
    if request.makes_calls or plan.ends_protection:
        if not reviewer.agrees(ready.planned, calls=request.calls_left):
            return not_agreed(ready)
        dialect = session.backend.dialect
        parts = frozenset(map(dialect.part_of, plan.schema_calls))
        live = session.backend.read_parts(parts, live)
        refuse_stale(plan, live.schema, own=request.started)
    protected = remember_protection(target, session.inputs, live, request)
    folder, host = target.journal_folder, target.host
    result = execute(request, folder=folder, backend=session.backend, live=live, host=host)
    comparing = partial(compare, target, session.inputs)
    return conclude(
        target, session.inputs, ready, result, protected=protected, compare=comparing
    )


def probe_account(target: Target, reviewer: ProbeReviewer, wait_s: float) -> Probed | None:
    """Find out how the account's server behaves; None where the reviewer refuses."""
    from schemactl.apply.probe.session import probe_held
    from schemactl.drift.inputs import read_history

    with target.hold(wait_s=wait_s) as session, session.open(frozenset()) as backend:
        target = target.with_state(session.state)
        history = read_history(target, session.identity, session.left_behind)
        return probe_held(target, session.identity, history, backend, reviewer)


def usage_account(target: Target, listener: UsageListener, sections: Sequence[str]) -> Usage:
    """Count who holds each custom field, option and tag. Never writes to the account."""
    from schemactl.safety.usage import take_usage

    with target.open_for_reading(None) as account:
        return take_usage(target, account, listener, sections=sections)


def drift_account(target: Target) -> Drift:
    """Report where account and files differ, and what can be done about it. Never writes."""
    from schemactl.drift.acceptance import copy_files, with_ways_out
    from schemactl.drift.inputs import read_inputs, with_facts

    inputs = read_inputs(target)
    with target.open_for_reading(inputs.objects) as account:
        live = account.read()
    unpruned = with_facts(target, inputs.identity).with_prune(prune=False)
    return with_ways_out(
        find_drift(target, inputs, live),
        copy=lambda: copy_files(target, inputs, live, find_drift),
        plan=lambda: plan_changes(unpruned, inputs, live, frozenset(), history=None).plan,
    )


def accept_drift(
    target: Target, titles: Sequence[str], *, layer: str | None = None
) -> tuple[FileEdit, ...]:
    """Return the edits that make files say what the account has of items; writes nothing."""
    from schemactl.drift.acceptance import accept_live

    return accept_live(target, titles, find_drift, layer=layer)


def find_drift(target: Target, inputs: Inputs, live: LiveState) -> Drift:
    """Compare files and account, and find out which side changed since the last apply."""
    from schemactl.drift.ids import known_of
    from schemactl.drift.items import drift_of
    from schemactl.drift.protection import notices_of_ending

    difference = compare(target, inputs, live)
    drift = drift_of(
        difference,
        account=target.account.name,
        backend=target.dialect.name,
        base=inputs.base,
        known=known_of(inputs.base, live.ids),
        acknowledged=target.account.acknowledged,
        today=target.host.now().date(),
    )
    notices = (*drift.notices, *notices_of_ending(difference.ends_protection))
    return replace(drift, live=live.schema, notices=notices)


def compare_sides(one: Side, other: Side) -> Drift:
    """Report where two accounts or snapshots differ. Never writes."""
    from schemactl.drift.between import drift_between
    from schemactl.drift.sides import read_side

    return drift_between(read_side(one), read_side(other), name=one.name, other_name=other.name)


def format_files(folder: Path, chosen: Sequence[Path]) -> tuple[Formatted, ...]:
    """Return schema files in the canonical style, all if none is chosen; nothing is written.

    Raises:
        InvalidFilesError: One does not have the form of a schema or project file.
    """
    from schemactl.desired.rewrite.formatted import format_each, format_project

    return format_each(chosen, folder=folder) if chosen else format_project(folder)


def import_account(target: Target, *, include_system: bool) -> Imported:
    """Return a live account as a schema file; a plan right after it is empty."""
    from schemactl.desired.codec import schema_file_text
    from schemactl.desired.importable import Imported, pick_importable

    picked = pick_importable(read_account(target).schema, include_system=include_system)
    return Imported(text=schema_file_text(picked.schema), skipped=picked.skipped)


def snapshot_account(target: Target) -> str:
    """Return a live account as canonical JSON, unmanaged and system objects included."""
    from schemactl.store.snapshot import snapshot_text

    live = read_account(target).schema
    return snapshot_text(live, account=target.account.name, backend=target.dialect.name)


def read_account(target: Target) -> LiveState:
    """Read a live account with all custom objects. Never writes."""
    with target.open_for_reading(None) as account:
        return account.read()


def read_journals(targets: Sequence[Target]) -> tuple[RecordedRun, ...]:
    """Read what every apply from this project to some accounts did, oldest first.

    Raises:
        JournalError: A journal cannot be read, or somebody changed it.
    """
    from schemactl.store.journal.files import oldest_first, recorded_runs

    runs = [run for each in targets for run in recorded_runs(each.journal_folder)]
    return oldest_first(run for run in runs if not run.is_probe)


def show_plan(source: Path | BinaryIO, *, file: str) -> Plan:
    """Read a saved plan and check it against itself (`PlanFileError`); contacts nobody."""
    from schemactl.apply.saved_plan import read_plan_alone

    return read_plan_alone(source, file=file)
