"""Write a plan as canonical JSON, after the JSON Schema `plan`: equal plans, equal bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from schemactl.model.difference import EndedProtection
from schemactl.model.field_limits import FIELD_LIMITS, FieldLimit, FieldUse
from schemactl.model.json_text import (
    call_json,
    cleanup_json,
    compact_json,
    location_json,
    notice_json,
    object_json,
    orphan_json,
    unmanaged_json,
)
from schemactl.model.keep import KeepValues
from schemactl.model.plan import (
    AccountSize,
    Budget,
    Hazard,
    JsonObject,
    ManualStep,
    Plan,
)
from schemactl.store.plan.changes import change_json
from schemactl.store.plan.counts import count_json
from schemactl.store.plan.plan_file import PLAN_FILE
from schemactl.store.plan.preconditions import precondition_json


def plan_text(plan: Plan) -> str:
    """Write a plan as canonical JSON; it holds no credential and no contact data."""
    return PLAN_FILE.text(_with_digest(plan))


def plan_document(plan: Plan) -> JsonObject:
    """Return what `plan_text` writes as a document."""
    return PLAN_FILE.document(_with_digest(plan))


def _with_digest(plan: Plan) -> JsonObject:
    members = _members(plan)
    return {**members, "digest": digest_of(PLAN_FILE.document(members))}


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 of all that is in the plan file except the digest itself."""
    return digest_of(PLAN_FILE.document(_members(plan)))


def digest_of(document: Mapping[str, object]) -> str:
    """Return the SHA-256 of a document as JSON in UTF-8, without spaces, with sorted names."""
    return hashlib.sha256(compact_json(document).encode("utf-8", "surrogatepass")).hexdigest()


_OPTIONAL_SIZES: Final = frozenset({"objects", "counting"})


def _members(plan: Plan) -> JsonObject:
    return {
        "made": asdict(plan.made),
        "account": plan.account,
        "backend": plan.backend,
        "address": plan.address,
        **({"app_id_fingerprint": plan.app_id} if plan.app_id else {}),
        "files": plan.files.text,
        **({"prune": True} if plan.prune else {}),
        **_relies_on(plan),
        **_pending_probes(plan),
        "size": _size(plan.size),
        "changes": tuple(change_json(change) for change in plan.changes),
        "calls": tuple(call_json(call) for call in plan.calls),
        "pending_cleanups": tuple(cleanup_json(one) for one in plan.pending_cleanups),
        "manual_steps": tuple(manual_step_json(step) for step in plan.manual_steps),
        "hazards": tuple(_hazard(hazard, plan) for hazard in plan.hazards),
        **_later_hazards(plan),
        **({"counts": tuple(map(count_json, plan.counts))} if plan.counts else {}),
        **_keep(plan),
        **({"undoes": plan.undoes} if plan.undoes else {}),
        **ended_json("ends_protection", plan.ends_protection),
        "permissions": tuple(plan.permissions),
        **({"orphans": tuple(map(orphan_json, plan.orphans))} if plan.orphans else {}),
        "unmanaged": tuple(unmanaged_json(thing) for thing in plan.unmanaged),
        "notices": tuple(notice_json(notice) for notice in plan.notices),
        "seen": tuple(precondition_json(entry) for entry in plan.seen),
        "summary": asdict(plan.summary),
        "budget": _budget(plan.budget),
    }


def _pending_probes(plan: Plan) -> JsonObject:
    runs = tuple(probe.run for probe in plan.pending_probes)
    return {"pending_probes": runs} if runs else {}


def _backups(budget: Budget) -> JsonObject:
    """Return what backing up values takes of the price; nothing without a backup."""
    if not budget.backups:
        return {}
    return {
        "backups": {
            "calls": budget.backups,
            "requests": budget.backup_requests,
            "seconds": budget.backup_seconds,
        }
    }


def _keep(plan: Plan) -> JsonObject:
    is_usual = plan.keep is KeepValues.REQUIRED
    return {} if is_usual else {"keep_values": str(plan.keep)}


def _relies_on(plan: Plan) -> JsonObject:
    if not plan.relies_on:
        return {}
    return {
        "relies_on": tuple(
            {"point": str(each.point), "finding": str(each)} for each in plan.relies_on
        )
    }


def _budget(budget: Budget) -> JsonObject:
    """Return the price; the values for contacts are beside requests and seconds."""
    limit = budget.field_limit
    return {
        "calls": budget.calls,
        "requests": budget.requests,
        "seconds": budget.seconds,
        **_backups(budget),
        **_use(budget.contacts),
        "custom_objects": tuple(
            {**object_json(use.custom_object), **_use(use)} for use in budget.custom_objects
        ),
        "all_objects": _use(budget.all_objects),
        "field_bytes_limit": FIELD_LIMITS[FieldLimit.BYTES_39611].maximum,
        "field_limit": {
            "name": limit.limit,
            "stated": limit.stated,
            "maximum": limit.facts.maximum,
            "unit": limit.facts.unit,
            "known_from": limit.facts.known_from,
        },
    }


def _use(use: FieldUse) -> JsonObject:
    return {name: number for name, number in asdict(use).items() if name != "custom_object"}


def _size(size: AccountSize) -> JsonObject:
    optional = {"objects", "counting"}
    return {
        name: count for name, count in asdict(size).items() if count or name not in optional
    }


def manual_step_json(step: ManualStep) -> JsonObject:
    """Return what a person must do, or what a change waits for."""
    return {
        "code": step.code,
        "change": step.change,
        "instruction": step.instruction,
        "alternative": step.alternative,
        "waits_for": step.waits_for,
    }


def _hazard(hazard: Hazard, plan: Plan) -> JsonObject:
    return {
        "code": hazard.code,
        "permission": hazard.permission,
        "permitted": hazard.permission in plan.permissions,
        "changes": hazard.changes,
        "message": hazard.message,
        "hint": hazard.hint,
    }


def _later_hazards(plan: Plan) -> JsonObject:
    """Return the key only if it has a value, so that older plans keep their digest."""
    later = tuple(_hazard(hazard, plan) for hazard in plan.later_hazards)
    return {"later_hazards": later} if later else {}


def ended_json(key: str, ended: Sequence[EndedProtection]) -> JsonObject:
    """Return the key only if it has a value, so that older plans keep their digest."""
    fields = tuple(
        {
            **object_json(one.custom_object),
            "section": one.section,
            "name": one.name,
            "location": location_json(one.location),
        }
        for one in ended
    )
    return {key: fields} if fields else {}
