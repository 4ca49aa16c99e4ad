"""What a plan has besides its changes: what journals say, and the price of all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.planner.costs import with_cost

if TYPE_CHECKING:
    from schemactl.account.interface import Dialect, LiveState
    from schemactl.account.target import Target
    from schemactl.model.pace import Pace
    from schemactl.model.plan import Plan
    from schemactl.store.journal.history import History


def with_journals(plan: Plan, history: History | None) -> Plan:
    """Add what earlier runs leave to do; nothing where the account is a snapshot."""
    if history is None:
        return plan
    from schemactl.store.journal.notices import with_history

    return with_history(plan, history)


def with_expiry(plan: Plan, target: Target) -> Plan:
    """Add which backups an apply of the plan deletes because of their age."""
    days = target.account.values.retain_days
    if days is None or not plan.calls:
        return plan
    from schemactl.model.difference import Notice, NoticeCode
    from schemactl.store.vault.folders import find_backups, too_old
    from schemactl.text import counted
    from schemactl.values import replace

    found = find_backups(target.vault_folder)
    age = counted(days, "day")
    notices = [
        Notice(
            code=NoticeCode.DELETES_BACKUPS,
            about=f"backup of {run}",
            message=f"it is older than {age}, so an apply of this plan deletes it "
            "(values: retain_days), and its values cannot be restored",
        )
        for run in too_old(found, days=days, now=target.host.now())
    ]
    return replace(plan, notices=(*plan.notices, *notices))


def with_whole_cost(plan: Plan, live: LiveState, dialect: Dialect, pace: Pace) -> Plan:
    """Return a plan with the price of its counts and of what comes first, if it has any."""
    return with_cost(plan, live, dialect, pace) if plan.counts or plan.first else plan
