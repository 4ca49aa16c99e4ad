"""Changes of a tag in a plan: what each kind adds to its document, written and read."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

from schemactl.model.change import AddTag, RemoveTag, RenameTag, TagChange
from schemactl.model.plan import JsonObject
from schemactl.store.plan.locations import Located, location_from


class _Named(TypedDict):
    name: str


class _AddOrRemoveTag(Located):
    kind: Literal["add-tag", "remove-tag"]
    tag: str


class _RenameTag(Located):
    kind: Literal["rename-tag"]
    tag: str
    before: _Named


TagChangeDocument: TypeAlias = _AddOrRemoveTag | _RenameTag


def tag_members(change: TagChange) -> JsonObject:
    """Return what the document of a change of a tag holds beside the common members."""
    name = change.tag
    match change:
        case AddTag():
            return {"tag": name, "after": {"name": name}}
        case RenameTag():
            return {"tag": name, "before": {"name": change.was}, "after": {"name": name}}
        case RemoveTag():
            return {"tag": name, "before": {"name": name}}


def tag_change_from(document: TagChangeDocument) -> TagChange:
    """Return the change of a tag that a document describes."""
    tag, location = document["tag"], location_from(document["location"])
    match document["kind"]:
        case "add-tag":
            return AddTag(tag=tag, location=location)
        case "rename-tag":
            return RenameTag(tag=tag, was=document["before"]["name"], location=location)
        case "remove-tag":
            return RemoveTag(tag=tag, location=location)
