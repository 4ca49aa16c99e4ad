"""The path of data: each command for one account, from files and HTTP to a result.

Read this first. Every function here is a chain of calls into the floors below;
none of them decides anything itself. What only some commands need is imported in them.

    files ----> desired --+
    base -----------------+--> difference --> plan --> hazards --> calls --> verdicts --> base
    account --> live -----+
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from schemactl.accounts import Account, Project
from schemactl.backend.interface import Backend, LiveState, Wanted
from schemactl.desired.load import Loaded, load_desired
from schemactl.errors import Problem, SchemactlError
from schemactl.host import Host
from schemactl.model.schema import CONTACTS
from schemactl.opening import (
    Opened,
    base_path,
    declarable_types,
    dialect_of,
    journal_folder,
    open_account,
    open_for_apply,
    pace_of,
)
from schemactl.snapshot import SnapshotError, schema_from_snapshot, snapshot_text

if TYPE_CHECKING:
    from schemactl.backend.interface import Dialect
    from schemactl.desired.importable import LeftOut
    from schemactl.executor import Carried, Order
    from schemactl.executor.earlier import Earlier
    from schemactl.model.base import Base
    from schemactl.model.difference import Difference
    from schemactl.model.drift import Drift
    from schemactl.model.plan import Permission, Plan
    from schemactl.model.recorded import FoundRun, RecordedRun
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
    """A plan and what came of it.

    Attributes:
        planned: What was to be done.
        run: What came of it; None where the reviewer did not agree.
        found: The run that was cut off before, and whose work was taken up.
        base_problem: Why it was not kept how the account was left; empty where it was.
    """

    planned: Planned
    run: Run | None
    found: FoundRun | None = None
    base_problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the project itself gives, before the account is asked.

    Attributes:
        loaded: Its schema files.
        base: How the last apply left the account; None where none left a base.
    """

    loaded: Loaded
    base: Base | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How an apply goes about it.

    Attributes:
        permissions: Those given for the plan that is made; a saved plan has its own.
        plan_file: A saved plan to carry out; None to plan anew.
        stop_at_first: Whether to leave out all the rest once a call fails.
        wait_s: How long to wait for another apply on the account to end.
    """

    permissions: frozenset[Permission] = frozenset()
    plan_file: Path | None = None
    stop_at_first: bool = False
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A schema file's text, and what of the account it does not hold."""

    text: str
    left_out: tuple[LeftOut, ...]


class Reviewer(Protocol):
    """Whoever looks at a plan before it is carried out."""

    def show(self, planned: Planned, found: FoundRun | None) -> None:
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
    return _load(target)


def plan_account(target: Target, *, permissions: frozenset[Permission]) -> Planned:
    """Work out what would make the account as the files say; changes nothing, and cannot.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read.
    """
    given = _read_project(target)
    with _open(target, _objects(given)) as backend:
        return _plan(target, given, backend.read(), permissions)


def plan_against(
    target: Target, snapshot: Path, *, permissions: frozenset[Permission]
) -> Planned:
    """Work out the same against a snapshot; contacts nobody.

    Raises:
        InvalidFilesError: The files break a rule, or the snapshot does.
    """
    given = Given(loaded=_load(target), base=None)
    live = LiveState(schema=_read_snapshot(snapshot))
    return _plan(target, given, live, permissions, address="")


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
    from schemactl.executor import carry_out
    from schemactl.executor.earlier import look_back
    from schemactl.safety import refuse_hazards, refuse_moved

    given = _read_project(target)
    saved = _load_plan(target, given.loaded, options.plan_file)
    with _open_for_apply(target, given, wait_s=options.wait_s) as opened:
        journals = (_journals(target), *opened.left_behind)
        earlier = look_back(journals, opened.backend, target.host)
        live = earlier.live or opened.backend.read()
        planned = saved or _plan(target, given, live, options.permissions)
        order = _order(planned.plan, earlier, live, options, opened.backend.dialect)
        refuse_moved(planned.plan, live.schema, own=order.begun)
        planned = _judge(target, given, live, planned, order) if saved else planned
        reviewer.show(planned, earlier.found)
        refuse_hazards(planned.plan)
        if order.makes_calls:
            if not reviewer.agrees(planned.plan, calls=order.calls_left):
                return Applied(planned=planned, run=None, found=earlier.found)
            live = opened.backend.read()
            refuse_moved(planned.plan, live.schema, own=order.begun)
        carried = carry_out(
            order, folder=journals[0], backend=opened.backend, live=live, host=target.host
        )
        problem = _keep_base(target, given, carried)
    run, found = carried.run, earlier.found
    return Applied(planned=planned, run=run, found=found, base_problem=problem)


def drift_account(target: Target) -> Drift:
    """Find what in the account is not as the files say; changes nothing, and cannot.

    Raises:
        InvalidFilesError: The files break a rule. The account was not contacted.
        AccountError: The account could not be read.
    """
    from schemactl.drift import drift_of

    given = _read_project(target)
    with _open(target, _objects(given)) as backend:
        live = backend.read()
    return drift_of(
        _compare(target, given, live),
        account=target.account.name,
        backend=backend.dialect.name,
        base=given.base,
        acknowledged=target.account.acknowledged,
        today=target.host.now().date(),
    )


def import_account(target: Target, *, include_system: bool) -> Imported:
    """Write a live account down as a schema file; a plan right after it is empty.

    Raises:
        AccountError: The account could not be read.
    """
    from schemactl.desired.codec import schema_file_text
    from schemactl.desired.importable import pick_importable

    with _open(target, None) as backend:
        live = backend.read()
    picked = pick_importable(live.schema, include_system=include_system)
    return Imported(text=schema_file_text(picked.schema), left_out=picked.left_out)


def snapshot_account(target: Target) -> str:
    """Write a live account down as canonical JSON, unmanaged and system objects included.

    Raises:
        AccountError: The account could not be read.
    """
    with _open(target, None) as backend:
        live = backend.read()
    return snapshot_text(live.schema, account=target.account.name, backend=backend.dialect.name)


def read_journals(target: Target) -> tuple[RecordedRun, ...]:
    """Read what every apply from this folder did, oldest first; contacts nobody.

    Raises:
        JournalError: A journal cannot be read, or somebody changed it.
    """
    from schemactl.journal.shelf import recorded_runs

    return recorded_runs(_journals(target))


def run_left_open(target: Target) -> RecordedRun | None:
    """Give the apply that was cut off or left something to put right; contacts nobody.

    Raises:
        JournalError: A journal cannot be read, or somebody changed it.
    """
    from schemactl.journal.shelf import open_run

    return open_run(read_journals(target))


def _read_project(target: Target) -> Given:
    """Read the schema files, and how the last apply left this very account.

    Raises:
        InvalidFilesError: The files break a rule.
        BaseError: The file that should tell how the account was left does not.
    """
    from schemactl.base.shelf import read_base

    loaded = _load(target)
    base = read_base(base_path(target.project.folder, target.account.name))
    # A project may point the same name at another account some day.
    is_same = base is not None and base.address == target.account.url
    return Given(loaded=loaded, base=base if is_same else None)


def _keep_base(target: Target, given: Given, carried: Carried) -> str:
    """Keep how an apply left the account; say why that was not possible, or nothing."""
    from schemactl.base.keeping import state_to_keep
    from schemactl.base.origin import applied_now
    from schemactl.base.shelf import write_base
    from schemactl.model.base import Base

    if carried.live is None:
        return "the account could not be read after the last call"
    left = _compare(target, given, carried.live).changes
    before = None if given.base is None else given.base.schema
    folder = target.project.folder
    base = Base(
        account=target.account.name,
        backend=dialect_of(target.account).name,
        address=target.account.url,
        applied=applied_now(target.host, folder, run=carried.run.id),
        schema=state_to_keep(carried.live.schema, left, before),
        ids=carried.live.ids,
    )
    try:
        write_base(base_path(folder, target.account.name), base)
    except SchemactlError as error:
        return str(error)
    return ""


def _load(target: Target) -> Loaded:
    return load_desired(
        target.project.folder,
        target.account.schema,
        allowed_types=declarable_types(target.account),
        backend=target.account.backend,
        pattern_locations=target.account.schema_locations,
    )


def _load_plan(target: Target, loaded: Loaded, path: Path | None) -> Planned | None:
    """Read a saved plan, and refuse one that was not made for this account and these files."""
    if path is None:
        return None
    from schemactl.desired.fingerprint import fingerprint_of
    from schemactl.plan_file import load_plan
    from schemactl.safety import refuse_foreign

    plan = load_plan(path)
    refuse_foreign(
        plan,
        account=target.account.name,
        backend=dialect_of(target.account).name,
        address=target.account.url,
        files=fingerprint_of(loaded.desired),
    )
    return Planned(plan=plan, warnings=loaded.warnings)


def _judge(
    target: Target, given: Given, live: LiveState, saved: Planned, order: Order
) -> Planned:
    """Hold a saved plan to the files and the account, and name its risks by today's rules."""
    from schemactl.planner.founded import refuse_unfounded
    from schemactl.safety import with_hazards

    difference = _compare(target, given, live)
    dialect = dialect_of(target.account)
    refuse_unfounded(saved.plan, difference, live, dialect, begun=order.begun)
    rules = target.project.safety
    judged = with_hazards(saved.plan, rules=rules, managed_count=difference.managed_count)
    return replace(saved, plan=judged)


def _order(
    plan: Plan, earlier: Earlier, live: LiveState, options: ApplyOptions, dialect: Dialect
) -> Order:
    """Say what is to be done of a plan: all that no earlier run of the same plan did."""
    from schemactl.executor import Order
    from schemactl.executor.earlier import calls_made_earlier
    from schemactl.plan_file import plan_digest

    digest = plan_digest(plan)
    same = [run for run in earlier.runs if run.plan == digest and options.plan_file]
    return Order(
        plan=plan,
        digest=digest,
        earlier=earlier,
        # A plan made just now is about what is left; only a saved one can be half done.
        done=calls_made_earlier(plan, same, live, dialect),
        stop_at_first=options.stop_at_first,
    )


def _read_snapshot(path: Path) -> Schema:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise SnapshotError(msg) from error
    return schema_from_snapshot(text, file=str(path))


def _plan(
    target: Target,
    given: Given,
    live: LiveState,
    permissions: frozenset[Permission],
    *,
    address: str | None = None,
) -> Planned:
    """Plan for the account's own address, or for another; an empty one fits no account."""
    from schemactl.desired.fingerprint import fingerprint_of
    from schemactl.planner import make_plan
    from schemactl.safety import with_hazards

    difference = _compare(target, given, live)
    plan = make_plan(
        difference,
        account=target.account.name,
        live=live,
        dialect=dialect_of(target.account),
        permissions=permissions,
        pace=pace_of(target.account),
        address=target.account.url if address is None else address,
        files=fingerprint_of(given.loaded.desired),
    )
    rules = target.project.safety
    judged = with_hazards(plan, rules=rules, managed_count=difference.managed_count)
    return Planned(plan=judged, warnings=given.loaded.warnings)


def _compare(target: Target, given: Given, live: LiveState) -> Difference:
    """Compare files and account, and tell what of the files this API cannot say.

    What the account renamed since the last apply is known by its id, where it has one.
    """
    from schemactl.base.earlier import with_earlier_names
    from schemactl.diff import diff_schemas, notice_unexpressed

    known = dialect_of(target.account).capabilities
    wanted = given.loaded.desired
    desired = wanted if known.objects else wanted.of(CONTACTS)
    named = with_earlier_names(desired, given.base, live.ids)
    difference = diff_schemas(desired=named, live=live.schema)
    unexpressed = notice_unexpressed(
        wanted,
        settings=known.settings,
        descriptions=known.descriptions,
        objects=known.objects,
    )
    return replace(difference, notices=(*difference.notices, *unexpressed))


def _objects(given: Given) -> Wanted:
    """Give the custom objects that the files name: no other is read, as each costs calls."""
    return tuple(each.label for each in given.loaded.desired.objects)


def _open(target: Target, objects: Wanted) -> AbstractContextManager[Backend]:
    folder, host = target.project.folder, target.host
    return open_account(target.account, folder=folder, host=host, objects=objects)


def _open_for_apply(
    target: Target, given: Given, *, wait_s: float
) -> AbstractContextManager[Opened]:
    return open_for_apply(
        target.account,
        folder=target.project.folder,
        host=target.host,
        objects=_objects(given),
        wait_s=wait_s,
    )


def _journals(target: Target) -> Path:
    return journal_folder(target.project.folder, target.account.name)
