"""The path of data: each command for one account, from files and HTTP to a result.

Read this first. Every function here is a chain of calls into the floors below;
none of them decides anything itself. What only some commands need is imported in them.

    files ----> desired --+
    base -----------------+--> difference --> plan --> hazards --> calls --> verdicts --> base
    account --> live -----+
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from schemactl.account.interface import LiveState
from schemactl.desired.load import Loaded
from schemactl.drift.acceptance import accept_into_files, with_ways_out
from schemactl.stages import (
    ApplyInputs,
    ApplyOptions,
    Inputs,
    PlanResult,
    Side,
    Target,
    find_drift,
    journals_of,
    lint_files,
    load_files,
    objects_named,
    open_for_reading,
    open_for_writing,
    plan_changes,
    read_history,
    read_project,
    read_snapshot,
    schema_of,
)
from schemactl.store.snapshot import snapshot_text

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest
    from schemactl.desired.importable import LeftOut
    from schemactl.desired.rewrite.formatted import Formatted
    from schemactl.desired.rewrite.taking import FileEdit
    from schemactl.model.drift import Drift
    from schemactl.model.plan import Permission, Plan
    from schemactl.model.recorded import FoundRun, RecordedRun
    from schemactl.model.run import Run

__all__ = [
    "Applied",
    "ApplyOptions",
    "Imported",
    "PlanResult",
    "Reviewer",
    "Side",
    "Target",
    "accept_drift",
    "apply_account",
    "compare_sides",
    "drift_account",
    "format_files",
    "import_account",
    "lint_account",
    "plan_account",
    "plan_against",
    "read_journals",
    "run_left_open",
    "show_plan",
    "snapshot_account",
    "validate_account",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A plan and what came of it.

    Attributes:
        planned: What was to be done.
        run: What came of it; None where the reviewer did not agree.
        found: The run that was cut off before, and whose work was taken up.
        base_problem: Why it was not kept how the account was left; empty where it was.
        applied_by: The run that completed a saved plan before; empty where none did.
    """

    planned: PlanResult
    run: Run | None
    found: FoundRun | None = None
    base_problem: str = ""
    applied_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A schema file's text, and what of the account it does not hold."""

    text: str
    left_out: tuple[LeftOut, ...]


class Reviewer(Protocol):
    """Whoever looks at a plan before it is carried out."""

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        """See the plan, and what was cut off before, ere anything is refused, asked or done."""
        ...

    def agrees(self, plan: Plan, *, calls: int) -> bool:
        """Say whether to make so many calls of it; no hazard stands in the way any more."""
        ...


def validate_account(target: Target) -> Loaded:
    """Read and check the account's files; contacts nobody.

    Raises:
        InvalidFilesError: The files break a rule; every problem is in it, warnings too.
    """
    return load_files(target)


def plan_account(target: Target, *, permissions: frozenset[Permission]) -> PlanResult:
    """Work out what would make the account as the files say; changes nothing, and cannot.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read.
        RefusedError: A name in the files holds the account's app id or key.
        JournalError: A journal cannot be read, or cannot be trusted.
    """
    from schemactl.safety import refuse_secret_names

    given, history = read_project(target), read_history(target)
    with open_for_reading(target, objects_named(given)) as backend:
        planned = plan_changes(target, given, backend.read(), permissions, history=history)
        refuse_secret_names(planned.plan, holds_secret=backend.holds_secret)
    return planned


def plan_against(
    target: Target, snapshot: Path, *, permissions: frozenset[Permission]
) -> PlanResult:
    """Work out the same against a snapshot; contacts nobody.

    Raises:
        InvalidFilesError: The files break a rule, or the snapshot does.
    """
    given = Inputs(loaded=load_files(target), base=None)
    live = LiveState(schema=read_snapshot(snapshot))
    return plan_changes(target, given, live, permissions, history=None)


def apply_account(target: Target, *, options: ApplyOptions, reviewer: Reviewer) -> Applied:
    """Find out how the last apply ended, plan, have it reviewed, make its calls, prove them.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read. Nothing was changed.
        RefusedError: A hazard lacks its permission, the account moved since the plan was
            made, the saved plan is none for this account and these files, or another
            apply works on the account. Nothing was changed.
        JournalError: The journal cannot be written or read; no call was made.
    """
    from schemactl.apply.saved_plan import load_saved_plan
    from schemactl.safety import refuse_hazards, refuse_stale

    # So that nobody waits in vain; files and base are read again once nobody else applies.
    saved = load_saved_plan(target, read_project(target).loaded, options.plan_file)
    with open_for_writing(target, wait_s=options.wait_s) as opened:
        planned, order, live = _plan_to_apply(target, opened, saved, options)
        if order.applied_by:
            return _applied_before(planned, order, live)
        reviewer.show(planned, order.earlier.found)
        refuse_hazards(planned.plan)
        if order.makes_calls or planned.plan.ends_protection:
            if not reviewer.agrees(planned.plan, calls=order.calls_left):
                return Applied(planned=planned, run=None, found=order.earlier.found)
            live = opened.backend.read()
            refuse_stale(planned.plan, live.schema, own=order.started)
        return _apply_reviewed(target, opened, planned, order, live)


def _apply_reviewed(
    target: Target,
    opened: ApplyInputs,
    planned: PlanResult,
    order: ApplyRequest,
    live: LiveState,
) -> Applied:
    """Make the calls of a reviewed plan, and keep how they left the account."""
    from schemactl.apply import execute, with_ended_protection
    from schemactl.base_writing import keep_base

    given, history = opened.given, order.earlier.history
    folder, host = journals_of(target), target.host
    carried = execute(order, folder=folder, backend=opened.backend, live=live, host=host)
    problem = keep_base(target, given, planned.plan, carried, history)
    return Applied(
        planned=planned,
        run=with_ended_protection(carried.run, planned.plan, base_problem=problem),
        found=order.earlier.found,
        base_problem=problem,
    )


def _applied_before(planned: PlanResult, order: ApplyRequest, live: LiveState) -> Applied:
    """Report a saved plan that another run has completed; sends and writes nothing."""
    from schemactl.apply import run_of_applied
    from schemactl.safety import refuse_changed_since

    refuse_changed_since(planned.plan, live.schema, applied_by=order.applied_by)
    run = run_of_applied(planned.plan)
    return Applied(planned=planned, run=run, applied_by=order.applied_by)


def _plan_to_apply(
    target: Target, opened: ApplyInputs, saved_plan: Plan | None, options: ApplyOptions
) -> tuple[PlanResult, ApplyRequest, LiveState]:
    """Plan, or verify the saved plan; return what is left to do of it, and the account."""
    from schemactl.apply.recovery import recover_runs
    from schemactl.apply.saved_plan import bind_saved_plan, request_for, verify_saved_plan
    from schemactl.safety import refuse_secret_names, refuse_stale

    given, backend = opened.given, opened.backend
    saved = bind_saved_plan(target, given.loaded, saved_plan) if saved_plan else None
    history = read_history(target, opened.left_behind)
    earlier = recover_runs(history, backend, target.host)
    live = earlier.live or backend.read()
    planned = saved or plan_changes(target, given, live, options.permissions, history=history)
    order = request_for(target, planned.plan, earlier, live, options)
    refuse_stale(planned.plan, live.schema, own=order.started)
    planned = verify_saved_plan(target, given, live, planned, order) if saved else planned
    refuse_secret_names(planned.plan, holds_secret=backend.holds_secret)
    return planned, order, live


def drift_account(target: Target) -> Drift:
    """Find what in the account is not as the files say; changes nothing, and cannot.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read.
    """
    given = read_project(target)
    with open_for_reading(target, objects_named(given)) as backend:
        live = backend.read()
    return with_ways_out(target, given, live, find_drift(target, given, live))


def accept_drift(target: Target, titles: Sequence[str]) -> tuple[FileEdit, ...]:
    """Say how the files would read if they said what the account has of some items.

    Writes nothing, and changes nothing in the account.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read.
        UsageError: An item is unknown, or cannot be taken into the files.
    """
    given = read_project(target)
    with open_for_reading(target, objects_named(given)) as backend:
        live = backend.read()
    return accept_into_files(target, given, live, titles)


def compare_sides(one: Side, other: Side) -> Drift:
    """Find in what an account or snapshot is not as another is; changes nothing, and cannot.

    Raises:
        AccountError: An account could not be read.
        SnapshotError: A file holds no snapshot.
    """
    from schemactl.drift.between import drift_between

    schema, other_schema = schema_of(one), schema_of(other)
    return drift_between(schema, other_schema, name=one.name, other_name=other.name)


def lint_account(target: Target, *, live: bool) -> Loaded:
    """Say what is unwise in files; `live` looks at the account too, and changes nothing.

    Raises:
        InvalidFilesError: The files break a rule that is an error.
        AccountError: The account could not be read.
    """
    if not live:
        return lint_files(target, None)
    given = read_project(target)
    with open_for_reading(target, objects_named(given)) as backend:
        found = backend.read()
    return lint_files(target, found.schema)


def format_files(folder: Path, chosen: Sequence[Path]) -> tuple[Formatted, ...]:
    """Say how schema files would read in the canonical style; writes nothing.

    Args:
        folder: The project's.
        chosen: Which; all that an account of the project has where none is given.

    Raises:
        InvalidFilesError: A file is no valid YAML, or the project file breaks a rule.
    """
    from schemactl.desired.find import schema_files
    from schemactl.desired.rewrite.formatted import format_each
    from schemactl.project import load_project

    if chosen:
        return format_each(chosen, folder=folder)
    accounts = load_project(folder).accounts
    patterns = tuple(dict.fromkeys(one for each in accounts for one in each.schema))
    paths = [folder / name for name in schema_files(folder, patterns)]
    return format_each(paths, folder=folder)


def import_account(target: Target, *, include_system: bool) -> Imported:
    """Write a live account down as a schema file; a plan right after it is empty.

    Raises:
        AccountError: The account could not be read.
    """
    from schemactl.desired.codec import schema_file_text
    from schemactl.desired.importable import pick_importable

    with open_for_reading(target, None) as backend:
        live = backend.read()
    picked = pick_importable(live.schema, include_system=include_system)
    return Imported(text=schema_file_text(picked.schema), left_out=picked.left_out)


def snapshot_account(target: Target) -> str:
    """Write a live account down as canonical JSON, unmanaged and system objects included.

    Raises:
        AccountError: The account could not be read.
    """
    with open_for_reading(target, None) as backend:
        live = backend.read()
    return snapshot_text(live.schema, account=target.account.name, backend=backend.dialect.name)


def read_journals(target: Target) -> tuple[RecordedRun, ...]:
    """Read what every apply from this folder did, oldest first; contacts nobody.

    Raises:
        JournalError: A journal cannot be read, or somebody changed it.
    """
    from schemactl.store.journal.files import recorded_runs

    return recorded_runs(journals_of(target))


def show_plan(source: Path | BinaryIO, *, file: str) -> Plan:
    """Read a saved plan and hold it to itself; contacts nobody and needs no project.

    Raises:
        PlanFileError: It is no plan, or contradicts itself.
    """
    from schemactl.apply.saved_plan import read_plan_alone

    return read_plan_alone(source, file=file)


def run_left_open(target: Target) -> RecordedRun | None:
    """Return the apply that was cut off or left tags on the carrier; contacts nobody.

    Raises:
        JournalError: A journal cannot be read, or cannot be trusted.
    """
    return read_history(target).interrupted
