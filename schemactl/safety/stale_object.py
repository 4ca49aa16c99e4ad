"""One object of an account that is no longer as a plan saw it."""

from __future__ import annotations

from schemactl.model.object_state import ObjectState, PreconditionKind
from schemactl.model.schema import CONTACTS
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleObject:
    """An object with its three states.

    Attributes:
        kind: What it is.
        path: Its name in the account, or section and field.
        seen: Its state when planned; None if the account had nothing of that name.
        now: Its state as read again.
        wanted: Its own state after the apply; None if it is removed.
        custom_object: Label of the custom object it belongs to; empty for contacts.
    """

    kind: PreconditionKind
    path: tuple[str, ...]
    seen: ObjectState | None
    now: ObjectState | None
    wanted: ObjectState | None
    custom_object: str = CONTACTS

    @property
    def states(self) -> tuple[tuple[str, ObjectState | None], ...]:
        """Its states with their names, in the order in which people compare them."""
        return ("seen", self.seen), ("now", self.now), ("wanted", self.wanted)
