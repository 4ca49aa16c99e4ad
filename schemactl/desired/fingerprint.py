"""Tells whether schema files ask for the same as they did, whatever else changed in them."""

from __future__ import annotations

import hashlib
import json

from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredObject,
    DesiredSection,
    DesiredTag,
)


def fingerprint_of(desired: Desired) -> str:
    """Give a SHA-256 over all that the files want and wish, without where it is written.

    A comment, a blank line or another file name leaves it as it is; the order does not,
    because new fields and options are made in it. Files that use none of the later wishes
    have the fingerprint that they always had, since plans that hold it were saved.
    """
    document: dict[str, object] = {
        "sections": [_section(section) for section in desired.sections],
        "tags": [_tag(tag) for tag in desired.tags],
        "removed_sections": [section.name for section in desired.removed_sections],
        "removed_fields": [
            [entry.key.section, entry.key.name] for entry in desired.removed_fields
        ],
        "removed_tags": [tag.name for tag in desired.removed_tags],
    }
    if desired.objects:
        document["objects"] = [_object(each) for each in desired.objects]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _object(each: DesiredObject) -> list[object]:
    return [
        each.label,
        [_section(section) for section in each.sections],
        [section.name for section in each.removed_sections],
        [[entry.key.section, entry.key.name] for entry in each.removed_fields],
    ]


def _section(section: DesiredSection) -> list[object]:
    fields = [_field(entry) for entry in section.fields]
    described = [] if section.description is None else [section.description]
    return [section.name, section.manage, section.was, fields, *described]


def _field(entry: DesiredField) -> list[object]:
    field = entry.field
    is_set = field.required is not None or field.unique is not None
    settings = [field.required, field.unique] if is_set else []
    return [
        *(field.name, field.type, field.options, field.custom, entry.was, entry.protect),
        *settings,
    ]


def _tag(tag: DesiredTag) -> object:
    return [tag.name, tag.was] if tag.was else tag.name
