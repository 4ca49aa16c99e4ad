"""Changes of a field in a plan: what each kind adds to its document, written and read.

Two groups: whether a field is there at all, and how one that is there differs.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from schemactl.model.change import (
    AddField,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FieldChange,
    FillField,
    MoveField,
    OptionRename,
    RemoveField,
    RenameField,
    ResolveDuplicate,
)
from schemactl.model.filling import FillSource
from schemactl.model.json_text import field_json
from schemactl.model.plan import JsonObject
from schemactl.store.field_document import FieldDocument, field_from
from schemactl.store.plan.locations import Located, location_from


class _OfField(Located):
    custom_object: NotRequired[str]
    section: str


class _AddField(_OfField):
    kind: Literal["add-field"]
    after: FieldDocument


class _RemoveField(_OfField):
    kind: Literal["remove-field"]
    before: FieldDocument
    explicit: bool


class _ResolveDuplicate(_OfField):
    kind: Literal["resolve-duplicate"]
    after: FieldDocument | None
    found: list[FieldDocument]


class _FillSource(TypedDict):
    section: str
    name: str
    type: str
    map: NotRequired[list[_Mapped]]
    others: NotRequired[str]
    format: NotRequired[str]


class _Mapped(TypedDict):
    value: str
    to: str


class _FillField(_OfField):
    kind: Literal["fill-field"]
    after: FieldDocument
    sources: list[_FillSource]
    records: int | None
    kept: int
    total: int
    renames: NotRequired[bool]


class _OfBothSides(_OfField):
    before: FieldDocument
    after: FieldDocument


class _RenameField(_OfBothSides):
    kind: Literal["rename-field"]
    explained: bool


class _MoveField(_OfBothSides):
    kind: Literal["move-field"]
    source: str


class _ChangeType(_OfBothSides):
    kind: Literal["change-type"]
    protected: bool


class _OptionRename(TypedDict):
    was: str
    name: str


class _ChangeOptions(_OfBothSides):
    kind: Literal["change-options"]
    added: list[str]
    removed: list[str]
    renamed: NotRequired[list[_OptionRename]]


class _ChangeSettings(_OfBothSides):
    kind: Literal["change-settings"]


_Presence: TypeAlias = AddField | RemoveField | ResolveDuplicate | FillField
_Alteration: TypeAlias = RenameField | MoveField | ChangeType | ChangeOptions | ChangeSettings
_PresenceDocument: TypeAlias = _AddField | _RemoveField | _ResolveDuplicate | _FillField
_AlterationDocument: TypeAlias = (
    _RenameField | _MoveField | _ChangeType | _ChangeOptions | _ChangeSettings
)
FieldChangeDocument: TypeAlias = _PresenceDocument | _AlterationDocument


def field_members(change: FieldChange) -> JsonObject:
    """Return what the document of a change of a field holds beside the common members."""
    place: JsonObject = {"section": change.section, "field": change.name}
    match change:
        case AddField() | RemoveField() | ResolveDuplicate() | FillField():
            return {**place, **_presence_members(change)}
        case RenameField() | MoveField() | ChangeType() | ChangeOptions() | ChangeSettings():
            sides = {"before": field_json(change.before), "after": field_json(change.after)}
            return {**place, **sides, **_alteration_members(change)}


def field_change_from(document: FieldChangeDocument) -> FieldChange:
    """Return the change of a field that a document describes."""
    match document["kind"]:
        case "add-field" | "remove-field" | "resolve-duplicate" | "fill-field":
            return _presence_from(document)
        case (
            "rename-field" | "move-field" | "change-type" | "change-options" | "change-settings"
        ):
            return _alteration_from(document)


def _presence_members(change: _Presence) -> JsonObject:
    match change:
        case AddField():
            return {"after": field_json(change.after)}
        case RemoveField():
            return {"before": field_json(change.before), "explicit": change.explicit}
        case FillField():
            return _fill_members(change)
        case ResolveDuplicate():
            return {
                "after": None if change.after is None else field_json(change.after),
                "found": tuple(map(field_json, change.found)),
            }


def _presence_from(document: _PresenceDocument) -> _Presence:
    section, location = document["section"], location_from(document["location"])
    match document["kind"]:
        case "add-field":
            after = field_from(document["after"])
            return AddField(section=section, after=after, location=location)
        case "remove-field":
            return RemoveField(
                section=section,
                before=field_from(document["before"]),
                explicit=document["explicit"],
                location=location,
            )
        case "fill-field":
            return _fill_from(document)
        case "resolve-duplicate":
            wanted = document["after"]
            return ResolveDuplicate(
                section=section,
                after=None if wanted is None else field_from(wanted),
                found=tuple(map(field_from, document["found"])),
                location=location,
            )


def _alteration_members(change: _Alteration) -> JsonObject:
    match change:
        case RenameField():
            return {"explained": change.explained}
        case MoveField():
            return {"source": change.source}
        case ChangeType():
            return {"protected": change.protected}
        case ChangeOptions():
            renamed = tuple({"was": one.was, "name": one.name} for one in change.renamed)
            sides: JsonObject = {"added": change.added, "removed": change.removed}
            return {**sides, "renamed": renamed} if renamed else sides
        case ChangeSettings():
            return {}


def _alteration_from(document: _AlterationDocument) -> _Alteration:
    section, location = document["section"], location_from(document["location"])
    before, after = field_from(document["before"]), field_from(document["after"])
    match document["kind"]:
        case "rename-field":
            return RenameField(
                section=section,
                before=before,
                after=after,
                explained=document["explained"],
                location=location,
            )
        case "move-field":
            source = document["source"]
            return MoveField(
                section=section, before=before, after=after, source=source, location=location
            )
        case "change-type":
            return ChangeType(
                section=section,
                before=before,
                after=after,
                protected=document["protected"],
                location=location,
            )
        case "change-options":
            return ChangeOptions(
                section=section,
                before=before,
                after=after,
                added=tuple(document["added"]),
                removed=tuple(document["removed"]),
                renamed=tuple(OptionRename(**one) for one in document.get("renamed", ())),
                location=location,
            )
        case "change-settings":
            return ChangeSettings(
                section=section, before=before, after=after, location=location
            )


def _fill_members(change: FillField) -> JsonObject:
    renames: JsonObject = {"renames": True} if change.renames else {}
    return {
        "after": field_json(change.after),
        "sources": tuple(
            {
                "section": one.section,
                "name": one.name,
                "type": kind,
                "map": tuple({"value": value, "to": to} for value, to in one.map),
                "others": one.others,
                "format": one.format,
            }
            for one, kind in zip(change.sources, change.types, strict=True)
        ),
        "records": change.records,
        "kept": change.kept,
        "total": change.total,
        **renames,
    }


def _fill_from(document: _FillField) -> FillField:
    sources = document["sources"]
    return FillField(
        section=document["section"],
        after=field_from(document["after"]),
        sources=tuple(
            FillSource(
                section=one["section"],
                name=one["name"],
                map=tuple((each["value"], each["to"]) for each in one.get("map", ())),
                others=one.get("others", ""),
                format=one.get("format", ""),
            )
            for one in sources
        ),
        types=tuple(one["type"] for one in sources),
        records=document["records"],
        kept=document["kept"],
        total=document["total"],
        renames=document.get("renames", False),
        location=location_from(document["location"]),
    )
