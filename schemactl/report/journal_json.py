"""What applies did, for programs, after the JSON Schema `journal`."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.model.json_text import FORMAT_VERSION, canonical_json
from schemactl.model.plan import CallDraft, JsonObject
from schemactl.model.recorded import RecordedCall, RecordedRun


def journal_json(runs: Sequence[RecordedRun], *, account: str) -> str:
    """Write runs as canonical JSON, oldest first; all that their journals hold."""
    return canonical_json(
        {
            "format_version": FORMAT_VERSION,
            "kind": "journal",
            "account": account,
            "runs": tuple(_run(run) for run in runs),
        }
    )


def _run(run: RecordedRun) -> JsonObject:
    end = run.end
    return {
        "id": run.id,
        "backend": run.backend,
        "started_at": run.started_at,
        "ended_at": None if end is None else end.at,
        "status": None if end is None else end.status,
        "reason": "" if end is None else end.reason,
        "is_torn": run.is_torn,
        "plan": run.plan,
        "permissions": run.permissions,
        "follows": run.follows,
        "earlier": run.earlier,
        "owed": tuple(_draft(draft) for draft in run.owed),
        "calls": tuple(_call(entry) for entry in run.calls),
        "verdicts": tuple(
            {"change": verdict.change, "status": verdict.status, "detail": verdict.detail}
            for verdict in (() if end is None else end.verdicts)
        ),
    }


def _draft(draft: CallDraft) -> JsonObject:
    return {"request": draft.request, "arguments": draft.arguments}


def _call(entry: RecordedCall) -> JsonObject:
    call, outcome = entry.call, entry.outcome
    return {
        "number": call.number,
        "request": call.request,
        "arguments": call.arguments,
        "serves": call.serves,
        "needs": call.needs,
        "started_at": entry.started_at,
        "outcome": None if outcome is None else outcome.status,
        "detail": "" if outcome is None else outcome.detail,
        "shown": entry.shown,
        "skipped": entry.skipped,
    }
