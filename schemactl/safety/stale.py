"""Finds what moved in an account since a plan was made, among all that the plan relies on.

Changes elsewhere in the account do not matter. Neither does what a person is to do: no
call depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from schemactl.model.object_state import observe
from schemactl.model.plan import JsonValue, Plan, Precondition, PreconditionKind
from schemactl.model.schema import CONTACTS, Schema
from schemactl.safety.wording import Sides, moved_text


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleObject:
    """One object that is no longer as a plan saw it; states are those of `model.object_state`.

    Attributes:
        kind: What it is.
        path: Its name in the account, or section and field.
        seen: Its state when planned; None where the account had nothing of that name.
        now: Its state as read again.
        wanted: Its state once the plan is applied, of itself alone; None where it goes.
        custom_object: The object that it is of.
    """

    kind: PreconditionKind
    path: tuple[str, ...]
    seen: JsonValue
    now: JsonValue
    wanted: JsonValue
    custom_object: str = CONTACTS


class StalePlanError(RefusedError):
    """The account moved under the plan; `moved` has every object. No call was made."""

    def __init__(self, moved: tuple[StaleObject, ...], *, is_resumed: bool = False) -> None:
        self.moved = moved
        sides = [
            Sides(
                one.kind,
                one.path,
                seen=one.seen,
                now=one.now,
                wanted=one.wanted,
                custom_object=one.custom_object,
            )
            for one in moved
        ]
        super().__init__(
            moved_text(sides, is_resumed=is_resumed),
            hint="plan again and review what is new",
        )


def refuse_stale(plan: Plan, now: Schema, *, own: frozenset[str] = frozenset()) -> None:
    """Stop a plan that relies on what is no longer so.

    Args:
        plan: As it was reviewed.
        now: The account, as read just before the first call.
        own: Ids of the changes that calls of this very plan began to make, or made, before.

    Raises:
        StalePlanError: Something moved; the message shows each object's three sides.
    """
    moved = find_stale(plan, now, own=own)
    if moved:
        raise StalePlanError(moved, is_resumed=bool(own))


def find_stale(
    plan: Plan, now: Schema, *, own: frozenset[str] = frozenset()
) -> tuple[StaleObject, ...]:
    """Give the objects that the plan's calls rely on and that are otherwise now.

    What changes in `own` touch is left out of every object: the plan moved it itself.
    """
    labels = {entry.custom_object for entry in plan.seen}
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
        for entry, state in _states(plan, now)
        if state != entry.live
        and not served.isdisjoint(entry.serves)
        and own_work[entry.custom_object].leaves(entry, state)
    )


def _states(plan: Plan, now: Schema) -> Iterator[tuple[Precondition, JsonValue]]:
    indexes: dict[str, LiveIndex] = {}
    for entry in plan.seen:
        label = entry.custom_object
        if label not in indexes:
            indexes[label] = LiveIndex(now.of(label))
        yield entry, observe(entry.kind, entry.path, indexes[label])


@dataclass(frozen=True, slots=True, kw_only=True)
class _OwnWork:
    """Names of one object in the account that a plan itself has touched, or may have."""

    sections: frozenset[str]
    fields: frozenset[tuple[str, ...]]
    tags: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, own: frozenset[str], label: str) -> Self:
        touched = [
            entry
            for entry in plan.seen
            if entry.custom_object == label and not own.isdisjoint(entry.serves)
        ]
        return cls(
            # A section also serves the changes that merely need it, and these move no section.
            sections=frozenset(_own_sections(plan, own, label)),
            fields=frozenset(
                entry.path for entry in touched if entry.kind is PreconditionKind.FIELD
            ),
            tags=frozenset(
                entry.path[0] for entry in touched if entry.kind is PreconditionKind.TAG
            ),
        )

    def leaves(self, entry: Precondition, state: JsonValue) -> bool:
        """Whether a state is other than it was seen, beside what the plan has touched."""
        return self.without(entry, state) != self.without(entry, entry.live)

    def without(self, entry: Precondition, state: JsonValue) -> JsonValue:
        """Give what of a state the plan has not touched, in a form that is only to compare."""
        match entry.kind:
            case PreconditionKind.SECTION:
                return tuple(name for name in _items(state) if name not in self.sections)
            case PreconditionKind.TAG:
                return tuple(name for name in _items(state) if name not in self.tags)
            case PreconditionKind.SECTION_DESCRIPTION:
                return state
            case PreconditionKind.SECTION_CONTENTS:
                return self._contents_left(state, entry.path[0])
            case PreconditionKind.FIELD:
                return self._fields_left(state, entry.path[0])

    def _contents_left(self, state: JsonValue, section: str) -> JsonValue:
        pairs = (_items(pair) for pair in _items(state))
        return tuple(pair for pair in pairs if (section, pair[0]) not in self.fields)

    def _fields_left(self, state: JsonValue, section: str) -> JsonValue:
        parts = state if isinstance(state, Mapping) else {}
        fields = [one for one in _items(parts.get("fields")) if isinstance(one, Mapping)]
        return (
            *(one for one in fields if (section, one["name"]) not in self.fields),
            *(place for place in _items(parts.get("elsewhere")) if place not in self.fields),
        )


def _items(value: JsonValue) -> tuple[JsonValue, ...]:
    return value if isinstance(value, tuple) else ()


def _own_sections(plan: Plan, own: frozenset[str], label: str) -> Iterator[str]:
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
                    | RemoveField()
                    | ResolveDuplicate()
                    | AddTag()
                    | RenameTag()
                    | RemoveTag()
                ):
                    pass
