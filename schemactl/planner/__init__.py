"""From differences to a plan: which calls, in which order, at what price, and what is by hand.

    dependencies   which change must come before which
    calls          which call must come before which
    reliance       what must not have moved in the account before the plan is applied
    steps          what a person must do
    price          calls, seconds and bytes
    founded        whether a saved plan says what planning would say

Pure. What risks the plan holds is `safety`'s to say; what a call can do is the dialect's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemactl.backend.interface import Dialect, LiveState
from schemactl.model.change import Change
from schemactl.model.difference import Difference
from schemactl.model.plan import (
    AccountSize,
    Call,
    ManualCode,
    ManualStep,
    Permission,
    Plan,
)
from schemactl.planner.calls import number_calls
from schemactl.planner.dependencies import find_dependencies
from schemactl.planner.price import Pace, price_plan, summarise
from schemactl.planner.reliance import find_reliance
from schemactl.planner.steps import find_steps

UNHINDERED: Final = Pace()


def make_plan(
    difference: Difference,
    *,
    account: str,
    live: LiveState,
    dialect: Dialect,
    permissions: frozenset[Permission] = frozenset(),
    pace: Pace = UNHINDERED,
    address: str = "",
    files: str = "",
) -> Plan:
    """Work out the calls and manual steps for all changes; hazards are added by `safety`.

    Args:
        difference: What comparing with `live` found.
        account: Its name in the project file.
        live: The account, or a snapshot of it.
        dialect: What its API can say.
        permissions: Some turn a manual step into calls.
        pace: How fast calls can be made.
        address: Where the account answers; empty where `live` is a snapshot.
        files: Fingerprint of what the schema files ask for.
    """
    work = _share_out(changes := difference.changes, live, dialect, permissions)
    return Plan(
        account=account,
        backend=dialect.name,
        address=address,
        files=files,
        size=_measure(live),
        changes=changes,
        calls=work.calls,
        manual_steps=work.steps,
        permissions=tuple(sorted(permissions)),
        unmanaged=difference.unmanaged,
        notices=difference.notices,
        seen=find_reliance(changes, live.schema),
        summary=summarise(changes, work.by_hand),
        budget=price_plan(work.calls, changes, live, dialect, by_hand=work.by_hand, pace=pace),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Who does what: a person the steps, the program the calls."""

    steps: tuple[ManualStep, ...]
    calls: tuple[Call, ...]
    by_hand: frozenset[str]


def _share_out(
    changes: Sequence[Change],
    live: LiveState,
    dialect: Dialect,
    permissions: frozenset[Permission],
) -> _Work:
    """Give what a person must do, or wait for, and the calls for all the rest."""
    needs = find_dependencies(changes)
    own_steps = tuple(find_steps(changes, live, dialect, permissions))
    steps = _manual_steps(changes, own_steps, needs)
    by_hand = frozenset(step.change for step in steps)
    open_changes = tuple(change for change in changes if change.id not in by_hand)
    calls = number_calls(dialect.calls_for(open_changes, live), needs)
    return _Work(steps=steps, calls=calls, by_hand=by_hand)


def _measure(live: LiveState) -> AccountSize:
    parts = (live.schema, *(live.schema.of(each.label) for each in live.schema.objects))
    return AccountSize(
        sections=sum(len(part.sections) for part in parts),
        fields=sum(part.field_count for part in parts),
        tags=len(live.schema.tags),
        calls=live.calls,
        objects=len(live.schema.objects),
    )


def _manual_steps(
    changes: Sequence[Change],
    own_steps: Sequence[ManualStep],
    needs: Mapping[str, tuple[str, ...]],
) -> tuple[ManualStep, ...]:
    """Add what must wait for a manual step, in the order of the changes."""
    steps = {step.change: step for step in own_steps}
    pending = [change.id for change in changes if change.id not in steps]
    progress = True
    while progress:
        progress = False
        for change in pending:
            awaited = [need for need in needs.get(change, ()) if need in steps]
            if awaited and change not in steps:
                steps[change] = ManualStep(
                    code=ManualCode.BLOCKED,
                    change=change,
                    instruction="nothing to click: plan again once that is done",
                    waits_for=tuple(awaited),
                )
                progress = True
    return tuple(steps[change.id] for change in changes if change.id in steps)
