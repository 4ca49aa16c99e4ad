"""Results of many accounts for programs, after the JSON Schema `fleet`."""

from __future__ import annotations

from schemactl.model.drift import Drift
from schemactl.model.fleet import AccountFailure, AccountResult, FleetResult
from schemactl.model.json_text import FORMAT_VERSION, canonical_json
from schemactl.model.plan import JsonObject, JsonValue, Plan
from schemactl.report.fleet_words import is_different
from schemactl.report.json.drift import drift_document
from schemactl.report.json.problems import problems_document
from schemactl.store.plan import plan_document


def fleet_json(fleet: FleetResult) -> str:
    """Write all results as canonical JSON, in the project's order.

    The `result` of an account is the document of the command for that account alone.
    """
    results = fleet.results
    failed = sum(result.failed for result in results)
    return canonical_json(
        {
            "format_version": FORMAT_VERSION,
            "kind": "fleet",
            "command": fleet.command,
            "accounts": tuple(_entry(result, strict=fleet.strict) for result in results),
            "summary": {
                "accounts": len(results),
                "different": sum(is_different(one, strict=fleet.strict) for one in results),
                "failed": failed,
                "exit_status": int(fleet.exit_code),
            },
        }
    )


def _entry(result: AccountResult, *, strict: bool) -> JsonObject:
    return {
        "account": result.account,
        "labels": result.labels,
        "exit_status": int(result.exit_code),
        "result": _result(result, strict=strict),
        "error": _error(result),
    }


def _result(result: AccountResult, *, strict: bool) -> JsonValue:
    match result.outcome:
        case AccountFailure():
            return None
        case Drift():
            return drift_document(result.outcome, strict=strict)
        case Plan():
            return plan_document(result.outcome)


def _error(result: AccountResult) -> JsonValue:
    failure = result.outcome
    if not isinstance(failure, AccountFailure):
        return None
    return {
        "message": failure.message,
        "hint": failure.hint,
        "problems": problems_document(failure.problems)["problems"],
    }
