"""Take drift into the files, and find out which ways out of it work.

Above the stages, because each way is tried: a report offers nothing that would be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.account.interface import LiveState
from schemactl.desired.load import Loaded
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.drift import DriftItem, DriftStatus, ObjectKind, Ways
from schemactl.model.schema import CONTACTS
from schemactl.stages import Inputs, Target, find_drift, load_files, plan_changes

if TYPE_CHECKING:
    from schemactl.desired.rewrite.taking import FileEdit, WorkingCopy
    from schemactl.model.drift import Drift
    from schemactl.model.plan import Plan


def accept_into_files(
    target: Target, given: Inputs, live: LiveState, titles: Sequence[str]
) -> tuple[FileEdit, ...]:
    """Write what the account has of some items into the files, on a copy of them.

    After each item the copy is read again: that item must agree, and nothing else differ
    that did not before.

    Raises:
        UsageError: There is no such item, or the files say it in a form that wants a person.
    """
    copy = _copy_of(target, given, live)
    copy.take_all(titles)
    return tuple(
        edit._replace(shared_with=_sharing(target, edit.path)) for edit in copy.edits()
    )


def with_ways_out(target: Target, given: Inputs, live: LiveState, drift: Drift) -> Drift:
    """Try the ways out of each item that a report spells them out for; writes nothing.

    Where a report only counts the items, nothing is tried: of those, no ambiguous item has a
    way out, because neither files nor calls can name one object of several.
    """
    from schemactl.report.drift_groups import NAMED_MAX, to_decide

    items = to_decide(drift, strict=True)
    if len(items) > NAMED_MAX:
        items = to_decide(drift, strict=False)
    if len(items) > NAMED_MAX:
        return replace(drift, items=tuple(map(_untried, drift.items)))
    if not items:
        return drift
    refused = {item.title for item in _copy_of(target, given, live).refused(items)}
    # Without permissions: with one, a field of another type would be removed and made anew.
    unpruned = target.with_prune(prune=False)
    plan = plan_changes(unpruned, given, live, frozenset(), history=None).plan
    titles = {item.title for item in items}
    return replace(
        drift,
        items=tuple(
            replace(item, ways=_ways(item, plan, accept=item.title not in refused))
            if item.title in titles
            else item
            for item in drift.items
        ),
    )


def _untried(item: DriftItem) -> DriftItem:
    if item.status is DriftStatus.AMBIGUOUS:
        return replace(item, ways=Ways(accept=False, apply=False))
    return item


def _ways(item: DriftItem, plan: Plan, *, accept: bool) -> Ways:
    manual = {step.change: step.instruction for step in plan.manual_steps}
    own = [change.id for change in plan.changes if _is_about(change, item)]
    return Ways(
        accept=accept,
        apply=any(change not in manual for change in own),
        by_hand=tuple(manual[change] for change in own if change in manual),
    )


def _is_about(change: Change, item: DriftItem) -> bool:
    """Whether a change would put an item back."""
    own = (item.object, item.custom_object, item.section, item.name)
    match change:
        case AddTag() | RenameTag() | RemoveTag():
            return own == (ObjectKind.TAG, CONTACTS, None, change.tag)
        case AddObject():
            label = change.custom_object
            return own[:2] == (ObjectKind.CUSTOM_OBJECT, label)
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            name = change.section
            return own == (ObjectKind.SECTION, change.custom_object, name, name)
        case (
            AddField()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | RemoveField()
            | ResolveDuplicate()
        ):
            about = (change.custom_object, change.section, change.name)
            return own == (ObjectKind.FIELD, *about)


def _copy_of(target: Target, given: Inputs, live: LiveState) -> WorkingCopy:
    from schemactl.desired.rewrite.taking import WorkingCopy
    from schemactl.text import visible

    def drift_now(loaded: Loaded) -> Drift:
        return find_drift(target, replace(given, loaded=loaded), live)

    return WorkingCopy(
        target.project.folder,
        given.loaded,
        live.schema,
        load=partial(load_files, target),
        drift_of=drift_now,
        printed=visible,
    )


def _sharing(target: Target, path: Path) -> tuple[str, ...]:
    """Return the names of other accounts of the project that have a file too."""
    from schemactl.desired.find import find_files

    folder = target.project.folder
    return tuple(
        account.name
        for account in target.project.accounts
        if account.name != target.account.name
        and any(
            path.samefile(folder / name) for name in find_files(folder, account.schema, (), [])
        )
    )
