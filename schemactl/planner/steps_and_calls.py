"""Divide changes into manual steps for a person and calls for the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.change import Change
from schemactl.model.plan import Call, ManualCode, ManualStep, Permission
from schemactl.model.value_work import NO_VALUE_WORK, ValueWork
from schemactl.planner.calls import number_calls
from schemactl.planner.dependencies import find_dependencies
from schemactl.planner.field_copy import with_copying
from schemactl.planner.steps import find_steps
from schemactl.planner.value_calls import draft_calls
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The manual steps, the calls, and the ids of the changes that the steps are about."""

    steps: tuple[ManualStep, ...]
    calls: tuple[Call, ...]
    by_hand: frozenset[str]


def share_out(
    changes: Sequence[Change],
    live: LiveState,
    dialect: Dialect,
    permissions: frozenset[Permission],
    values: ValueWork = NO_VALUE_WORK,
) -> Shares:
    """Return the manual steps, with what they block, and the calls for all other changes."""
    needs = find_dependencies(changes)
    steps_by_hand = find_steps(changes, live, dialect, permissions)
    own_steps = with_copying(tuple(steps_by_hand), changes, live, dialect)
    steps = _manual_steps(changes, own_steps, needs)
    by_hand = frozenset(step.change for step in steps)
    open_changes = tuple(change for change in changes if change.id not in by_hand)
    calls = number_calls(draft_calls(open_changes, live, dialect, values), needs)
    return Shares(steps=steps, calls=calls, by_hand=by_hand)


def _manual_steps(
    changes: Sequence[Change],
    own_steps: Sequence[ManualStep],
    needs: Mapping[str, tuple[str, ...]],
) -> tuple[ManualStep, ...]:
    """Add the changes that a manual step blocks, in the order of the changes."""
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
