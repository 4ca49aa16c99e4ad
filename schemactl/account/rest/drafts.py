"""Turn changes into calls of the REST API, in an order that works: additions first. Pure.

Renames come before additions, because a new field may take a name that another gives up.
Every function takes the changes of one object, contacts or a custom one, and its state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from schemactl.account.grouped_changes import Edit, GroupedChanges
from schemactl.account.rest import planned
from schemactl.account.rest.calls import draft_call
from schemactl.account.rest.planned import (
    FieldUpdate,
)
from schemactl.account.rest.state import RestState
from schemactl.account.rest.types import rest_word
from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveTag,
    RenameField,
    RenameTag,
    TagChange,
)
from schemactl.model.plan import CallDraft
from schemactl.model.schema import Field
from schemactl.values import replace


def draft_additions(
    changes: Sequence[Change], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """Yield the fewest calls for everything that removes nothing."""
    grouped = GroupedChanges.of(changes)
    yield from _update_sections(grouped.edits, state, sends_whole=sends_whole)
    yield from _create_fields(grouped.additions, state)
    yield from _move_fields(grouped.moves, state, sends_whole=sends_whole)
    yield from _create_and_rename_tags(grouped.tags, state)


def draft_removals(
    changes: Sequence[Change], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """Yield the calls that remove something, and those that create it again."""
    grouped = GroupedChanges.of(changes)
    types = (each for each in grouped.edits if isinstance(each, ChangeType))
    replaced = [change for change in types if not change.is_widening]
    yield from _remove_options(grouped.removed_options, state, sends_whole=sends_whole)
    yield from _delete_fields(replaced, state)
    yield from _create_fields(replaced, state)
    yield from _delete_fields(grouped.removed_fields, state)
    for change in grouped.removed_sections:
        request = planned.DeleteSection(of=state.ref, section=change.section)
        yield draft_call(request, serves=(change.id,))
    yield from _delete_tags(grouped.tags, state)


class _Updates:
    """Updates grouped by section: one request makes all changes of a section."""

    def __init__(self, state: RestState, *, sends_whole: bool) -> None:
        self._state = state
        self._sends_whole = sends_whole
        self._fields: dict[str, dict[str, FieldUpdate]] = {}
        self._descriptions: dict[str, str] = {}
        self._serves: defaultdict[str, list[str]] = defaultdict(list)

    def describe(self, change: ChangeDescription) -> None:
        """Add a change of a section's description."""
        self._fields.setdefault(change.section, {})
        self._descriptions[change.section] = change.after
        self._serves[change.section].append(change.id)

    def add(self, change: _Update) -> None:
        """Add a change of a field, which still has its old name when the request is made."""
        name = change.before.name
        fields = self._fields.setdefault(change.section, {})
        update = fields.get(name)
        if update is None:
            field = _field_id(self._state, change.section, name, change.name)
            update = FieldUpdate(field=field, name=name)
        fields[name] = _updated(update, change)
        self._serves[change.section].append(change.id)

    def drafts(self) -> Iterator[CallDraft]:
        """Yield one call for each section."""
        for section, fields in self._fields.items():
            request = planned.UpdateFields(
                of=self._state.ref,
                section=section,
                fields=tuple(fields.values()),
                description=self._descriptions.get(section),
                sends_whole=self._sends_whole,
            )
            yield draft_call(request, serves=self._serves[section])


_Update: TypeAlias = RenameField | ChangeType | ChangeOptions | ChangeSettings


def _updated(update: FieldUpdate, change: _Update) -> FieldUpdate:
    match change:
        case RenameField():
            return replace(update, new_name=change.name)
        case ChangeType():
            update = replace(update, type=rest_word(change.after.type))
            return _with_settings(update, change.after)
        case ChangeOptions():
            return replace(update, add_options=change.added)
        case ChangeSettings():
            return _with_settings(update, change.after)


def _with_settings(update: FieldUpdate, after: Field) -> FieldUpdate:
    return replace(update, required=after.required, unique=after.unique)


def _update_sections(
    edits: Sequence[Edit], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """Edit everything of a section that is changed in place and removes nothing in one call."""
    updates = _Updates(state, sends_whole=sends_whole)
    for change in edits:
        match change:
            case ChangeDescription():
                updates.describe(change)
            case RenameField() | ChangeSettings():
                updates.add(change)
            case ChangeOptions():
                if change.added:
                    updates.add(change)
            case ChangeType():
                if change.is_widening:
                    updates.add(change)
    yield from updates.drafts()


def _remove_options(
    changes: Sequence[ChangeOptions], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """Remove all options of a section in one call, which never adds any."""
    by_section: defaultdict[str, list[ChangeOptions]] = defaultdict(list)
    for change in changes:
        by_section[change.section].append(change)
    for section, each in by_section.items():
        fields = tuple(
            FieldUpdate(
                field=_field_id(state, section, change.before.name, change.name),
                # A field that is renamed has its new name when this call is made.
                name=change.name,
                remove_options=change.removed,
            )
            for change in each
        )
        request = planned.UpdateFields(
            of=state.ref, section=section, fields=fields, sends_whole=sends_whole
        )
        yield draft_call(request, serves=_ids(each))


def _create_fields(
    changes: Sequence[AddSection | AddField | ChangeType], state: RestState
) -> Iterator[CallDraft]:
    """Create a section with all its fields, or all new fields of a section, in one call."""
    by_section: defaultdict[str, list[AddField | ChangeType]] = defaultdict(list)
    sections: dict[str, AddSection] = {}
    for change in changes:
        if isinstance(change, AddSection):
            sections[change.section] = change
            by_section.setdefault(change.section, [])
        else:
            by_section[change.section].append(change)
    for section, fields in by_section.items():
        new = sections.get(section)
        request = planned.CreateFields(
            of=state.ref,
            section=section,
            fields=tuple(map(_new_field, fields)),
            description=None if new is None else new.description,
            makes_section=new is not None,
        )
        serves = _ids(fields) if new is None else _ids([new, *fields])
        yield draft_call(request, serves=serves)


def _move_fields(
    changes: Sequence[MoveField], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """Move each field by a call of its own, once the section that it moves to exists."""
    for change in changes:
        request = planned.MoveField(
            of=state.ref,
            section=change.section,
            source=change.source,
            field=_field_id(state, change.source, change.name),
            name=change.name,
            sends_whole=sends_whole,
        )
        yield draft_call(request, serves=(change.id,))


def _new_field(change: AddField | ChangeType) -> planned.NewField:
    after = change.after
    return planned.NewField(
        name=after.name,
        type=rest_word(after.type),
        options=after.options or (),
        required=after.required,
        unique=after.unique,
    )


def _create_and_rename_tags(
    changes: Sequence[TagChange], state: RestState
) -> Iterator[CallDraft]:
    """Rename before creating: a new tag may take the name that another tag gives up."""
    for change in changes:
        if isinstance(change, RenameTag):
            number = _tag_id(state, change.was, change.tag)
            request = planned.RenameTag(id=number, tag=change.was, new_name=change.tag)
            yield draft_call(request, serves=(change.id,))
    for change in changes:
        if isinstance(change, AddTag):
            yield draft_call(planned.CreateTag(tag=change.tag), serves=(change.id,))


def _delete_tags(changes: Sequence[TagChange], state: RestState) -> Iterator[CallDraft]:
    for change in changes:
        if isinstance(change, RemoveTag):
            request = planned.DeleteTag(id=_tag_id(state, change.tag), tag=change.tag)
            yield draft_call(request, serves=(change.id,))


def _delete_fields(
    changes: Sequence[RemoveField | ChangeType], state: RestState
) -> Iterator[CallDraft]:
    for change in changes:
        request = planned.DeleteField(
            of=state.ref,
            section=change.section,
            field=_field_id(state, change.section, change.before.name, change.name),
            # A field that is renamed has its new name when this call is made.
            name=change.name,
        )
        yield draft_call(request, serves=(change.id,))


def _field_id(state: RestState, section: str, *names: str) -> str:
    """Return the API's name of a field; empty where the account was read from a snapshot.

    The first of several names that exists counts: a plan that is resumed may have renamed
    the field before.
    """
    for name in names:
        for place in state.places(section, name):
            return place.field.field
    return ""


def _tag_id(state: RestState, *names: str) -> int:
    for name in names:
        for tag in state.tags:
            if tag.name == name:
                return tag.id
    return 0


def _ids(changes: Sequence[Change]) -> tuple[str, ...]:
    return tuple(change.id for change in changes)
