"""Turn a difference into drift items: what is the case, instead of what would be done.

Several changes of one field are one item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from schemactl.drift.about import About, state_of
from schemactl.drift.altered import (
    FieldAlteration,
    SectionAlteration,
    altered_field,
    altered_section,
)
from schemactl.drift.causes import NOTHING_KNOWN, with_causes
from schemactl.drift.questions import with_questions
from schemactl.drift.suppression import notice_unused, with_acknowledgements
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.base import Base
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
    TagChange,
)
from schemactl.model.difference import (
    Difference,
    Notice,
    NoticeCode,
    Orphan,
    Unmanaged,
    UnmanagedKind,
)
from schemactl.model.drift import (
    Alteration,
    Attribute,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
    ObjectState,
    Resolutions,
)
from schemactl.model.identity import KnownIds
from schemactl.model.schema import FieldKey
from schemactl.text import created_by_apply
from schemactl.values import replace

_Single: TypeAlias = (
    AddObject
    | AddSection
    | RemoveSection
    | AddField
    | RemoveField
    | ResolveDuplicate
    | TagChange
)
"""A change that is the only one of its object; what is altered can take several."""


def drift_of(
    difference: Difference,
    *,
    account: str,
    backend: str,
    base: Base | None = None,
    known: KnownIds = NOTHING_KNOWN,
    acknowledged: Sequence[Acknowledgement] = (),
    today: date = date.min,
) -> Drift:
    """Return a difference as facts about the account, each with the side that changed.

    Args:
        difference: What comparing the files with the account found.
        account: Its name in the project file.
        backend: The API that it was read over.
        base: How the last apply left the account; without it every cause is unknown.
        known: What the base knows by id, and where the account has it.
        acknowledged: Items that the project reports again only after a day.
        today: The day that decides whether an acknowledgement still holds.
    """
    items = (
        *_changed_items(difference.changes),
        *_duplicates(difference),
        *(_unmanaged(thing) for thing in difference.unmanaged),
        *map(_orphan, difference.orphans),
    )
    return Drift(
        account=account,
        backend=backend,
        items=with_questions(
            with_acknowledgements(with_causes(items, base, known), acknowledged, today),
            difference.notices,
        ),
        applied=None if base is None else base.applied,
        notices=(
            *(one for one in difference.notices if one.code is not NoticeCode.DUPLICATE_NAME),
            *notice_unused(items, acknowledged),
        ),
    )


def _duplicates(difference: Difference) -> Iterator[DriftItem]:
    """Yield an item for each name that several fields share, unless a change is about it."""
    reported = {
        (change.custom_object, _key(change))
        for change in difference.changes
        if isinstance(change, ResolveDuplicate)
    }
    for notice in difference.notices:
        if notice.code is not NoticeCode.DUPLICATE_NAME or notice.field is None:
            continue
        if (notice.custom_object, notice.field) not in reported:
            yield _duplicate(notice, notice.field)


def _changed_items(changes: Sequence[Change]) -> Iterator[DriftItem]:
    sections, fields = _gather_alterations(changes)
    for change in changes:
        match change:
            case RenameSection() | ChangeDescription():
                if of_section := sections.pop((change.custom_object, change.section), None):
                    yield altered_section(of_section)
            case (
                RenameField() | MoveField() | ChangeType() | ChangeOptions() | ChangeSettings()
            ):
                if of_field := fields.pop((change.custom_object, _key(change)), None):
                    yield altered_field(of_field)
            case (
                AddObject()
                | AddSection()
                | RemoveSection()
                | AddField()
                | RemoveField()
                | ResolveDuplicate()
                | AddTag()
                | RenameTag()
                | RemoveTag()
            ):
                yield _item(change)
            case FillField():
                pass  # What contacts hold is no difference of the schema.


def _gather_alterations(
    changes: Sequence[Change],
) -> tuple[
    dict[tuple[str, str], list[SectionAlteration]],
    dict[tuple[str, FieldKey], list[FieldAlteration]],
]:
    """Return the changes that are one item: all of one section, or all of one field."""
    sections: dict[tuple[str, str], list[SectionAlteration]] = {}
    fields: dict[tuple[str, FieldKey], list[FieldAlteration]] = {}
    for change in changes:
        if isinstance(change, FieldAlteration):
            fields.setdefault((change.custom_object, _key(change)), []).append(change)
        elif isinstance(change, SectionAlteration):
            sections.setdefault((change.custom_object, change.section), []).append(change)
    return sections, fields


def _key(change: FieldChange) -> FieldKey:
    return FieldKey(change.section, change.name)


def _item(change: _Single) -> DriftItem:
    """Make the item of a change that is the only one of its object."""
    match change:
        case AddObject():
            return _object_item(change)
        case AddSection() | RemoveSection():
            return _section_item(change)
        case AddField() | RemoveField() | ResolveDuplicate():
            return _field_item(change)
        case AddTag() | RenameTag() | RemoveTag():
            return _tag_item(change)


def _object_item(change: AddObject) -> DriftItem:
    label = change.custom_object
    about = About(ObjectKind.CUSTOM_OBJECT, None, label, change.location, label)
    return about.item(DriftStatus.MISSING, "is missing", wanted=ObjectState(name=label))


def _section_item(change: AddSection | RemoveSection) -> DriftItem:
    name = change.section
    state = ObjectState(name=name)
    about = About(ObjectKind.SECTION, name, name, change.location, change.custom_object)
    match change:
        case AddSection():
            wanted = replace(state, description=change.description)
            return about.item(DriftStatus.MISSING, "is missing", wanted=wanted)
        case RemoveSection():
            words = "is there, and should not exist"
            return about.item(DriftStatus.UNWANTED, words, found=(state,))


def _tag_item(change: TagChange) -> DriftItem:
    state = ObjectState(name=change.tag)
    about = About(ObjectKind.TAG, None, change.tag, change.location)
    match change:
        case AddTag():
            return about.item(DriftStatus.MISSING, "is missing", wanted=state)
        case RenameTag():
            renamed = Alteration(attribute=Attribute.NAME, wanted=change.tag, found=change.was)
            return about.item(
                DriftStatus.ALTERED,
                f'is named "{change.was}"',
                wanted=state,
                found=(ObjectState(name=change.was),),
                alterations=(renamed,),
            )
        case RemoveTag():
            words = "is there, and should not exist"
            return about.item(DriftStatus.UNWANTED, words, found=(state,))


def _field_item(change: AddField | RemoveField | ResolveDuplicate) -> DriftItem:
    section = change.section
    about = About(ObjectKind.FIELD, section, change.name, change.location, change.custom_object)
    match change:
        case AddField():
            wanted = state_of(section, change.after)
            return about.item(DriftStatus.MISSING, "is missing", wanted=wanted)
        case RemoveField():
            reason = "should not exist" if change.explicit else "its section is mirrored"
            return about.item(
                DriftStatus.UNWANTED,
                f"is there, and {reason}",
                found=(state_of(section, change.before),),
            )
        case ResolveDuplicate():
            return about.item(
                DriftStatus.AMBIGUOUS,
                f"is there {len(change.found)} times: it is unknown which one is meant",
                wanted=None if change.after is None else state_of(section, change.after),
                found=tuple(state_of(section, field) for field in change.found),
            )


def _duplicate(notice: Notice, key: FieldKey) -> DriftItem:
    return DriftItem(
        status=DriftStatus.AMBIGUOUS,
        object=ObjectKind.FIELD,
        section=key.section,
        name=key.name,
        custom_object=notice.custom_object,
        message=f"{notice.about}: {notice.message}",
        location=notice.location,
        is_difference=False,
    )


def _unmanaged(thing: Unmanaged) -> DriftItem:
    return _undeclared(thing, DriftStatus.UNMANAGED, "is not in the files")


def _orphan(orphan: Orphan) -> DriftItem:
    left = f"; --prune leaves it, because {orphan.kept.why}" if orphan.kept else ""
    origin = created_by_apply(orphan.at, orphan.commit)
    words = f"was {origin}, and no file declares it any longer{left}"
    item = _undeclared(orphan.thing, DriftStatus.ORPHAN, words)
    return replace(
        item, origin=f"{origin}{left}", resolutions=Resolutions(apply=orphan.kept is None)
    )


def _undeclared(thing: Unmanaged, status: DriftStatus, words: str) -> DriftItem:
    is_field = thing.kind is UnmanagedKind.FIELD
    state = ObjectState(
        name=thing.name, section=thing.section if is_field else None, type=thing.type
    )
    about = About(ObjectKind(thing.kind), thing.section, thing.name, None, thing.custom_object)
    return replace(about.item(status, words, found=(state,)), is_difference=False)
