"""Schema files of a run over many accounts: accounts with equal settings share what was loaded.

So all of them are compared with one state of the files, even if somebody saves one meanwhile.
For any number of threads.
"""

from __future__ import annotations

from threading import Lock
from typing import Final, TypeAlias

from schemactl.desired.lint.loading import SchemaSource, load_linted
from schemactl.desired.load import Loaded

MAX_KEPT: Final = 4
"""Sets of files that are kept: accounts with layers of their own share none."""

_Key: TypeAlias = tuple[object, ...]


class SharedFiles:
    """The sets of schema files that were loaded last."""

    def __init__(self) -> None:
        self._kept: dict[_Key, Loaded] = {}
        self._lock = Lock()

    def load(self, source: SchemaSource) -> Loaded:
        """Return what the files of a source declare, as it was loaded before or now.

        Raises:
            InvalidFilesError: The files break a rule.
        """
        key = _key_of(source)
        with self._lock:
            known = self._kept.get(key)
        if known is not None:
            return known
        loaded = load_linted(source)
        with self._lock:
            self._kept[key] = loaded
            while len(self._kept) > MAX_KEPT:
                del self._kept[next(iter(self._kept))]
        return loaded


def _key_of(source: SchemaSource) -> _Key:
    """Return all that decides what is loaded, except the files themselves."""
    return (
        source.folder,
        source.patterns,
        source.pattern_locations,
        source.allowed_types,
        source.backend,
        tuple(sorted(source.rules.items())),
        source.field_limit,
        source.skipped,
        tuple(sorted(source.variables.items())),
        source.packages,
    )
