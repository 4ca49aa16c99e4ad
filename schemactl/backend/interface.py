"""What parts the backends from all that is built on them.

`Dialect` is pure and makes no call, so a plan can be made from a snapshot, and what
is shown is what is sent. `Backend` is one account that can be read and written to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from schemactl.model.schema import Schema

if TYPE_CHECKING:
    from schemactl.model.change import Change
    from schemactl.model.plan import Call, CallDraft, ManualStep, Permission
    from schemactl.model.run import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """An account as it was read just now.

    Attributes:
        schema: What it has.
        calls: How many calls the reading took; none from a snapshot.
    """

    schema: Schema
    calls: int = 0


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
    def calls_per_read(self) -> int:
        """How many calls reading the account takes."""
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

    def perform(self, call: Call) -> Outcome:
        """Make one call, once; never sends again a call that may have been carried out."""
        ...
