"""Read backed-up values: verified against their manifest before the first one is used."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final, TypeAlias

from schemactl.model.backup import Backup, BackupFile, BackupPart, SavedValue
from schemactl.store.state.interface import StateFolder
from schemactl.store.vault.encryption import IDENTITY_VARIABLE, Decryptor
from schemactl.store.vault.manifest import VaultError

MAX_LINE: Final = 40_000_000
"""Bytes of a line: more than any answer with one value."""
MAX_FILE: Final = 512_000_000
"""Bytes of a file: more than any number of lines that is written at once."""

_ID: Final = re.compile(r"[0-9]{1,18}")

_Line: TypeAlias = tuple[SavedValue, bool]
"""What a record held, and whether that replaces an earlier line of it."""


def read_values(
    run_folder: StateFolder, backup: Backup, part: BackupPart, *, key: Decryptor | None = None
) -> Iterator[SavedValue]:
    """Yield what each record held, each record once, in the order of the files.

    Args:
        run_folder: Where the backup is.
        backup: Its manifest.
        part: One of its parts.
        key: Reads encrypted files; not needed for others.

    Raises:
        VaultError: The backup is not complete, is encrypted to others, or a file is not as its
            manifest says.
    """
    if not backup.is_complete:
        msg = f"the backup of {backup.title_of(part)} by the run {backup.run} is not complete"
        raise VaultError(msg)
    check_files(run_folder, part)
    yield from read_part(run_folder, part, needed_key(backup, key))


def needed_key(backup: Backup, key: Decryptor | None) -> Decryptor | None:
    """Return what reads a backup: a key, or None where it is not encrypted.

    Raises:
        VaultError: It is encrypted, and there is no key.
    """
    if not backup.encrypted_to:
        return None
    if key is None:
        msg = f"the backup of the run {backup.run} is encrypted"
        hint = f"name the file with your private key: --identity FILE, or {IDENTITY_VARIABLE}"
        raise VaultError(msg, hint=hint)
    return key


def check_key(run_folder: StateFolder, backup: Backup, key: Decryptor | None) -> None:
    """Check that a key reads a backup, by its first file.

    Raises:
        VaultError: It does not, or there is none.
    """
    key = needed_key(backup, key)
    first = next((part.files[0] for part in backup.parts if part.files), None)
    if key is not None and first is not None:
        key.decrypt(read_file(run_folder, first))


def check_files(run_folder: StateFolder, part: BackupPart) -> None:
    """Check that the files of a part are as the manifest says.

    Raises:
        VaultError: One is not, or cannot be read.
    """
    for file in part.files:
        read_file(run_folder, file)


def read_file(run_folder: StateFolder, file: BackupFile) -> bytes:
    """Return the bytes of a file that is as its manifest says.

    Raises:
        VaultError: It is not, or cannot be read.
    """
    path = run_folder.file(file.name)
    try:
        data = path.find(max_bytes=min(file.size_bytes, MAX_FILE))
    except OSError as error:
        msg = f"{path} cannot be read, or is not as its manifest says: {error.strerror}"
        raise VaultError(msg) from error
    if data is None:
        msg = f"{path} is missing, so no value of it is used"
        raise VaultError(msg, hint="look at who deleted it")
    if hashlib.sha256(data).hexdigest() != file.sha256:
        msg = f"{path} is not as its manifest says, so no value of it is used"
        raise VaultError(msg, hint="look at who changed it")
    return data


def read_part(
    run_folder: StateFolder, part: BackupPart, key: Decryptor | None = None
) -> Iterator[SavedValue]:
    """Yield the values of a part, whether its backup is complete or not; see `read_values`."""
    newest, first = _divided(lambda: _lines(run_folder, part, key))
    yield from first
    for one in newest.values():
        if one.value != "":
            yield one


def _divided(
    read: Callable[[], Iterator[_Line]],
) -> tuple[dict[str, SavedValue], Iterator[SavedValue]]:
    """Return the newest line of each record that changed, and the lines of all others."""
    newest = {one.id: one for one, replaces in read() if replaces}
    first = (one for one, replaces in read() if not replaces and one.id not in newest)
    return newest, first


class SavedValues:
    """What a part has of each record, asked in the order of their ids.

    Args:
        run_folder: Where the backup is.
        part: The part.
        key: Reads encrypted files.

    Raises:
        VaultError: A file is not one of a backup.
    """

    def __init__(
        self, run_folder: StateFolder, part: BackupPart, key: Decryptor | None
    ) -> None:
        self._newest, self._first = _divided(lambda: _lines(run_folder, part, key))
        self._next = next(self._first, None)

    def of(self, record: str) -> str:
        """Return what a record held when it was read last; empty for nothing."""
        if record in self._newest:
            return self._newest[record].value or ""
        number = int(record)
        while self._next is not None and int(self._next.id) < number:
            self._next = next(self._first, None)
        is_next = self._next is not None and self._next.id == record
        return (self._next.value or "") if self._next is not None and is_next else ""


def _lines(run_folder: StateFolder, part: BackupPart, key: Decryptor | None) -> Iterator[_Line]:
    """Yield each line of a part, one file in memory at a time."""
    for file in part.files:
        data = read_file(run_folder, file)
        for line in raw_lines(data if key is None else key.decrypt(data), file):
            yield _parsed(line, file)


def raw_lines(data: bytes, file: BackupFile) -> Iterator[bytes]:
    """Yield the lines of a file.

    Raises:
        VaultError: It is not compressed as a backup is.
    """
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            while line := stream.readline(MAX_LINE):
                yield line
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{file.name} cannot be read: {error}"
        raise VaultError(msg) from error


def id_in(line: bytes, file: BackupFile) -> str:
    """Return the id of the record of a line.

    Raises:
        VaultError: The line is not one of a backup.
    """
    return _parsed(line, file)[0].id


def _parsed(line: bytes, file: BackupFile) -> _Line:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if isinstance(found, dict):
        number, value = found.get("id"), found.get("value")
        is_text = value is None or isinstance(value, str)
        if is_text and isinstance(number, str) and _ID.fullmatch(number):
            return SavedValue(id=number, value=value), found.get("again") is True
    # Without the line: it may hold a value.
    msg = f"{file.name} has a line that is not one of a backup"
    raise VaultError(msg)
