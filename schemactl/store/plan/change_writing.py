"""A change as JSON: the same members for every kind, and a few more for some."""

from __future__ import annotations

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
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    SectionChange,
    TagChange,
)
from schemactl.model.json_text import field_json, location_json, object_json
from schemactl.model.plan import JsonObject, JsonValue


def change_json(change: Change) -> JsonObject:
    """Give a change with the state before and after it; null where there is none."""
    match change:
        case AddObject():
            members: JsonObject = {"after": _name(change.custom_object)}
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            members = _section_members(change)
        case AddTag() | RenameTag() | RemoveTag():
            members = _tag_members(change)
        case _:
            members = {"field": change.name, **_field_members(change), **_extras(change)}
    return {
        "id": change.id,
        "kind": change.kind,
        **object_json(change.custom_object),
        "section": None if isinstance(change, AddObject | TagChange) else change.section,
        "field": None,
        "tag": None,
        "before": None,
        "after": None,
        "location": location_json(change.location),
        **members,
    }


def _section_members(change: SectionChange) -> dict[str, JsonValue]:
    match change:
        case AddSection(description=None):
            return {"after": _name(change.section)}
        case AddSection():
            return {"after": {"name": change.section, "description": change.description}}
        case RenameSection():
            return {
                "before": _name(change.was),
                "after": _name(change.section),
                "explained": change.explained,
            }
        case ChangeDescription():
            return {
                "before": {"name": change.section, "description": change.before},
                "after": {"name": change.section, "description": change.after},
            }
        case RemoveSection():
            return {"before": _name(change.section)}


def _tag_members(change: TagChange) -> dict[str, JsonValue]:
    match change:
        case AddTag():
            return {"tag": change.tag, "after": _name(change.tag)}
        case RenameTag():
            sides = {"before": _name(change.was), "after": _name(change.tag)}
            return {"tag": change.tag, **sides}
        case RemoveTag():
            return {"tag": change.tag, "before": _name(change.tag)}


def _field_members(change: FieldChange) -> dict[str, JsonValue]:
    match change:
        case AddField():
            return {"after": field_json(change.after)}
        case RemoveField():
            return {"before": field_json(change.before)}
        case ResolveDuplicate():
            return {"after": None if change.after is None else field_json(change.after)}
        case _:
            return {"before": field_json(change.before), "after": field_json(change.after)}


def _extras(change: FieldChange) -> dict[str, JsonValue]:
    match change:
        case RenameField():
            return {"explained": change.explained}
        case MoveField():
            return {"source": change.source}
        case ChangeType():
            return {"protected": change.protected}
        case ChangeOptions():
            return {"added": change.added, "removed": change.removed}
        case RemoveField():
            return {"explicit": change.explicit}
        case ResolveDuplicate():
            return {"found": tuple(field_json(field) for field in change.found)}
        case AddField() | ChangeSettings():
            return {}


def _name(name: str) -> JsonObject:
    return {"name": name}
