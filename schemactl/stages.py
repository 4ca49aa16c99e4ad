"""The stages that commands share: from the project's files to a plan, and back to its base.

`pipeline` says which command goes through which of them, in which order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.account.connect import (
    address_of,
    base_path,
    declarable_types,
    dialect_of,
    hold_for_apply,
    journal_folder,
    open_account,
    pace_of,
)
from schemactl.account.interface import Backend, LiveState, Wanted
from schemactl.desired.load import Loaded, load_desired
from schemactl.errors import (
    InvalidFilesError,
    Problem,
    RefusedError,
    Severity,
)
from schemactl.host import Host
from schemactl.model.plan import PlanOrigin
from schemactl.model.schema import CONTACTS
from schemactl.project import PROJECT_FILE, Account, Project, load_project
from schemactl.store.snapshot import SnapshotError, schema_from_snapshot

if TYPE_CHECKING:
    from schemactl.model.base import Base
    from schemactl.model.desired import Desired
    from schemactl.model.difference import Difference
    from schemactl.model.drift import Drift
    from schemactl.model.plan import Permission, Plan
    from schemactl.model.schema import Schema
    from schemactl.store.journal.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a command is about: one account of one project, seen from this process."""

    project: Project
    account: Account
    host: Host

    def with_prune(self, *, prune: bool) -> Target:
        """Return the same target, its orphans pruned or not whatever the project file says."""
        return replace(self, account=replace(self.account, prune=prune))


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two that are compared.

    Attributes:
        name: What the user calls it.
        source: An account, or the path of a snapshot.
    """

    name: str
    source: Target | Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """A plan, what reading the files warned of, and the account as it was read.

    `live` is None where the plan is a saved one.
    """

    plan: Plan
    warnings: tuple[Problem, ...]
    live: Schema | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the project itself gives, before the account is asked.

    Attributes:
        loaded: Its schema files.
        base: How the last apply left the account; None where none left a base.
        foreign_base: The address that the base in the folder is of, where it is another.
    """

    loaded: Loaded
    base: Base | None
    foreign_base: str = ""


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


def read_project(target: Target) -> Inputs:
    """Read the schema files, and how the last apply left this very account.

    Raises:
        InvalidFilesError: The files break a rule.
        BaseError: The file that should tell how the account was left does not.
    """
    from schemactl.store.base_files import read_base

    loaded = load_files(target)
    base = read_base(base_path(target.project.folder, target.account.name))
    # A project may point the same name at another account some day.
    if base is not None and base.address != target.account.url:
        return Inputs(loaded=loaded, base=None, foreign_base=base.address)
    return Inputs(loaded=loaded, base=base)


def load_files(target: Target, texts: Mapping[str, str] | None = None) -> Loaded:
    """Read and check the account's schema files; every problem is in what it raises.

    `texts` are read in the place of files, by their names from the project's folder.
    """
    return _settled(target, _read_files(target, texts or {}), live=None)


def lint_files(target: Target, live: Schema | None) -> Loaded:
    """Read and check the files, and tell what the account shows of them, where it was read.

    Raises:
        InvalidFilesError: As for `load_files`, or a rule is broken that is an error here.
    """
    return _settled(target, _read_files(target, {}), live=live)


def _read_files(target: Target, texts: Mapping[str, str]) -> Loaded:
    return load_desired(
        target.project.folder,
        target.account.schema,
        allowed_types=declarable_types(target.account),
        backend=target.account.backend,
        pattern_locations=target.account.schema_locations,
        texts=texts,
    )


def _settled(target: Target, loaded: Loaded, *, live: Schema | None) -> Loaded:
    """Give the files with what is told of them, by the severities of the project."""
    from schemactl.desired.lint import (
        DEFAULTS,
        LIVE_RULES,
        apply_severities,
        file_findings,
        live_findings,
    )

    rules, limit = target.project.rules, target.account.field_limit
    found = (*loaded.warnings, *file_findings(loaded.desired, rules=rules, field_limit=limit))
    if live is not None:
        found = (*found, *live_findings(loaded.desired, live))
    looked = frozenset(DEFAULTS) if live is not None else frozenset(DEFAULTS) - LIVE_RULES
    told = apply_severities(found, rules=rules, waivers=loaded.waivers, looked=looked)
    if any(problem.severity is Severity.ERROR for problem in told):
        raise InvalidFilesError(told)
    return replace(loaded, warnings=told)


def find_drift(target: Target, given: Inputs, live: LiveState) -> Drift:
    """Say what in the account is not as the files say, and who moved."""
    from schemactl.drift import drift_of
    from schemactl.drift.ids import known_of
    from schemactl.drift.protection import notices_of_ending

    difference = compare_with_files(target, given, live)
    drift = drift_of(
        difference,
        account=target.account.name,
        backend=dialect_of(target.account).name,
        base=given.base,
        known=known_of(given.base, live.ids),
        acknowledged=target.account.acknowledged,
        today=target.host.now().date(),
    )
    ending = notices_of_ending(difference.ends_protection)
    return replace(drift, live=live.schema, notices=(*drift.notices, *ending))


def schema_of(side: Side) -> Schema:
    """Read an account, with every custom object that it has, or a snapshot."""
    if isinstance(side.source, Path):
        return read_snapshot(side.source)
    with open_for_reading(side.source, None) as backend:
        return backend.read().schema


def read_snapshot(path: Path) -> Schema:
    """Read a snapshot; raises `SnapshotError` where the file holds none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"{path} cannot be read: {reason}"
        raise SnapshotError(msg) from error
    return schema_from_snapshot(text, file=str(path))


def plan_changes(
    target: Target,
    given: Inputs,
    live: LiveState,
    permissions: frozenset[Permission],
    *,
    history: History | None,
) -> PlanResult:
    """Plan for the account; without a history, as against a snapshot, for no address."""
    from schemactl.desired.fingerprint import fingerprint_of
    from schemactl.drift.protection import refuse_protected_losses
    from schemactl.planner import PlanContext, make_plan
    from schemactl.safety import with_hazards
    from schemactl.store.journal.notices import ignored_notices, left_behind_notices

    difference = compare_for_plan(target, given, live)
    if given.base is not None:
        refuse_protected_losses(difference.changes, given.base.protected, live.ids)
    plan = make_plan(
        difference,
        live=live,
        dialect=dialect_of(target.account),
        context=PlanContext(
            made=_made_now(target.host),
            account=target.account.name,
            permissions=permissions,
            pace=pace_of(target.account),
            field_limit=target.account.field_limit,
            address="" if history is None else target.account.url,
            files=fingerprint_of(given.loaded.desired),
        ),
    )
    if history is not None:
        told = (*left_behind_notices(history), *ignored_notices(history, plan.changes))
        plan = replace(plan, notices=(*plan.notices, *told), pending_cleanups=history.pending)
    rules = target.project.safety
    judged = with_hazards(plan, rules=rules, managed_count=difference.managed_count)
    return PlanResult(plan=judged, warnings=given.loaded.warnings, live=live.schema)


def _made_now(host: Host) -> PlanOrigin:
    """Return what tells the plan that is made now from every other."""
    at = host.now().astimezone(UTC).isoformat(timespec="seconds")
    return PlanOrigin(at=at, id=host.token())


def compare_for_plan(target: Target, given: Inputs, live: LiveState) -> Difference:
    """Compare files and account, with the removal of orphans where the account is pruned."""
    from schemactl.drift.orphans import with_orphans

    difference = compare_with_files(target, given, live)
    return with_orphans(difference, live.schema, prunes=target.account.prune)


def compare_with_files(target: Target, given: Inputs, live: LiveState) -> Difference:
    """Compare files and account, and report what of the files this API cannot express.

    What the base knows by its id is found under any name and in any place.
    """
    from schemactl.diff import diff_schemas, keep_expressible, notice_foreign_base
    from schemactl.drift.ids import known_of
    from schemactl.drift.orphans import separate_orphans
    from schemactl.drift.protection import keep_protected

    dialect = dialect_of(target.account).capabilities
    known = known_of(given.base, live.ids)
    difference = diff_schemas(desired=wanted_of(target, given), live=live.schema, known=known)
    difference = keep_expressible(
        difference,
        given.loaded.desired,
        settings=dialect.settings,
        descriptions=dialect.descriptions,
        objects=dialect.objects,
    )
    foreign = notice_foreign_base(target.account.name, given.foreign_base)
    difference = replace(difference, notices=(*difference.notices, *foreign))
    if given.base is None:
        return difference
    wanted, base = wanted_of(target, given), given.base
    difference = separate_orphans(difference, wanted, live.schema, known, base)
    if not base.protected:
        return difference
    return keep_protected(difference, wanted, live.schema, known, base.protected)


def wanted_of(target: Target, given: Inputs) -> Desired:
    """Return what the files say, as far as the account's API can express it."""
    desired = given.loaded.desired
    return desired if dialect_of(target.account).capabilities.objects else desired.of(CONTACTS)


def objects_named(given: Inputs) -> Wanted:
    """Return the custom objects to read: what the files name, and what an apply added to.

    No other is read, as each costs calls.
    """
    created = () if given.base is None else given.base.created
    labels = (
        *(each.label for each in given.loaded.desired.objects),
        *(one.place.custom_object for one in created),
    )
    return tuple(dict.fromkeys(label for label in labels if label != CONTACTS))


def open_for_reading(target: Target, objects: Wanted) -> AbstractContextManager[Backend]:
    """Open the account so that nothing can be written to it."""
    folder, host = target.project.folder, target.host
    return open_account(target.account, folder=folder, host=host, objects=objects)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyInputs:
    """What an apply decides on, all of it read while no other apply works on the account.

    Attributes:
        given: What the project gives.
        backend: The way to the account.
        left_behind: Folders of journals that may record a run that died holding the account.
    """

    given: Inputs
    backend: Backend
    left_behind: tuple[Path, ...]


@contextmanager
def open_for_writing(target: Target, *, wait_s: float) -> Iterator[ApplyInputs]:
    """Keep other applies off the account, then read the project and open the account.

    Raises:
        RefusedError: The project file changed in the meantime.
    """
    folder = target.project.folder
    with hold_for_apply(
        target.account, folder=folder, host=target.host, wait_s=wait_s
    ) as session:
        if load_project(folder) != target.project:
            msg = f"{PROJECT_FILE} changed while this apply waited, and nothing was changed"
            raise RefusedError(msg, hint="run it again")
        given = read_project(target)
        with session.open(objects_named(given)) as backend:
            yield ApplyInputs(given=given, backend=backend, left_behind=session.left_behind)


def journals_of(target: Target) -> Path:
    """Return where the account's journals are."""
    return journal_folder(target.project.folder, target.account.name)


def read_history(target: Target, elsewhere: Sequence[Path] = ()) -> History:
    """Read what the runs before this one did and leave to do; see `journal.finding`.

    Raises:
        JournalError: A journal cannot be read or is not as a run writes it, or git tracks it.
    """
    from schemactl.store.journal.finding import find_history
    from schemactl.store.journal.history import Scope

    account = target.account
    scope = Scope(
        address=address_of(account, target.project.folder),
        backend=dialect_of(account).name,
        tag_carrier=account.tag_carrier,
    )
    return find_history(journals_of(target), elsewhere, scope, environ=target.host.environ)
