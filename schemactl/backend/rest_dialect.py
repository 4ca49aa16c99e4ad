"""What the REST API can say: which calls bring changes about, and what it cannot.

It knows fields by id, so it renames them, and edits options, settings and descriptions in
place. It names sections, so it cannot rename one; it moves nothing (no request for it is
known). A type changes in place from text to longtext alone. An update may do to a section
what nobody asked for, so the account is read and compared after every call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Final, TypeAlias

from schemactl.backend import rest_calls as planned
from schemactl.backend.by_hand import Names
from schemactl.backend.interface import Capabilities, LiveState
from schemactl.backend.requests import DESTROYING_REQUESTS
from schemactl.backend.rest_calls import (
    FieldUpdate,
    PlannedWord,
    draft_call,
    request_of,
    without_ids,
)
from schemactl.backend.rest_effects import find_losses, shows_effect
from schemactl.backend.rest_manual import manual_step
from schemactl.backend.rest_state import TYPE_WORDS, RestState
from schemactl.backend.rest_types import REST_TYPES, is_widened
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
from schemactl.model.plan import Call, CallDraft, ManualStep, Permission
from schemactl.model.schema import Field
from schemactl.wire.rest_values import PAGE_ROWS

NO_STATE: Final = RestState()
FIELD_READS: Final = 2
"""Requests that reading sections and fields takes: one for the layout, one for options."""
_OF_TAGS: Final = frozenset(
    {PlannedWord.CREATE_TAG, PlannedWord.RENAME_TAG, PlannedWord.DELETE_TAG}
)
_LOOKS_BEFORE: Final = frozenset(
    {
        PlannedWord.CREATE_FIELDS,
        PlannedWord.UPDATE_FIELDS,
        PlannedWord.REMOVE_OPTIONS,
        PlannedWord.DELETE_FIELD,
        PlannedWord.DELETE_SECTION,
    }
)
"""Calls before which the fields are read once more: what they name may have moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestDialect:
    """The REST API, as far as no call need be made.

    Attributes:
        sends_whole: Whether an update sends the section's other fields along as they are.
    """

    sends_whole: bool = True

    @property
    def name(self) -> str:
        """The word for it in `schemactl.yaml`."""
        return "rest"

    @property
    def declarable_types(self) -> frozenset[str]:
        """Field types that the vendor's client can make."""
        return REST_TYPES

    @property
    def capabilities(self) -> Capabilities:
        """All that files can say of a field and a section."""
        return Capabilities(settings=True, descriptions=True)

    @property
    def proves_each_call(self) -> bool:
        """Status 200 does not mean done, nor that nothing else was."""
        return True

    def count_requests(self, calls: Sequence[Call], live: LiveState) -> int:
        """Count calls, looks before them and reads after them, and reads of all.

        All is read once at the end, and before what destroys follows what does not.
        """
        if not calls:
            return 0
        destroying = [call.request in DESTROYING_REQUESTS for call in calls]
        whole_reads = 1 + sum(not before and after for before, after in pairwise(destroying))
        tags = tag_reads(len(live.schema.tags))
        of_tags = sum(call.request in _OF_TAGS for call in calls)
        looks = FIELD_READS * sum(call.request in _LOOKS_BEFORE for call in calls)
        looks += tags * sum(call.request == PlannedWord.DELETE_TAG for call in calls)
        looks += tags * sum(call.request == PlannedWord.RENAME_TAG for call in calls)
        proofs = of_tags * tags + (len(calls) - of_tags) * FIELD_READS
        return len(calls) + looks + proofs + whole_reads * (FIELD_READS + tags)

    def manual_steps(
        self,
        changes: Sequence[Change],
        live: LiveState,
        permissions: frozenset[Permission],
    ) -> tuple[ManualStep, ...]:
        """Say what a person must do, for each change that no call brings about."""
        if not changes:
            return ()
        names = Names.of(changes, live.schema)
        steps = (manual_step(change, names, permissions=permissions) for change in changes)
        return tuple(step for step in steps if step is not None)

    def calls_for(self, changes: Sequence[Change], live: LiveState) -> tuple[CallDraft, ...]:
        """Give the fewest calls that bring `changes` about: what only adds first.

        Renames come before additions, for a new field may take the name that one gives up.
        """
        state = live.rest or NO_STATE
        types = (change for change in changes if isinstance(change, ChangeType))
        replaced = [change for change in types if _is_replaced(change)]
        return (
            *_update_sections(changes, state, sends_whole=self.sends_whole),
            *_create_fields([change for change in changes if not _is_replaced(change)]),
            *_make_tags(changes, state),
            *_remove_options(changes, state, sends_whole=self.sends_whole),
            *_delete_fields(replaced, state),
            *_create_fields(replaced),
            *_delete_fields([one for one in changes if isinstance(one, RemoveField)], state),
            *_delete_sections_and_tags(changes, state),
        )

    def shows(self, call: Call, live: LiveState) -> bool:
        """Say whether the account looks as it would once `call` was carried out."""
        return shows_effect(request_of(call), live.rest or NO_STATE)

    def by_name(self, call: Call) -> Call:
        """Give the same call without ids; as it is where it is none of this API.

        Plans that were saved are held to this, whatever became of their file.
        """
        try:
            return replace(call, arguments=without_ids(call))
        except ValueError:
            return call

    def losses(self, call: Call, before: LiveState, after: LiveState) -> tuple[str, ...]:
        """Say what the account had before `call`, lacks after it, and should still have."""
        return find_losses(request_of(call), before.rest or NO_STATE, after.rest or NO_STATE)


def tag_reads(tags: int) -> int:
    """Say how many requests reading so many tags takes: pages, and the count of all."""
    return 1 + max(1, ceil((tags + 1) / PAGE_ROWS))


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
        request = planned.UpdateFields(section=section, fields=fields, sends_whole=sends_whole)
        yield draft_call(request, serves=_ids(each))


def _create_fields(changes: Sequence[Change]) -> Iterator[CallDraft]:
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
        name = change.before.name
        request = planned.DeleteField(
            section=change.section, field=_field_id(state, change.section, name), name=name
        )
        yield draft_call(request, serves=(change.id,))


def _delete_sections_and_tags(
    changes: Sequence[Change], state: RestState
) -> Iterator[CallDraft]:
    for change in changes:
        if isinstance(change, RemoveSection):
            request = planned.DeleteSection(section=change.section)
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
