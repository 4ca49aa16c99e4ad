"""Read drift back from the document of the JSON Schema `drift`, for reports of other runs.

What that document does not have, such as which ways out were tried, is in a second one beside
it, written by `drift_details`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NotRequired, TypedDict

from schemactl.errors import Location, SchemactlError
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.base import Applied
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.drift import (
    Alteration,
    ApplyOutlook,
    Attribute,
    Cause,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
    ObjectState,
    Resolutions,
    Suppression,
)
from schemactl.model.plan import JsonObject
from schemactl.store.own_file import OwnFile
from schemactl.store.plan.locations import Located, LocationDocument, location_from


class _StateDocument(TypedDict):
    name: str
    section: str | None
    type: str | None
    options: list[str] | None
    required: NotRequired[bool]
    unique: NotRequired[bool]
    description: NotRequired[str]


class _AlterationDocument(TypedDict):
    attribute: str
    wanted: str | None
    found: str | None
    lacking: list[str]
    surplus: list[str]


class _SuppressionDocument(TypedDict):
    reason: str
    owner: str
    until: str
    location: LocationDocument


class _ItemDocument(Located):
    item: str
    status: str
    cause: str
    object: str
    custom_object: str
    section: str | None
    name: str
    message: str
    wanted: _StateDocument | None
    found: list[_StateDocument]
    alterations: list[_AlterationDocument]
    seen: str
    acknowledged: _SuppressionDocument | None


class _NoticeDocument(Located):
    code: str
    about: str
    message: str


class _AppliedDocument(TypedDict):
    at: str
    by: str
    commit: str
    run: str


class DriftDocument(TypedDict):
    """All that is read of the document of drift."""

    account: str
    backend: str
    compared_with: str
    applied: _AppliedDocument | None
    items: list[_ItemDocument]
    notices: list[_NoticeDocument]


class DriftDocumentError(SchemactlError):
    """A document that should be drift is not."""


DRIFT_DOCUMENT: Final[OwnFile[DriftDocument]] = OwnFile(
    kind="drift",
    version=1,
    max_bytes=50_000_000,
    error=DriftDocumentError,
    remedy="write it again with `schemactl drift --format json`",
)


class _ItemDetails(TypedDict):
    accept: bool
    apply: bool
    by_hand: list[str]
    origin: str
    question: str
    is_difference: bool
    seen: str
    overdue: bool
    outdated: bool


class DriftDetails(TypedDict):
    """What the document of drift does not have."""

    refusal: str
    needs_permission: bool
    items: list[_ItemDetails]


def drift_details(drift: Drift) -> JsonObject:
    """Return what the document of drift does not have and reports need."""
    return {
        "refusal": drift.apply.refusal,
        "needs_permission": drift.apply.needs_permission,
        "items": tuple(map(_item_details, drift.items)),
    }


def _item_details(item: DriftItem) -> JsonObject:
    suppression = item.suppression
    return {
        "accept": item.resolutions.accept,
        "apply": item.resolutions.apply,
        "by_hand": item.resolutions.by_hand,
        "origin": item.origin,
        "question": item.question,
        "is_difference": item.is_difference,
        "seen": "" if suppression is None else suppression.by.seen,
        "overdue": suppression is not None and suppression.is_overdue,
        "outdated": suppression is not None and suppression.is_outdated,
    }


def drift_from_document(document: DriftDocument, details: DriftDetails) -> Drift:
    """Return the drift of two documents that obey their JSON Schemas.

    Raises:
        ValueError: They do not fit each other, or have a day that does not exist.
    """
    applied = document["applied"]
    return Drift(
        account=document["account"],
        backend=document["backend"],
        other=document["compared_with"],
        applied=None if applied is None else Applied(**applied),
        items=tuple(map(_item, document["items"], _each_of(document, details))),
        notices=tuple(map(_notice, document["notices"])),
        apply=ApplyOutlook(
            refusal=details["refusal"], needs_permission=details["needs_permission"]
        ),
    )


def _each_of(document: DriftDocument, details: DriftDetails) -> Iterable[_ItemDetails]:
    if len(document["items"]) != len(details["items"]):
        message = "items and their details differ in number"
        raise ValueError(message)
    return details["items"]


def _item(document: _ItemDocument, details: _ItemDetails) -> DriftItem:
    wanted = document["wanted"]
    return DriftItem(
        status=DriftStatus(document["status"]),
        object=ObjectKind(document["object"]),
        section=document["section"],
        name=document["name"],
        message=document["message"],
        wanted=None if wanted is None else _state(wanted),
        found=tuple(map(_state, document["found"])),
        alterations=tuple(map(_alteration, document["alterations"])),
        location=location_from(document["location"]),
        is_difference=details["is_difference"],
        custom_object=document["custom_object"],
        cause=Cause(document["cause"]),
        seen=document["seen"],
        suppression=_suppression(document, details),
        resolutions=Resolutions(
            accept=details["accept"],
            apply=details["apply"],
            by_hand=tuple(details["by_hand"]),
        ),
        origin=details["origin"],
        question=details["question"],
    )


def _suppression(document: _ItemDocument, details: _ItemDetails) -> Suppression | None:
    given = document["acknowledged"]
    if given is None:
        return None
    place = given["location"]
    return Suppression(
        by=Acknowledgement(
            item=document["item"],
            reason=given["reason"],
            owner=given["owner"],
            until=date.fromisoformat(given["until"]),
            location=Location(place["file"], place["line"], place["column"]),
            seen=details["seen"],
        ),
        is_overdue=details["overdue"],
        is_outdated=details["outdated"],
    )


def _state(document: _StateDocument) -> ObjectState:
    options = document["options"]
    return ObjectState(
        name=document["name"],
        section=document["section"],
        type=document["type"],
        options=None if options is None else tuple(options),
        required=document.get("required"),
        unique=document.get("unique"),
        description=document.get("description"),
    )


def _alteration(document: _AlterationDocument) -> Alteration:
    return Alteration(
        attribute=Attribute(document["attribute"]),
        wanted=document["wanted"],
        found=document["found"],
        missing=tuple(document["lacking"]),
        extra=tuple(document["surplus"]),
    )


def _notice(document: _NoticeDocument) -> Notice:
    return Notice(
        code=NoticeCode(document["code"]),
        about=document["about"],
        message=document["message"],
        location=location_from(document["location"]),
    )
