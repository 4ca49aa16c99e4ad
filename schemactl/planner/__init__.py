"""From differences to a plan: which calls, in which order, at what price, and what is by hand.

    dependencies   which change must come before which
    calls          which call must come before which
    reliance       what must not have moved in the account before the plan is applied
    steps          what a person must do
    price          calls and seconds
    field_use      what fields take of the limits
    shares         what a person does, and what the program
    verification   whether a saved plan says what planning would say

Pure. What risks the plan holds is `safety`'s to say; what a call can do is the dialect's.
"""

from __future__ import annotations

from typing import Final

from schemactl.backend.interface import Dialect, LiveState
from schemactl.model.difference import Difference
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit
from schemactl.model.plan import AccountSize, Permission, Plan
from schemactl.planner.field_use import notice_possible_excess
from schemactl.planner.price import Pace, price_plan, summarise
from schemactl.planner.reliance import find_reliance
from schemactl.planner.shares import share_out

UNHINDERED: Final = Pace()


def make_plan(
    difference: Difference,
    *,
    account: str,
    live: LiveState,
    dialect: Dialect,
    permissions: frozenset[Permission] = frozenset(),
    pace: Pace = UNHINDERED,
    field_limit: AppliedLimit = ASSUMED_LIMIT,
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
        field_limit: How many fields the account may have.
        address: Where the account answers; empty where `live` is a snapshot.
        files: Fingerprint of what the schema files ask for.
    """
    work = share_out(changes := difference.changes, live, dialect, permissions)
    budget = price_plan(
        work.calls,
        changes,
        live,
        dialect,
        by_hand=work.by_hand,
        pace=pace,
        field_limit=field_limit,
    )
    excess = notice_possible_excess(budget.objects, changes, field_limit)
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
        notices=(*excess, *difference.notices),
        seen=find_reliance(changes, live.schema),
        summary=summarise(changes, work.by_hand),
        budget=budget,
    )


def _measure(live: LiveState) -> AccountSize:
    parts = (live.schema, *(live.schema.of(each.label) for each in live.schema.objects))
    return AccountSize(
        sections=sum(len(part.sections) for part in parts),
        fields=sum(part.field_count for part in parts),
        tags=len(live.schema.tags),
        calls=live.calls,
        objects=len(live.schema.objects),
    )
