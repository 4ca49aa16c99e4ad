"""What parts the backends from all that is built on them.

`Dialect` is pure and makes no call, so a plan can be made from a snapshot, and what
is shown is what is sent. `Backend` is one account that can be read and written to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from schemactl.model.capabilities import Capabilities
from schemactl.model.identity import LiveIds
from schemactl.model.schema import CONTACTS, Schema

if TYPE_CHECKING:
    from schemactl.account.rest.state import RestState
    from schemactl.model.change import Change
    from schemactl.model.plan import Call, CallDraft, ManualStep, Permission
    from schemactl.model.run import Outcome


Wanted: TypeAlias = Collection[str] | None
"""Labels of the custom objects to read, as reading each costs calls; None for every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """An account as it was read just now.

    Attributes:
        schema: What it has.
        calls: How many calls the reading took; none from a snapshot.
        rest: Ids, columns and all else that only calls of the REST API need; None over the
            Contacts API, which has no ids, and from a snapshot, which keeps none.
    """

    schema: Schema
    calls: int = 0
    rest: RestState | None = None

    def of(self, label: str) -> LiveState:
        """Give one object's part of it: names are unique, and looked up, within an object."""
        if not self.schema.objects:
            return self if label == CONTACTS else LiveState(schema=Schema())
        rest = None if self.rest is None else self.rest.of(label)
        return replace(self, schema=self.schema.of(label), rest=rest)

    @property
    def ids(self) -> LiveIds:
        """Where the account has each id, as far as its API tells any."""
        return LiveIds() if self.rest is None else self.rest.ids


class Dialect(Protocol):
    """What one API can say; every method is pure."""

    @property
    def name(self) -> str:
        """The word for it in `schemactl.yaml`."""
        ...

    @property
    def declarable_types(self) -> frozenset[str]:
        """Field types that a call of this API can make."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What of a schema this API tells and sets."""
        ...

    @property
    def proves_each_call(self) -> bool:
        """Whether the account is read after every call, not only after one that removes."""
        ...

    def count_requests(self, calls: Sequence[Call], live: LiveState) -> int:
        """Count the requests that `calls` take, with the reads that prove them."""
        ...

    def manual_steps(
        self,
        changes: Sequence[Change],
        live: LiveState,
        permissions: frozenset[Permission],
    ) -> tuple[ManualStep, ...]:
        """Say what a person must do, for each change that no call brings about.

        Takes them all at once, because changes can make each other's names ambiguous.
        """
        ...

    def calls_for(self, changes: Sequence[Change], live: LiveState) -> tuple[CallDraft, ...]:
        """Give the fewest calls that bring `changes` about, in an order that works.

        Takes them all at once, because one call can serve several changes. None of
        them may need a manual step. Additions come first and removals last, so that
        a run cut short has only added.
        """
        ...

    def shows(self, call: Call, live: LiveState) -> bool:
        """Say whether the account looks as it would once `call` was carried out.

        This settles a call whose answer never came, and proves a removal. What the
        schema cannot show is taken for not done.
        """
        ...

    def by_name(self, call: Call) -> Call:
        """Give the same call without ids that only the account can give."""
        ...

    def losses(self, call: Call, before: LiveState, after: LiveState) -> tuple[str, ...]:
        """Say what the account had before `call`, lacks after it, and should still have.

        Each is one object in words. An API that names one thing a call can lose nothing
        else by it, and gives none.
        """
        ...


class Guard(Protocol):
    """What decides, on a read made right before it, whether a call may be sent."""

    def objection(self, live: LiveState) -> str:
        """Return why a call must not be sent to this account; empty where nothing is against.

        A backend asks with what it has read right before the send. Parts that the call
        cannot concern are as they were read last.
        """
        ...


class NoObjection:
    """Lets a call through: for what takes nothing away."""

    def objection(self, live: LiveState) -> str:
        """Return nothing."""
        del live
        return ""


class Backend(Protocol):
    """One account, reached over one API."""

    @property
    def dialect(self) -> Dialect:
        """What this account's API can say."""
        ...

    def read(self) -> LiveState:
        """Read the whole schema; makes at least one call and changes nothing.

        Raises:
            AccountError: The account could not be read, or its answer makes no sense.
        """
        ...

    def read_after(self, call: Call, before: LiveState) -> LiveState:
        """Read the account again, at the least all that `call` can have changed.

        Raises:
            AccountError: As for `read`.
        """
        ...

    def holds_secret(self, text: str) -> bool:
        """Whether app id or key of the account are in a text."""
        ...

    def perform(self, call: Call, guard: Guard) -> Outcome:
        """Make one call, once; never sends again a call that may have been executed.

        Before a call that destroys, or that replaces what is there, the account is read
        and `guard` is asked. Nothing waits between that read and the send. Where the guard
        or the backend objects, the outcome is `blocked_locally`.
        """
        ...
