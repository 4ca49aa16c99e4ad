"""Which change must come before which, in the user's terms: no API is known here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

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
from schemactl.model.change_groups import by_object


def find_dependencies(changes: Sequence[Change]) -> Mapping[str, tuple[str, ...]]:
    """Return, by the id of each change, the ids of the changes that must come before it.

    A section comes before what is in it, and a field's name and place before its content. A
    section is removed only after all that is in it was removed or moved. An object comes before
    all that is in it.
    """
    needs: dict[str, tuple[str, ...]] = {}
    for part in by_object(changes).values():
        needs.update(_needs_within(part))
    return needs


def _needs_within(changes: Sequence[Change]) -> Mapping[str, tuple[str, ...]]:
    """Return the same for changes of one object."""
    objects = tuple(change.id for change in changes if isinstance(change, AddObject))
    arriving, placed = _new_sections(changes), _placed_fields(changes)
    leaving, filled = _leaving_fields(changes), _filled_fields(changes)

    def inner_needs(change: Change) -> tuple[str, ...]:
        match change:
            case (
                AddObject()
                | AddSection()
                | RenameSection()
                | AddTag()
                | RenameTag()
                | RemoveTag()
            ):
                return ()
            case RemoveSection():
                return tuple(leaving.get(change.section, ()))
            case FillField() | RemoveField():
                return arriving.get(change.section, ()) + filled.get(change.id, ())
            case ChangeType() | ChangeOptions() | ChangeSettings():
                name = (change.section, change.name)
                return arriving.get(change.section, ()) + placed.get(name, ())
            case (
                ChangeDescription()
                | AddField()
                | RenameField()
                | MoveField()
                | ResolveDuplicate()
            ):
                return arriving.get(change.section, ())

    needs = {
        change.id: objects + inner_needs(change)
        for change in changes
        if not isinstance(change, AddObject)
    }
    return {change: needed for change, needed in needs.items() if needed}


def _new_sections(changes: Sequence[Change]) -> dict[str, tuple[str, ...]]:
    return {
        change.section: (change.id,)
        for change in changes
        if isinstance(change, AddSection | RenameSection)
    }


def _placed_fields(
    changes: Sequence[Change],
) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (change.section, change.name): (change.id,)
        for change in changes
        if isinstance(change, RenameField | MoveField)
    }


def _filled_fields(changes: Sequence[Change]) -> Mapping[str, tuple[str, ...]]:
    """Return what must come before a field is filled, and before its source is removed."""
    made: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    placed = _placed_fields(changes)
    renamed = {
        change.id: [
            each
            for source in change.sources
            for each in placed.get((source.section, source.name), ())
        ]
        for change in changes
        if isinstance(change, FillField)
    }
    emptied: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for change in changes:
        if isinstance(change, AddField | RenameField | MoveField | ChangeType | ChangeOptions):
            made[change.section, change.name].append(change.id)
        if isinstance(change, FillField):
            for source in change.sources:
                emptied[source.section, source.name].append(change.id)
    return {
        change.id: (*renamed[change.id], *made[change.section, change.name])
        if isinstance(change, FillField)
        else tuple(emptied[change.section, change.name])
        for change in changes
        if isinstance(change, FillField | RemoveField)
    }


def _leaving_fields(changes: Sequence[Change]) -> dict[str, list[str]]:
    leaving: defaultdict[str, list[str]] = defaultdict(list)
    for change in changes:
        match change:
            case RemoveField() | ResolveDuplicate():
                leaving[change.section].append(change.id)
            case MoveField():
                leaving[change.source].append(change.id)
            case (
                AddObject()
                | AddSection()
                | RenameSection()
                | ChangeDescription()
                | RemoveSection()
                | AddField()
                | RenameField()
                | ChangeType()
                | ChangeOptions()
                | ChangeSettings()
                | FillField()
                | AddTag()
                | RenameTag()
                | RemoveTag()
            ):
                pass
    return leaving
