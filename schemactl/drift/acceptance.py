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
from schemactl.drift.touched import shared_with
from schemactl.errors import RefusedError, UsageError
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
from schemactl.model.package import is_of_package
from schemactl.model.plan import ManualCode
from schemactl.model.schema import CONTACTS
from schemactl.text import nearest
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.interface import LiveState
    from schemactl.account.target import Target
    from schemactl.desired.rewrite.layering import LayerChoice
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
    layer: str | None = None,
) -> WorkingCopy:
    """Return a copy of the account's files, to try changes on; `find_drift` checks them.

    Args:
        target: The account.
        inputs: Its files.
        live: What it has.
        find_drift: Compares both.
        layer: The file that the user chose to write into; None for the account's own layer.

    Raises:
        UsageError: The account has no such file, or it is only read.
    """
    from schemactl.desired.lint import load_linted
    from schemactl.desired.rewrite.working_copy import WorkingCopy
    from schemactl.text import visible

    return WorkingCopy(
        target.folder,
        inputs.loaded,
        live.schema,
        load=partial(load_linted, target.schema_source),
        choice=_layer_choice(target, layer),
        drift_of=lambda loaded: find_drift(target, replace(inputs, loaded=loaded), live),
        printed=visible,
    )


def _layer_choice(target: Target, layer: str | None) -> LayerChoice:
    """Return the layers of an account, those that are its own, and the file that was chosen."""
    from schemactl.desired.rewrite.layering import LayerChoice
    from schemactl.document.find import find_layers

    account = target.account
    layers = find_layers(target.folder, account.schema, (), [], skipped=account.not_schema)
    others = {
        pattern
        for other in target.project.accounts
        if other.name != account.name
        for pattern in other.schema
    }
    own = (
        number
        for number, pattern in enumerate(account.schema)
        if pattern not in others and not is_of_package(pattern)
    )
    names = [name for names in layers for name in names]
    chosen = None if layer is None else Path(layer).as_posix().removeprefix("./")
    if chosen is not None and (chosen not in names or is_of_package(chosen)):
        near = nearest(chosen, [name for name in names if not is_of_package(name)])
        msg = f"{chosen} is not a schema file of {account.name} that can be written"
        raise UsageError(msg, hint=f"write {near}" if near else "`schema:` lists its layers")
    return LayerChoice(layers=layers, own=frozenset(own), chosen=chosen)


def accept_live(
    target: Target,
    titles: Sequence[str],
    find_drift: Callable[[Target, Inputs, LiveState], Drift],
    *,
    layer: str | None = None,
) -> tuple[FileEdit, ...]:
    """Return the edits that make the files say what the account has of some items.

    The copy is read again after each item, or after several that do not depend on each other:
    they must agree, and nothing else may differ that did not before.

    Args:
        target: The account, and the project that has others with the same files.
        titles: The items, as a report names them.
        find_drift: Compares files and account.
        layer: The file to write into; None for a layer of the account's own.

    Raises:
        UsageError: There is no such item or file, or only a person can write it.
    """
    from schemactl.drift.inputs import read_inputs

    inputs = read_inputs(target)
    with target.open_for_reading(inputs.objects) as account:
        copy = copy_files(target, inputs, account.read(), find_drift, layer)
    copy.accept_all(titles)
    edits = copy.edits()
    return tuple(edit._replace(shared_with=shared_with(target, edit.path)) for edit in edits)


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
