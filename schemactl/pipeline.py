"""The path of data: each command for one account, from files and HTTP to a result.

Read this first. Every function here is a chain of calls into the floors below;
none of them decides anything itself. What only some commands need is imported in them.

    files ----> desired --+
                          +--> difference --> plan --> hazards --> calls --> verdicts
    account --> live -----+
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from schemactl.accounts import Account, Project
from schemactl.backend.interface import Backend, LiveState
from schemactl.desired.load import Loaded, load_desired
from schemactl.errors import Problem
from schemactl.host import Host
from schemactl.opening import (
    declarable_types,
    dialect_of,
    journal_path,
    open_account,
    pace_of,
)
from schemactl.snapshot import SnapshotError, schema_from_snapshot, snapshot_text

if TYPE_CHECKING:
    from schemactl.desired.importable import LeftOut
    from schemactl.model.drift import Drift
    from schemactl.model.plan import Permission, Plan
    from schemactl.model.run import Run
    from schemactl.model.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a command is about: one account of one project, seen from this process."""

    project: Project
    account: Account
    host: Host


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, and what reading the files warned of."""

    plan: Plan
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A plan and what came of it; `run` is None where the reviewer did not agree."""

    planned: Planned
    run: Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A schema file's text, and what of the account it does not hold."""

    text: str
    left_out: tuple[LeftOut, ...]


class Reviewer(Protocol):
    """Whoever looks at a plan before it is carried out."""

    def show(self, planned: Planned) -> None:
        """See the plan, before anything is refused, asked or done."""
        ...

    def agrees(self, plan: Plan) -> bool:
        """Say whether to make its calls; no hazard stands in the way any more."""
        ...


def validate_account(target: Target) -> Loaded:
    """Read and check the account's files; contacts nobody.

    Raises:
        InvalidFilesError: The files break a rule; every problem is in it, warnings too.
    """
    return _load(target)


def plan_account(target: Target, *, permissions: frozenset[Permission]) -> Planned:
    """Work out what would make the account as the files say; changes nothing, and cannot.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read.
    """
    loaded = _load(target)
    with _open(target, read_only=True) as backend:
        return _plan(target, loaded, backend.read(), permissions)


def plan_against(
    target: Target, snapshot: Path, *, permissions: frozenset[Permission]
) -> Planned:
    """Work out the same against a snapshot; contacts nobody.

    Raises:
        InvalidFilesError: The files break a rule, or the snapshot does.
    """
    loaded = _load(target)
    live = LiveState(schema=_read_snapshot(snapshot))
    return _plan(target, loaded, live, permissions)


def apply_account(
    target: Target, *, permissions: frozenset[Permission], reviewer: Reviewer
) -> Applied:
    """Plan, have it reviewed, make its calls and prove them.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read. Nothing was changed.
        RefusedError: A hazard lacks its permission, or the account moved during the
            review. Nothing was changed.
        JournalError: The journal cannot be written; no call was made after that.
    """
    from schemactl.executor import run_without_calls
    from schemactl.safety import refuse_hazards, refuse_stale

    loaded = _load(target)
    with _open(target, read_only=False) as backend:
        planned = _plan(target, loaded, backend.read(), permissions)
        reviewer.show(planned)
        refuse_hazards(planned.plan)
        if not planned.plan.calls:
            return Applied(planned=planned, run=run_without_calls(planned.plan))
        if not reviewer.agrees(planned.plan):
            return Applied(planned=planned, run=None)
        again = _plan(target, loaded, backend.read(), permissions)
        refuse_stale(seen=planned.plan, now=again.plan)
        return Applied(planned=planned, run=_carry_out(target, planned.plan, backend))


def drift_account(target: Target) -> Drift:
    """Find what in the account is not as the files say; changes nothing, and cannot.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read.
    """
    from schemactl.diff import diff_schemas
    from schemactl.drift import drift_of

    loaded = _load(target)
    with _open(target, read_only=True) as backend:
        live = backend.read()
    difference = diff_schemas(desired=loaded.desired, live=live.schema)
    return drift_of(difference, account=target.account.name, backend=backend.dialect.name)


def import_account(target: Target, *, include_system: bool) -> Imported:
    """Write a live account down as a schema file; a plan right after it is empty.

    Raises:
        AccountError: The account could not be read.
    """
    from schemactl.desired.codec import schema_file_text
    from schemactl.desired.importable import pick_importable

    with _open(target, read_only=True) as backend:
        live = backend.read()
    picked = pick_importable(live.schema, include_system=include_system)
    return Imported(text=schema_file_text(picked.schema), left_out=picked.left_out)


def snapshot_account(target: Target) -> str:
    """Write a live account down as canonical JSON, unmanaged and system objects included.

    Raises:
        AccountError: The account could not be read.
    """
    with _open(target, read_only=True) as backend:
        live = backend.read()
    return snapshot_text(live.schema, account=target.account.name, backend=backend.dialect.name)


def _load(target: Target) -> Loaded:
    return load_desired(
        target.project.folder,
        target.account.schema,
        allowed_types=declarable_types(target.account),
        backend=target.account.backend,
        pattern_locations=target.account.schema_locations,
    )


def _read_snapshot(path: Path) -> Schema:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise SnapshotError(msg) from error
    return schema_from_snapshot(text, file=str(path))


def _plan(
    target: Target, loaded: Loaded, live: LiveState, permissions: frozenset[Permission]
) -> Planned:
    from schemactl.diff import diff_schemas
    from schemactl.planner import make_plan
    from schemactl.safety import with_hazards

    difference = diff_schemas(desired=loaded.desired, live=live.schema)
    plan = make_plan(
        difference,
        account=target.account.name,
        live=live,
        dialect=dialect_of(target.account),
        permissions=permissions,
        pace=pace_of(target.account),
    )
    rules = target.project.safety
    judged = with_hazards(plan, rules=rules, managed_count=difference.managed_count)
    return Planned(plan=judged, warnings=loaded.warnings)


def _open(target: Target, *, read_only: bool) -> AbstractContextManager[Backend]:
    return open_account(
        target.account, folder=target.project.folder, host=target.host, read_only=read_only
    )


def _carry_out(target: Target, plan: Plan, backend: Backend) -> Run:
    """Make the plan's calls with a journal around each."""
    from schemactl.executor import execute_plan
    from schemactl.journal import JournalFile

    run_id = f"{target.host.now().astimezone(UTC):%Y%m%dT%H%M%SZ}-{target.host.token()}"
    path = journal_path(target.project.folder, target.account.name, run_id)
    with JournalFile(path, now=target.host.now) as journal:
        journal.run_started(run_id, plan)
        run = execute_plan(
            plan, run_id=run_id, backend=backend, journal=journal, host=target.host
        )
        journal.run_finished(run)
    return run
