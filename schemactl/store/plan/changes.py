"""A change of a plan as JSON, and back: common members for every kind, and own ones for some.

What a kind adds is in the module of its family, where its document, its writer and its reader
are beside each other: `section_changes`, `field_changes` and `tag_changes`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FieldChange,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    SectionChange,
)
from schemactl.model.json_text import location_json, object_json
from schemactl.model.plan import JsonObject
from schemactl.store.plan.field_changes import (
    FieldChangeDocument,
    field_change_from,
    field_members,
)
from schemactl.store.plan.locations import Located, location_from
from schemactl.store.plan.section_changes import (
    SectionChangeDocument,
    section_change_from,
    section_members,
)
from schemactl.store.plan.tag_changes import TagChangeDocument, tag_change_from, tag_members
from schemactl.values import replace


class _AddObject(Located):
    kind: Literal["add-object"]
    custom_object: str


ChangeDocument: TypeAlias = (
    _AddObject | SectionChangeDocument | FieldChangeDocument | TagChangeDocument
)


def change_json(change: Change) -> JsonObject:
    """Return a change with the state before and after it; null where there is none."""
    return {
        "id": change.id,
        "kind": change.kind,
        **object_json(change.custom_object),
        "section": None,
        "field": None,
        "tag": None,
        "before": None,
        "after": None,
        "location": location_json(change.location),
        **_members(change),
    }


def _members(change: Change) -> JsonObject:
    match change:
        case AddObject():
            return {"after": {"name": change.custom_object}}
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return section_members(change)
        case AddTag() | RenameTag() | RemoveTag():
            return tag_members(change)
        case (
            AddField()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | FillField()
            | RemoveField()
            | ResolveDuplicate()
        ):
            return field_members(change)


def change_from_document(document: ChangeDocument) -> Change:
    """Return the change that a document describes."""
    match document["kind"]:
        case "add-object":
            location = location_from(document["location"])
            return AddObject(custom_object=document["custom_object"], location=location)
        case "add-section" | "rename-section" | "change-description" | "remove-section":
            return _within(document.get("custom_object"), section_change_from(document))
        case "add-tag" | "rename-tag" | "remove-tag":
            return tag_change_from(document)
        case (
            "add-field"
            | "rename-field"
            | "move-field"
            | "change-type"
            | "change-options"
            | "change-settings"
            | "fill-field"
            | "remove-field"
            | "resolve-duplicate"
        ):
            return _within(document.get("custom_object"), field_change_from(document))


def _within(
    custom_object: str | None, change: SectionChange | FieldChange
) -> SectionChange | FieldChange:
    return change if custom_object is None else replace(change, custom_object=custom_object)
