"""Compare two accounts, or an account and a snapshot.

The second is treated as what the first should be, so the comparison of files with an account
is used here too. Neither side is right or wrong, so nothing is unmanaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from schemactl.diff import diff_schemas
from schemactl.drift.items import drift_of
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
from schemactl.values import replace

_NOWHERE: Final = Location("", 1, 1)
"""No file asks for it, so no report shows this place."""


def drift_between(one: Schema, other: Schema, *, name: str, other_name: str) -> Drift:
    """Return in what `one` differs from `other`: every difference, and each once.

    Args:
        one: The first account.
        other: What it is compared with.
        name: What reports call the first.
        other_name: What they call the second.
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
        # The other notices are about how files are written.
        notices=(),
        other=other_name,
        live=one,
    )


def _owned(schema: Schema) -> Schema:
    """Return a schema in which all sections and fields are custom, so that all are compared."""
    return replace(
        schema,
        sections=tuple(map(_owned_section, schema.sections)),
        objects=tuple(
            replace(each, sections=tuple(map(_owned_section, each.sections)))
            for each in schema.objects
        ),
    )


def _owned_section(section: Section) -> Section:
    fields = tuple(field._replace(custom=True) for field in section.fields)
    return replace(section, custom=True, fields=fields)


def _objects_beside(one: Schema, other: Schema) -> Iterator[DriftItem]:
    """Yield custom objects that only the first has; `diff_schemas` finds the other ones."""
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
    """Yield names that only the second has several times; the diff finds the other ones."""
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
    """Return an item that says which side has what, instead of what is missing."""
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
    """Yield sections with the same name as one, with the first of several equal field names."""
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
                DesiredField(field=field, location=_NOWHERE, is_live=True)
                for field in reversed(fields.values())
            ),
        )
