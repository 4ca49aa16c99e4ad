"""Accepts drift into the files, and finds out which ways out of a drift work.

Each way out is tried, so that no report offers what would be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.drift.decisions import MAX_DETAILED, items_to_decide
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
from schemactl.model.drift import Drift, DriftItem, DriftStatus, ObjectKind, Resolutions
from schemactl.model.schema import CONTACTS
from schemactl.project import Account, Project

if TYPE_CHECKING:
    from schemactl.desired.rewrite.working_copy import FileEdit, WorkingCopy
    from schemactl.model.plan import Plan


def accept_into_files(
    copy: WorkingCopy, titles: Sequence[str], *, project: Project, account: Account
) -> tuple[FileEdit, ...]:
    """Return the edits that make the files say what the account has of some items.

    After each item the copy is read again: that item must agree, and nothing else may differ
    that did not before.

    Args:
        copy: The project's files; nothing is written to them.
        titles: The items, as a report names them.
        project: Names the other accounts that have a file, too.
        account: The one that the drift is of.

    Raises:
        UsageError: There is no such item, or only a person can write it into the files.
    """
    copy.accept_all(titles)
    return tuple(
        edit._replace(shared_with=_sharing(project, account, edit.path))
        for edit in copy.edits()
    )


def with_ways_out(
    drift: Drift, *, copy: Callable[[], WorkingCopy], plan: Callable[[], Plan]
) -> Drift:
    """Try the ways out of each item that a report shows in full; nothing is written.

    If a report only counts the items, nothing is tried: of those, no ambiguous item has a way
    out, because neither files nor calls can name one object of several.

    Args:
        drift: What differs.
        copy: Reads the files into a copy, to try acceptance on.
        plan: Plans an apply without permissions: with one, a field of another type would be
            removed and made again.
    """
    items = items_to_decide(drift, strict=True)
    if len(items) > MAX_DETAILED:
        items = items_to_decide(drift, strict=False)
    if len(items) > MAX_DETAILED:
        return replace(drift, items=tuple(map(_untried, drift.items)))
    if not items:
        return drift
    refused = {item.title for item in copy().find_refused(items)}
    planned, titles = plan(), {item.title for item in items}
    return replace(
        drift,
        items=tuple(
            replace(
                item,
                resolutions=_find_resolutions(item, planned, accept=item.title not in refused),
            )
            if item.title in titles
            else item
            for item in drift.items
        ),
    )


def _untried(item: DriftItem) -> DriftItem:
    if item.status is DriftStatus.AMBIGUOUS:
        return replace(item, resolutions=Resolutions(accept=False, apply=False))
    return item


def _find_resolutions(item: DriftItem, plan: Plan, *, accept: bool) -> Resolutions:
    manual = {step.change: step.instruction for step in plan.manual_steps}
    own = [change.id for change in plan.changes if _is_about(change, item)]
    return Resolutions(
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


def _sharing(project: Project, account: Account, path: Path) -> tuple[str, ...]:
    """Return the names of the project's other accounts that have a file, too."""
    from schemactl.desired.find import find_files

    folder = project.folder
    return tuple(
        other.name
        for other in project.accounts
        if other.name != account.name
        and any(
            path.samefile(folder / name) for name in find_files(folder, other.schema, (), [])
        )
    )
