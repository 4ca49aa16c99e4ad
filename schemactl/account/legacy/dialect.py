"""What the Contacts API can say: which calls bring changes about, and what it cannot.

It names things and knows no ids. It adds sections, fields and options and removes
them; it renames nothing, moves nothing and changes no type (the vendor's manual
lists no such request). A tag comes into being only by being put on a contact.
Dropdown calls name a field and no section.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from schemactl.account.interface import LiveState
from schemactl.account.legacy import requests as wire
from schemactl.account.legacy.calls import draft_call, request_of, shows_effect
from schemactl.account.legacy.manual_steps import manual_step
from schemactl.account.legacy.types import LEGACY_TYPES
from schemactl.account.legacy.values import NewField
from schemactl.account.manual_steps import Names
from schemactl.account.removing_requests import DESTROYING_REQUESTS, REMOVING_REQUESTS
from schemactl.model.capabilities import Capabilities
from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeOptions,
    ChangeType,
    RemoveField,
    RemoveSection,
)
from schemactl.model.live_index import LiveIndex
from schemactl.model.plan import Call, CallDraft, ManualStep, Permission

CALLS_PER_READ: Final = 2
"""`key` for sections and fields, `pull_tag` for tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyDialect:
    """The Contacts API, as far as no call need be made.

    Attributes:
        tag_carrier: Contact on which missing tags are made; None leaves them to a person.
    """

    tag_carrier: int | None = None

    @property
    def name(self) -> str:
        """The word for it in `schemactl.yaml`."""
        return "legacy"

    @property
    def declarable_types(self) -> frozenset[str]:
        """Field types that the manual lists."""
        return LEGACY_TYPES

    @property
    def capabilities(self) -> Capabilities:
        """No request tells or sets what is required or unique, or a description."""
        return Capabilities(settings=False, descriptions=False, objects=False)

    @property
    def proves_each_call(self) -> bool:
        """A call names what it is for, so that only removals are proved one by one."""
        return False

    def count_requests(self, calls: Sequence[Call], live: LiveState) -> int:
        """Count calls and reads.

        What destroys is read for right before it, a removal also after it; all is read
        before the first that destroys, and at the end.
        """
        del live
        removals = sum(call.request in REMOVING_REQUESTS for call in calls)
        destroying = [call.request in DESTROYING_REQUESTS for call in calls]
        switches = sum(not before and after for before, after in pairwise(destroying))
        whole_reads = CALLS_PER_READ * (switches + bool(calls))
        return len(calls) + sum(destroying) + removals + whole_reads

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
        steps = (
            manual_step(change, names, permissions=permissions, tag_carrier=self.tag_carrier)
            for change in changes
        )
        return tuple(step for step in steps if step is not None)

    def calls_for(self, changes: Sequence[Change], live: LiveState) -> tuple[CallDraft, ...]:
        """Give the fewest calls that bring `changes` about: additions first, removals last."""
        del live
        return (
            *_add_sections_and_fields(changes),
            *_add_options([change for change in changes if not isinstance(change, ChangeType)]),
            *_make_tags(changes, self.tag_carrier),
            *_remove_options(changes),
            *_replace_fields(changes),
            *_remove_fields_and_sections(changes),
        )

    def shows(self, call: Call, live: LiveState) -> bool:
        """Say whether the account looks as it would once `call` was carried out."""
        return shows_effect(request_of(call), LiveIndex(live.schema), live.schema.tags)

    def by_name(self, call: Call) -> Call:
        """Give the call: this API has no ids."""
        return call

    def losses(self, call: Call, before: LiveState, after: LiveState) -> tuple[str, ...]:
        """Give none: a call of this API names just what it is for."""
        del call, before, after
        return ()


def _fields_by_section(changes: Sequence[Change]) -> dict[str, list[AddField]]:
    added: defaultdict[str, list[AddField]] = defaultdict(list)
    for change in changes:
        if isinstance(change, AddField):
            added[change.section].append(change)
    return dict(added)


def _add_sections_and_fields(changes: Sequence[Change]) -> Iterator[CallDraft]:
    """One call makes a section with all its fields, or adds all new ones to a section."""
    added = _fields_by_section(changes)
    for change in changes:
        if isinstance(change, AddSection):
            fields = added.pop(change.section, [])
            request = wire.AddSection(section=change.section, fields=_new_fields(fields))
            yield draft_call(request, serves=_ids([change, *fields]))
    for section, fields in added.items():
        yield _edit_section(section, fields)


def _edit_section(section: str, changes: Sequence[AddField | ChangeType]) -> CallDraft:
    request = wire.EditSection(section=section, fields=_new_fields(changes))
    return draft_call(request, serves=_ids(changes))


def _new_fields(changes: Sequence[AddField | ChangeType]) -> tuple[NewField, ...]:
    return tuple(NewField(name=change.name, type=change.after.type) for change in changes)


def _ids(changes: Sequence[Change]) -> tuple[str, ...]:
    return tuple(change.id for change in changes)


def _add_options(changes: Sequence[Change]) -> Iterator[CallDraft]:
    """One call a field for all its new options; the call names no section."""
    for change in changes:
        match change:
            case AddField() | ChangeType() if change.after.options:
                options = change.after.options
            case ChangeOptions() if change.added:
                options = change.added
            case _:
                continue
        request = wire.AddDropdown(field=change.name, options=options)
        yield draft_call(request, serves=(change.id,))


def _remove_options(changes: Sequence[Change]) -> Iterator[CallDraft]:
    for change in changes:
        if isinstance(change, ChangeOptions) and change.removed:
            request = wire.RemoveDropdown(field=change.name, options=change.removed)
            yield draft_call(request, serves=(change.id,))


def _make_tags(changes: Sequence[Change], tag_carrier: int | None) -> Iterator[CallDraft]:
    """Put all missing tags on the carrier contact, which makes them; take them off again."""
    added = [change for change in changes if isinstance(change, AddTag)]
    if added and tag_carrier is not None:
        carrier = (str(tag_carrier),)
        tags = tuple(change.tag for change in added)
        yield draft_call(wire.AddTag(contact_ids=carrier, tags=tags), serves=_ids(added))
        yield draft_call(wire.RemoveTag(contact_ids=carrier, tags=tags), serves=_ids(added))


def _replace_fields(changes: Sequence[Change]) -> Iterator[CallDraft]:
    """Remove fields of the wrong type one by one, then make a section's anew in one call."""
    replaced: defaultdict[str, list[ChangeType]] = defaultdict(list)
    for change in changes:
        if isinstance(change, ChangeType):
            replaced[change.section].append(change)
            yield _remove_field(change)
    for section, fields in replaced.items():
        yield _edit_section(section, fields)
    yield from _add_options([change for fields in replaced.values() for change in fields])


def _remove_field(change: ChangeType | RemoveField) -> CallDraft:
    request = wire.RemoveField(section=change.section, field=change.name)
    return draft_call(request, serves=(change.id,))


def _remove_fields_and_sections(changes: Sequence[Change]) -> Iterator[CallDraft]:
    """Fields one by one, then their section: right whether or not it must be empty."""
    yield from (_remove_field(change) for change in changes if isinstance(change, RemoveField))
    for change in changes:
        if isinstance(change, RemoveSection):
            request = wire.RemoveSection(section=change.section)
            yield draft_call(request, serves=(change.id,))
