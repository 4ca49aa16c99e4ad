"""From differences to a plan: which calls in which order, at what price, and manual steps.

    dependencies   which change must come before which
    calls          which call must come before which
    preconditions  what must not change in the account before the plan is applied
    steps          what a person must do
    costs          requests and seconds
    requests       which reads come between the calls
    field_use      how much of the limits the fields use
    value_calls    which calls on values come before those on the schema
    steps_and_calls  what a person does, and what the program does
    partial_updates  whether updates may lose what they do not send
    used_findings  which findings of a probe a plan relies on
    verification   whether a saved plan is what planning would return

Pure. `safety` decides on the risks of a plan, and the dialect on what a call can do.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from schemactl.account.interface import Dialect, LiveState
from schemactl.desired.fingerprint import fingerprint_desired
from schemactl.errors import Location, Problem
from schemactl.host import Host
from schemactl.model.account_identity import SNAPSHOT, AccountIdentity
from schemactl.model.difference import Difference
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit
from schemactl.model.keep import KeepValues
from schemactl.model.pace import Pace
from schemactl.model.plan import AccountSize, Fingerprint, Permission, Plan, PlanOrigin
from schemactl.model.schema import Schema
from schemactl.model.value_work import NO_VALUE_WORK, ValueWork
from schemactl.planner.costs import price_plan, summarise, with_cost
from schemactl.planner.field_use import notice_possible_excess
from schemactl.planner.partial_updates import notice_partial_updates
from schemactl.planner.preconditions import find_preconditions
from schemactl.planner.steps_and_calls import share_out
from schemactl.planner.used_findings import find_reliance, reliance_notices
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.model.desired import Desired

UNHINDERED: Final = Pace()
UNKNOWN_FILES: Final = Fingerprint.of("")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContext:
    """What a plan is made from besides the difference itself.

    Attributes:
        made: When the plan is made, and its id.
        account: Its name in the project file.
        permissions: Permissions given; some turn a manual step into calls.
        pace: How fast calls can be made.
        field_limit: How many fields the account may have.
        identity: Which account it is.
        files: Fingerprint of the schema files.
        values: What is backed up, and filled in again.
        updates_in_part: Where the files set that an update sends only what changes; None where
            they do not.
    """

    made: PlanOrigin
    account: str
    permissions: frozenset[Permission] = frozenset()
    pace: Pace = UNHINDERED
    field_limit: AppliedLimit = ASSUMED_LIMIT
    identity: AccountIdentity = SNAPSHOT
    files: Fingerprint = UNKNOWN_FILES
    values: ValueWork = NO_VALUE_WORK
    updates_in_part: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """A plan, and the warnings from reading the files.

    Attributes:
        plan: What would be done.
        warnings: Problems of the files that do not stop the work.
        managed_count: Objects in the account that the files manage.
        live: The account as it was read; None if the plan is a saved one.
        values: What the plan was made to back up, and to fill in again.
    """

    plan: Plan
    warnings: tuple[Problem, ...]
    managed_count: int = 0
    live: Schema | None = None
    values: ValueWork = NO_VALUE_WORK


def made_now(host: Host) -> PlanOrigin:
    """Return the origin of a plan that is made now; no other plan has the same."""
    return PlanOrigin(at=host.now_in_utc(), id=host.token())


def plan_context(
    target: Target,
    desired: Desired,
    permissions: frozenset[Permission],
    identity: AccountIdentity | None,
    values: ValueWork = NO_VALUE_WORK,
) -> PlanContext:
    """Return what a plan for a target is made from now; no identity for a snapshot.

    The project decides whether values are backed up, whatever `values` says.
    """
    return PlanContext(
        made=made_now(target.host),
        account=target.account.name,
        permissions=permissions,
        pace=target.pace,
        field_limit=target.account.field_limit,
        identity=SNAPSHOT if identity is None else identity,
        files=Fingerprint(partial(fingerprint_desired, desired)),
        updates_in_part=target.account.updates_in_part,
        values=replace(values, keep=target.account.values.keep),
    )


def make_plan(
    difference: Difference, *, live: LiveState, dialect: Dialect, context: PlanContext
) -> Plan:
    """Find the calls and manual steps for all changes; `safety` adds the hazards.

    Args:
        difference: From the account as it is.
        live: The account, or a snapshot of it.
        dialect: What its API can express.
        context: What else it is made from.
    """
    return with_cost(_plan(difference, live, dialect, context), live, dialect, context.pace)


def _plan(
    difference: Difference, live: LiveState, dialect: Dialect, context: PlanContext
) -> Plan:
    changes, allowed, values = difference.changes, context.permissions, context.values
    work = share_out(changes, live, dialect, allowed, values)
    relies_on = find_reliance(changes, live, dialect, allowed, work, values=values)
    budget = price_plan(work, changes, live, context.field_limit)
    own = (
        *notice_possible_excess(budget.objects, changes, context.field_limit),
        *notice_partial_updates(work.calls, context.updates_in_part, dialect.facts),
    )
    return Plan(
        made=context.made,
        account=context.account,
        backend=dialect.name,
        address=context.identity.address,
        app_id=context.identity.app_id,
        files=context.files,
        size=_measure(live, difference.pages_read),
        changes=changes,
        calls=work.calls,
        manual_steps=work.steps,
        permissions=tuple(sorted(allowed)),
        unmanaged=difference.unmanaged,
        notices=(*own, *reliance_notices(relies_on, dialect.facts), *difference.notices),
        seen=find_preconditions(changes, live.schema),
        summary=summarise(changes, work.by_hand),
        budget=budget,
        ends_protection=difference.ends_protection,
        orphans=difference.orphans,
        prune=difference.prunes,
        relies_on=relies_on,
        keep=values.keep or KeepValues.REQUIRED,
        undoes=values.undoes,
    )


def _measure(live: LiveState, pages: int) -> AccountSize:
    parts = (live.schema, *(live.schema.of(each.label) for each in live.schema.objects))
    return AccountSize(
        sections=sum(len(part.sections) for part in parts),
        fields=sum(part.field_count for part in parts),
        tags=len(live.schema.tags),
        calls=live.calls,
        counting=pages,
        objects=len(live.schema.objects),
    )
