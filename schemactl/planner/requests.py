"""Which reads an apply makes between its calls, and so how many requests it makes in all.

The apply asks `parts_to_prove` before each call; the count of a plan's requests follows the
same rule through an apply that nothing disturbs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from schemactl.account.interface import Dialect, LiveState, Part
from schemactl.model.call_word import (
    DESTROYING_CALLS,
    REMOVING_CALLS,
    LegacyCallWord,
    RestCallWord,
)
from schemactl.model.plan import Call


def must_be_proved(call: Call, dialect: Dialect) -> bool:
    """Whether a read must show the effect of a call, although it was answered with success."""
    return call.request in REMOVING_CALLS or dialect.proves_each_call


def parts_to_prove(
    call: Call, *, answered: Iterable[Call], unproved: AbstractSet[Part], dialect: Dialect
) -> frozenset[Part]:
    """Return the parts that must be proved before a call, and that its own guard does not read.

    "Success" may be false. So nothing is removed before a read has shown all that was done,
    and no call is made that needs an unproved one.

    Args:
        call: The next call.
        answered: Calls that were answered with success and wait for their proof.
        unproved: Parts in which changes were made that no read has shown.
        dialect: What the API can do.
    """
    waiting = tuple(answered)
    parts = {dialect.part_of(one) for one in waiting if one.number in call.needs}
    if call.request in DESTROYING_CALLS:
        parts |= {dialect.part_of(one) for one in waiting} | unproved
    if dialect.reads_part_before(call):
        parts.discard(dialect.part_of(call))
    return frozenset(parts)


def count_requests(calls: Sequence[Call], live: LiveState, dialect: Dialect) -> int:
    """Return how many requests an apply makes after its review, if nothing disturbs it."""
    count = _Count(live, dialect)
    count.read({dialect.part_of(call) for call in calls})
    for call in calls:
        count.make(call)
    count.read(count.changed)
    return count.requests


class _Count:
    """Follows an apply from call to call."""

    def __init__(self, live: LiveState, dialect: Dialect) -> None:
        self.requests = 0
        self.changed: frozenset[Part] = frozenset()
        self._dialect = dialect
        self._tags = len(live.schema.tags)
        self._answered: list[Call] = []
        self._unproved: frozenset[Part] = frozenset()

    def read(self, parts: AbstractSet[Part]) -> None:
        """Read parts, which proves all that was done in them."""
        self.requests += sum(self._dialect.count_reads(one, tags=self._tags) for one in parts)
        if parts:
            self._prove(parts)

    def make(self, call: Call) -> None:
        """Make a call, after the reads that it takes."""
        dialect, part = self._dialect, self._dialect.part_of(call)
        needed = parts_to_prove(
            call, answered=self._answered, unproved=self._unproved, dialect=dialect
        )
        self.read(needed & self.changed)
        if dialect.reads_part_before(call):
            self._prove({part})
        self.requests += dialect.count_reads_before(call) + 1
        self.changed |= {part}
        if must_be_proved(call, dialect):
            self._answered.append(call)
        if call.request not in DESTROYING_CALLS:
            self._unproved |= {part}
        self._tags += _added_tags(call)

    def _prove(self, parts: AbstractSet[Part]) -> None:
        self.changed -= parts
        self._unproved -= parts
        self._answered = [
            call for call in self._answered if self._dialect.part_of(call) not in parts
        ]


def _added_tags(call: Call) -> int:
    """Return by how many tags an account grows with a call."""
    if call.request == LegacyCallWord.ADD_TAG:
        tags = call.arguments["tags"]
        return len(tags) if isinstance(tags, tuple) else 0
    return (call.request == RestCallWord.CREATE_TAG) - (call.request == RestCallWord.DELETE_TAG)
