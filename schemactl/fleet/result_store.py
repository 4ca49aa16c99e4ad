"""The results of a run, in memory if they are few and otherwise in a file.

A report needs them in the order of the accounts, and they come in any order. Kept in memory,
those of very many accounts would take more than all the rest of the program.
"""

from __future__ import annotations

import os
import pickle
import weakref
from array import array
from collections.abc import Callable, Sequence
from tempfile import TemporaryFile
from typing import Final, overload

from schemactl.model.fleet import AccountResult

MAX_IN_MEMORY: Final = 200
_MISSING: Final = -1


class ResultStore:
    """Takes the results of some number of accounts, in any order.

    Args:
        number: How many accounts there are.
        max_in_memory: Up to how many accounts nothing is written to a file.
    """

    def __init__(self, number: int, *, max_in_memory: int = MAX_IN_MEMORY) -> None:
        self._number = number
        self._kept: dict[int, AccountResult] | _ResultFile = (
            {} if number <= max_in_memory else _ResultFile(number)
        )

    def __len__(self) -> int:
        """Return the number of results so far."""
        return len(self._kept)

    def put(self, number: int, result: AccountResult) -> None:
        """Take the result of an account."""
        self._kept[number] = result

    def in_order(self, missing: Callable[[int], AccountResult]) -> Sequence[AccountResult]:
        """Return all results; `missing` makes those that never came."""
        if isinstance(self._kept, dict):
            kept = self._kept
            return tuple(kept.get(each) or missing(each) for each in range(self._number))
        return _InOrder(self._kept, missing)


class _ResultFile:
    """Results in a file without a name, which ends with the process."""

    def __init__(self, number: int) -> None:
        self._file = TemporaryFile(prefix="schemactl-")  # noqa: SIM115 -- open until the end
        weakref.finalize(self, self._file.close)
        self._places = array("q", [_MISSING] * number)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __setitem__(self, number: int, result: AccountResult) -> None:
        place = self._file.seek(0, os.SEEK_END)
        pickle.dump(result, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        # The last step: a result that Ctrl-C cuts in half is missing.
        self._places[number] = place
        self._count += 1

    def get(self, number: int) -> AccountResult | None:
        place = self._places[number]
        if place == _MISSING:
            return None
        self._file.seek(place)
        # Nobody else can write to a file without a name.
        result: AccountResult = pickle.load(self._file)  # noqa: S301
        return result

    @property
    def number(self) -> int:
        return len(self._places)


class _InOrder(Sequence[AccountResult]):
    """All results of a file, each read when it is asked for."""

    def __init__(self, file: _ResultFile, missing: Callable[[int], AccountResult]) -> None:
        self._file = file
        self._missing = missing

    def __len__(self) -> int:
        return self._file.number

    @overload
    def __getitem__(self, place: int) -> AccountResult: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[AccountResult, ...]: ...

    def __getitem__(self, place: int | slice) -> AccountResult | tuple[AccountResult, ...]:
        numbers = range(len(self))
        if isinstance(place, slice):
            return tuple(self[number] for number in numbers[place])
        number = numbers[place]
        return self._file.get(number) or self._missing(number)
