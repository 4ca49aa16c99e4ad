"""A store of named documents, and a file or a folder in one.

What a store cannot do raises `OSError`, so that callers word a full disk and an unreachable
bucket in the same way. What a document holds is for the callers: see `store.own_file`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from schemactl.errors import OutputError
from schemactl.values import dataclass, field

Name: TypeAlias = tuple[str, ...]
"""Folders and name of a document: validated names of accounts, ids of runs, fixed words."""


class ChangedMeanwhileError(OSError):
    """A document is not, or not any more, in the version that a write was meant for."""

    def __init__(self) -> None:
        super().__init__(None, "it was changed by somebody else in the meantime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which version of a document was read or written.

    Attributes:
        tag: Differs between versions with different contents.
        number: A second mark that some stores need; empty in others.
    """

    tag: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A document as it was read."""

    data: bytes
    version: Version


class Log(Protocol):
    """A document that only grows; each addition is kept for good when `append` returns."""

    def append(self, data: bytes) -> None:
        """Add whole lines at the end.

        Raises:
            OSError: They may not have been kept.
        """
        ...

    def close(self) -> None:
        """End it."""
        ...


class StateStore(Protocol):
    """Keeps documents under names. Every method raises `OSError` where it fails."""

    @property
    def is_shared(self) -> bool:
        """Whether other machines use it too."""
        ...

    @property
    def lease_number(self) -> int:
        """The number of the lease with which it is written; 0 where there is none."""
        ...

    def outrank(self, number: int) -> None:
        """Make sure that the lease has a higher number than one that a journal records.

        Raises:
            OSError: Somebody else has the lease by now.
        """
        ...

    def describe(self, name: Name) -> str:
        """Return where a document is, for messages."""
        ...

    def locate(self, name: Name) -> str:
        """Return where a document is, as processes in other folders find it."""
        ...

    def check(self, name: Name) -> None:
        """Check that nothing leads a name out of the store.

        Raises:
            LinkedStateError: A link does.
        """
        ...

    def find(self, name: Name, *, max_bytes: int) -> Stored | None:
        """Return a document; None where there is none, `OSError` where it is longer."""
        ...

    def find_each(self, names: Sequence[Name], *, max_bytes: int) -> Iterator[Stored | None]:
        """Yield several documents in their order, as `find` returns each."""
        ...

    def exists(self, name: Name) -> bool:
        """Whether there is a document of this name."""
        ...

    def write(self, name: Name, data: bytes) -> None:
        """Write a document whole, whatever was there."""
        ...

    def create(self, name: Name, data: bytes) -> Version:
        """Write a new document; raise `FileExistsError` where there is one."""
        ...

    def replace(self, name: Name, data: bytes, version: Version) -> Version:
        """Write a document; raise `ChangedMeanwhileError` unless it is in this version."""
        ...

    def write_private(self, name: Name, data: bytes) -> None:
        """Write a document that on this machine only its owner can read."""
        ...

    def move(self, name: Name, new_name: Name) -> None:
        """Give a document another name."""
        ...

    def delete(self, name: Name) -> None:
        """Delete a document, if there is one."""
        ...

    def delete_folder(self, folder: Name) -> None:
        """Delete a folder with all documents in it."""
        ...

    def make_private(self, folder: Name) -> None:
        """Prepare a folder that on this machine only its owner can read, and git ignores."""
        ...

    def sync(self, folder: Name) -> None:
        """Make sure that the names of documents in a folder survive a power failure."""
        ...

    def is_exposed(self, folder: Name, *, environ: Mapping[str, str]) -> bool:
        """Whether git would take what is in a folder into a commit."""
        ...

    def names(self, folder: Name) -> tuple[str, ...]:
        """Return the names of the documents and folders in a folder, sorted."""
        ...

    def tracked(self, folder: Name, *, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names in a folder that git tracks: they may have come with a commit.

        Raises:
            GitUnavailableError: Git does not answer.
        """
        ...

    def new_log(self, name: Name) -> Log:
        """Start a new document that grows; raise `FileExistsError` where there is one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFile:
    """A document in a store, equal to every other one at the same place."""

    store: StateStore = field(compare=False)
    parts: Name = field(compare=False)
    place: str

    @classmethod
    def at(cls, store: StateStore, parts: Name) -> StateFile:
        """Return the document of a name; whether it exists does not matter."""
        return cls(store=store, parts=parts, place=store.describe(parts))

    def __str__(self) -> str:
        return self.place

    @property
    def name(self) -> str:
        """Its name in its folder."""
        return self.parts[-1]

    @property
    def stem(self) -> str:
        """Its name up to the last dot."""
        return self.name.rpartition(".")[0]

    @property
    def folder(self) -> StateFolder:
        """The folder that it is in."""
        return StateFolder.at(self.store, self.parts[:-1])

    def exists(self) -> bool:
        """Whether there is such a document; also where the store does not say so.

        Whoever reads it then reports why that fails.
        """
        try:
            return self.store.exists(self.parts)
        except OSError:
            return True

    def find(self, *, max_bytes: int) -> bytes | None:
        """Return what it holds; None where there is none."""
        stored = self.store.find(self.parts, max_bytes=max_bytes)
        return None if stored is None else stored.data

    def write_private(self, data: bytes) -> None:
        """Write it so that on this machine only its owner can read it; raise `OSError`."""
        self.store.write_private(self.parts, data)

    def write(self, text: str) -> None:
        """Write it whole or not at all.

        Raises:
            OutputError: It cannot be written; the old one is unchanged.
        """
        try:
            self.store.write(self.parts, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            msg = f"{self} cannot be written: {error.strerror or error}"
            raise OutputError(msg) from error

    def delete(self) -> None:
        """Delete it, if it exists."""
        self.store.delete(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFolder:
    """A folder in a store, equal to every other one at the same place."""

    store: StateStore = field(compare=False)
    parts: Name = field(compare=False)
    place: str

    @classmethod
    def at(cls, store: StateStore, parts: Name) -> StateFolder:
        """Return the folder of a name; whether it exists does not matter."""
        return cls(store=store, parts=parts, place=store.describe(parts))

    def __str__(self) -> str:
        return self.place

    @property
    def name(self) -> str:
        """Its name in the folder that it is in."""
        return self.parts[-1]

    @property
    def parent(self) -> StateFolder:
        """The folder that it is in."""
        return StateFolder.at(self.store, self.parts[:-1])

    def folder(self, name: str) -> StateFolder:
        """Return a folder in it."""
        return StateFolder.at(self.store, (*self.parts, name))

    def file(self, name: str) -> StateFile:
        """Return a document in it."""
        return StateFile.at(self.store, (*self.parts, name))

    def files(self, suffix: str) -> tuple[StateFile, ...]:
        """Return its documents whose names end so, sorted by name."""
        self.store.check(self.parts)
        names = self.store.names(self.parts)
        return tuple(self.file(name) for name in names if name.endswith(suffix))

    def tracked(self, *, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of the documents in it that git tracks."""
        return self.store.tracked(self.parts, environ=environ)
