"""The state of a project in its own folder, `.schemactl`, as ordinary files."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from schemactl.store.files import own_path, write_bytes
from schemactl.store.git import tracked_files, would_be_committed
from schemactl.store.own_file import read_ordinary
from schemactl.store.state.interface import (
    ChangedMeanwhileError,
    Name,
    StateFile,
    StateFolder,
    Stored,
    Version,
)
from schemactl.values import dataclass

_ROOM_BYTES: Final = 2048
"""Enough for the line after a call: its detail takes at most four bytes a character."""
PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
_IGNORE: Final = ".gitignore"
_IGNORE_ALL: Final = b"*\n"
_MAX_COMPARED_BYTES: Final = 64 * 1024 * 1024
_LINKS_LOOKED_FOR: Final = 3
"""`.schemactl`, the kind of state and the account: a link could lead to anybody's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalState:
    """Files below a folder, which one machine uses under its own lock.

    Attributes:
        folder: The folder that the user named; a link to it is the user's own.
        inside: The folders from there to the state.
    """

    folder: Path
    inside: Name = ()

    @property
    def is_shared(self) -> bool:
        """Whether other machines use it too."""
        return False

    def path(self, name: Name) -> Path:
        """Return where a document is."""
        return self.folder.joinpath(*self.inside, *name)

    @property
    def lease_number(self) -> int:
        """Return 0: without a lease."""
        return 0

    def outrank(self, number: int) -> None:
        """Do nothing: there is no lease."""

    def describe(self, name: Name) -> str:
        """Return where a document is, for messages."""
        return str(self.path(name))

    def locate(self, name: Name) -> str:
        """Return where a document is, as processes in other folders find it."""
        return str(self.folder.resolve().joinpath(*self.inside, *name))

    def check(self, name: Name) -> None:
        """Check that no link leads out of the folder; see `StateStore`."""
        own_path(self.folder, *self.inside, *name)

    def find(self, name: Name, *, max_bytes: int) -> Stored | None:
        """Return a document; see `StateStore`. A link or device is no document."""
        try:
            data = read_ordinary(self.path(name), max_bytes=max_bytes)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.EISDIR}:
                raise OSError(errno.EINVAL, "it is not a regular file") from error
            raise
        return Stored(data=data, version=_version(data))

    def find_each(self, names: Sequence[Name], *, max_bytes: int) -> Iterator[Stored | None]:
        """Yield several documents in their order."""
        for name in names:
            yield self.find(name, max_bytes=max_bytes)

    def exists(self, name: Name) -> bool:
        """Whether there is a document of this name."""
        return self.path(name).exists()

    def write(self, name: Name, data: bytes) -> None:
        """Write a document whole; see `StateStore`."""
        write_bytes(self.path(name), data, make_folders=True)

    def create(self, name: Name, data: bytes) -> Version:
        """Write a new document; see `StateStore`."""
        write_bytes(self.path(name), data, overwrite=False, make_folders=True)
        return _version(data)

    def replace(self, name: Name, data: bytes, version: Version) -> Version:
        """Write a document that is in a version; nobody else writes under the lock."""
        found = self.find(name, max_bytes=_MAX_COMPARED_BYTES)
        if found is None or found.version != version:
            raise ChangedMeanwhileError
        self.write(name, data)
        return _version(data)

    def write_private(self, name: Name, data: bytes) -> None:
        """Write a file that only its owner can read, and sync it; see `StateStore`."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(self.path(name), flags, PRIVATE_FILE), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())

    def move(self, name: Name, new_name: Name) -> None:
        """Give a document another name."""
        self.path(name).replace(self.path(new_name))

    def delete_folder(self, folder: Name) -> None:
        """Delete a folder with all that is in it."""
        import shutil  # It loads every way to compress.

        with suppress(FileNotFoundError):
            shutil.rmtree(self.path(folder))

    def make_private(self, folder: Name) -> None:
        """Make a folder for its owner alone, and keep git out of the first one on the way."""
        place = self.path(())
        place.mkdir(parents=True, exist_ok=True)
        _sync_folder(place.parent)
        for name in folder:
            place /= name
            with suppress(FileExistsError):
                place.mkdir(mode=PRIVATE_FOLDER)
            place.chmod(PRIVATE_FOLDER)
            # What is in a folder that is lost in a power failure would be lost with it.
            _sync_folder(place.parent)
        _write_ignore(self.path(folder[:1]) / _IGNORE)

    def sync(self, folder: Name) -> None:
        """Sync a folder, so that new names in it survive a power failure."""
        _sync_folder(self.path(folder))

    def is_exposed(self, folder: Name, *, environ: Mapping[str, str]) -> bool:
        """Whether git would take what is in a folder into a commit."""
        return would_be_committed(self.path(folder), environ=environ)

    def delete(self, name: Name) -> None:
        """Delete a document, if there is one."""
        with suppress(FileNotFoundError, NotADirectoryError):
            self.path(name).unlink()

    def names(self, folder: Name) -> tuple[str, ...]:
        """Return the names in a folder, links and folders included, sorted."""
        try:
            return tuple(sorted(os.listdir(self.path(folder))))  # noqa: PTH208 - names only
        except (FileNotFoundError, NotADirectoryError):
            return ()

    def tracked(self, folder: Name, *, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names in a folder that git tracks; see `StateStore`."""
        return tracked_files(self.path(folder), environ=environ)

    def new_log(self, name: Name) -> LocalLog:
        """Start a new document that grows; see `StateStore`."""
        return LocalLog(self.path(name))


class LocalLog:
    """A file that grows; after each addition, room for the next one is reserved.

    The line on the outcome of a call must not fail because the disk is full: the call has
    been made by then. So the line before reserves room for it, as blank lines.
    """

    def __init__(self, path: Path) -> None:
        self._end = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        _sync_folder(path.parent)

    def append(self, data: bytes) -> None:
        """Add lines at the end; see `Log`."""
        self._write(data + b"\n" * _ROOM_BYTES)
        os.fsync(self._descriptor)
        self._end += len(data)

    def close(self) -> None:
        """Cut off the blank lines."""
        try:
            os.ftruncate(self._descriptor, self._end)
        finally:
            os.close(self._descriptor)

    def _write(self, data: bytes) -> None:
        """Write all of it over the blank lines at the end."""
        place = self._end
        while data:
            written = os.pwrite(self._descriptor, data, place)
            if written == 0:
                raise OSError(errno.EIO, "nothing more could be written")
            data, place = data[written:], place + written


def local_file(path: Path) -> StateFile:
    """Return a file on this machine as a document."""
    store, parts = _local(path)
    return StateFile.at(store, parts)


def local_folder(path: Path) -> StateFolder:
    """Return a folder on this machine as a folder of documents."""
    store, parts = _local(path)
    return StateFolder.at(store, parts)


def _local(path: Path) -> tuple[LocalState, Name]:
    names = path.parts[-_LINKS_LOOKED_FOR:]
    return LocalState(folder=Path(*path.parts[:-_LINKS_LOOKED_FOR])), tuple(names)


def _version(data: bytes) -> Version:
    import hashlib  # It loads OpenSSL.

    return Version(tag=hashlib.sha256(data).hexdigest())


def _write_ignore(path: Path) -> None:
    """Write the file that keeps git out, in place of whatever is there."""
    if path.is_symlink() or not path.is_file() or path.read_bytes() != _IGNORE_ALL:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_IGNORE_ALL)


def _sync_folder(folder: Path) -> None:
    """Sync a folder, so that a new name in it survives a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
