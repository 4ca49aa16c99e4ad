"""Rename and move fields by copying, where the API has no call for it and it is permitted.

A new field is created and gets all values of the old one; a read proves it; the old one is
removed. Without the permission it stays with a person. A copy that was interrupted, or whose
last step is held back, has left both fields in the account: the next plan goes on with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Final

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.change import (
    Change,
    ChangeKind,
    ChangeType,
    MoveField,
    RemoveField,
    RenameField,
    ResolveDuplicate,
    change_id,
)
from schemactl.model.desired import Desired, DesiredField
from schemactl.model.difference import Difference, NoticeCode, Unmanaged, UnmanagedKind
from schemactl.model.filling import FillSource
from schemactl.model.plan import Permission
from schemactl.model.recorded import RecordedRun
from schemactl.model.schema import CONTACTS, FieldKey, in_object
from schemactl.model.value_call import renaming_of
from schemactl.planner.field_copy import (
    Copy,
    Place,
    field_at,
    fill_with,
    find_copies,
    with_parts,
)
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.store.journal.history import History

_OTHERWISE: Final = (RenameField, MoveField, ChangeType, ResolveDuplicate)
"""Changes of a field after which it may be another one."""


def with_copies(
    difference: Difference,
    target: Target,
    desired: Desired,
    live: LiveState,
    allowed: frozenset[Permission],
    *,
    history: History | None,
) -> Difference:
    """Return the difference with copies in place of renames and moves, if that is permitted.

    Args:
        difference: What comparing the files with the account found.
        target: The account, for what its API can do.
        desired: The files.
        live: The account as it was read.
        allowed: The permissions that were given.
        history: Earlier applies on the account, whose copies are gone on with; None for a
            snapshot.
    """
    if Permission.COPIES_VALUES not in allowed:
        return difference
    dialect = target.dialect
    started = frozenset(() if history is None else _started(history.runs))
    found = find_copies(difference.changes, live, dialect, started=started)
    entries = _declared(desired)
    copies = {
        each: _held_back(one, entries)
        for each, one in found.items()
        if isinstance(one, Copy) and not _leaves_section(one, entries)
    }
    own = tuple(copies.values())
    left = tuple(_left_over(difference, entries, live, dialect, started))
    changes = (*with_parts(difference.changes, copies), *_parts_of(left))
    return _without_old(replace(difference, changes=changes), (*own, *left))


def _parts_of(copies: Iterable[Copy]) -> Iterator[Change]:
    for copy in copies:
        yield from copy.changes


def _declared(desired: Desired) -> Mapping[Place, DesiredField]:
    return {
        (label, section.name, entry.field.name): entry
        for label in (CONTACTS, *(each.label for each in desired.objects))
        for section in desired.of(label).sections
        for entry in section.fields
    }


def _held_back(copy: Copy, entries: Mapping[Place, DesiredField]) -> Copy:
    entry = entries.get(copy.fill.place)
    return replace(copy, removed=None) if entry is not None and entry.later.field else copy


def _leaves_section(copy: Copy, entries: Mapping[Place, DesiredField]) -> bool:
    """Whether a field moves and stays beside itself for now: no file could name the old one."""
    entry, source = entries.get(copy.fill.place), copy.fill.sources[0]
    return entry is not None and entry.later.field and source.section != copy.fill.section


def _left_over(
    difference: Difference,
    entries: Mapping[Place, DesiredField],
    live: LiveState,
    dialect: Dialect,
    started: AbstractSet[tuple[Place, Place]],
) -> Iterator[Copy]:
    """Yield what goes on with copies of which the account has both fields."""
    touched = {one.path for one in difference.changes if isinstance(one, _OTHERWISE)}
    pairs = dict.fromkeys((*_earlier_names(difference, entries), *_moved(difference, started)))
    merged: set[Place] = set()
    for target, (label, section, name) in pairs:
        entry, here = entries.get(target), live.of(label)
        new, old = field_at(here, *target[1:]), field_at(here, section, name)
        if entry is None or new is None or old is None or old.type != new.type:
            continue
        outer = () if label == CONTACTS else (label,)
        if target in merged or (*outer, *target[1:]) in touched:
            continue
        merged.add(target)
        source = FillSource(section=section, name=name, map=tuple(_new_options(entry)))
        removed = RemoveField(
            section=section,
            before=old,
            explicit=True,
            custom_object=label,
            location=entry.location,
        )
        if not dialect.manual_steps((removed,), here, frozenset()):
            fill = fill_with(entry, source, target=target, after=entry.field, kind=old.type)
            yield Copy(fill=fill, removed=None if entry.later.field else removed)


def _new_options(entry: DesiredField) -> Iterator[tuple[str, str]]:
    for name, earlier in entry.option_was:
        for was in earlier:
            yield was, name


def _earlier_names(
    difference: Difference, entries: Mapping[Place, DesiredField]
) -> Iterator[tuple[Place, Place]]:
    """Yield the declared fields whose earlier name the account has beside them."""
    codes = {NoticeCode.WAS_LEFT_OVER, NoticeCode.CONTRACT_LATER}
    for notice in difference.notices:
        if notice.code in codes and notice.field is not None:
            label, key = notice.custom_object, notice.field
            for place, entry in entries.items():
                if place[:2] == (label, key.section) and key.name in entry.was:
                    yield place, (label, key.section, key.name)


def _moved(
    difference: Difference, started: AbstractSet[tuple[Place, Place]]
) -> Iterator[tuple[Place, Place]]:
    """Yield the fields that an earlier run began to copy from a field that nothing declares."""
    things = (*difference.unmanaged, *(one.thing for one in difference.orphans))
    undeclared = {(one.custom_object, one.section, one.name) for one in things}
    for target, source in sorted(started):
        if source in undeclared:
            yield target, source


def _started(runs: Iterable[RecordedRun]) -> Iterator[tuple[Place, Place]]:
    """Yield which fields earlier runs created to copy values into, and from where."""
    for run in runs:
        made = {
            change
            for entry in run.calls
            if entry.may_have_acted
            for change in entry.call.serves
        }
        for entry in run.calls:
            copy = renaming_of(entry.call)
            if copy is not None and _addition(copy.target) in made:
                yield copy.target, copy.source


def _addition(place: Place) -> str:
    label, *names = place
    return change_id(ChangeKind.ADD_FIELD, names if label == CONTACTS else place)


def _without_old(difference: Difference, copies: Sequence[Copy]) -> Difference:
    """Return the difference without what it says of fields that are copied away."""
    gone = {one.removed.place for one in copies if one.removed is not None}
    if not gone:
        return difference
    titles = {in_object(label, str(FieldKey(section, name))) for label, section, name in gone}
    titles |= {
        in_object(one.fill.custom_object, str(FieldKey(one.fill.section, one.fill.name)))
        for one in copies
    }
    settled = {NoticeCode.WAS_LEFT_OVER, NoticeCode.NAME_TAKEN}
    return replace(
        difference,
        notices=tuple(
            one
            for one in difference.notices
            if one.code not in settled or one.about not in titles
        ),
        unmanaged=tuple(one for one in difference.unmanaged if not _is_of(one, gone)),
        orphans=tuple(one for one in difference.orphans if not _is_of(one.thing, gone)),
    )


def _is_of(thing: Unmanaged, places: AbstractSet[Place]) -> bool:
    return (
        thing.kind is UnmanagedKind.FIELD
        and (thing.custom_object, thing.section or "", thing.name) in places
    )
