"""What a plan costs: calls, seconds, share of the field budget; and its summary in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.account.interface import Dialect, LiveState
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
from schemactl.model.field_limits import AppliedLimit
from schemactl.model.pace import Pace
from schemactl.model.plan import Budget, Call, Summary
from schemactl.planner.field_use import use_by_object
from schemactl.planner.requests import count_requests


def summarise(changes: Sequence[Change], by_hand: frozenset[str]) -> Summary:
    """Count changes; one that needs a person counts only as by hand."""
    add = change_count = remove = 0
    for change in changes:
        if change.id in by_hand:
            continue
        match change:
            case AddObject() | AddSection() | AddField() | AddTag():
                add += 1
            case RemoveSection() | RemoveField() | RemoveTag():
                remove += 1
            case (
                RenameSection()
                | ChangeDescription()
                | RenameField()
                | MoveField()
                | ChangeType()
                | ChangeOptions()
                | ChangeSettings()
                | ResolveDuplicate()
                | RenameTag()
            ):
                change_count += 1
    return Summary(add=add, change=change_count, remove=remove, by_hand=len(by_hand))


def price_plan(
    calls: Sequence[Call],
    changes: Sequence[Change],
    live: LiveState,
    dialect: Dialect,
    *,
    by_hand: frozenset[str],
    pace: Pace,
    field_limit: AppliedLimit,
) -> Budget:
    """Return what `calls` cost, and how much of the budget `changes` use, by hand too."""
    contacts, *custom_objects = use_by_object(changes, live.schema, by_hand)
    return Budget(
        calls=len(calls),
        seconds=seconds_for(count_requests(calls, live, dialect), pace),
        contacts=contacts,
        custom_objects=tuple(custom_objects),
        field_limit=field_limit,
    )


def seconds_for(calls: int, pace: Pace) -> float:
    """Estimate how long a number of calls takes; the calls of one minute are sent at once."""
    if calls <= 0:
        return 0.0
    unhindered = calls * pace.seconds_per_call
    if pace.calls_per_minute is None:
        return round(unhindered, 3)
    full_minutes, rest = divmod(calls - 1, pace.calls_per_minute)
    return round(max(unhindered, 60.0 * full_minutes + (rest + 1) * pace.seconds_per_call), 3)
