"""The pages of tags and their count, put together; and which pages are still to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.account.rest.state import OF_CONTACTS
from schemactl.account.rest.values import PAGE_ROWS, RestTag
from schemactl.errors import AnswerError

MAX_PAGES: Final = 2_000
"""The limit for a server that never ends a list."""
_BATCH: Final = 40
"""Pages that are read at once: not all of them, in case the server counts far too many."""


class TagList:
    """The tags of one walk through all pages.

    The count is read before every page: a tag that is deleted meanwhile shifts the later ones,
    so that the pages have one less than was counted.

    Args:
        count: How many tags the account says that it has, of all objects.

    Attributes:
        pages: The first row of the page of each tag, by the tag's id.

    Raises:
        AnswerError: There are more pages than are read of any account.
    """

    def __init__(self, count: int) -> None:
        self.pages: dict[int, int] = {}
        self._tags: dict[int, RestTag] = {}
        self._count = count
        self._is_ended = False
        if count > MAX_PAGES * PAGE_ROWS:
            msg = f"the account's list of tags does not end after {MAX_PAGES} pages"
            raise AnswerError(msg, hint="check the url of the account")

    def batches(self) -> Iterator[tuple[int, ...]]:
        """Yield the first rows of pages to read at once, until one shows the end of the list.

        The last page is where the list should have ended, so a count that is too low does not
        match what the pages have.
        """
        starts = tuple(range(0, self._count + 1, PAGE_ROWS))
        for first in range(0, len(starts), _BATCH):
            if not self._is_ended:
                yield starts[first : first + _BATCH]

    @property
    def is_consistent(self) -> bool:
        """Whether the pages have as many tags as the count says."""
        return len(self._tags) == self._count

    def add_page(self, start: int, rows: Sequence[RestTag]) -> None:
        """Add the page that starts at row `start`."""
        self._tags.update((tag.id, tag) for tag in rows)
        self.pages.update((tag.id, start) for tag in rows)
        self._is_ended = self._is_ended or len(rows) < PAGE_ROWS

    def of_contacts(self) -> tuple[RestTag, ...]:
        """Return the tags of contacts.

        Raises:
            AnswerError: The pages have fewer or more tags than the account counts.
        """
        if not self.is_consistent:
            returned = len(self._tags)
            msg = f"the account says that it has {self._count} tags, and returned {returned}"
            raise AnswerError(msg, hint="try again; somebody may be changing tags just now")
        return tuple(tag for tag in self._tags.values() if tag.object_type == OF_CONTACTS.id)
