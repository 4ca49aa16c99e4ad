"""Check the preconditions of a destroying call, right before it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import TypeAlias

from schemactl.account.interface import LiveState
from schemactl.model.call_word import DESTROYING_CALLS
from schemactl.model.change import RemoveSection
from schemactl.model.count import Counted, CountKey, Question
from schemactl.model.object_state import PreconditionKind
from schemactl.model.plan import Call, Plan, Precondition
from schemactl.model.schema import Schema, in_object
from schemactl.safety import ReviewedCounts, find_stale, more_held_text, not_backed_up_text

_Key: TypeAlias = tuple[str, PreconditionKind, tuple[str, ...]]
"""What a precondition is about."""


def nothing_unproved(live: LiveState) -> str:
    """Return nothing: for a call before which no earlier one has to be proved."""
    del live
    return ""


class PlanGuards:
    """Makes the guards of one plan's calls; finds what concerns a call without all the others.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._counts = ReviewedCounts(plan)
        self._of_change: defaultdict[str, set[_Key]] = defaultdict(set)
        self._of_object: defaultdict[_Key, dict[int, Precondition]] = defaultdict(dict)
        for place, entry in enumerate(plan.seen):
            key = entry.custom_object, entry.kind, entry.path
            self._of_object[key][place] = entry
            for change in entry.serves:
                self._of_change[change].add(key)
        self._sections = {
            change.id: change for change in plan.changes if isinstance(change, RemoveSection)
        }

    def of(
        self,
        call: Call,
        *,
        own: AbstractSet[str],
        backed_up: Mapping[CountKey, int] = MappingProxyType({}),
        find_unproved: Callable[[LiveState], str] = nothing_unproved,
    ) -> CallGuard:
        """Return the guard of one call.

        Args:
            call: One of the plan's calls.
            own: Ids of the changes that earlier calls of this run serve.
            backed_up: How many records are in the backups of this run.
            find_unproved: Returns what an account does not show of earlier calls; empty if
                it shows all of them.
        """
        serves = tuple(dict.fromkeys(call.serves))
        keys = {key for change in serves for key in self._of_change.get(change, ())}
        entries = {place: one for key in keys for place, one in self._of_object[key].items()}
        return CallGuard(
            self._plan,
            call,
            own=own,
            preconditions=tuple(entries[place] for place in sorted(entries)),
            sections=tuple(self._sections[each] for each in serves if each in self._sections),
            reviewed=self._counts.before(call),
            backed_up=backed_up,
            find_unproved=find_unproved,
        )


class CallGuard:
    """Checks one call against earlier calls and against the preconditions of its plan.

    Attributes:
        seen: The account at the last check; None before the first.
        why: What prevents the call since the last check; empty if nothing does.
        is_unproved: Whether it is that the account does not show what earlier calls did.
    """

    def __init__(
        self,
        plan: Plan,
        call: Call,
        *,
        own: AbstractSet[str],
        preconditions: Sequence[Precondition],
        sections: Sequence[RemoveSection],
        reviewed: Mapping[Question, Counted],
        backed_up: Mapping[CountKey, int],
        find_unproved: Callable[[LiveState], str],
    ) -> None:
        """Guard a call; `PlanGuards` makes it.

        Args:
            plan: The plan.
            call: One of its calls.
            own: Ids of the changes that earlier calls of this run serve.
            preconditions: Those of the plan that the call's changes have.
            sections: The sections that the call removes.
            reviewed: How many records held what the call destroys when it was reviewed.
            backed_up: How many records are in the backups of this run.
            find_unproved: Returns what an account does not show of earlier calls; empty if
                it shows all of them.
        """
        self._plan = plan
        self._call = call
        self._own = own
        self._preconditions = preconditions
        self._sections = sections
        self._find_unproved = find_unproved
        self._reviewed = reviewed
        self._backed_up = backed_up
        self.seen: LiveState | None = None
        self.why = ""
        self.is_unproved = False

    def objection(self, live: LiveState) -> str:
        """Return what earlier calls left undone, or which precondition somebody else changed.

        What is gone prevents nothing: a server may hide a section without fields, and removing
        what no longer exists destroys nothing.
        """
        self.seen, self.why = live, self._find_unproved(live)
        self.is_unproved = bool(self.why)
        if not self.is_unproved and self._call.request in DESTROYING_CALLS:
            found = self._find_stale(live.schema) or self._left_in_sections(live.schema)
            if found:
                names = ", ".join(dict.fromkeys(found))
                self.why = f"somebody else changed {names} since the plan was reviewed"
        return self.why

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the call destroys, where the plan has a number of its holders."""
        return tuple(self._reviewed)

    def objection_to_holders(self, held: Sequence[int | None]) -> str:
        """Return what more is held than was reviewed or backed up, or cannot be counted."""
        for (question, reviewed), now in zip(self._reviewed.items(), held, strict=True):
            if now is None or now > reviewed.held:
                self.why = more_held_text(question, reviewed, now)
                return self.why
            saved = self._backed_up.get(question.key, now)
            if now > saved:
                self.why = not_backed_up_text(question, saved, now)
                return self.why
        return ""

    def _find_stale(self, now: Schema) -> list[str]:
        moved = find_stale(self._plan, now, own=self._own, among=self._preconditions)
        return [
            in_object(one.custom_object, " / ".join(one.path))
            for one in moved
            if one.now is not None
        ]

    def _left_in_sections(self, now: Schema) -> list[str]:
        """Return fields in a section to remove: those of the plan were removed before."""
        return [
            in_object(change.custom_object, f"{section.name} / {field.name}")
            for change in self._sections
            for section in now.of(change.custom_object).sections
            if section.name == change.section
            for field in section.fields
        ]
