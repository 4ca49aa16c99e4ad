"""Which state of an account an apply leaves as its base. Pure.

What is as the files say is kept as it is. What still differs is kept as it was before: it was
left to a person, or failed, so the side that changed it last is still the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    SectionChange,
    TagChange,
)
from schemactl.model.change_groups import by_object
from schemactl.model.schema import CONTACTS, CustomObject, Field, Schema, Section
from schemactl.values import dataclass, replace


def state_to_keep(live: Schema, left: Iterable[Change], before: Schema | None) -> Schema:
    """Return the state that the next drift is measured by.

    Args:
        live: The account after the apply.
        left: The changes that it still needs to be as the files say.
        before: The last base; None where there was none: then all is kept as it is.
    """
    if before is None:
        return live
    parts = by_object(left)
    contacts = _keep(live.of(CONTACTS), parts[CONTACTS], before.of(CONTACTS))
    known = {each.label for each in before.objects}
    return replace(
        contacts,
        objects=tuple(
            CustomObject(
                label=each.label,
                sections=_keep(
                    live.of(each.label), parts.get(each.label, ()), before.of(each.label)
                ).sections
                if each.label in known
                else each.sections,
            )
            for each in live.objects
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unsettled:
    """Names of what differs between files and account, as either side has them."""

    sections: frozenset[str] = frozenset()
    fields: frozenset[tuple[str, str]] = frozenset()
    tags: frozenset[str] = frozenset()


def _keep(live: Schema, left: Iterable[Change], before: Schema) -> Schema:
    changes = tuple(left)
    if not changes:
        return live
    names = tuple(map(_names_in, changes))
    unsettled = _Unsettled(
        sections=frozenset().union(*(each.sections for each in names)),
        fields=frozenset().union(*(each.fields for each in names)),
        tags=frozenset().union(*(each.tags for each in names)),
    )
    return Schema(
        sections=tuple(_sections(live, before, unsettled)),
        tags=(
            *(tag for tag in live.tags if tag not in unsettled.tags),
            *(tag for tag in before.tags if tag in unsettled.tags),
        ),
    )


def _sections(live: Schema, before: Schema, unsettled: _Unsettled) -> Iterator[Section]:
    """Yield sections in the account's order, then those that only the base had.

    Where several had one name, all of them are kept: none is known to be the one that is left.
    """
    earlier: dict[str, list[Section]] = {}
    for section in before.sections:
        earlier.setdefault(section.name, []).append(section)
    seen: set[str] = set()
    for section in live.sections:
        known = () if section.name in seen else earlier.get(section.name, ())
        seen.add(section.name)
        if section.name not in unsettled.sections:
            yield _section(section, known[-1] if known else None, unsettled)
        else:
            yield from known
    for section in before.sections:
        if section.name in unsettled.sections and section.name not in seen:
            yield section


def _section(now: Section, before: Section | None, unsettled: _Unsettled) -> Section:
    def is_settled(field: Field) -> bool:
        return (now.name, field.name) not in unsettled.fields

    known = () if before is None else before.fields
    left = tuple(field for field in known if not is_settled(field))
    return replace(now, fields=(*filter(is_settled, now.fields), *left))


def _names_in(change: Change) -> _Unsettled:
    """Return the names that a change is about, as files and account have them."""
    match change:
        case AddObject():
            return _Unsettled()
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return _Unsettled(sections=_section_names(change))
        case (
            AddField()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | FillField()
            | RemoveField()
            | ResolveDuplicate()
        ):
            return _Unsettled(fields=_field_places(change))
        case AddTag() | RenameTag() | RemoveTag():
            return _Unsettled(tags=_tag_names(change))


def _section_names(change: SectionChange) -> frozenset[str]:
    match change:
        case RenameSection():
            return frozenset((change.section, change.was))
        case AddSection() | ChangeDescription() | RemoveSection():
            return frozenset((change.section,))


def _field_places(change: FieldChange) -> frozenset[tuple[str, str]]:
    place = change.section, change.name
    match change:
        case MoveField():
            return frozenset((place, (change.source, change.before.name)))
        case RenameField():
            return frozenset((place, (change.section, change.before.name)))
        case (
            AddField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | FillField()
            | RemoveField()
            | ResolveDuplicate()
        ):
            return frozenset((place,))


def _tag_names(change: TagChange) -> frozenset[str]:
    match change:
        case RenameTag():
            return frozenset((change.tag, change.was))
        case AddTag() | RemoveTag():
            return frozenset((change.tag,))
