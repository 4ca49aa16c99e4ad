"""Write values into records in passes over all of them, until a read finds nothing to write.

Every pass reads all records. So it finds those who came or were changed meanwhile, and those
whose update somebody else's change has prevented. It can be made again at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from schemactl.account.interface import LiveState, Records
from schemactl.account.record_walk import RecordWalk
from schemactl.errors import AccountError, InterruptedWaitError
from schemactl.model.held_values import FieldPlace
from schemactl.model.record_update import Obstacle, RecordUpdate, WriteOutcome, WriteStatus
from schemactl.text import counted

MAX_PASSES: Final = 5
"""How often all records are read until nobody else changes some of them again."""
MAX_NAMED: Final = 5
"""Records that a message names by their ids."""
_LEFT: Final = frozenset({WriteStatus.REFUSED, WriteStatus.UNCONFIRMED})
"""What another pass would not change."""
FindUpdates: TypeAlias = Callable[[RecordWalk], Iterator[list[RecordUpdate]]]
"""Yields what to write, page by page; most pages may have nothing."""
Note: TypeAlias = Callable[[Sequence[WriteOutcome], Sequence[RecordUpdate]], None]
"""Is called with what became of some updates."""


class Passes:
    """Passes over the records of one object.

    Args:
        places: The fields that are read and written.
        records: What the account's records hold.
        live: The account as it was read last.
        is_interrupted: Whether the user asked to stop.
        still: What is wrong with the records that are left, of one record and of several, such
            as `holds the old option`.
    """

    def __init__(
        self,
        places: Sequence[FieldPlace],
        records: Records,
        live: LiveState,
        *,
        is_interrupted: Callable[[], bool],
        still: tuple[str, str],
    ) -> None:
        self._places = tuple(places)
        self._records = records
        self._live = live
        self._is_interrupted = is_interrupted
        self._still = still

    def run(self, find: FindUpdates, note: Note | None = None) -> None:
        """Write until a pass finds nothing to write.

        Raises:
            AccountError: Some records are left, or could not be read.
            InterruptedWaitError: The user asked to stop.
        """
        left: list[WriteOutcome] = []
        missing = ""
        for _ in range(MAX_PASSES):
            left.clear()
            walk = RecordWalk(self._records, self._places, self._live)
            written = sum(self._write(updates, note, left) for updates in find(walk))
            missing = walk.find_missing()
            if not written and not missing:
                return
            if written and len(left) == written:
                break
        raise AccountError(missing or _left_in_words(left, self._still))

    def _write(
        self, updates: list[RecordUpdate], note: Note | None, left: list[WriteOutcome]
    ) -> int:
        """Write the updates of a page, and return how many they are."""
        written = 0
        for outcomes in self._records.write_values(self._places, updates, self._live):
            written += len(outcomes)
            _refuse_altered(outcomes)
            left += [one for one in outcomes if one.status in _LEFT]
            if note is not None:
                note(outcomes, updates)
            if self._is_interrupted():
                msg = "interrupted while values were copied"
                raise InterruptedWaitError(msg)
        return written


def _refuse_altered(outcomes: Sequence[WriteOutcome]) -> None:
    """Stop where the account stores something else than what was sent.

    Raises:
        AccountError: It does: more writes would only spread that.
    """
    altered = [one for one in outcomes if one.why is Obstacle.ALTERED]
    if altered:
        words = _left_in_words(
            altered, ("does not hold what was written", "do not hold what was written")
        )
        msg = f"{words}; nothing more is written: the backup of this run has what they held"
        raise AccountError(msg)


def _left_in_words(left: Sequence[WriteOutcome], still: tuple[str, str]) -> str:
    """Return which records are not as they should be, and why; never a value."""
    one, several = still
    if not left:
        return f"others write meanwhile, so some records still {several}: apply again"
    reasons = Counter(str(each.why) for each in left)
    why = "; ".join(f"{number:,}: {reason}" for reason, number in reasons.most_common())
    ids = ", ".join(each.id for each in left[:MAX_NAMED])
    more = ", …" if len(left) > MAX_NAMED else ""
    words = one if len(left) == 1 else several
    return f"{counted(len(left), 'record')} still {words} ({why}); ids {ids}{more}"
