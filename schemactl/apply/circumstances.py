"""The runs of plans under circumstances in which no call has to be made."""

from __future__ import annotations

from schemactl.model.plan import Plan
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.values import replace


def run_of_applied(plan: Plan) -> Run:
    """Return the run of a plan that another run completed and that the account still shows."""
    by_hand = {step.change for step in plan.manual_steps}
    return replace(
        run_without_calls(plan),
        calls_planned=len(plan.calls),
        calls_earlier=len(plan.calls),
        verdicts=tuple(
            Verdict(
                change=change.id,
                status=VerdictStatus.BY_HAND if change.id in by_hand else VerdictStatus.APPLIED,
            )
            for change in plan.changes
        ),
    )


def run_without_calls(plan: Plan) -> Run:
    """Return the run of a plan without calls: nothing to do, or only manual steps."""
    verdicts = tuple(
        Verdict(change=change.id, status=VerdictStatus.BY_HAND) for change in plan.changes
    )
    return Run(
        id="",
        status=RunStatus.NOTHING_TO_DO,
        reason="",
        calls_made=0,
        calls_planned=0,
        verdicts=verdicts,
    )
