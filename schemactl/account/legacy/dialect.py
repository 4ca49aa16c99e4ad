"""What the Contacts API can do: which calls make changes, and which changes it cannot make.

It finds things by name and has no ids. It adds and removes sections, fields and options; it
cannot rename, move or change a type (the vendor's manual lists no such request). A tag is
created only by being put on a contact. Dropdown calls name a field but no section.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemactl.account.grouped_changes import GroupedChanges
from schemactl.account.interface import FieldsPart, LiveState, Part, TagsPart
from schemactl.account.legacy import requests as wire
from schemactl.account.legacy.calls import draft_call, request_of, shows_effect
from schemactl.account.legacy.manual_steps import manual_step
from schemactl.account.legacy.values import PAGE_CONTACTS, NewField
from schemactl.account.manual_steps import Names
from schemactl.model.call_word import DESTROYING_CALLS, LegacyCallWord
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
    TagChange,
)
from schemactl.model.facts import NO_FACTS, Facts, OptionsInSection
from schemactl.model.field_types import LEGACY_TYPES
from schemactl.model.live_index import LiveIndex
from schemactl.model.plan import Call, CallDraft, ManualStep, Permission
from schemactl.values import dataclass, replace

CALLS_PER_READ: Final = 2
"""`key` for sections and fields, `pull_tag` for tags."""
_OF_TAGS: Final = frozenset({LegacyCallWord.ADD_TAG, LegacyCallWord.REMOVE_TAG})


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyDialect:
    """What the Contacts API can do, without any call.

    Attributes:
        tag_carrier: Contact that creates missing tags by holding them; None leaves them to a
            person.
        facts: What a probe found out about the server.
    """

    tag_carrier: int | None = None
    facts: Facts = NO_FACTS

    def knowing(self, facts: Facts) -> LegacyDialect:
        """Return the same dialect with other facts."""
        return replace(self, facts=facts)

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
        """No request reads or sets what is required or unique, or a description."""
        return Capabilities(
            settings=False, descriptions=False, objects=False, lists_empty_sections=False
        )

    @property
    def proves_each_call(self) -> bool:
        """A call affects only what it names, so only removals are proved one by one."""
        return False

    @property
    def page_records(self) -> int:
        """How many contacts a page of a search has."""
        return PAGE_CONTACTS

    def requests_for_fields(self, fields: int) -> int:
        """Return one: every page has all values."""
        del fields
        return 1

    @property
    def finds_changed_records(self) -> bool:
        """Whether records can be asked for by the time of their change."""
        return False

    def part_of(self, call: Call) -> Part:
        """Return tags, or sections and fields."""
        return TagsPart() if call.request in _OF_TAGS else FieldsPart()

    def reads_part_before(self, call: Call) -> bool:
        """Whether it removes something: `key` is read right before."""
        return call.request in DESTROYING_CALLS

    def count_reads(self, part: Part, *, tags: int, calls: Sequence[Call] = ()) -> int:
        """Return one: `key` has all sections and fields, and `pull_tag` all tags."""
        del part, tags, calls
        return 1

    def count_reads_before(self, call: Call) -> int:
        """Return one before a call that removes something, for `key`."""
        return int(self.reads_part_before(call))

    def manual_steps(
        self,
        changes: Sequence[Change],
        live: LiveState,
        permissions: frozenset[Permission],
    ) -> tuple[ManualStep, ...]:
        """Return what a person must do, for each change that no call makes."""
        if not changes:
            return ()
        names = Names.of(changes, live.schema)
        steps = (
            manual_step(
                change,
                names,
                permissions=permissions,
                tag_carrier=self.tag_carrier,
                facts=self.facts,
            )
            for change in changes
        )
        return tuple(step for step in steps if step is not None)

    def calls_for(self, changes: Sequence[Change], live: LiveState) -> tuple[CallDraft, ...]:
        """Return the fewest calls that make `changes`: additions first, removals last."""
        del live
        grouped = GroupedChanges.of(changes)
        at_once = self.facts.show(OptionsInSection.HONOURED)
        alone = ChangeOptions if at_once else AddField | ChangeOptions
        return (
            *_add_sections_and_fields(grouped.additions, at_once=at_once),
            *_add_options(one for one in changes if isinstance(one, alone)),
            *_create_tags(grouped.tags, self.tag_carrier),
            *_remove_options(grouped.removed_options),
            *_replace_fields(
                (one for one in grouped.edits if isinstance(one, ChangeType)), at_once=at_once
            ),
            *map(_remove_field, grouped.removed_fields),
            # Last: right whether or not a section must be empty.
            *map(_remove_section, grouped.removed_sections),
        )

    def shows(self, call: Call, live: LiveState) -> bool:
        """Whether the account looks as it does once `call` has been executed."""
        return shows_effect(request_of(call), LiveIndex(live.schema), live.schema.tags)

    def by_name(self, call: Call) -> Call:
        """Return the call unchanged: this API has no ids."""
        return call

    def losses(self, call: Call, before: LiveState, after: LiveState) -> tuple[str, ...]:
        """Return none: a call of this API affects only what it names."""
        del call, before, after
        return ()


def _add_sections_and_fields(
    changes: Iterable[AddSection | AddField], *, at_once: bool
) -> Iterator[CallDraft]:
    """Create a section with all its fields, or add all new fields to a section, in one call.

    Options come in the same call where `at_once` says that the server keeps them.
    """
    fields: defaultdict[str, list[AddField]] = defaultdict(list)
    sections: list[AddSection] = []
    for change in changes:
        if isinstance(change, AddSection):
            sections.append(change)
        else:
            fields[change.section].append(change)
    for section in sections:
        own = fields.pop(section.section, [])
        new = _new_fields(own, at_once=at_once)
        request = wire.AddSection(section=section.section, fields=new)
        yield draft_call(request, serves=_ids([section, *own]))
    for name, each in fields.items():
        yield _edit_section(name, each, at_once=at_once)


def _edit_section(
    section: str, changes: Sequence[AddField | ChangeType], *, at_once: bool
) -> CallDraft:
    request = wire.EditSection(section=section, fields=_new_fields(changes, at_once=at_once))
    return draft_call(request, serves=_ids(changes))


def _new_fields(
    changes: Sequence[AddField | ChangeType], *, at_once: bool
) -> tuple[NewField, ...]:
    return tuple(
        NewField(
            name=change.name,
            type=change.after.type,
            options=(change.after.options or ()) if at_once else (),
        )
        for change in changes
    )


def _ids(changes: Sequence[Change]) -> tuple[str, ...]:
    return tuple(change.id for change in changes)


def _add_options(
    changes: Iterable[AddField | ChangeType | ChangeOptions],
) -> Iterator[CallDraft]:
    """Add all new options of a field in one call, which names no section."""
    for change in changes:
        options = change.added if isinstance(change, ChangeOptions) else change.after.options
        if options:
            request = wire.AddDropdown(field=change.name, options=options)
            yield draft_call(request, serves=(change.id,))


def _remove_options(changes: Iterable[ChangeOptions]) -> Iterator[CallDraft]:
    for change in changes:
        request = wire.RemoveDropdown(field=change.name, options=change.removed)
        yield draft_call(request, serves=(change.id,))


def _create_tags(changes: Iterable[TagChange], tag_carrier: int | None) -> Iterator[CallDraft]:
    """Put all missing tags on the carrier contact, which creates them, and take them off."""
    added = [change for change in changes if isinstance(change, AddTag)]
    if added and tag_carrier is not None:
        carrier = (str(tag_carrier),)
        tags = tuple(change.tag for change in added)
        yield draft_call(wire.AddTag(contact_ids=carrier, tags=tags), serves=_ids(added))
        yield draft_call(wire.RemoveTag(contact_ids=carrier, tags=tags), serves=_ids(added))


def _replace_fields(changes: Iterable[ChangeType], *, at_once: bool) -> Iterator[CallDraft]:
    """Remove fields of the wrong type one by one, then create a section's in one call."""
    replaced: defaultdict[str, list[ChangeType]] = defaultdict(list)
    for change in changes:
        replaced[change.section].append(change)
        yield _remove_field(change)
    for section, fields in replaced.items():
        yield _edit_section(section, fields, at_once=at_once)
    if not at_once:
        yield from _add_options(change for fields in replaced.values() for change in fields)


def _remove_field(change: ChangeType | RemoveField) -> CallDraft:
    request = wire.RemoveField(section=change.section, field=change.name)
    return draft_call(request, serves=(change.id,))


def _remove_section(change: RemoveSection) -> CallDraft:
    return draft_call(wire.RemoveSection(section=change.section), serves=(change.id,))
