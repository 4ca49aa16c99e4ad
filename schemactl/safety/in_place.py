"""Which changes of a plan are made without removing an object, so that its values stay."""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.model.call_word import REMOVING_CALLS
from schemactl.model.change import Change, ChangeType
from schemactl.model.plan import ManualCode, Plan
from schemactl.project import BackendName


def changes_by_calls(plan: Plan) -> tuple[Change, ...]:
    """Return the changes that the calls of a plan make."""
    steps = {step.change for step in plan.manual_steps}
    return tuple(change for change in plan.changes if change.id not in steps)


def blocked_changes(plan: Plan) -> tuple[Change, ...]:
    """Return the changes that calls will make once a manual step is done."""
    blocked = {step.change for step in plan.manual_steps if step.code is ManualCode.BLOCKED}
    return tuple(change for change in plan.changes if change.id in blocked)


def made_in_place(plan: Plan) -> frozenset[str]:
    """Return the ids of changes that calls make without removing an object."""
    removing = {
        change
        for call in plan.calls
        if call.request in REMOVING_CALLS
        for change in call.serves
    }
    served = {change for call in plan.calls for change in call.serves}
    return frozenset(served - removing)


def will_be_made_in_place(plan: Plan, blocked: Iterable[Change]) -> frozenset[str]:
    """Return the ids of blocked changes of type that a call will make without a removal."""
    if plan.backend != BackendName.REST:
        return frozenset()
    return frozenset(
        change.id for change in blocked if isinstance(change, ChangeType) and change.is_widening
    )
