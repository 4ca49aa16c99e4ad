"""What came of an apply, for programs, after the JSON Schema `run`."""

from __future__ import annotations

from schemactl.model.json_text import FORMAT_VERSION, canonical_json
from schemactl.model.plan import JsonObject, Plan
from schemactl.model.run import Run, Verdict
from schemactl.report.run_summary import count_verdicts
from schemactl.store.plan.changes import change_json
from schemactl.store.plan.writing import ended_json, manual_step_json


def run_json(plan: Plan, run: Run) -> str:
    """Write an apply as canonical JSON, with the changes that its verdicts are about."""
    return canonical_json(run_document(plan, run))


def run_document(plan: Plan, run: Run) -> JsonObject:
    """Return an apply as a JSON document."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": "run",
        "account": plan.account,
        "backend": plan.backend,
        "id": run.id,
        "status": run.status,
        "reason": run.reason,
        "calls_earlier": run.calls_earlier,
        "calls_made": run.calls_made,
        "calls_planned": run.calls_planned,
        "requests_made": run.requests_made,
        "requests_planned": run.requests_planned,
        "changes": tuple(change_json(change) for change in plan.changes),
        "manual_steps": tuple(manual_step_json(step) for step in plan.manual_steps),
        **ended_json("ended_protection", run.ended_protection),
        "verdicts": tuple(_verdict(verdict) for verdict in run.verdicts),
        "summary": {
            str(status): number for status, number in count_verdicts(run.verdicts).items()
        },
    }


def _verdict(verdict: Verdict) -> JsonObject:
    return {"change": verdict.change, "status": verdict.status, "detail": verdict.detail}
