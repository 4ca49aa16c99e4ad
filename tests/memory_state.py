"""A state store in memory, whose requests go wrong as those over a network do."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum, auto, unique

from schemactl.store.state.interface import ChangedMeanwhileError, Name, Stored, Version
from schemactl.store.state.object_log import ObjectLog


@unique
class Mishap(StrEnum):
    """What goes wrong with a request."""

    UNDONE = auto()
    """It never arrives."""
    DONE = auto()
    """It is done, and its answer is lost."""
    REPEATED = auto()
    """It is done, its answer is lost, and it is sent again at once."""
    LATE = auto()
    """It is done after whoever sent it has given up: with `MemoryState.deliver`."""


class MemoryState:
    """Documents in memory; see `StateStore`. All machines of a test have the same one.

    Attributes:
        mishap: Returns what goes wrong with the next request; None for nothing.
        requests: What was asked for: a word and a name.
        documents: What is there, by its name.
    """

    is_shared = True
    lease_number = 0

    def __init__(self) -> None:
        self.mishap: Callable[[str, Name], Mishap | None] = lambda _, __: None
        self.requests: list[tuple[str, Name]] = []
        self.documents: dict[Name, Stored] = {}
        self._late: list[Callable[[], object]] = []
        self._versions = 0

    def deliver(self) -> None:
        """Do what is late, in its order; nobody hears what comes of it."""
        late, self._late = self._late, []
        for write in late:
            try:
                write()
            except OSError:
                continue

    def outrank(self, number: int) -> None:
        del number

    def describe(self, name: Name) -> str:
        return "/".join(("memory:", *name))

    locate = describe

    def check(self, name: Name) -> None:
        del name

    def find(self, name: Name, *, max_bytes: int) -> Stored | None:
        if self._goes_wrong("find", name) is not None:
            raise no_answer()
        found = self.documents.get(name)
        if found is not None and len(found.data) > max_bytes:
            raise OSError(errno.EFBIG, f"it has more than {max_bytes:,} bytes")
        return found

    def find_each(self, names: Sequence[Name], *, max_bytes: int) -> Iterator[Stored | None]:
        return (self.find(name, max_bytes=max_bytes) for name in names)

    def exists(self, name: Name) -> bool:
        return name in self.documents

    def write(self, name: Name, data: bytes) -> None:
        self._do("write", name, lambda: self._put(name, data))

    def create(self, name: Name, data: bytes) -> Version:
        def put() -> Version:
            if name in self.documents:
                raise FileExistsError
            return self._put(name, data)

        return self._do("create", name, put)

    def replace(self, name: Name, data: bytes, version: Version) -> Version:
        def put() -> Version:
            found = self.documents.get(name)
            if found is None or found.version != version:
                raise ChangedMeanwhileError
            return self._put(name, data)

        return self._do("replace", name, put)

    write_private = write

    def move(self, name: Name, new_name: Name) -> None:
        self.documents[new_name] = self.documents.pop(name)

    def delete(self, name: Name) -> None:
        self.documents.pop(name, None)

    def delete_folder(self, folder: Name) -> None:
        for name in self.names(folder):
            self.delete((*folder, name))

    def make_private(self, folder: Name) -> None:
        del folder

    def sync(self, folder: Name) -> None:
        del folder

    def is_exposed(self, folder: Name, *, environ: Mapping[str, str]) -> bool:
        del folder, environ
        return False

    def names(self, folder: Name) -> tuple[str, ...]:
        size = len(folder)
        found = {name[size] for name in self.documents if name[:size] == folder}
        return tuple(sorted(found))

    def tracked(self, folder: Name, *, environ: Mapping[str, str]) -> tuple[str, ...]:
        del folder, environ
        return ()

    def new_log(self, name: Name) -> ObjectLog:
        return ObjectLog(self, name, part_bytes=1000)

    def _put(self, name: Name, data: bytes) -> Version:
        self._versions += 1
        version = Version(tag=str(self._versions))
        self.documents[name] = Stored(data=data, version=version)
        return version

    def _goes_wrong(self, word: str, name: Name) -> Mishap | None:
        self.requests.append((word, name))
        return self.mishap(word, name)

    def _do(self, word: str, name: Name, put: Callable[[], Version]) -> Version:
        mishap = self._goes_wrong(word, name)
        if mishap is None:
            return put()
        if mishap is Mishap.REPEATED:
            put()
            return put()
        if mishap is Mishap.LATE:
            self._late.append(put)
        elif mishap is Mishap.DONE:
            try:
                put()
            except OSError:
                raise no_answer() from None
        raise no_answer()


def no_answer() -> OSError:
    """Return the error on a request whose answer never came."""
    return OSError(errno.EIO, "the store cannot be reached")
