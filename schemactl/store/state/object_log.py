"""A document that grows in an object store, where an object is only ever written whole.

It is a row of objects. The last one is written again with each addition as long as it is short,
so that an addition costs one request and a reader needs few. Each write has a condition, so
that two writers cannot both add to it.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from schemactl.store.state.interface import Name, Version

FIRST: Final = 1
_LATER: Final = re.compile(r".*\.jsonl\.\d{4,}")


class ConditionalWriter(Protocol):
    """What a log needs of its store."""

    def create(self, name: Name, data: bytes) -> Version:
        """Write a new document."""
        ...

    def replace(self, name: Name, data: bytes, version: Version) -> Version:
        """Write a document that is in a version."""
        ...


def part_name(name: Name, number: int) -> Name:
    """Return the name of a part of a document; the first has its own."""
    return name if number == FIRST else (*name[:-1], f"{name[-1]}.{number:04d}")


def is_later_part(name: str) -> bool:
    """Whether a name is that of a part behind the first."""
    return _LATER.fullmatch(name) is not None


class ObjectLog:
    """See the module; the first object is written with the first addition."""

    def __init__(self, store: ConditionalWriter, name: Name, *, part_bytes: int) -> None:
        self._store = store
        self._name = name
        self._part_bytes = part_bytes
        self._number = FIRST
        self._data = b""
        self._version: Version | None = None

    def append(self, data: bytes) -> None:
        """Add lines at the end; see `Log`."""
        if self._version is not None and len(self._data) >= self._part_bytes:
            self._number, self._data, self._version = self._number + 1, b"", None
        name, whole = part_name(self._name, self._number), self._data + data
        if self._version is None:
            self._version = self._store.create(name, whole)
        else:
            self._version = self._store.replace(name, whole, self._version)
        self._data = whole

    def close(self) -> None:
        """Do nothing: every addition is complete."""
