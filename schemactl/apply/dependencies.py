"""Which changes of a plan may depend on each other, so that a failed one blocks the other.

A removal may be meant to follow an addition: the values of the old field should go to the new
one. The files do not say so, so everything that may belong together counts as linked: what is
in one section, what has one name, and what the plan shows as an unexplained pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

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
    FieldChange,
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
from schemactl.model.plan import Call, Permission, Plan


class _Kind(Enum):
    SECTION = auto()
    FIELD = auto()
    TAG = auto()


class ChangeLinks:
    """The links between the changes of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._things = {change.id: frozenset(_things(change)) for change in plan.changes}
        self._pairs = tuple(
            frozenset(hazard.changes)
            for hazard in plan.hazards
            if hazard.code is Permission.UNEXPLAINED_PAIR
        )

    def depends(self, call: Call, change: str) -> bool:
        """Whether a call serves a change that is linked to another one, or is that one."""
        return any(self._is_linked(served, change) for served in call.serves)

    def _is_linked(self, one: str, other: str) -> bool:
        return (
            one == other
            or not self._things[one].isdisjoint(self._things[other])
            or any({one, other} <= pair for pair in self._pairs)
        )


def _things(change: Change) -> Iterator[tuple[str, _Kind, str]]:
    """Yield everything that a change is about, by object, kind and name, old names included."""
    label = change.custom_object
    match change:
        case AddObject():
            return
        case AddTag() | RenameTag() | RemoveTag():
            names = (change.was, change.tag) if isinstance(change, RenameTag) else (change.tag,)
            yield from ((label, _Kind.TAG, name) for name in names)
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            yield label, _Kind.SECTION, change.section
            if isinstance(change, RenameSection):
                yield label, _Kind.SECTION, change.was
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
            yield from _things_of_field(change)


def _things_of_field(change: FieldChange) -> Iterator[tuple[str, _Kind, str]]:
    label = change.custom_object
    yield label, _Kind.SECTION, change.section
    yield label, _Kind.FIELD, change.name
    if isinstance(change, MoveField):
        yield label, _Kind.SECTION, change.source
    if isinstance(change, MoveField | RenameField):
        yield label, _Kind.FIELD, change.before.name
