"""Drift for programs, after the JSON Schema `drift`."""

from __future__ import annotations

from schemactl.model.drift import Alteration, Drift, DriftItem, ObjectState
from schemactl.model.json_text import (
    FORMAT_VERSION,
    canonical_json,
    location_json,
    notice_json,
)
from schemactl.model.plan import JsonObject


def drift_json(drift: Drift, *, strict: bool = False) -> str:
    """Write drift as canonical JSON; `strict` says whether what is unmanaged counts."""
    return canonical_json(
        {
            "format_version": FORMAT_VERSION,
            "kind": "drift",
            "account": drift.account,
            "backend": drift.backend,
            "strict": strict,
            "differs": drift.differs(strict=strict),
            "items": tuple(_item(item, strict=strict) for item in drift.items),
            "notices": tuple(notice_json(notice) for notice in drift.notices),
            "summary": {str(status): number for status, number in drift.counts().items()},
        }
    )


def _item(item: DriftItem, *, strict: bool) -> JsonObject:
    return {
        "status": item.status,
        "object": item.object,
        "section": item.section,
        "name": item.name,
        "message": item.message,
        "wanted": None if item.wanted is None else _state(item.wanted),
        "found": tuple(_state(state) for state in item.found),
        "alterations": tuple(_alteration(one) for one in item.alterations),
        "location": location_json(item.location),
        "is_difference": strict or item.is_difference,
    }


def _state(state: ObjectState) -> JsonObject:
    told = {
        "required": state.required,
        "unique": state.unique,
        "description": state.description,
    }
    return {
        "name": state.name,
        "section": state.section,
        "type": state.type,
        "options": state.options,
        **{name: value for name, value in told.items() if value is not None},
    }


def _alteration(alteration: Alteration) -> JsonObject:
    return {
        "attribute": alteration.attribute,
        "wanted": alteration.wanted,
        "found": alteration.found,
        "lacking": alteration.lacking,
        "surplus": alteration.surplus,
    }
