"""Results of many accounts for programs, after the JSON Schema `fleet`."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from schemactl.errors import ExitCode
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    AccountFailure,
    AccountResult,
    AppliedPlan,
    Checked,
    FleetResult,
    Outcome,
    WholeRun,
    WrittenFile,
    most_severe,
)
from schemactl.model.json_text import FORMAT_VERSION, canonical_json
from schemactl.model.plan import JsonObject, JsonValue, Plan
from schemactl.model.usage import Usage
from schemactl.report.fleet_words import is_different
from schemactl.report.json.drift import drift_document
from schemactl.report.json.problems import problems_document
from schemactl.report.json.run import run_document
from schemactl.store.drift_document import drift_details
from schemactl.store.plan import digest_of, plan_document
from schemactl.store.usage_file import usage_document


def fleet_json(fleet: FleetResult) -> str:
    """Write all results as canonical JSON, in the project's order.

    The `result` of an account is the document of the command for that account alone.
    """
    return "".join(fleet_json_parts(fleet))


def fleet_json_parts(fleet: FleetResult) -> Iterator[str]:
    """Yield the same JSON in parts, so that it need not be in memory as a whole."""
    if fleet.whole is not None or not fleet.results:
        yield canonical_json(fleet_document(fleet))
        return
    start = "{\n"
    yield f'{start}  "accounts": [\n'
    for number, result in enumerate(fleet.results):
        entry = canonical_json(account_entry(result, strict=fleet.strict))
        comma = ",\n" if number else ""
        yield comma + indent(entry.removesuffix("\n"), " " * 4, lambda _: True)
    # The other names come after `accounts` in the order of canonical JSON.
    rest = canonical_json(_members(fleet))
    yield f"\n  ],\n{rest.removeprefix(start)}"


def fleet_document(fleet: FleetResult) -> JsonObject:
    """Return all results as a JSON document."""
    document: JsonObject = {
        **_members(fleet),
        "accounts": tuple(account_entry(one, strict=fleet.strict) for one in fleet.results),
    }
    if fleet.whole is None:
        return document
    shard = _shard(fleet.whole, fleet)
    digest = digest_of({**document, "shard": shard})
    return {**document, "shard": {**shard, "digest": digest}}


def _members(fleet: FleetResult) -> JsonObject:
    """Return all but the accounts; one look at each result."""
    failed = different = 0
    codes: set[ExitCode] = set()
    for result in fleet.results:
        failed += result.failed
        different += is_different(result, strict=fleet.strict)
        codes.add(result.exit_code)
    return {
        "format_version": FORMAT_VERSION,
        "kind": "fleet",
        "command": fleet.command,
        **_rollout(fleet),
        "summary": {
            "accounts": len(fleet.results),
            "different": different,
            "failed": failed,
            "exit_status": int(most_severe(codes)),
        },
    }


def _rollout(fleet: FleetResult) -> JsonObject:
    """Return the waves of a roll-out, and why it is not at its end; nothing for no roll-out."""
    if not fleet.waves:
        return {}
    waves: tuple[JsonValue, ...] = tuple(
        {"name": one.name, "accounts": one.accounts} for one in fleet.waves
    )
    return {"rollout": {"waves": waves, "stopped": fleet.stopped}}


def _shard(whole: WholeRun, fleet: FleetResult) -> JsonObject:
    """Return what the other shards must agree with, and what only their reports need."""
    return {
        "number": whole.shard.number,
        "count": whole.shard.count,
        "chosen": whole.chosen,
        "places": whole.places,
        "choice": whole.choice,
        "project": whole.project,
        "version": whole.version,
        "options": whole.options,
        "strict": fleet.strict,
        "details": tuple(map(_details, fleet.results)),
    }


def _details(result: AccountResult) -> JsonObject:
    outcome = result.outcome
    drift = drift_details(outcome) if isinstance(outcome, Drift) else None
    requests = {"requests": outcome.requests} if isinstance(outcome, Usage) else {}
    return {"reminder": result.reminder, "drift": drift, **requests, **_applied(outcome)}


def _applied(outcome: Outcome) -> JsonObject:
    """Return what the document of a run does not have; nothing for other results."""
    if not isinstance(outcome, AppliedPlan):
        return {}
    plan = plan_document(outcome.plan)
    return {"applied": {"plan": plan, "cleaned": outcome.run.cleaned}}


def account_entry(result: AccountResult, *, strict: bool) -> JsonObject:
    """Return the result of one account."""
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
        case AppliedPlan(plan=plan, run=run):
            return run_document(plan, run)
        case Checked():
            return problems_document(result.outcome.problems)
        case Usage():
            return usage_document(result.outcome)
        case WrittenFile(file=file, sha256=sha256, remark=remark):
            return {
                "format_version": FORMAT_VERSION,
                "kind": "file",
                "file": file,
                "sha256": sha256,
                "remark": remark,
            }


def _error(result: AccountResult) -> JsonValue:
    failure = result.outcome
    if not isinstance(failure, AccountFailure):
        return None
    return {
        "message": failure.message,
        "hint": failure.hint,
        "problems": problems_document(failure.problems)["problems"],
    }
