"""What the REST API can say: which calls bring changes about, and what it cannot.

It knows fields by id, so it renames them, and edits options, settings and descriptions in
place. It names sections, so it cannot rename one; it moves nothing (no request for it is
known). A type changes in place from text to longtext alone. An update may do to a section
what nobody asked for, so the account is read and compared after every call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Final

from schemactl.account.interface import LiveState
from schemactl.account.manual_steps import Names
from schemactl.account.rest.calls import request_of, without_ids
from schemactl.account.rest.drafts import draft_additions, draft_removals
from schemactl.account.rest.effects import find_losses, shows_effect
from schemactl.account.rest.manual_steps import manual_step
from schemactl.account.rest.state import state_of
from schemactl.account.rest.values import PAGE_ROWS
from schemactl.model.call_word import DESTROYING_CALLS, RestCallWord
from schemactl.model.capabilities import Capabilities
from schemactl.model.change import Change, by_object
from schemactl.model.field_types import REST_TYPES
from schemactl.model.plan import Call, CallDraft, ManualStep, Permission

FIELD_READS: Final = 2
"""Requests that reading sections and fields takes: one for the layout, one for options."""
OBJECT_READS: Final = 1
"""Requests that reading the list of custom objects takes, up to a page of them."""
_OF_TAGS: Final = frozenset(
    {RestCallWord.CREATE_TAG, RestCallWord.RENAME_TAG, RestCallWord.DELETE_TAG}
)
_LOOKS_BEFORE: Final = frozenset(
    {
        RestCallWord.CREATE_FIELDS,
        RestCallWord.UPDATE_FIELDS,
        RestCallWord.REMOVE_OPTIONS,
        RestCallWord.DELETE_FIELD,
        RestCallWord.DELETE_SECTION,
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
        return Capabilities(settings=True, descriptions=True, objects=True)

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
        destroying = [call.request in DESTROYING_CALLS for call in calls]
        whole_reads = 1 + sum(not before and after for before, after in pairwise(destroying))
        tags = tag_reads(len(live.schema.tags))
        objects = len(live.schema.objects)
        whole = FIELD_READS * (1 + objects) + OBJECT_READS * (objects > 0) + tags
        of_tags = sum(call.request in _OF_TAGS for call in calls)
        looks = FIELD_READS * sum(call.request in _LOOKS_BEFORE for call in calls)
        looks += sum(call.request == RestCallWord.DELETE_TAG for call in calls)
        looks += sum(call.request == RestCallWord.RENAME_TAG for call in calls)
        proofs = of_tags * tags + (len(calls) - of_tags) * FIELD_READS
        return len(calls) + looks + proofs + whole_reads * whole

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
        """Give the fewest calls that bring `changes` about: what only adds first."""
        parts = by_object(changes)
        states = {label: state_of(live.of(label)) for label in parts}
        return tuple(
            call
            for draft in (draft_additions, draft_removals)
            for label, part in parts.items()
            for call in draft(part, states[label], sends_whole=self.sends_whole)
        )

    def shows(self, call: Call, live: LiveState) -> bool:
        """Say whether the account looks as it would once `call` was carried out."""
        request = request_of(call)
        return shows_effect(request, state_of(live).of(request.of.label))

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
        return find_losses(request_of(call), state_of(before), state_of(after))


def tag_reads(tags: int) -> int:
    """Say how many requests reading so many tags takes: pages, and the count of all."""
    return 1 + max(1, ceil((tags + 1) / PAGE_ROWS))
