"""Write values of records in small batches: one procedure for both APIs.

Each batch is read right before it is sent: a record that no longer holds what its new values
are based on is not written. It is read again afterwards, whatever the answer says, and only
that read decides. A record is sent again only after a read has shown it as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Final, TypeAlias

from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    NoAnswer,
    NotSent,
    RefusedByStatus,
)
from schemactl.errors import AccountUnreachableError, NoPermissionError
from schemactl.model.held_values import HeldRecord
from schemactl.model.record_update import Obstacle, RecordUpdate, WriteOutcome, WriteStatus
from schemactl.values import dataclass

TRIES: Final = 3
"""How often a record is sent at most."""


def refuse_unsent(exchange: Exchange) -> None:
    """Check that a request reached the account, which may have executed it.

    Raises:
        NoPermissionError: The key may not send it.
        AccountUnreachableError: It was not sent.
    """
    match exchange:
        case NotSent():
            raise AccountUnreachableError(exchange.detail)
        case RefusedByStatus(status=HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN):
            msg = "the key lacks the permission to change records"
            hint = "give it to the key in the account, under its API settings"
            raise NoPermissionError(msg, hint=hint)
        case Answered() | RefusedByStatus() | NoAnswer():
            pass


class BatchRefusedError(Exception):
    """The account refused a batch as a whole, so which record it means is unknown.

    Attributes:
        why: What it means if the batch has only one record.
    """

    def __init__(self, why: WriteStatus, obstacle: Obstacle) -> None:
        super().__init__(str(why))
        self.why = why
        self.obstacle = obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """What one attempt did.

    Attributes:
        sent: Ids of the records of which a request was sent.
        final: Outcomes that need no further read. A record without one is read again.
    """

    sent: tuple[str, ...] = ()
    final: tuple[WriteOutcome, ...] = ()


HasValues: TypeAlias = Callable[[RecordUpdate, HeldRecord], bool]
"""Whether a record, as it was read, holds the new values or those that were seen."""
Choose: TypeAlias = Callable[[Mapping[str, HeldRecord]], Sequence[RecordUpdate]]
"""Returns the updates to send, by how the records are right before."""
Attempt: TypeAlias = Callable[[Sequence[RecordUpdate], Choose], Attempted]
"""Reads some records and sends the chosen updates at once.

It raises `BatchRefusedError`, or `AccountError` where it could not read or send anything.
"""
ReadAgain: TypeAlias = Callable[[Sequence[str]], Mapping[str, HeldRecord]]
"""Reads some records by their ids; those that do not exist are missing."""


class BatchWriter:
    """Writes updates in batches.

    Args:
        attempt: Reads and sends one batch.
        read: Reads records after they were sent.
        has_new: Whether a record holds its new values.
        has_seen: Whether a record holds what its new values are based on.
    """

    def __init__(
        self, attempt: Attempt, read: ReadAgain, has_new: HasValues, has_seen: HasValues
    ) -> None:
        self._attempt = attempt
        self._read = read
        self._has_new = has_new
        self._has_seen = has_seen
        self._sent: Counter[str] = Counter()
        self._outcomes: dict[str, WriteOutcome] = {}

    def write(
        self, updates: Sequence[RecordUpdate], *, size: int
    ) -> Iterator[tuple[WriteOutcome, ...]]:
        """Yield the outcomes of each batch, in the order of the updates.

        Raises:
            AccountError: The account could not be read, or does not permit to write.
        """
        for first in range(0, len(updates), size):
            batch = updates[first : first + size]
            self._write_batch(batch)
            yield tuple(self._outcomes[one.id] for one in batch)

    def _write_batch(self, batch: Sequence[RecordUpdate]) -> None:
        """Write until each record has an outcome; halve a batch that is refused."""
        while left := [one for one in batch if one.id not in self._outcomes]:
            try:
                self._try(left)
            except BatchRefusedError as refused:
                if len(left) == 1:
                    self._settle(left[0], refused.why, refused.obstacle)
                    return
                middle = len(left) // 2
                self._write_batch(left[:middle])
                self._write_batch(left[middle:])

    def _try(self, batch: Sequence[RecordUpdate]) -> None:
        attempted = self._attempt(batch, partial(self._unsettled, batch))
        self._sent.update(attempted.sent)
        self._outcomes.update({one.id: one for one in attempted.final})
        sent = frozenset(attempted.sent) - self._outcomes.keys()
        unproved = [one for one in batch if one.id in sent]
        if unproved:
            self._unsettled(unproved, self._read([one.id for one in unproved]))

    def _unsettled(
        self, batch: Sequence[RecordUpdate], found: Mapping[str, HeldRecord]
    ) -> list[RecordUpdate]:
        """Settle the records that need no request any more, and return the others."""
        return [one for one in batch if self._is_unsettled(one, found.get(one.id))]

    def _is_unsettled(self, update: RecordUpdate, now: HeldRecord | None) -> bool:
        tries = self._sent[update.id]
        if now is None:
            self._settle(update, WriteStatus.GONE, Obstacle.DELETED)
        elif self._has_new(update, now):
            self._settle(update, WriteStatus.WRITTEN, Obstacle.NONE)
        elif not self._has_seen(update, now):
            # What was sent can look like somebody else's change: a server may cut a text.
            why = Obstacle.ALTERED if tries else Obstacle.OTHER_VALUE
            self._settle(update, WriteStatus.CHANGED, why)
        elif tries == TRIES:
            self._settle(update, WriteStatus.UNCONFIRMED, Obstacle.IGNORED)
        else:
            return True
        return False

    def _settle(self, update: RecordUpdate, status: WriteStatus, why: Obstacle) -> None:
        self._outcomes[update.id] = WriteOutcome(id=update.id, status=status, why=why)
