"""What a plan has besides its changes: what journals say, and the price of all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.planner.price import with_cost

if TYPE_CHECKING:
    from schemactl.account.interface import Dialect, LiveState
    from schemactl.model.pace import Pace
    from schemactl.model.plan import Plan
    from schemactl.store.journal.history import History


def with_journals(plan: Plan, history: History | None) -> Plan:
    """Add what earlier runs leave to do; nothing where the account is a snapshot."""
    if history is None:
        return plan
    from schemactl.store.journal.notices import with_history

    return with_history(plan, history)


def with_whole_cost(plan: Plan, live: LiveState, dialect: Dialect, pace: Pace) -> Plan:
    """Return a plan with the price of its counts and of what comes first, if it has any."""
    return with_cost(plan, live, dialect, pace) if plan.counts or plan.first else plan
