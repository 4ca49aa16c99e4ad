"""A state store that is written only while the lease on the account is held.

A process may be stopped between the look at its lease and the write, and wake up when another
one has the account. So each document is written with the condition that nobody wrote it since
it was read, and it was read while the lease was held: what the other one wrote stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from schemactl.store.state.interface import (
    ChangedMeanwhileError,
    Log,
    Name,
    StateStore,
    Stored,
    Version,
)
from schemactl.store.state.lease import Lease

_MAX_BYTES: Final = 512_000_000
"""No document is longer; of one that is written over, only the version is needed."""


class LeasedState:
    """The store of an apply; see `StateStore`. A write raises `OSError` without the lease."""

    def __init__(self, store: StateStore, lease: Lease) -> None:
        self._store = store
        self._lease = lease
        self._versions: dict[Name, Version] = {}

    @property
    def lease_number(self) -> int:
        """The number of the lease; each holder has a higher one than all before."""
        return self._lease.number

    def outrank(self, number: int) -> None:
        """Make sure that the lease has a higher number than a recorded one."""
        self._lease.outrank(number)

    @property
    def is_shared(self) -> bool:
        """Whether other machines use it too."""
        return self._store.is_shared

    def describe(self, name: Name) -> str:
        """Return where a document is, for messages."""
        return self._store.describe(name)

    def locate(self, name: Name) -> str:
        """Return where a document is, as processes in other folders find it."""
        return self._store.locate(name)

    def check(self, name: Name) -> None:
        """Check that nothing leads a name out of the store."""
        self._store.check(name)

    def find(self, name: Name, *, max_bytes: int) -> Stored | None:
        """Return a document."""
        found = self._store.find(name, max_bytes=max_bytes)
        if found is not None:
            self._versions[name] = found.version
        return found

    def find_each(self, names: Sequence[Name], *, max_bytes: int) -> Iterator[Stored | None]:
        """Yield several documents."""
        return self._store.find_each(names, max_bytes=max_bytes)

    def exists(self, name: Name) -> bool:
        """Whether there is a document of this name."""
        return self._store.exists(name)

    def write(self, name: Name, data: bytes) -> None:
        """Write a document whole, with the lease; never over what the next holder wrote."""
        try:
            self._write_over(name, data)
        except (FileExistsError, ChangedMeanwhileError):
            # Somebody without a lease wrote it, or it was not read yet.
            self._versions.pop(name, None)
            self.find(name, max_bytes=_MAX_BYTES)
            self._write_over(name, data)

    def _write_over(self, name: Name, data: bytes) -> None:
        """Write over the version that was read; if none was, no document may be there."""
        version = self._versions.get(name)
        self._lease.ensure()
        if version is None:
            self._versions[name] = self._store.create(name, data)
        else:
            self._versions[name] = self._store.replace(name, data, version)

    def create(self, name: Name, data: bytes) -> Version:
        """Write a new document, with the lease."""
        self._lease.ensure()
        return self._store.create(name, data)

    def replace(self, name: Name, data: bytes, version: Version) -> Version:
        """Write a document that is in a version, with the lease."""
        self._lease.ensure()
        return self._store.replace(name, data, version)

    def write_private(self, name: Name, data: bytes) -> None:
        """Write a document for its owner alone, with the lease."""
        self.write(name, data)

    def move(self, name: Name, new_name: Name) -> None:
        """Give a document another name, with the lease."""
        self._lease.ensure()
        self._versions.pop(name, None)
        self._versions.pop(new_name, None)
        self._store.move(name, new_name)

    def delete_folder(self, folder: Name) -> None:
        """Delete a folder with all documents in it, with the lease."""
        self._lease.ensure()
        self._store.delete_folder(folder)

    def make_private(self, folder: Name) -> None:
        """Prepare a folder for its owner alone."""
        self._store.make_private(folder)

    def sync(self, folder: Name) -> None:
        """Make sure that names in a folder survive a power failure."""
        self._store.sync(folder)

    def is_exposed(self, folder: Name, *, environ: Mapping[str, str]) -> bool:
        """Whether git would take what is in a folder into a commit."""
        return self._store.is_exposed(folder, environ=environ)

    def delete(self, name: Name) -> None:
        """Delete a document, with the lease."""
        self._lease.ensure()
        self._versions.pop(name, None)
        self._store.delete(name)

    def names(self, folder: Name) -> tuple[str, ...]:
        """Return the names of the documents of a folder."""
        return self._store.names(folder)

    def tracked(self, folder: Name, *, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names in a folder that git tracks."""
        return self._store.tracked(folder, environ=environ)

    def new_log(self, name: Name) -> LeasedLog:
        """Start a new document that grows, with the lease."""
        self._lease.ensure()
        return LeasedLog(self._store.new_log(name), self._lease)


class LeasedLog:
    """A growing document that is added to only with the lease; see `Log`."""

    def __init__(self, log: Log, lease: Lease) -> None:
        self._log = log
        self._lease = lease

    def append(self, data: bytes) -> None:
        """Add lines at the end, with the lease."""
        self._lease.ensure()
        self._log.append(data)

    def close(self) -> None:
        """End it."""
        self._log.close()
