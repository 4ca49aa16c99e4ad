"""What a plan costs: requests, seconds, share of the field budget; and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.call_word import ValueCallWord
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
from schemactl.model.field_limits import AppliedLimit
from schemactl.model.pace import Pace, RequestCost, seconds_for
from schemactl.model.plan import Budget, Plan, Summary
from schemactl.planner.field_use import use_by_object
from schemactl.planner.requests import schedule_requests
from schemactl.planner.steps_and_calls import Shares
from schemactl.planner.value_calls import count_value_requests
from schemactl.values import replace


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
                | FillField()
                | ResolveDuplicate()
                | RenameTag()
            ):
                change_count += 1
    return Summary(add=add, change=change_count, remove=remove, by_hand=len(by_hand))


def price_plan(
    work: Shares, changes: Sequence[Change], live: LiveState, field_limit: AppliedLimit
) -> Budget:
    """Return what `changes` use of the limit, by hand too; `with_cost` adds the requests."""
    contacts, *custom_objects = use_by_object(changes, live.schema, work.by_hand)
    return Budget(
        calls=len(work.calls),
        contacts=contacts,
        custom_objects=tuple(custom_objects),
        field_limit=field_limit,
    )


def with_cost(
    plan: Plan,
    live: LiveState,
    dialect: Dialect,
    pace: Pace,
    *,
    done: AbstractSet[int] = frozenset(),
) -> Plan:
    """Return a plan with the requests and the time that its apply takes.

    Args:
        plan: With all cleanups that come before its calls.
        live: The account as it was read for the plan.
        dialect: What its API can do.
        pace: How fast requests can be made.
        done: Numbers of the calls that an earlier run made.
    """
    cost = schedule_requests(plan, live, dialect, pace, done=done).total
    backups = [call for call in plan.calls if call.request == ValueCallWord.BACK_UP_VALUES]
    left = [call for call in backups if call.number not in done]
    requests = sum(count_value_requests(plan, call, dialect) for call in left)
    budget = replace(
        plan.budget,
        requests=cost.requests,
        seconds=seconds_for(cost, pace),
        backups=len(backups),
        backup_requests=requests,
        backup_seconds=seconds_for(RequestCost(requests=requests, trips=requests), pace),
    )
    return replace(plan, budget=budget)
