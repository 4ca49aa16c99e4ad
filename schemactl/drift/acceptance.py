"""Accepts drift into the files, and finds out which ways out of a drift work.

Each way out is tried, so that no report offers what would be refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from schemactl.drift.decisions import MAX_DETAILED, differs, items_to_decide
from schemactl.errors import RefusedError
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
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.drift import (
    ApplyOutlook,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
    Resolutions,
)
from schemactl.model.plan import ManualCode
from schemactl.model.schema import CONTACTS
from schemactl.project import Account, Project
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.interface import LiveState
    from schemactl.account.target import Target
    from schemactl.desired.rewrite.working_copy import FileEdit, WorkingCopy
    from schemactl.drift.inputs import Inputs
    from schemactl.model.plan import ManualStep, Plan


_Place: TypeAlias = tuple[ObjectKind, str, str | None, str | None]
"""Kind, custom object, section and name of an item, as drift has them."""


def copy_files(
    target: Target,
    inputs: Inputs,
    live: LiveState,
    find_drift: Callable[[Target, Inputs, LiveState], Drift],
) -> WorkingCopy:
    """Return a copy of the account's files, to try changes on; `find_drift` checks them."""
    from schemactl.desired.lint import load_linted
    from schemactl.desired.rewrite.working_copy import WorkingCopy
    from schemactl.text import visible

    return WorkingCopy(
        target.folder,
        inputs.loaded,
        live.schema,
        load=partial(load_linted, target.schema_source),
        drift_of=lambda loaded: find_drift(target, replace(inputs, loaded=loaded), live),
        printed=visible,
    )


def accept_into_files(
    copy: WorkingCopy, titles: Sequence[str], *, project: Project, account: Account
) -> tuple[FileEdit, ...]:
    """Return the edits that make the files say what the account has of some items.

    The copy is read again after each item, or after several that do not depend on each other:
    they must agree, and nothing else may differ that did not before.

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
    """Find the ways out of each item; nothing is written.

    Acceptance is tried only if a report shows each item in full. If it only counts them, an
    ambiguous item cannot be accepted, because files cannot name one object of several.

    Args:
        drift: What differs.
        copy: Reads the files into a copy, to try acceptance on.
        plan: Plans an apply without permissions: with one, a field of another type would be
            removed and made again.
    """
    items = items_to_decide(drift, strict=True)
    if not any(map(differs, drift.items)) and not items:
        return drift
    tried = items if len(items) <= MAX_DETAILED else items_to_decide(drift, strict=False)
    refused = _ambiguous(items)
    if tried and len(tried) <= MAX_DETAILED:
        refused |= {item.title for item in copy().find_refused(tried)}
    planned, titles = _StepsOfPlan.of(plan), {item.title for item in items}
    return replace(
        drift,
        apply=planned.outlook,
        items=tuple(
            replace(item, resolutions=planned.resolve(item, accept=item.title not in refused))
            if item.title in titles
            else item
            for item in drift.items
        ),
    )


def _ambiguous(items: Sequence[DriftItem]) -> frozenset[str]:
    """Return the items that no file can name, because several objects have the name."""
    return frozenset(one.title for one in items if one.status is DriftStatus.AMBIGUOUS)


class _StepsOfPlan:
    """What a plan does about each item of drift, by calls or by hand."""

    def __init__(
        self, changes: Sequence[Change], steps: Sequence[ManualStep], outlook: ApplyOutlook
    ) -> None:
        self.outlook = outlook
        # What waits for a step is no step itself.
        self._manual = {
            step.change: () if step.code is ManualCode.BLOCKED else (step.instruction,)
            for step in steps
        }
        self._changes: defaultdict[_Place, list[str]] = defaultdict(list)
        for change in changes:
            self._changes[_place_of(change)].append(change.id)

    @classmethod
    def of(cls, plan: Callable[[], Plan]) -> Self:
        """Return what a plan does; nothing if the plan is refused, as then an apply is."""
        try:
            planned = plan()
        except RefusedError as error:
            return cls((), (), ApplyOutlook(refusal=str(error)))
        outlook = ApplyOutlook(needs_permission=bool(planned.refusals))
        return cls(planned.changes, planned.manual_steps, outlook)

    def resolve(self, item: DriftItem, *, accept: bool) -> Resolutions:
        """Return the ways out of an item."""
        is_object = item.object is ObjectKind.CUSTOM_OBJECT
        place = (item.section, item.name) if not is_object else (None, None)
        own = self._changes.get((item.object, item.custom_object, *place), [])
        return Resolutions(
            accept=accept,
            apply=any(change not in self._manual for change in own),
            by_hand=tuple(step for change in own for step in self._manual.get(change, ())),
        )


def _place_of(change: Change) -> _Place:
    """Return the item that a change would put back."""
    match change:
        case AddTag() | RenameTag() | RemoveTag():
            return (ObjectKind.TAG, CONTACTS, None, change.tag)
        case AddObject():
            return (ObjectKind.CUSTOM_OBJECT, change.custom_object, None, None)
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            name = change.section
            return (ObjectKind.SECTION, change.custom_object, name, name)
        case (
            AddField()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | FillField()
            | RemoveField()
            | ResolveDuplicate()
        ):
            return (ObjectKind.FIELD, change.custom_object, change.section, change.name)


def _sharing(project: Project, account: Account, path: Path) -> tuple[str, ...]:
    """Return the names of the project's other accounts that have a file, too."""
    from schemactl.document.find import find_files

    folder = project.folder
    return tuple(
        other.name
        for other in project.accounts
        if other.name != account.name
        and any(
            path.samefile(folder / name)
            for name in find_files(folder, other.schema, (), [], skipped=other.not_schema)
        )
    )
