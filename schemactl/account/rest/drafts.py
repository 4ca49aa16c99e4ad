"""Changes to calls of the REST API, in an order that works: what only adds first. Pure.

Renames come before additions, for a new field may take the name that one gives up. Every
function takes the changes of one object, contacts or a custom one, and what was read of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from schemactl.account.rest import calls as planned
from schemactl.account.rest.calls import FieldUpdate, draft_call
from schemactl.account.rest.state import TYPE_WORDS, RestState
from schemactl.account.rest.types import is_widened
from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameTag,
)
from schemactl.model.plan import CallDraft
from schemactl.model.schema import Field


def draft_additions(
    changes: Sequence[Change], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """Give the fewest calls for all that takes nothing away."""
    yield from _update_sections(changes, state, sends_whole=sends_whole)
    yield from _create_fields([one for one in changes if not _is_replaced(one)], state)
    yield from _make_tags(changes, state)


def draft_removals(
    changes: Sequence[Change], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """Give the calls that take something away, and those that make it anew."""
    types = (change for change in changes if isinstance(change, ChangeType))
    replaced = [change for change in types if _is_replaced(change)]
    yield from _remove_options(changes, state, sends_whole=sends_whole)
    yield from _delete_fields(replaced, state)
    yield from _create_fields(replaced, state)
    yield from _delete_fields([one for one in changes if isinstance(one, RemoveField)], state)
    yield from _delete_sections_and_tags(changes, state)


def _is_replaced(change: Change) -> bool:
    return isinstance(change, ChangeType) and not is_widened(change)


class _Updates:
    """Updates gathered by section: one request serves all changes in it."""

    def __init__(self, state: RestState, *, sends_whole: bool) -> None:
        self._state = state
        self._sends_whole = sends_whole
        self._fields: dict[str, dict[str, FieldUpdate]] = {}
        self._descriptions: dict[str, str] = {}
        self._serves: defaultdict[str, list[str]] = defaultdict(list)

    def describe(self, change: ChangeDescription) -> None:
        """Take a change of a section's description."""
        self._fields.setdefault(change.section, {})
        self._descriptions[change.section] = change.after
        self._serves[change.section].append(change.id)

    def add(self, change: _Update, name: str) -> None:
        """Take a change of a field, which is called `name` when the request is made."""
        fields = self._fields.setdefault(change.section, {})
        update = fields.get(name)
        if update is None:
            field = _field_id(self._state, change.section, change.before.name, change.name)
            update = FieldUpdate(field=field, name=name)
        fields[name] = _updated(update, change)
        self._serves[change.section].append(change.id)

    def drafts(self) -> Iterator[CallDraft]:
        """Give one call a section."""
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
            kind = TYPE_WORDS.get(change.after.type, change.after.type)
            update = replace(update, type=kind)
            return _with_settings(update, change.after)
        case ChangeOptions():
            return replace(update, add_options=change.added)
        case ChangeSettings():
            return _with_settings(update, change.after)


def _with_settings(update: FieldUpdate, after: Field) -> FieldUpdate:
    return replace(update, required=after.required, unique=after.unique)


def _update_sections(
    changes: Sequence[Change], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """One call a section for all that is changed in place and takes nothing away."""
    updates = _Updates(state, sends_whole=sends_whole)
    for change in changes:
        match change:
            case ChangeDescription():
                updates.describe(change)
            case RenameField() | ChangeSettings():
                updates.add(change, change.before.name)
            case ChangeOptions() if change.added:
                updates.add(change, change.before.name)
            case ChangeType() if is_widened(change):
                updates.add(change, change.before.name)
            case _:
                pass
    yield from updates.drafts()


def _remove_options(
    changes: Sequence[Change], state: RestState, *, sends_whole: bool
) -> Iterator[CallDraft]:
    """One call a section for all options that go; what is added never shares a call with it."""
    gone: defaultdict[str, list[ChangeOptions]] = defaultdict(list)
    for change in changes:
        if isinstance(change, ChangeOptions) and change.removed:
            gone[change.section].append(change)
    for section, each in gone.items():
        fields = tuple(
            FieldUpdate(
                field=_field_id(state, section, change.before.name, change.name),
                # By now a field that is renamed has its new name.
                name=change.name,
                remove_options=change.removed,
            )
            for change in each
        )
        request = planned.UpdateFields(
            of=state.ref, section=section, fields=fields, sends_whole=sends_whole
        )
        yield draft_call(request, serves=_ids(each))


def _create_fields(changes: Sequence[Change], state: RestState) -> Iterator[CallDraft]:
    """One call makes a section with all its fields, or adds all new ones to a section."""
    made: defaultdict[str, list[AddField | ChangeType]] = defaultdict(list)
    sections: dict[str, AddSection] = {}
    for change in changes:
        match change:
            case AddSection():
                sections[change.section] = change
                made.setdefault(change.section, [])
            case AddField():
                made[change.section].append(change)
            case ChangeType() if _is_replaced(change):
                made[change.section].append(change)
            case _:
                pass
    for section, fields in made.items():
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


def _new_field(change: AddField | ChangeType) -> planned.NewField:
    after = change.after
    return planned.NewField(
        name=after.name,
        type=TYPE_WORDS.get(after.type, after.type),
        options=after.options or (),
        required=after.required,
        unique=after.unique,
    )


def _make_tags(changes: Sequence[Change], state: RestState) -> Iterator[CallDraft]:
    """Rename before making: a new tag may take the name that another gives up."""
    for change in changes:
        if isinstance(change, RenameTag):
            request = planned.RenameTag(
                id=_tag_id(state, change.was, change.tag), tag=change.was, new_name=change.tag
            )
            yield draft_call(request, serves=(change.id,))
    for change in changes:
        if isinstance(change, AddTag):
            yield draft_call(planned.CreateTag(tag=change.tag), serves=(change.id,))


def _delete_fields(
    changes: Sequence[RemoveField | ChangeType], state: RestState
) -> Iterator[CallDraft]:
    for change in changes:
        request = planned.DeleteField(
            of=state.ref,
            section=change.section,
            field=_field_id(state, change.section, change.before.name, change.name),
            # By now a field that is renamed has its new name.
            name=change.name,
        )
        yield draft_call(request, serves=(change.id,))


def _delete_sections_and_tags(
    changes: Sequence[Change], state: RestState
) -> Iterator[CallDraft]:
    for change in changes:
        if isinstance(change, RemoveSection):
            request = planned.DeleteSection(of=state.ref, section=change.section)
            yield draft_call(request, serves=(change.id,))
    for change in changes:
        if isinstance(change, RemoveTag):
            tag = planned.DeleteTag(id=_tag_id(state, change.tag), tag=change.tag)
            yield draft_call(tag, serves=(change.id,))


def _field_id(state: RestState, section: str, *names: str) -> str:
    """Give what the API calls a field; empty where the account was read from a snapshot.

    Of several names the first that is there counts: a plan that is taken up again may have
    renamed the field before.
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
