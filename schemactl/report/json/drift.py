"""Drift for programs, after the JSON Schema `drift`."""

from __future__ import annotations

from dataclasses import asdict

from schemactl.model.drift import Alteration, Drift, DriftItem, ObjectState, Suppression
from schemactl.model.json_text import (
    FORMAT_VERSION,
    canonical_json,
    location_json,
    notice_json,
)
from schemactl.model.plan import JsonObject


def drift_json(drift: Drift, *, strict: bool = False) -> str:
    """Write drift as canonical JSON; `strict` says whether what is unmanaged counts."""
    return canonical_json(drift_document(drift, strict=strict))


def drift_document(drift: Drift, *, strict: bool) -> JsonObject:
    """Return drift as a JSON document."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": "drift",
        "account": drift.account,
        "applied": None if drift.applied is None else asdict(drift.applied),
        "compared_with": drift.other,
        "backend": drift.backend,
        "strict": strict,
        "differs": drift.differs(strict=strict),
        "items": tuple(_item(item, strict=strict) for item in drift.items),
        "notices": tuple(notice_json(notice) for notice in drift.notices),
        "summary": {str(status): number for status, number in drift.counts().items()},
    }


def _item(item: DriftItem, *, strict: bool) -> JsonObject:
    return {
        "item": item.title,
        "status": item.status,
        "cause": item.cause,
        "object": item.object,
        "custom_object": item.custom_object,
        "section": item.section,
        "name": item.name,
        "message": item.message,
        "wanted": None if item.wanted is None else _state(item.wanted),
        "found": tuple(_state(state) for state in item.found),
        "alterations": tuple(_alteration(one) for one in item.alterations),
        "location": location_json(item.location),
        "is_difference": item.counts or (strict and not item.is_acknowledged),
        "seen": item.seen,
        "acknowledged": None if item.suppression is None else _suppression(item.suppression),
    }


def _suppression(suppression: Suppression) -> JsonObject:
    return {
        "reason": suppression.by.reason,
        "owner": suppression.by.owner,
        "until": suppression.by.until.isoformat(),
        "holds": suppression.holds,
        "location": location_json(suppression.by.location),
    }


def _state(state: ObjectState) -> JsonObject:
    known = {
        "required": state.required,
        "unique": state.unique,
        "description": state.description,
    }
    return {
        "name": state.name,
        "section": state.section,
        "type": state.type,
        "options": state.options,
        **{name: value for name, value in known.items() if value is not None},
    }


def _alteration(alteration: Alteration) -> JsonObject:
    return {
        "attribute": alteration.attribute,
        "wanted": alteration.wanted,
        "found": alteration.found,
        "lacking": alteration.missing,
        "surplus": alteration.extra,
    }
