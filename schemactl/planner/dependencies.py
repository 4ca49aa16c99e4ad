"""Which change must come before which, told in the user's terms: no API is known here."""

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
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    by_object,
)


def find_dependencies(changes: Sequence[Change]) -> Mapping[str, tuple[str, ...]]:
    """Give, for each change's id, the ids of those that must be done before it.

    A section comes before what stands in it, a field's name and place before its
    content, and a section goes only after all that stood in it has gone or moved. An
    object comes before all that is in it.
    """
    needs: dict[str, tuple[str, ...]] = {}
    for part in by_object(changes).values():
        needs.update(_needs_within(part))
    return needs


def _needs_within(changes: Sequence[Change]) -> Mapping[str, tuple[str, ...]]:
    """Return the same for changes of one object."""
    objects = tuple(change.id for change in changes if isinstance(change, AddObject))
    arriving = _sections_that_arrive(changes)
    placed = _fields_that_are_placed(changes)
    leaving = _what_leaves(changes)

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
            case ChangeType() | ChangeOptions() | ChangeSettings():
                name = (change.section, change.name)
                return arriving.get(change.section, ()) + placed.get(name, ())
            case (
                ChangeDescription()
                | AddField()
                | RenameField()
                | MoveField()
                | RemoveField()
                | ResolveDuplicate()
            ):
                return arriving.get(change.section, ())

    needs = {
        change.id: objects + inner_needs(change)
        for change in changes
        if not isinstance(change, AddObject)
    }
    return {change: needed for change, needed in needs.items() if needed}


def _sections_that_arrive(changes: Sequence[Change]) -> dict[str, tuple[str, ...]]:
    return {
        change.section: (change.id,)
        for change in changes
        if isinstance(change, AddSection | RenameSection)
    }


def _fields_that_are_placed(
    changes: Sequence[Change],
) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (change.section, change.name): (change.id,)
        for change in changes
        if isinstance(change, RenameField | MoveField)
    }


def _what_leaves(changes: Sequence[Change]) -> dict[str, list[str]]:
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
                | AddTag()
                | RenameTag()
                | RemoveTag()
            ):
                pass
    return leaving
