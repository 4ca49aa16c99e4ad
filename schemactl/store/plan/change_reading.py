"""Reads a change of the document that `change_writing` makes of it.

The types here say what the JSON Schema `plan` has proved of a document.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NotRequired, TypeAlias, TypedDict

from schemactl.errors import Location
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
from schemactl.model.schema import Field


class LocationDocument(TypedDict):
    """A place in one of the user's files."""

    file: str
    line: int
    column: int


class FieldDocument(TypedDict):
    """A field; what its API does not tell of is missing."""

    name: str
    type: str
    options: list[str] | None
    custom: bool
    required: NotRequired[bool]
    unique: NotRequired[bool]


class NamedDocument(TypedDict):
    """A section or tag."""

    name: str


class NewSectionDocument(TypedDict):
    """A section to make; what stands beneath its heading is missing where nobody says."""

    name: str
    description: NotRequired[str]


class DescribedDocument(TypedDict):
    """A section, with the text beneath its heading."""

    name: str
    description: str


class _Located(TypedDict):
    location: LocationDocument | None


class _AddObject(_Located):
    kind: Literal["add-object"]
    custom_object: str


class _OfSection(_Located):
    custom_object: NotRequired[str]
    section: str


class _AddSection(_OfSection):
    kind: Literal["add-section"]
    after: NewSectionDocument


class _RemoveSection(_OfSection):
    kind: Literal["remove-section"]


class _RenameSection(_OfSection):
    kind: Literal["rename-section"]
    before: NamedDocument
    explained: bool


class _ChangeDescription(_OfSection):
    kind: Literal["change-description"]
    before: DescribedDocument
    after: DescribedDocument


class _AddOrRemoveTag(_Located):
    kind: Literal["add-tag", "remove-tag"]
    tag: str


class _RenameTag(_Located):
    kind: Literal["rename-tag"]
    tag: str
    before: NamedDocument


class _AddField(_OfSection):
    kind: Literal["add-field"]
    after: FieldDocument


class _RemoveField(_OfSection):
    kind: Literal["remove-field"]
    before: FieldDocument
    explicit: bool


class _ResolveDuplicate(_OfSection):
    kind: Literal["resolve-duplicate"]
    after: FieldDocument | None
    found: list[FieldDocument]


class _OfBothSides(_OfSection):
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


class _ChangeOptions(_OfBothSides):
    kind: Literal["change-options"]
    added: list[str]
    removed: list[str]


class _ChangeSettings(_OfBothSides):
    kind: Literal["change-settings"]


_SectionChange: TypeAlias = _AddSection | _RemoveSection | _RenameSection | _ChangeDescription
_TagChange: TypeAlias = _AddOrRemoveTag | _RenameTag
_Alteration: TypeAlias = (
    _RenameField | _MoveField | _ChangeType | _ChangeOptions | _ChangeSettings
)
_FieldChange: TypeAlias = _AddField | _RemoveField | _ResolveDuplicate | _Alteration
ChangeDocument: TypeAlias = _AddObject | _SectionChange | _FieldChange | _TagChange


def change_from_document(document: ChangeDocument) -> Change:
    """Give the change that a document is about."""
    match document["kind"]:
        case "add-object":
            location = location_from(document["location"])
            return AddObject(custom_object=document["custom_object"], location=location)
        case "add-section" | "remove-section" | "rename-section" | "change-description":
            return _within(document.get("custom_object"), _section_change(document))
        case "add-tag" | "rename-tag" | "remove-tag":
            return _tag_change(document)
        case _:
            return _within(document.get("custom_object"), _field_change(document))


def _within(
    custom_object: str | None, change: SectionChange | FieldChange
) -> SectionChange | FieldChange:
    return change if custom_object is None else replace(change, custom_object=custom_object)


def location_from(document: LocationDocument | None) -> Location | None:
    """Give a place; None where there is none."""
    if document is None:
        return None
    return Location(document["file"], document["line"], document["column"])


def _section_change(document: _SectionChange) -> SectionChange:
    section, location = document["section"], location_from(document["location"])
    match document["kind"]:
        case "add-section":
            return AddSection(
                section=section,
                description=document["after"].get("description"),
                location=location,
            )
        case "remove-section":
            return RemoveSection(section=section, location=location)
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


def _tag_change(document: _TagChange) -> TagChange:
    tag, location = document["tag"], location_from(document["location"])
    match document["kind"]:
        case "add-tag":
            return AddTag(tag=tag, location=location)
        case "remove-tag":
            return RemoveTag(tag=tag, location=location)
        case "rename-tag":
            return RenameTag(tag=tag, was=document["before"]["name"], location=location)


def _field_change(document: _FieldChange) -> FieldChange:
    section, location = document["section"], location_from(document["location"])
    match document["kind"]:
        case "add-field":
            after = _field(document["after"])
            return AddField(section=section, after=after, location=location)
        case "remove-field":
            return RemoveField(
                section=section,
                before=_field(document["before"]),
                explicit=document["explicit"],
                location=location,
            )
        case "resolve-duplicate":
            wanted = document["after"]
            return ResolveDuplicate(
                section=section,
                after=None if wanted is None else _field(wanted),
                found=tuple(_field(one) for one in document["found"]),
                location=location,
            )
        case _:
            return _alteration(document)


def _alteration(document: _Alteration) -> FieldChange:
    section, location = document["section"], location_from(document["location"])
    before, after = _field(document["before"]), _field(document["after"])
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
            return MoveField(
                section=section,
                source=document["source"],
                before=before,
                after=after,
                location=location,
            )
        case _:
            return _change_of_content(document)


def _change_of_content(document: _ChangeType | _ChangeOptions | _ChangeSettings) -> FieldChange:
    section, location = document["section"], location_from(document["location"])
    before, after = _field(document["before"]), _field(document["after"])
    match document["kind"]:
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
                location=location,
            )
        case "change-settings":
            return ChangeSettings(
                section=section, before=before, after=after, location=location
            )


def _field(document: FieldDocument) -> Field:
    options = document["options"]
    return Field(
        name=document["name"],
        type=document["type"],
        options=None if options is None else tuple(options),
        custom=document["custom"],
        required=document.get("required"),
        unique=document.get("unique"),
    )
