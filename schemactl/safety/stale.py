"""Find what changed in an account after a plan was made, in all that the plan depends on.

Changes elsewhere in the account do not matter. Neither do manual steps: no call depends on
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Self

from schemactl.errors import RefusedError
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
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
from schemactl.model.live_index import LiveIndex
from schemactl.model.object_state import (
    ContentsState,
    DescriptionState,
    FieldState,
    NamesState,
    ObjectState,
    PreconditionKind,
    observe,
    state_of_fields,
    state_of_names,
)
from schemactl.model.plan import Plan, Precondition
from schemactl.model.schema import Schema
from schemactl.safety.stale_object import StaleObject
from schemactl.safety.wording import moved_text
from schemactl.values import dataclass


class StalePlanError(RefusedError):
    """The account changed after the plan was made; no further call was made.

    Attributes:
        moved: Every object that changed.
    """

    def __init__(self, moved: tuple[StaleObject, ...], *, is_resumed: bool = False) -> None:
        self.moved = moved
        super().__init__(
            moved_text(moved, is_resumed=is_resumed),
            hint="plan again and review what is new",
        )


def refuse_stale(plan: Plan, now: Schema, *, own: frozenset[str] = frozenset()) -> None:
    """Refuse a plan that depends on something that has changed.

    Args:
        plan: The reviewed plan.
        now: The account, as read just before the first call.
        own: Ids of the changes that earlier calls of this plan made or started.

    Raises:
        StalePlanError: Something changed; the message shows the three states of each object.
    """
    moved = find_stale(plan, now, own=own)
    if moved:
        raise StalePlanError(moved, is_resumed=bool(own))


def find_stale(
    plan: Plan,
    now: Schema,
    *,
    own: AbstractSet[str] = frozenset(),
    among: Iterable[Precondition] | None = None,
) -> tuple[StaleObject, ...]:
    """Return the objects that the plan's calls depend on and that changed.

    Args:
        plan: The reviewed plan.
        now: The account.
        own: Ids of changes of the plan; what they alter is ignored in every object.
        among: The preconditions of the plan to check; None for all of them.
    """
    moved = [
        (entry, state)
        for entry, state in _states(plan.seen if among is None else among, now)
        if state != entry.live
    ]
    if not moved:
        return ()
    labels = {entry.custom_object for entry, _ in moved}
    own_work = {label: _OwnWork.of(plan, own, label) for label in labels}
    served = {change for call in plan.calls for change in call.serves} - own
    return tuple(
        StaleObject(
            kind=entry.kind,
            path=entry.path,
            seen=entry.live,
            now=state,
            wanted=entry.desired,
            custom_object=entry.custom_object,
        )
        for entry, state in moved
        if not served.isdisjoint(entry.serves)
        and own_work[entry.custom_object].leaves(entry, state)
    )


def _states(
    entries: Iterable[Precondition], now: Schema
) -> Iterator[tuple[Precondition, ObjectState | None]]:
    indexes: dict[str, LiveIndex] = {}
    for entry in entries:
        label = entry.custom_object
        if label not in indexes:
            indexes[label] = LiveIndex(now.of(label))
        yield entry, observe(entry.kind, entry.path, indexes[label])


@dataclass(frozen=True, slots=True, kw_only=True)
class _OwnWork:
    """What the plan itself may have changed in contacts, or in one custom object."""

    sections: frozenset[str]
    fields: frozenset[tuple[str, ...]]
    tags: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, own: AbstractSet[str], label: str) -> Self:
        touched = [
            entry
            for entry in plan.seen
            if entry.custom_object == label and not own.isdisjoint(entry.serves)
        ]
        return cls(
            # A section also serves changes that only depend on it; they do not alter it.
            sections=frozenset(_own_sections(plan, own, label)),
            fields=frozenset(
                entry.path for entry in touched if entry.kind is PreconditionKind.FIELD
            ),
            tags=frozenset(
                entry.path[0] for entry in touched if entry.kind is PreconditionKind.TAG
            ),
        )

    def leaves(self, entry: Precondition, state: ObjectState | None) -> bool:
        """Whether a state is not as it was seen, apart from what the plan has changed."""
        return self._without(entry, state) != self._without(entry, entry.live)

    def _without(self, entry: Precondition, state: ObjectState | None) -> ObjectState | None:
        """Return the part of a state that the plan has not changed; None if none is left."""
        match state:
            case None | DescriptionState():
                return state
            case NamesState():
                is_tag = entry.kind is PreconditionKind.TAG
                own = self.tags if is_tag else self.sections
                return state_of_names(name for name in state.names if name not in own)
            case ContentsState():
                return self._contents_left(state, entry.path[0])
            case FieldState():
                return self._fields_left(state, entry.path[0])

    def _contents_left(self, state: ContentsState, section: str) -> ContentsState | None:
        left = (field for field in state.fields if (section, field.name) not in self.fields)
        return ContentsState(found) if (found := tuple(left)) else None

    def _fields_left(self, state: FieldState, section: str) -> FieldState | None:
        own = self.fields
        return state_of_fields(
            (field for field in state.fields if (section, field.name) not in own),
            (place for place in state.elsewhere if (place.section, place.name) not in own),
        )


def _own_sections(plan: Plan, own: AbstractSet[str], label: str) -> Iterator[str]:
    for change in plan.changes:
        if change.custom_object == label and change.id in own:
            match change:
                case AddSection() | RemoveSection():
                    yield change.section
                case RenameSection():
                    yield from (change.was, change.section)
                case (
                    AddObject()
                    | ChangeDescription()
                    | AddField()
                    | RenameField()
                    | MoveField()
                    | ChangeType()
                    | ChangeOptions()
                    | ChangeSettings()
                    | FillField()
                    | RemoveField()
                    | ResolveDuplicate()
                    | AddTag()
                    | RenameTag()
                    | RemoveTag()
                ):
                    pass
