"""A checksum that shows whether the meaning of schema files changed."""

from __future__ import annotations

import json
from collections.abc import Iterable

from schemactl.model.desired import (
    NOTHING_HELD_BACK,
    Desired,
    DesiredField,
    DesiredObject,
    DesiredSection,
    DesiredTag,
)
from schemactl.model.filling import FillSource
from schemactl.model.omitted import Omitted


def fingerprint_desired(desired: Desired) -> str:
    """Return a SHA-256 of all that the files declare, without the places.

    A comment, a blank line or a renamed file does not change it. The order does, because new
    fields and options are made in that order. Files that use no later key keep the
    fingerprint that earlier versions computed, since saved plans contain it.
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
    omitted = {part.label: _omitted(part.omitted) for part in desired.objects if part.omitted}
    if desired.omitted or omitted:
        document["omitted"] = [_omitted(desired.omitted), omitted]
    import hashlib  # It loads OpenSSL.

    text = json.dumps(document, sort_keys=True, separators=(",", ":"), check_circular=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _omitted(omitted: Iterable[Omitted]) -> list[object]:
    return [[one.kind, one.sections, one.names] for one in omitted]


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
    parts: list[object] = [field.name, field.type, field.options, field.custom]
    parts += (entry.was, entry.protect)
    if field.required is not None or field.unique is not None:
        parts += (field.required, field.unique)
    if entry.option_was or entry.sources:
        parts += ([entry.option_was, [_source(one) for one in entry.sources]],)
    if entry.later != NOTHING_HELD_BACK:
        parts += ([entry.later.field, entry.later.options, entry.later.sources],)
    return parts


def _source(source: FillSource) -> list[object]:
    return [source.section, source.name, source.map, source.others, source.format]


def _tag(tag: DesiredTag) -> object:
    return [tag.name, tag.was] if tag.was else tag.name
