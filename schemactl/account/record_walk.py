"""Read all records, and find out whether really all of them came.

A server can answer a page with nothing. So the number of records that came is compared with the
number that the account names; people write meanwhile, so more may come than it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemactl.account.interface import LiveState, Records
from schemactl.errors import AccountError
from schemactl.model.held_values import FieldPlace, HeldRecord


class RecordWalk:
    """One walk over all records of an object.

    Attributes:
        pages: How many pages were read.
        records: How many records came.
        places: The fields that are read.
    """

    def __init__(self, records: Records, places: Sequence[FieldPlace], live: LiveState) -> None:
        self.pages = 0
        self.records = 0
        self._account = records
        self.places = places
        self._live = live

    def __iter__(self) -> Iterator[Sequence[HeldRecord]]:
        """Yield the pages."""
        for page in self._account.read_values(self.places, self._live):
            self.pages += 1
            self.records += len(page)
            yield page

    def find_missing(self) -> str:
        """Return how many records did not come, in words; empty if all came.

        Raises:
            AccountError: The account does not say how many it has.
        """
        total = self._account.count_records(self.places[0], self._live)
        if total is None:
            msg = "the account does not say how many records it has, so nothing shows that all "
            msg += "were read"
            raise AccountError(msg)
        if self.records >= total:
            return ""
        return f"the account returned {self.records:,} records, and says that it has {total:,}"
