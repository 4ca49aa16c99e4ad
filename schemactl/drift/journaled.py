"""What the calls of applies created, as their journals record it. Pure.

An apply that was killed writes no base, and one that was stopped has changes that are not
finished. What their calls added is in the account all the same, and its ownership is recorded
by the next apply that writes a base.

A journal is input: at worst, something in the account that has the name that a recorded call
added is recorded as created. That removes nothing, see `orphans`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from schemactl.drift.place_finder import tag_place
from schemactl.model.base import Applied, Base, CreatedObject, ObjectPlace
from schemactl.model.call_word import CREATING_CALLS, REMOVING_CALLS, ValueCallWord
from schemactl.model.change import ChangeKind, change_id
from schemactl.model.difference import UnmanagedKind
from schemactl.model.recorded import RecordedCall, RecordedRun
from schemactl.model.schema import CONTACTS, Schema
from schemactl.model.value_call import (
    CopiedSince,
    FillValues,
    HeldBackKey,
    renaming_of,
    replaced_by,
    restore_of,
)
from schemactl.values import replace

_ADDING: Final = {
    UnmanagedKind.SECTION: ChangeKind.ADD_SECTION,
    UnmanagedKind.FIELD: ChangeKind.ADD_FIELD,
    UnmanagedKind.TAG: ChangeKind.ADD_TAG,
}
_REMOVING: Final = {
    UnmanagedKind.SECTION: ChangeKind.REMOVE_SECTION,
    UnmanagedKind.FIELD: ChangeKind.REMOVE_FIELD,
    UnmanagedKind.TAG: ChangeKind.REMOVE_TAG,
}


def runs_since(base: Base | None, runs: Sequence[RecordedRun]) -> tuple[RecordedRun, ...]:
    """Return the runs whose creations no base records yet.

    Args:
        base: The last base; without one, all since the last run that was completed count.
        runs: Those of this project on this account, oldest first.
    """
    if base is None:
        last = max((place for place, run in enumerate(runs) if run.is_completed), default=-1)
        return tuple(runs[last + 1 :])
    for place, run in enumerate(runs):
        if run.id == base.applied.run:
            return tuple(runs[place + 1 :])
    # No call was made before that base was written, or another machine wrote it. Its time is in
    # whole seconds.
    at = _time(base.applied.at)
    return () if at is None else tuple(run for run in runs if run.started >= at)


def created_in_runs(
    runs: Iterable[RecordedRun],
    live: Schema,
    *,
    owned: Iterable[CreatedObject],
    applied: Applied,
) -> Iterator[CreatedObject]:
    """Yield a record of each object that calls of these runs created and the account has.

    A field that was replaced is a new object; it has a record where the old one had one.

    Args:
        runs: Oldest first; the last one may be the apply that just ended.
        live: The account now.
        owned: The records of the last base.
        applied: Who applied just now.
    """
    runs = tuple(runs)
    created, removed = _effects(runs)
    before = {one.place: one for one in owned}
    copied, restored = dict(_copied(runs)), frozenset(_restored(runs))
    for place, kind in _places(live):
        if place in copied:
            # The same field for people: it is ours only if it was before.
            if (old := before.get(copied[place])) is not None:
                yield replace(old, place=place, type=kind, id="")
            continue
        names = _names(place)
        origin = created.get(change_id(_ADDING[place.kind], names))
        gone = removed.get(change_id(_REMOVING[place.kind], names), -1)
        # What an undo made again has what people had put into it, so it is not ours to prune.
        is_new = origin is not None and origin[0] > gone
        if origin is not None and is_new and place not in restored:
            yield _record(place, kind, origin[1], applied)
        elif not is_new and place in before and _retyped(names) in created:
            yield replace(before[place], type=kind, id="")


def _retyped(names: tuple[str, ...]) -> str:
    return change_id(ChangeKind.CHANGE_TYPE, names)


def copied_since(runs: Iterable[RecordedRun]) -> CopiedSince:
    """Return since when what others replace was copied first, by what it is.

    Args:
        runs: Oldest first.
    """
    found: dict[HeldBackKey, str] = {}
    for run in runs:
        for entry in run.calls:
            if entry.may_have_acted:
                for key in replaced_by(entry.call):
                    found.setdefault(key, run.started_at)
    return found


def _copied(runs: Iterable[RecordedRun]) -> Iterator[tuple[ObjectPlace, ObjectPlace]]:
    """Yield the new and the old place of each field that was renamed or moved by copying."""
    for run in runs:
        for entry in run.calls:
            copy = renaming_of(entry.call)
            if copy is not None:
                field = UnmanagedKind.FIELD
                yield ObjectPlace(field, *copy.target), ObjectPlace(field, *copy.source)


def _restored(runs: Iterable[RecordedRun]) -> Iterator[ObjectPlace]:
    """Yield each field and tag that an undo made again and filled from a backup."""
    for run in runs:
        for entry in run.calls:
            if entry.call.request == ValueCallWord.FILL_VALUES:
                # A journal is input, and can have a call of any form.
                with suppress(ValueError):
                    yield _filled(restore_of(entry.call))


def _filled(fill: FillValues) -> ObjectPlace:
    if fill.tag:
        return tag_place(fill.tag)
    place = fill.custom_object, fill.section, fill.name
    return ObjectPlace(UnmanagedKind.FIELD, *place)


def _effects(
    runs: Iterable[RecordedRun],
) -> tuple[Mapping[str, tuple[int, RecordedRun]], Mapping[str, int]]:
    """Return by the id of each change the last call that created, and that removed."""
    created: dict[str, tuple[int, RecordedRun]] = {}
    removed: dict[str, int] = {}
    calls = ((run, entry) for run in runs for entry in run.calls if _may_show(entry))
    for turn, (run, entry) in enumerate(calls):
        for change in entry.call.serves:
            if entry.call.request in CREATING_CALLS:
                created[change] = turn, run
            elif entry.call.request in REMOVING_CALLS:
                removed[change] = turn
    return created, removed


def _may_show(entry: RecordedCall) -> bool:
    """Whether what the account has may be the effect of a call.

    Of a call that its run saw to have no effect, it is not: somebody else made it since.
    """
    return entry.may_have_acted and entry.shown is not False


def _record(place: ObjectPlace, kind: str, run: RecordedRun, applied: Applied) -> CreatedObject:
    is_own = run.id == applied.run
    return CreatedObject(
        place=place,
        type=kind,
        at=applied.at if is_own else run.started.isoformat(timespec="seconds"),
        commit=applied.commit if is_own else run.commit,
        run=run.id,
    )


def _places(live: Schema) -> Iterator[tuple[ObjectPlace, str]]:
    """Yield the place of each object, and the type of a field."""
    for label in (CONTACTS, *(each.label for each in live.objects)):
        for section in live.of(label).sections:
            yield ObjectPlace(UnmanagedKind.SECTION, label, section.name, section.name), ""
            for field in section.fields:
                place = ObjectPlace(UnmanagedKind.FIELD, label, section.name, field.name)
                yield place, field.type
    for tag in live.tags:
        yield tag_place(tag), ""


def _names(place: ObjectPlace) -> tuple[str, ...]:
    """Return the names that identify a change of the object in this place."""
    outer = () if place.custom_object == CONTACTS else (place.custom_object,)
    match place.kind:
        case UnmanagedKind.SECTION:
            return (*outer, place.section)
        case UnmanagedKind.FIELD:
            return (*outer, place.section, place.name)
        case UnmanagedKind.TAG:
            return (place.name,)


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
