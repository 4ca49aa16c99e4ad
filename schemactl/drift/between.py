"""Two accounts, or an account and a snapshot, held against each other.

The second is taken for what the first should be, so all that is known of comparing files
with an account holds here too; only that nothing is wanted, so nothing is unmanaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from schemactl.diff import diff_schemas
from schemactl.drift import drift_of
from schemactl.errors import Location
from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredObject,
    DesiredSection,
    DesiredTag,
)
from schemactl.model.drift import Drift, DriftItem, DriftStatus, ObjectKind, ObjectState
from schemactl.model.schema import CONTACTS, FieldKey, Schema, Section

_NOWHERE: Final = Location("", 1, 1)
"""No file asks for it; what is told never shows it."""


def drift_between(one: Schema, other: Schema, *, name: str, other_name: str) -> Drift:
    """Say in what `one` is not as `other` is; each difference once, and none is left out.

    Args:
        one: The account that is looked at.
        other: What it is measured by.
        name: What the first goes by.
        other_name: What the second goes by.
    """
    one, other = _owned(one), _owned(other)
    difference = diff_schemas(desired=_wished(other), live=one)
    drift = drift_of(difference, account=name, backend="")
    items = (
        *drift.items,
        *_objects_beside(one, other),
        *_only_there_twice(one, other, name, other_name),
    )
    return replace(
        drift,
        items=tuple(_between(item, name, other_name) for item in items),
        # Whatever else is noticed is about how files are written.
        notices=(),
        other=other_name,
        live=one,
    )


def _owned(schema: Schema) -> Schema:
    """Take the vendor's own sections and fields for the owner's, so that all are compared."""
    return replace(
        schema,
        sections=tuple(map(_owned_section, schema.sections)),
        objects=tuple(
            replace(each, sections=tuple(map(_owned_section, each.sections)))
            for each in schema.objects
        ),
    )


def _owned_section(section: Section) -> Section:
    fields = tuple(replace(field, custom=True) for field in section.fields)
    return replace(section, custom=True, fields=fields)


def _objects_beside(one: Schema, other: Schema) -> Iterator[DriftItem]:
    """Tell custom objects that only the first has; the others' are found by comparing."""
    known = {each.label for each in other.objects}
    for each in one.objects:
        if each.label not in known:
            yield DriftItem(
                status=DriftStatus.UNMANAGED,
                object=ObjectKind.CUSTOM_OBJECT,
                section=None,
                name=each.label,
                message="",
                custom_object=each.label,
                found=(ObjectState(name=each.label),),
            )


def _only_there_twice(
    one: Schema, other: Schema, name: str, other_name: str
) -> Iterator[DriftItem]:
    """Tell names that only the second has several times; those of the first are found."""
    labels = (CONTACTS, *(each.label for each in other.objects))
    for label in labels:
        here, there = (Counter(_keys(schema.of(label))) for schema in (one, other))
        for key, times in there.items():
            if times > 1 and here[key] == 1:
                yield DriftItem(
                    status=DriftStatus.AMBIGUOUS,
                    object=ObjectKind.FIELD,
                    section=key.section,
                    name=key.name,
                    message=f"field {key} is in {name} once, and in {other_name} {times} times",
                    custom_object=label,
                    wanted=ObjectState(name=key.name, section=key.section),
                )


def _keys(schema: Schema) -> Iterator[FieldKey]:
    return (FieldKey(section, field.name) for section, field in schema.all_fields())


def _between(item: DriftItem, name: str, other_name: str) -> DriftItem:
    """Say of each item which side has it: neither is more right than the other."""
    if item.status is DriftStatus.AMBIGUOUS:
        return replace(item, location=None, is_difference=True)
    return replace(
        item,
        location=None,
        is_difference=True,
        message=_message(item, name, other_name),
    )


def _message(item: DriftItem, name: str, other_name: str) -> str:
    is_inner = item.object in {ObjectKind.FIELD, ObjectKind.SECTION}
    thing = f"{item.object} {item.title}" if is_inner else item.title
    match item.status:
        case DriftStatus.MISSING:
            return f"{thing} is only in {other_name}"
        case DriftStatus.UNMANAGED | DriftStatus.UNWANTED | DriftStatus.ORPHAN:
            return f"{thing} is only in {name}"
        case DriftStatus.ALTERED | DriftStatus.AMBIGUOUS:
            return f"{item.message} in {name}, unlike in {other_name}"


def _wished(schema: Schema) -> Desired:
    return Desired(
        sections=tuple(_sections(schema.sections)),
        tags=tuple(DesiredTag(name=tag, location=_NOWHERE) for tag in schema.tags),
        objects=tuple(
            DesiredObject(
                label=each.label,
                location=_NOWHERE,
                sections=tuple(_sections(each.sections)),
            )
            for each in schema.objects
        ),
    )


def _sections(sections: Iterable[Section]) -> Iterator[DesiredSection]:
    """Give sections of one name as one, and of fields of one name the first."""
    merged: dict[str, Section] = {}
    for section in sections:
        twin = merged.get(section.name)
        merged[section.name] = (
            section if twin is None else replace(twin, fields=twin.fields + section.fields)
        )
    for section in merged.values():
        fields = {field.name: field for field in reversed(section.fields)}
        yield DesiredSection(
            name=section.name,
            location=_NOWHERE,
            description=section.description,
            fields=tuple(
                DesiredField(field=field, location=_NOWHERE)
                for field in reversed(fields.values())
            ),
        )
