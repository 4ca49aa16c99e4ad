"""Check the preconditions of a destroying call, right before it is sent."""

from __future__ import annotations

from collections.abc import Callable

from schemactl.account.interface import LiveState
from schemactl.model.call_word import DESTROYING_CALLS
from schemactl.model.change import RemoveSection
from schemactl.model.plan import Call, Plan
from schemactl.model.schema import Schema, in_object
from schemactl.safety import find_stale


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
        own: frozenset[str],
        find_unproved: Callable[[LiveState], str] = lambda _: "",
    ) -> None:
        """Guard a call.

        Args:
            plan: The plan.
            call: One of its calls.
            own: Ids of the changes that earlier calls of this run serve.
            find_unproved: Returns what an account does not show of earlier calls; empty if
                it shows all of them.
        """
        self._plan = plan
        self._call = call
        self._own = own
        self._find_unproved = find_unproved
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

    def _find_stale(self, now: Schema) -> list[str]:
        serves = set(self._call.serves)
        preconditions = {
            (entry.custom_object, entry.kind, entry.path)
            for entry in self._plan.seen
            if not serves.isdisjoint(entry.serves)
        }
        return [
            in_object(one.custom_object, " / ".join(one.path))
            for one in find_stale(self._plan, now, own=self._own)
            if (one.custom_object, one.kind, one.path) in preconditions and one.now is not None
        ]

    def _left_in_sections(self, now: Schema) -> list[str]:
        """Return fields in a section to remove: those of the plan were removed before."""
        return [
            in_object(change.custom_object, f"{section.name} / {field.name}")
            for change in self._plan.changes
            if isinstance(change, RemoveSection) and change.id in self._call.serves
            for section in now.of(change.custom_object).sections
            if section.name == change.section
            for field in section.fields
        ]
