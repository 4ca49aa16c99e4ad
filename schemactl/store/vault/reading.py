"""Read backed-up values: verified against their manifest before the first one is used."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from schemactl.model.backup import Backup, BackupPart, SavedValue
from schemactl.store.vault.manifest import VaultError

MAX_LINE: Final = 40_000_000
"""Bytes of a line: more than any answer with one value."""
_BLOCK: Final = 1 << 20


class Digest(Protocol):
    """A hash of `hashlib`."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""
        ...

    def hexdigest(self) -> str:
        """Return the hash of all bytes so far, in hexadecimal digits."""
        ...


def hash_of(path: Path, *, size_bytes: int) -> str:
    """Return the SHA-256 of the first bytes of a file, in hexadecimal digits.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    update_with(digest, path, size_bytes=size_bytes)
    return digest.hexdigest()


def update_with(digest: Digest, path: Path, *, size_bytes: int) -> None:
    """Add the first bytes of a file to a hash.

    Raises:
        OSError: It cannot be read.
    """
    left = size_bytes
    with path.open("rb") as stream:
        while left and (block := stream.read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)


def read_values(run_folder: Path, backup: Backup, part: BackupPart) -> Iterator[SavedValue]:
    """Yield what each record held, each record once, in the order of the file.

    Raises:
        VaultError: The backup is not complete, or its file is not as its manifest says.
    """
    if not backup.is_complete:
        msg = f"the backup of {backup.title_of(part)} by the run {backup.run} is not complete"
        raise VaultError(msg)
    if not part.file:
        return
    path = run_folder / part.file
    _verify(path, part)
    yield from read_lines(path, size_bytes=part.size_bytes)


def _verify(path: Path, part: BackupPart) -> None:
    try:
        # A process killed while it added to a complete backup left more behind that.
        is_same = hash_of(path, size_bytes=part.size_bytes) == part.sha256
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
        raise VaultError(msg) from error
    if not is_same:
        msg = f"{path} is not as its manifest says, so no value of it is used"
        raise VaultError(msg, hint="look at who changed it")


def read_lines(path: Path, *, size_bytes: int | None = None) -> Iterator[SavedValue]:
    """Yield the values of a file that was verified, or was written just now.

    Args:
        path: The file.
        size_bytes: How much of it to read; all by default.

    Raises:
        VaultError: A line is not one of a backup.
    """
    newer = {one.id: one for one, is_newer in _lines(path, size_bytes) if is_newer}
    for one, is_newer in _lines(path, size_bytes):
        if not is_newer and one.id not in newer:
            yield one
    for one in newer.values():
        if one.value != "":
            yield one


class SavedValues:
    """What a file has of each record, asked in the order of their ids.

    Args:
        path: The file; None where nothing was written.
        size_bytes: How much of it to read.

    Raises:
        VaultError: A line is not one of a backup.
    """

    def __init__(self, path: Path | None, *, size_bytes: int) -> None:
        def lines() -> Iterator[tuple[SavedValue, bool]]:
            return iter(()) if path is None else _lines(path, size_bytes)

        self._newer = {one.id: one.value for one, is_newer in lines() if is_newer}
        self._first = (one for one, is_newer in lines() if not is_newer)
        self._next = next(self._first, None)

    def of(self, record: str) -> str:
        """Return what a record held when it was read last; empty for nothing."""
        number = int(record)
        while self._next is not None and int(self._next.id) < number:
            self._next = next(self._first, None)
        if record in self._newer:
            return self._newer[record] or ""
        is_next = self._next is not None and self._next.id == record
        return (self._next.value or "") if self._next is not None and is_next else ""


class _Start:
    """The first bytes of a stream, for `gzip`."""

    def __init__(self, stream: BinaryIO, size_bytes: int) -> None:
        self._stream, self._left = stream, size_bytes

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def seek(self, place: int, /) -> int:
        raise UnsupportedOperation(place)


def _lines(path: Path, size_bytes: int | None) -> Iterator[tuple[SavedValue, bool]]:
    """Yield each line, and whether it replaces an earlier one."""
    try:
        size = path.stat().st_size if size_bytes is None else size_bytes
        with path.open("rb") as file, gzip.GzipFile(fileobj=_Start(file, size)) as stream:
            while line := stream.readline(MAX_LINE):
                yield _parsed(line, path)
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{path} cannot be read: {error}"
        raise VaultError(msg) from error


def _parsed(line: bytes, path: Path) -> tuple[SavedValue, bool]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if isinstance(found, dict):
        number, value = found.get("id"), found.get("value")
        if isinstance(number, str) and (value is None or isinstance(value, str)):
            return SavedValue(id=number, value=value), found.get("again") is True
    # Without the line: it may hold a value.
    msg = f"{path} has a line that is not one of a backup"
    raise VaultError(msg)
