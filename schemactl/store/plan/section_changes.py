"""Changes of a section in a plan: what each kind adds to its document, written and read."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from schemactl.model.change import (
    AddSection,
    ChangeDescription,
    RemoveSection,
    RenameSection,
    SectionChange,
)
from schemactl.model.plan import JsonObject
from schemactl.store.plan.locations import Located, location_from


class _Named(TypedDict):
    name: str


class _New(TypedDict):
    """A section to create; `description` is missing if the files have none."""

    name: str
    description: NotRequired[str]


class _Described(TypedDict):
    name: str
    description: str


class _OfSection(Located):
    custom_object: NotRequired[str]
    section: str


class _AddSection(_OfSection):
    kind: Literal["add-section"]
    after: _New


class _RenameSection(_OfSection):
    kind: Literal["rename-section"]
    before: _Named
    explained: bool


class _ChangeDescription(_OfSection):
    kind: Literal["change-description"]
    before: _Described
    after: _Described


class _RemoveSection(_OfSection):
    kind: Literal["remove-section"]


SectionChangeDocument: TypeAlias = (
    _AddSection | _RenameSection | _ChangeDescription | _RemoveSection
)


def section_members(change: SectionChange) -> JsonObject:
    """Return what the document of a change of a section holds beside the common members."""
    name = change.section
    match change:
        case AddSection(description=None):
            return {"section": name, "after": {"name": name}}
        case AddSection():
            after = {"name": name, "description": change.description}
            return {"section": name, "after": after}
        case RenameSection():
            return {
                "section": name,
                "before": {"name": change.was},
                "after": {"name": name},
                "explained": change.explained,
            }
        case ChangeDescription():
            return {
                "section": name,
                "before": {"name": name, "description": change.before},
                "after": {"name": name, "description": change.after},
            }
        case RemoveSection():
            return {"section": name, "before": {"name": name}}


def section_change_from(document: SectionChangeDocument) -> SectionChange:
    """Return the change of a section that a document describes."""
    section, location = document["section"], location_from(document["location"])
    match document["kind"]:
        case "add-section":
            return AddSection(
                section=section,
                description=document["after"].get("description"),
                location=location,
            )
        case "rename-section":
            return RenameSection(
                section=section,
                was=document["before"]["name"],
                explained=document["explained"],
                location=location,
            )
        case "change-description":
            return ChangeDescription(
                section=section,
                before=document["before"]["description"],
                after=document["after"]["description"],
                location=location,
            )
        case "remove-section":
            return RemoveSection(section=section, location=location)
