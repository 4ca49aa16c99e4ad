"""What has to change so that an account is as it was before a run, and what cannot come back.

Each change of the run is reversed if the account still has what the run left. What somebody
changed since is not touched: a notice leaves it to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Final, TypeAlias

from schemactl.drift.reversal import Reversed, reverse
from schemactl.errors import RefusedError
from schemactl.model.backup import Backup, BackupPart
from schemactl.model.call_word import ValueCallWord
from schemactl.model.change import (
    AddField,
    AddTag,
    Change,
    ChangeOptions,
    ChangeType,
    FillField,
    RemoveField,
    RemoveSection,
    RemoveTag,
)
from schemactl.model.change_title import title_of_change
from schemactl.model.difference import Difference, Notice, NoticeCode
from schemactl.model.field_types import FieldType
from schemactl.model.plan import Plan
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import VerdictStatus
from schemactl.model.schema import Schema
from schemactl.model.value_call import FillValues
from schemactl.model.value_work import NO_VALUE_WORK, ValueWork
from schemactl.store.journal.history import History
from schemactl.store.kept_plans import kept_plan
from schemactl.store.vault.folders import backups_of_run, refuse_tracked
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.account.interface import Dialect
    from schemactl.account.target import Target

_WRITTEN_OTHERWISE: Final = frozenset({FieldType.STATE, FieldType.COUNTRY})
"""Types of which nothing public says that both APIs use the same codes."""
_Place: TypeAlias = tuple[str, str, str]
"""Label of the custom object, section and name of a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What undoes a run.

    Attributes:
        difference: The changes, and notices on what is left to a person.
        work: What is filled in from backups.
    """

    difference: Difference
    work: ValueWork = NO_VALUE_WORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """Which run is undone.

    Attributes:
        run: Its id.
        overwrites: Whether records that hold another value by now get the old one.
    """

    run: str
    overwrites: bool = False


def undoing_of(plan: Plan | None) -> Undoing | None:
    """Return what a saved plan undoes; None if it is from the files."""
    if plan is None or not plan.undoes:
        return None
    fills = [call for call in plan.calls if call.request == ValueCallWord.FILL_VALUES]
    overwrites = any(call.arguments.get("overwrites") is True for call in fills)
    return Undoing(run=plan.undoes, overwrites=overwrites)


def read_undo(
    target: Target,
    history: History | None,
    undoing: Undoing,
    live: Schema,
    *,
    protected: AbstractSet[_Place] = frozenset(),
) -> Undo:
    """Return what undoes a run of this account, by its journal, its plan and its backups.

    Raises:
        RefusedError: The run is unknown here, or its plan was not kept.
        PlanFileError: The kept plan is not the one of the run.
        VaultError: A backup cannot be trusted.
    """
    runs = {} if history is None else {run.id: run for run in history.runs}
    run = runs.get(undoing.run)
    if run is None:
        msg = f"no apply {undoing.run} of this account is recorded here; nothing was changed"
        raise RefusedError(msg, hint="`schemactl journal` lists all applies")
    plan = kept_plan(target.plans_folder, run.id, digest=run.plan)
    if plan is None:
        msg = f"the plan of the apply {run.id} was not kept, so it cannot be undone"
        raise RefusedError(msg, hint="`schemactl values list` shows what it backed up")
    found = find_undo(
        plan,
        _done(run),
        live,
        _backups_of(run, runs, target),
        overwrites=undoing.overwrites,
        protected=protected,
        dialect=target.dialect,
    )
    return replace(found, work=replace(found.work, undoes=run.id))


def _backups_of(
    run: RecordedRun, runs: Mapping[str, RecordedRun], target: Target
) -> tuple[Backup, ...]:
    """Return what a run backed up, and the runs that it continued."""
    refuse_tracked(target.vault_folder, environ=target.host.environ)
    return tuple(
        backup
        for name in _chain(run, runs)
        for backup in backups_of_run(target.vault_folder, name)
        if run.identity.owns(backup.identity)
    )


def _chain(run: RecordedRun, runs: Mapping[str, RecordedRun]) -> list[str]:
    """Return the run and those of the same plan that it continued, the newest first."""
    chain = [run.id]
    while (earlier := runs.get(run.resumes or "")) and earlier.plan == run.plan:
        run = earlier
        chain.append(run.id)
    return chain


def _done(run: RecordedRun) -> frozenset[str]:
    """Return the ids of the changes that a run made, as far as it is known."""
    if run.end is not None and run.end.verdicts:
        verdicts = run.end.verdicts
        return frozenset(one.change for one in verdicts if one.status is VerdictStatus.APPLIED)
    return frozenset(
        change
        for entry in run.calls
        if entry.may_have_acted and entry.call.request != ValueCallWord.BACK_UP_VALUES
        for change in entry.call.serves
    )


def find_undo(
    plan: Plan,
    done: Iterable[str],
    live: Schema,
    backups: Sequence[Backup],
    *,
    overwrites: bool,
    protected: AbstractSet[_Place] = frozenset(),
    dialect: Dialect | None = None,
) -> Undo:
    """Return what undoes the changes of a plan that were made.

    Args:
        plan: What the run executed.
        done: Ids of the changes that it made.
        live: The account now.
        backups: What it backed up.
        overwrites: Whether records that hold another value by now get the old one.
        protected: Fields that files or base protect.
        dialect: What the account's API can do; None for the API of the plan.
    """
    other = dialect if dialect is not None and dialect.name != plan.backend else None
    made = frozenset(done)
    changes: list[Change] = []
    notices: list[Notice] = []
    for change in _own_changes(plan, made):
        found = _expressible(_unprotected(reverse(change, live), protected), other)
        if isinstance(found, str):
            notices.append(_conflict(change, found))
        elif found is not None:
            changes.append(found)
    fills = dict(_fills(plan, made, backups, overwrites=overwrites))
    fills, unclear = _over(fills, backups, plan.backend if dialect is None else dialect.name)
    notices += (*unclear, *_not_restored(changes, fills, backups))
    blocked = [one for one in changes if _is_blocked(one, changes, live)]
    notices += (_conflict(one, "it has other fields by now, so it stays") for one in blocked)
    kept = tuple(one for one in changes if one not in blocked)
    difference = Difference(changes=kept, notices=tuple(notices))
    return Undo(difference=difference, work=ValueWork(fills=fills))


def _unprotected(found: Reversed, protected: AbstractSet[_Place]) -> Reversed:
    """Return a change, unless it destroys values of a protected field."""
    if isinstance(found, RemoveField | ChangeType):
        place = found.custom_object, found.section, found.before.name
        if place in protected:
            return "the field is protected: end that first, in the files"
    return found


def _expressible(found: Reversed, other: Dialect | None) -> Reversed:
    """Return a change, unless the API of the account cannot create the type of a field."""
    if other is not None and isinstance(found, AddField | ChangeType):
        kind = found.after.type
        if kind not in other.declarable_types:
            return f"the API of the account cannot create a field of type {kind}"
    return found


def _over(
    fills: Mapping[str, FillValues], backups: Sequence[Backup], backend: str
) -> tuple[dict[str, FillValues], list[Notice]]:
    """Return the fillings, each with the API of its backup if that is not the account's.

    What the APIs may write differently is not filled in: a notice says so.
    """
    apis = {(one.run, one.call): one.backend for one in backups}
    kept: dict[str, FillValues] = {}
    notices: list[Notice] = []
    for change, fill in fills.items():
        api = apis[fill.run, fill.backup]
        if fill.tag or api == backend:
            kept[change] = fill
        elif fill.type in _WRITTEN_OTHERWISE:
            message = (
                f"its values were backed up over the other API ({api}), and the two may write "
                f"a {fill.type} differently: `schemactl values export` has them"
            )
            about = title_of_change(change)
            notices.append(Notice(code=NoticeCode.NOT_RESTORED, about=about, message=message))
        else:
            kept[change] = replace(fill, over=api)
    return kept, notices


def _own_changes(plan: Plan, made: frozenset[str]) -> Iterator[Change]:
    """Yield the changes to reverse; what was copied into a new field goes with the field."""
    added = {
        (change.custom_object, change.section, change.name)
        for change in plan.changes
        if change.id in made and isinstance(change, AddField)
    }
    for change in plan.changes:
        is_of_new = (
            isinstance(change, FillField)
            and (change.custom_object, change.section, change.name) in added
        )
        if change.id in made and not is_of_new:
            yield change


def _conflict(change: Change, why: str) -> Notice:
    about = title_of_change(change.id)
    return Notice(code=NoticeCode.UNDO_CONFLICT, about=about, message=why)


def _is_blocked(change: Change, changes: Sequence[Change], live: Schema) -> bool:
    """Whether a section to remove has other fields by now than those that go with it."""
    if not isinstance(change, RemoveSection):
        return False
    going = {
        one.name
        for one in changes
        if isinstance(one, RemoveField)
        and (one.section, one.custom_object) == (change.section, change.custom_object)
    }
    return any(
        field.name not in going
        for section, field in live.of(change.custom_object).all_fields()
        if section == change.section
    )


def _fills(
    plan: Plan, done: frozenset[str], backups: Sequence[Backup], *, overwrites: bool
) -> Iterator[tuple[str, FillValues]]:
    """Yield what is filled in from complete backups, whatever the account has now."""
    changes = {change.id: change for change in plan.changes if change.id in done}
    for backup in backups:
        for number, part in enumerate(backup.parts, start=1):
            change = changes.get(part.change)
            if change is None or not part.held or not backup.is_complete:
                continue
            if isinstance(change, RemoveTag) and part.tag == change.tag:
                yield (
                    AddTag(tag=change.tag).id,
                    FillValues(
                        tag=change.tag,
                        run=backup.run,
                        backup=backup.call,
                        part=number,
                        held=part.held,
                    ),
                )
            if part.field is None or _is_renamed_back(change):
                continue
            if isinstance(change, RemoveField | ChangeType | ChangeOptions):
                fill = _fill(change, backup, part, number, overwrites=overwrites)
                yield fill


def _is_renamed_back(change: Change) -> bool:
    """Whether all that a change removed were options that their holders get by a rename."""
    return isinstance(change, ChangeOptions) and not change.lost


def _fill(
    change: RemoveField | ChangeType | ChangeOptions,
    backup: Backup,
    part: BackupPart,
    number: int,
    *,
    overwrites: bool,
) -> tuple[str, FillValues]:
    label, name = change.custom_object, change.name
    back: Change = change
    if isinstance(change, RemoveField):
        back = AddField(section=change.section, after=change.before, custom_object=label)
    return back.id, FillValues(
        custom_object=label,
        section=change.section,
        name=name,
        type=change.before.type,
        run=backup.run,
        backup=backup.call,
        part=number,
        held=part.held,
        overwrites=overwrites,
    )


def _not_restored(
    changes: Sequence[Change], fills: Mapping[str, FillValues], backups: Sequence[Backup]
) -> Iterator[Notice]:
    """Yield what cannot come back although its field or tag does."""
    complete = {part.change for one in backups if one.is_complete for part in one.parts}
    for change in changes:
        about = title_of_change(change.id)
        if isinstance(change, AddTag):
            message = (
                "it is a new tag for Ontraport: what uses the old one (automations, forms, "
                "messages) does not use it"
            )
            if change.id not in fills and f"remove-tag/{_path(change)}" not in complete:
                message += "; no backup says who had it"
        elif isinstance(change, AddField):
            message = (
                "it is a new field for Ontraport: forms, automations, messages and reports "
                "that use the old one do not use it, and it is the last of its section"
            )
            if change.id not in fills and f"remove-field/{_path(change)}" not in complete:
                message += "; no backup has its values"
        else:
            continue
        yield Notice(code=NoticeCode.NOT_RESTORED, about=about, message=message)


def _path(change: AddField | AddTag) -> str:
    return change.id.partition("/")[2]
