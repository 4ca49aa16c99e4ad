"""What applies did, for programs, after the JSON Schema `journal`."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from schemactl.model.json_text import FORMAT_VERSION, canonical_json
from schemactl.model.plan import JsonObject
from schemactl.model.recorded import RecordedCall, RecordedRun


def journal_json(
    runs: Sequence[RecordedRun], *, account: str | None, settled: AbstractSet[str] = frozenset()
) -> str:
    """Write runs as canonical JSON, oldest first, with everything that their journals hold.

    Args:
        runs: What to write.
        account: Name of the account that the runs are of; None for several accounts.
        settled: Ids of runs whose tags a later run took off the carrier.
    """
    return canonical_json(
        {
            "format_version": FORMAT_VERSION,
            "kind": "journal",
            "account": account,
            "runs": tuple(_run(run, is_settled=run.id in settled) for run in runs),
        }
    )


def _run(run: RecordedRun, *, is_settled: bool) -> JsonObject:
    end = run.end
    return {
        "id": run.id,
        "account": run.account,
        "address": run.address,
        **({"app_id_fingerprint": run.app_id} if run.app_id else {}),
        **({"lease": run.lease} if run.lease else {}),
        "backend": run.backend,
        "by": run.by,
        "commit": run.commit,
        "started_at": run.started_at,
        "ended_at": None if end is None else end.at,
        "status": None if end is None else end.status,
        "reason": "" if end is None else end.reason,
        "is_torn": run.is_torn,
        "plan": run.plan,
        "permissions": run.permissions,
        "follows": run.resumes,
        "earlier": run.earlier,
        "cleanups": tuple(
            {"contact": one.contact, "tags": one.tags, "settled": is_settled}
            for one in run.cleanups
        ),
        "calls": tuple(_call(entry) for entry in run.calls),
        "verdicts": tuple(
            {"change": verdict.change, "status": verdict.status, "detail": verdict.detail}
            for verdict in (() if end is None else end.verdicts)
        ),
    }


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
