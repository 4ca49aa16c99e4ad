"""A precondition of a plan as JSON, and back: what its states look like depends on its kind."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from schemactl.model.json_text import field_json, object_json
from schemactl.model.object_state import (
    ContentsState,
    DescriptionState,
    FieldState,
    NamesState,
    ObjectState,
    PreconditionKind,
    TypedName,
)
from schemactl.model.plan import JsonObject, JsonValue, Precondition
from schemactl.model.schema import CONTACTS, FieldKey
from schemactl.store.field_document import FieldDocument, field_from


class _OfAnyKind(TypedDict):
    custom_object: NotRequired[str]
    path: list[str]
    serves: list[str]


class _NamesDocument(_OfAnyKind):
    kind: Literal["section", "tag"]
    live: list[str] | None
    desired: list[str] | None


class _ContentsDocument(_OfAnyKind):
    kind: Literal["section-contents"]
    live: list[tuple[str, str]] | None
    desired: list[tuple[str, str]] | None


class _DescriptionDocument(_OfAnyKind):
    kind: Literal["section-description"]
    live: tuple[str] | None
    desired: tuple[str] | None


class _FieldStateDocument(TypedDict):
    fields: list[FieldDocument]
    elsewhere: list[tuple[str, str]]


class _FieldDocument(_OfAnyKind):
    kind: Literal["field"]
    live: _FieldStateDocument | None
    desired: _FieldStateDocument | None


PreconditionDocument: TypeAlias = (
    _NamesDocument | _ContentsDocument | _DescriptionDocument | _FieldDocument
)


def precondition_json(entry: Precondition) -> JsonObject:
    """Return a precondition of the plan; a state is null if there is no such object."""
    return {
        **object_json(entry.custom_object),
        "kind": entry.kind,
        "path": entry.path,
        "live": _state_json(entry.live),
        "desired": _state_json(entry.desired),
        "serves": entry.serves,
    }


def precondition_from(document: PreconditionDocument) -> Precondition:
    """Return the precondition that a document describes."""
    live, desired = _states(document)
    return Precondition(
        kind=PreconditionKind(document["kind"]),
        path=tuple(document["path"]),
        live=live,
        desired=desired,
        serves=tuple(document["serves"]),
        custom_object=document.get("custom_object", CONTACTS),
    )


def _state_json(state: ObjectState | None) -> JsonValue:
    match state:
        case None:
            return None
        case NamesState():
            return state.names
        case ContentsState():
            return tuple((field.name, field.type) for field in state.fields)
        case DescriptionState():
            return (state.text,)
        case FieldState():
            return {
                "fields": tuple(map(field_json, state.fields)),
                "elsewhere": tuple((place.section, place.name) for place in state.elsewhere),
            }


def _states(document: PreconditionDocument) -> tuple[ObjectState | None, ObjectState | None]:
    match document["kind"]:
        case "section" | "tag":
            return _names(document["live"]), _names(document["desired"])
        case "section-contents":
            return _contents(document["live"]), _contents(document["desired"])
        case "section-description":
            return _description(document["live"]), _description(document["desired"])
        case "field":
            return _field_state(document["live"]), _field_state(document["desired"])


def _names(names: list[str] | None) -> NamesState | None:
    return None if names is None else NamesState(tuple(names))


def _contents(fields: list[tuple[str, str]] | None) -> ContentsState | None:
    if fields is None:
        return None
    return ContentsState(tuple(TypedName(name, kind) for name, kind in fields))


def _description(text: tuple[str] | None) -> DescriptionState | None:
    return None if text is None else DescriptionState(*text)


def _field_state(document: _FieldStateDocument | None) -> FieldState | None:
    if document is None:
        return None
    return FieldState(
        tuple(map(field_from, document["fields"])),
        tuple(FieldKey(section, name) for section, name in document["elsewhere"]),
    )
