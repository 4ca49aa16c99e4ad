"""Schema files that were parsed before: accounts that share a file parse it once.

For any number of threads. A file is known by its name and all of its bytes, so that a changed
file is parsed again.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from schemactl.desired.entries import Entries
from schemactl.errors import Problem
from schemactl.model.lint import Waiver
from schemactl.values import dataclass

MAX_BYTES: Final = 1024**2
"""Of all files that are kept; their trees take some thirty times as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """What one file declares; nothing changes it afterwards.

    Attributes:
        entries: What it declares.
        problems: What is wrong with it.
        waivers: The findings that it accepts.
        used: Names of the variables that it lists.
    """

    entries: Entries
    problems: tuple[Problem, ...]
    waivers: tuple[Waiver, ...]
    used: frozenset[str] = frozenset()


class ParsedFiles:
    """The files that were parsed last, up to a number of bytes.

    Args:
        max_bytes: Of all of them; 0 keeps none.
    """

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: dict[tuple[str, bytes], ParsedFile] = {}
        self._lock = Lock()

    def get(self, file: str, data: bytes, parse: Callable[[], ParsedFile]) -> ParsedFile:
        """Return a file as it was parsed before, or parse it."""
        if len(data) > self._max_bytes:
            return parse()
        key = (file, data)
        with self._lock:
            if (known := self._kept.pop(key, None)) is not None:
                self._kept[key] = known  # The last one used is kept longest.
                return known
        parsed = parse()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = parsed
                self._bytes += len(data)
            while self._bytes > self._max_bytes:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._bytes -= len(oldest[1])
        return parsed


NOTHING_PARSED: Final = ParsedFiles(max_bytes=0)
"""Keeps nothing: for a single account, which reads each file once."""
