"""Find renames by hand that the base shows: a field is gone, and one of its type is new.

Only for an API without ids; where the base knows the id of a field, the diff has followed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemactl.model.base import Base
from schemactl.model.change import AddField, Change, RenameSection
from schemactl.model.difference import (
    Difference,
    Lookalike,
    Notice,
    NoticeCode,
    Unmanaged,
    UnmanagedKind,
)
from schemactl.model.schema import CONTACTS, Field, FieldKey, Schema, in_object
from schemactl.values import replace


def with_renames_since(difference: Difference, base: Base) -> Difference:
    """Mark the likely renames that happened since the base, and add those of unlike names.

    Such a rename is a hazard: an apply would make a second object beside the one in use.
    """
    found = tuple(_renamed_fields(difference, base))
    known = {_subject(notice) for notice in found}
    others = tuple(
        _marked(notice, base.schema)
        for notice in difference.notices
        if _subject(notice) not in known
    )
    return replace(difference, notices=(*others, *found))


def _subject(notice: Notice) -> tuple[str, UnmanagedKind, str, str] | None:
    """Return the declared object that a notice asks about; None if it asks about none."""
    pair = notice.lookalike
    if pair is None:
        return None
    return notice.custom_object, pair.kind, pair.section, pair.name


def _marked(notice: Notice, base: Schema) -> Notice:
    """Mark a section that is gone since the base, and whose lookalike is new."""
    pair = notice.lookalike
    if pair is None or pair.kind is not UnmanagedKind.SECTION:
        return notice
    names = {section.name for section in base.of(notice.custom_object).sections}
    if pair.name not in names or pair.other in names:
        return notice
    return replace(notice, lookalike=replace(pair, since_base=True))


def _renamed_fields(difference: Difference, base: Base) -> Iterator[Notice]:
    """Yield a notice for each field that is gone, if its section has a new one of its type."""
    similar = {
        _subject(notice): notice.lookalike.other
        for notice in difference.notices
        if notice.lookalike is not None
    }
    live_sections = _live_sections(difference.changes)
    for change in difference.changes:
        if not isinstance(change, AddField):
            continue
        label = change.custom_object
        section = live_sections.get((label, change.section), change.section)
        former = _custom_fields(base.schema, label, section)
        gone = former.get(change.name)
        if gone is None or (label, section, change.name) in base.ids.fields:
            continue
        new = [
            thing.name
            for thing in _unmanaged_fields(difference.unmanaged, label, section)
            if thing.type == gone.type and thing.name not in former
        ]
        subject = (label, UnmanagedKind.FIELD, change.section, change.name)
        other = similar.get(subject)
        if other in new or len(new) == 1:
            yield _notice(change, other if other is not None and other in new else new[0])


def _live_sections(changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """Return the name that the account has now for each section that is to be renamed."""
    return {
        (change.custom_object, change.section): change.was
        for change in changes
        if isinstance(change, RenameSection)
    }


def _custom_fields(schema: Schema, label: str, section: str) -> dict[str, Field]:
    return {
        field.name: field
        for owner, field in schema.of(label).all_fields()
        if owner == section and field.custom
    }


def _unmanaged_fields(
    unmanaged: Iterable[Unmanaged], label: str, section: str
) -> Iterator[Unmanaged]:
    for thing in unmanaged:
        place = (thing.kind, thing.custom_object, thing.section)
        if place == (UnmanagedKind.FIELD, label, section):
            yield thing


def _notice(change: AddField, other: str) -> Notice:
    title = str(FieldKey(change.section, change.name))
    label = change.custom_object
    return Notice(
        code=NoticeCode.MAYBE_RENAMED,
        about=title if label == CONTACTS else in_object(label, title),
        message="is no longer in the account, and since the last apply there is a new "
        f'field of the same type: "{other}". If it was renamed, write `was: ["{other}"]` or '
        "its new name",
        location=change.location,
        custom_object=label,
        lookalike=Lookalike(
            kind=UnmanagedKind.FIELD,
            section=change.section,
            name=change.name,
            other=other,
            since_base=True,
        ),
    )
