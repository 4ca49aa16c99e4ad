"""Build the plan from a document that is valid by the JSON Schema `plan`."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from schemactl.model.cleanup import PendingCleanup, PendingProbe
from schemactl.model.difference import (
    EndedProtection,
    Kept,
    Notice,
    NoticeCode,
    Orphan,
    Unmanaged,
    UnmanagedKind,
)
from schemactl.model.facts import FINDINGS, Point
from schemactl.model.field_limits import AppliedLimit, FieldLimit, FieldUse
from schemactl.model.json_text import frozen_json
from schemactl.model.keep import KeepValues
from schemactl.model.plan import (
    AccountSize,
    Budget,
    Call,
    Fingerprint,
    Hazard,
    ManualCode,
    ManualStep,
    Permission,
    Plan,
    PlanOrigin,
    Summary,
)
from schemactl.model.schema import CONTACTS
from schemactl.store.plan.changes import ChangeDocument, change_from_document
from schemactl.store.plan.counts import ValueCountDocument, count_from
from schemactl.store.plan.locations import Located, location_from
from schemactl.store.plan.preconditions import PreconditionDocument, precondition_from


class _SizeDocument(TypedDict):
    sections: int
    fields: int
    tags: int
    calls: int
    objects: NotRequired[int]
    counting: NotRequired[int]


class _CallDocument(TypedDict):
    number: int
    request: str
    arguments: dict[str, object]
    serves: list[str]
    needs: list[int]


class _CleanupDocument(TypedDict):
    run: str
    contact: str
    tags: list[str]


class _EndedDocument(Located):
    custom_object: NotRequired[str]
    section: str
    name: str


class _StepDocument(TypedDict):
    code: str
    change: str
    instruction: str
    alternative: str | None
    waits_for: list[str]


class _HazardDocument(TypedDict):
    code: str
    changes: list[str]
    message: str
    hint: str | None


class _UnmanagedDocument(TypedDict):
    custom_object: NotRequired[str]
    kind: str
    section: str | None
    name: str
    type: str | None


class _KeptDocument(TypedDict):
    why: str
    advice: str


class _OrphanDocument(_UnmanagedDocument):
    at: str
    commit: str
    kept: _KeptDocument | None


class _NoticeDocument(Located):
    code: str
    about: str
    message: str


class _SummaryDocument(TypedDict):
    add: int
    change: int
    remove: int
    by_hand: int


class _UseDocument(TypedDict):
    custom_object: NotRequired[str]
    field_bytes_before: int
    field_bytes_peak: int
    field_bytes_after: int
    field_bytes_unknown: int
    fields_before: int
    fields_peak: int
    fields_after: int


class _LimitDocument(TypedDict):
    name: str
    stated: bool


class _BackupsDocument(TypedDict):
    calls: int
    requests: int
    seconds: float


class _BudgetDocument(_UseDocument):
    calls: int
    requests: int
    seconds: float
    backups: NotRequired[_BackupsDocument]
    custom_objects: list[_UseDocument]
    field_limit: _LimitDocument


class _OriginDocument(TypedDict):
    at: str
    id: str


class _FindingDocument(TypedDict):
    point: str
    finding: str


class PlanDocument(TypedDict):
    """The parts of a plan's document that are read."""

    made: _OriginDocument
    account: str
    backend: str
    address: str
    app_id_fingerprint: NotRequired[str]
    files: str
    prune: NotRequired[bool]
    relies_on: NotRequired[list[_FindingDocument]]
    pending_probes: NotRequired[list[str]]
    digest: str
    size: _SizeDocument
    changes: list[ChangeDocument]
    calls: list[_CallDocument]
    pending_cleanups: list[_CleanupDocument]
    manual_steps: list[_StepDocument]
    hazards: list[_HazardDocument]
    counts: NotRequired[list[ValueCountDocument]]
    keep_values: NotRequired[str]
    undoes: NotRequired[str]
    ends_protection: NotRequired[list[_EndedDocument]]
    later_hazards: NotRequired[list[_HazardDocument]]
    permissions: list[str]
    unmanaged: list[_UnmanagedDocument]
    orphans: NotRequired[list[_OrphanDocument]]
    notices: list[_NoticeDocument]
    seen: list[PreconditionDocument]
    summary: _SummaryDocument
    budget: _BudgetDocument


def plan_from_document(document: PlanDocument) -> Plan:
    """Return the plan that a document describes, every value typed again."""
    return Plan(
        made=PlanOrigin(**document["made"]),
        account=document["account"],
        backend=document["backend"],
        address=document["address"],
        app_id=document.get("app_id_fingerprint", ""),
        files=Fingerprint.of(document["files"]),
        prune=document.get("prune", False),
        relies_on=tuple(
            FINDINGS[Point(each["point"])](each["finding"])
            for each in document.get("relies_on", ())
        ),
        size=AccountSize(**document["size"]),
        changes=tuple(change_from_document(change) for change in document["changes"]),
        calls=tuple(_call(call) for call in document["calls"]),
        manual_steps=tuple(_manual_step(step) for step in document["manual_steps"]),
        hazards=tuple(_hazard(hazard) for hazard in document["hazards"]),
        later_hazards=tuple(_hazard(hazard) for hazard in document.get("later_hazards", ())),
        permissions=tuple(map(Permission, document["permissions"])),
        unmanaged=tuple(_unmanaged(thing) for thing in document["unmanaged"]),
        orphans=tuple(_orphan(one) for one in document.get("orphans", ())),
        notices=tuple(_notice(notice) for notice in document["notices"]),
        seen=tuple(precondition_from(entry) for entry in document["seen"]),
        summary=Summary(**document["summary"]),
        budget=_budget(document["budget"]),
        pending_cleanups=tuple(_cleanup(one) for one in document["pending_cleanups"]),
        pending_probes=tuple(
            PendingProbe(run=run) for run in document.get("pending_probes", ())
        ),
        counts=tuple(map(count_from, document.get("counts", ()))),
        undoes=document.get("undoes", ""),
        keep=KeepValues(document.get("keep_values", KeepValues.REQUIRED)),
        ends_protection=tuple(_ended(one) for one in document.get("ends_protection", ())),
    )


def _budget(document: _BudgetDocument) -> Budget:
    """Return the price; values that follow from the rest, such as a sum, are not read."""
    limit, backups = document["field_limit"], document.get("backups")
    return Budget(
        calls=document["calls"],
        requests=document["requests"],
        seconds=document["seconds"],
        contacts=_use(document),
        custom_objects=tuple(_use(use) for use in document["custom_objects"]),
        field_limit=AppliedLimit(limit=FieldLimit(limit["name"]), stated=limit["stated"]),
        backups=0 if backups is None else backups["calls"],
        backup_requests=0 if backups is None else backups["requests"],
        backup_seconds=0.0 if backups is None else backups["seconds"],
    )


def _use(document: _UseDocument) -> FieldUse:
    return FieldUse(
        custom_object=document.get("custom_object", CONTACTS),
        field_bytes_before=document["field_bytes_before"],
        field_bytes_peak=document["field_bytes_peak"],
        field_bytes_after=document["field_bytes_after"],
        field_bytes_unknown=document["field_bytes_unknown"],
        fields_before=document["fields_before"],
        fields_peak=document["fields_peak"],
        fields_after=document["fields_after"],
    )


def _call(document: _CallDocument) -> Call:
    return Call(
        number=document["number"],
        request=document["request"],
        arguments={name: frozen_json(value) for name, value in document["arguments"].items()},
        serves=tuple(document["serves"]),
        needs=tuple(document["needs"]),
    )


def _cleanup(document: _CleanupDocument) -> PendingCleanup:
    return PendingCleanup(
        run=document["run"], contact=document["contact"], tags=tuple(document["tags"])
    )


def _ended(document: _EndedDocument) -> EndedProtection:
    return EndedProtection(
        section=document["section"],
        name=document["name"],
        location=location_from(document["location"]),
        custom_object=document.get("custom_object", CONTACTS),
    )


def _manual_step(document: _StepDocument) -> ManualStep:
    return ManualStep(
        code=ManualCode(document["code"]),
        change=document["change"],
        instruction=document["instruction"],
        alternative=document["alternative"],
        waits_for=tuple(document["waits_for"]),
    )


def _hazard(document: _HazardDocument) -> Hazard:
    return Hazard(
        code=Permission(document["code"]),
        changes=tuple(document["changes"]),
        message=document["message"],
        hint=document["hint"],
    )


def _unmanaged(document: _UnmanagedDocument) -> Unmanaged:
    return Unmanaged(
        kind=UnmanagedKind(document["kind"]),
        section=document["section"],
        name=document["name"],
        type=document["type"],
        custom_object=document.get("custom_object", CONTACTS),
    )


def _orphan(document: _OrphanDocument) -> Orphan:
    kept = document["kept"]
    return Orphan(
        thing=_unmanaged(document),
        at=document["at"],
        commit=document["commit"],
        kept=None if kept is None else Kept(why=kept["why"], advice=kept["advice"]),
    )


def _notice(document: _NoticeDocument) -> Notice:
    return Notice(
        code=NoticeCode(document["code"]),
        about=document["about"],
        message=document["message"],
        location=location_from(document["location"]),
    )
