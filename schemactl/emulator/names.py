"""Find the row that a client's name means.

An account may have a name several times, so the order matters: the exact name first, then (by
default) a name that differs only in case, each in account order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from schemactl.emulator.choices import NameMatching, NameStoring, OptionMatching
from schemactl.emulator.errors import EmulatorError, nearest_word
from schemactl.emulator.switches import Switches


class Named(Protocol):
    """Anything in the account that has a name."""

    @property
    def name(self) -> str:
        """The name as it is stored."""
        ...


Row = TypeVar("Row", bound=Named)


def need_named(rows: Iterable[Row], name: str, what: str) -> Row:
    """Return the first row with exactly that name.

    Raises:
        EmulatorError: There is none; the hint has the nearest.
    """
    known = tuple(rows)
    for row in known:
        if row.name == name:
            return row
    msg = f"no {what} '{name}'"
    hint = nearest_word(name, (row.name for row in known)) if known else None
    raise EmulatorError(msg, hint=hint)


class Names:
    """How the account compares and stores names and options, by three switches.

    Attributes:
        ignores_case: Whether names that differ only in case are one name.
    """

    def __init__(self, switches: Switches) -> None:
        self.ignores_case = switches.name_matching is NameMatching.IGNORE_CASE
        self._options_ignore_case = switches.option_matching is OptionMatching.IGNORE_CASE
        self._trims = switches.name_storing is NameStoring.TRIM

    def key(self, name: str) -> str:
        """Return a key that is equal for names that are one name to the server."""
        return name.casefold() if self.ignores_case else name

    def stored(self, name: str) -> str:
        """Return the name as the server stores it."""
        return name.strip() if self._trims else name

    def matching_options(self, options: Iterable[str], text: str) -> tuple[str, ...]:
        """Return the options that a text means."""
        key = self._option_key(text)
        return tuple(option for option in options if self._option_key(option) == key)

    def _option_key(self, text: str) -> str:
        return text.casefold() if self._options_ignore_case else text

    def find(self, rows: Iterable[Row], name: str) -> Row | None:
        """Return the first row of that name; an exact match before one in another case."""
        near: Row | None = None
        key = self.key(name)
        for row in rows:
            if row.name == name:
                return row
            if near is None and self.key(row.name) == key:
                near = row
        return near
