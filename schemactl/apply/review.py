"""A plan before and after its review: what is left to do, who reviews it, what came of it."""

from __future__ import annotations

from typing import Protocol

from schemactl.account.interface import LiveState
from schemactl.apply import ApplyRequest
from schemactl.apply.circumstances import run_of_applied
from schemactl.model.recorded import FoundRun
from schemactl.model.run import Run
from schemactl.model.traffic import Traffic
from schemactl.planner import PlanResult
from schemactl.safety.applied import refuse_changed_since
from schemactl.values import dataclass, replace


class Reviewer(Protocol):
    """Whoever looks at a plan before it is applied."""

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        """Show the plan and an interrupted run, before anything is refused, asked or done."""
        ...

    def agrees(self, planned: PlanResult, *, calls: int) -> bool:
        """Whether to make `calls` calls of the plan; every hazard is permitted now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPlan:
    """A plan for review, what is left to do of it, and the account as it was read."""

    planned: PlanResult
    request: ApplyRequest
    live: LiveState


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A plan and what came of it.

    Attributes:
        planned: What was to be done.
        run: What came of it; None if the reviewer did not agree.
        found: The interrupted run whose work was taken up.
        base_problem: Why the account's state was not written to the base; empty if it was.
        applied_by: The run that completed a saved plan before; empty if none did.
    """

    planned: PlanResult
    run: Run | None
    found: FoundRun | None = None
    base_problem: str = ""
    applied_by: str = ""


def not_agreed(ready: ReadyPlan) -> Applied:
    """Return the result of a plan that the reviewer did not agree to."""
    return Applied(planned=ready.planned, run=None, found=ready.request.earlier.found)


def counted(applied: Applied, traffic: Traffic | None) -> Applied:
    """Return the result with the number of its requests, as far as they were counted."""
    if applied.run is None or traffic is None:
        return applied
    planned = applied.planned.plan.budget.requests
    run = replace(applied.run, requests_made=traffic.requests, requests_planned=planned)
    return replace(applied, run=run)


def applied_before(ready: ReadyPlan) -> Applied:
    """Return the result of a saved plan that another run has completed; sends nothing.

    Raises:
        RefusedError: The account has changed since.
    """
    plan, run_id = ready.planned.plan, ready.request.applied_by
    refuse_changed_since(plan, ready.live.schema, applied_by=run_id)
    return Applied(planned=ready.planned, run=run_of_applied(plan), applied_by=run_id)
