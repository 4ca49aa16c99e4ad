"""What the REST API can do: which calls make changes, and which changes it cannot make.

It finds fields by id, so it renames them, and edits options, settings and descriptions in
place. It finds sections by name, so it cannot rename one. Whether an update moves a field of
another section is unknown; where a probe found that it does, a call moves it. A type changes
in place only from text to longtext. An update may change more of a section than was asked
for, so the account is read and compared after every call.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from schemactl.account.interface import FieldsPart, LiveState, Part, TagsPart
from schemactl.account.manual_steps import Names
from schemactl.account.rest.calls import makes_section, object_of, request_of, without_ids
from schemactl.account.rest.drafts import draft_additions, draft_removals
from schemactl.account.rest.effects import find_losses, shows_effect
from schemactl.account.rest.manual_steps import manual_step, movable_fields
from schemactl.account.rest.state import state_of
from schemactl.account.rest.values import FIELDS_AT_ONCE, PAGE_ROWS
from schemactl.model.call_word import RestCallWord
from schemactl.model.capabilities import Capabilities
from schemactl.model.change import Change
from schemactl.model.change_groups import by_object
from schemactl.model.facts import NO_FACTS, Facts, OmittedFields
from schemactl.model.field_types import REST_TYPES
from schemactl.model.plan import Call, CallDraft, ManualStep, Permission
from schemactl.values import dataclass, replace

FIELD_READS: Final = 2
"""Requests that reading sections and fields takes: one for the layout, one for options."""
OBJECT_READS: Final = 1
"""Requests that reading the list of custom objects takes, up to a page of them."""
_OF_TAGS: Final = frozenset(
    {RestCallWord.CREATE_TAG, RestCallWord.RENAME_TAG, RestCallWord.DELETE_TAG}
)
_READS_TAG_BEFORE: Final = frozenset({RestCallWord.RENAME_TAG, RestCallWord.DELETE_TAG})
"""Calls before which the page with their tag is read again."""
_READS_BEFORE: Final = frozenset(
    {
        RestCallWord.UPDATE_FIELDS,
        RestCallWord.MOVE_FIELD,
        RestCallWord.REMOVE_OPTIONS,
        RestCallWord.DELETE_FIELD,
        RestCallWord.DELETE_SECTION,
    }
)
"""Calls before which the fields are read again, as before a call that adds fields to a section
that exists: what they name may have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestDialect:
    """What the REST API can do, without any call.

    Attributes:
        sends_whole: Whether an update also sends the section's other fields as they are; None
            where `facts` decide.
        facts: What a probe found out about the server.
    """

    sends_whole: bool | None = None
    facts: Facts = NO_FACTS

    def knowing(self, facts: Facts) -> RestDialect:
        """Return the same dialect with other facts."""
        return replace(self, facts=facts)

    @property
    def updates_whole(self) -> bool:
        """Whether an update sends a section whole: always, unless that is known to be safe."""
        if self.sends_whole is not None:
            return self.sends_whole
        return not self.facts.show(OmittedFields.KEPT)

    @property
    def name(self) -> str:
        """The word for it in `schemactl.yaml`."""
        return "rest"

    @property
    def declarable_types(self) -> frozenset[str]:
        """Field types that the vendor's client can create."""
        return REST_TYPES

    @property
    def capabilities(self) -> Capabilities:
        """Everything that files can declare of a field and a section."""
        return Capabilities(
            settings=True, descriptions=True, objects=True, lists_empty_sections=True
        )

    @property
    def proves_each_call(self) -> bool:
        """Status 200 proves neither that a call was done nor that it did nothing else."""
        return True

    @property
    def page_records(self) -> int:
        """How many records a request for values returns."""
        return PAGE_ROWS

    def requests_for_fields(self, fields: int) -> int:
        """Return how many requests return one page of values of some fields."""
        return ceil(fields / FIELDS_AT_ONCE)

    @property
    def finds_changed_records(self) -> bool:
        """Whether records can be asked for by the time of their change."""
        return True

    def part_of(self, call: Call) -> Part:
        """Return tags, or sections and fields of an object."""
        if call.request in _OF_TAGS:
            return TagsPart()
        return FieldsPart(object_of(call).label)

    def reads_part_before(self, call: Call) -> bool:
        """Whether it names a section that exists; before a call on a tag only that is read."""
        if call.request == RestCallWord.CREATE_FIELDS:
            return not makes_section(call)
        return call.request in _READS_BEFORE

    def count_reads(self, part: Part, *, tags: int, calls: Sequence[Call] = ()) -> int:
        """Return what layout and options of an object take, or new tags, or all of them."""
        if part != TagsPart():
            return FIELD_READS
        if calls and all(call.request == RestCallWord.CREATE_TAG for call in calls):
            return ceil(len(calls) / PAGE_ROWS)
        return tag_reads(tags)

    def count_reads_before(self, call: Call) -> int:
        """Return what its fields take, or the page with its tag."""
        if self.reads_part_before(call):
            return FIELD_READS
        return int(call.request in _READS_TAG_BEFORE)

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
        movable = movable_fields(changes, names, self.facts)
        steps = (
            manual_step(change, names, permissions=permissions, facts=self.facts)
            for change in changes
            if change.id not in movable
        )
        return tuple(step for step in steps if step is not None)

    def calls_for(self, changes: Sequence[Change], live: LiveState) -> tuple[CallDraft, ...]:
        """Return the fewest calls that make `changes`: additions first."""
        parts = by_object(changes)
        states = {label: state_of(live.of(label)) for label in parts}
        return tuple(
            call
            for draft in (draft_additions, draft_removals)
            for label, part in parts.items()
            for call in draft(part, states[label], sends_whole=self.updates_whole)
        )

    def shows(self, call: Call, live: LiveState) -> bool:
        """Whether the account looks as it does once `call` has been executed."""
        request = request_of(call)
        return shows_effect(request, state_of(live).of(request.of.label))

    def by_name(self, call: Call) -> Call:
        """Return the same call without ids; a call of another API unchanged.

        Saved plans are verified with this, and their file may hold anything.
        """
        try:
            return replace(call, arguments=without_ids(call))
        except ValueError:
            return call

    def losses(self, call: Call, before: LiveState, after: LiveState) -> tuple[str, ...]:
        """Return what the account had before `call`, lost with it, and should still have."""
        return find_losses(request_of(call), state_of(before), state_of(after))


def tag_reads(tags: int) -> int:
    """Return how many requests it takes to read some tags: pages, and their count."""
    return 1 + max(1, ceil((tags + 1) / PAGE_ROWS))
