"""What happens in the middle of one call on several records: it stops there, or others edit.

A call on many records is one transaction, as far as others can see. A fault can have it end
after some records, which stay written, or have another user act between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemactl.emulator.account import Account


class StoppedMidwayError(Exception):
    """The call stops here; what it did until now stays."""


@dataclass(slots=True)
class Midway:
    """What happens after a number of records of the current call.

    Attributes:
        records: After how many.
        act: Changes the account; None where the call stops.
        account: The account of the call, once it is open.
    """

    records: int
    act: Callable[[Account], None] | None = None
    account: Account | None = None

    def pass_one(self) -> None:
        """Count a record that was written.

        Raises:
            StoppedMidwayError: It was the last one.
        """
        self.records -= 1
        if self.records:
            return
        if self.act is None:
            raise StoppedMidwayError
        if self.account is not None:
            self.act(self.account)


_CURRENT: ContextVar[Midway | None] = ContextVar("midway", default=None)


@contextmanager
def something_midway(midway: Midway | None) -> Iterator[None]:
    """Have it happen in a call that is answered within the block."""
    token = _CURRENT.set(midway)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_midway() -> Midway | None:
    """Return what happens in the middle of the current call."""
    return _CURRENT.get()


def pass_record() -> None:
    """Note that one of several records of the current call was written.

    Raises:
        StoppedMidwayError: The call stops here.
    """
    midway = _CURRENT.get()
    if midway is not None:
        midway.pass_one()
