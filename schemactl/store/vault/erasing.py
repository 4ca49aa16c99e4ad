"""Take one record out of all backups of an account; nothing of it stays on the disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from schemactl.errors import OutputError
from schemactl.model.backup import Backup, BackupPart
from schemactl.store.files import write_file
from schemactl.store.vault.folders import (
    PRIVATE_FILE,
    backups_of_run,
    file_name,
    folder_of_run,
    manifest_path,
    runs_in,
)
from schemactl.store.vault.manifest import VaultError, manifest_text
from schemactl.store.vault.reading import hash_of, read_lines
from schemactl.values import replace

_BLOCK_LINES: Final = 2_000
_SECOND: Final = 100_000
"""Added to the number of a part whose file was written again, so that the old file can go."""


def erase_record(folder: Path, record: str, *, custom_object: str) -> int:
    """Take a record out of every backup of an account; return how many values went.

    Args:
        folder: Where the backups of the account are.
        record: Its id.
        custom_object: Label of its object; empty for contacts.

    Raises:
        VaultError: A file cannot be read, or written.
    """
    erased = 0
    for run_id in runs_in(folder):
        place = folder_of_run(folder, run_id)
        backups = tuple(backups_of_run(folder, run_id))
        _remove_unnamed(place, backups)
        for backup in backups:
            if backup.custom_object == custom_object:
                erased += _erase_in(place, backup, record)
    return erased


def _erase_in(place: Path, backup: Backup, record: str) -> int:
    parts, erased = [], 0
    for number, part in enumerate(backup.parts, start=1):
        new, lines = _without(place, backup, part, number, record)
        parts.append(new)
        erased += lines
    if not erased:
        return 0
    new_backup = replace(backup, parts=tuple(parts))
    try:
        write_file(manifest_path(place, backup.call), manifest_text(new_backup))
    except OutputError as error:
        raise VaultError(str(error)) from error
    _remove_unnamed(place, tuple(backups_of_run(place.parent, place.name)))
    return erased


def _without(
    place: Path, backup: Backup, part: BackupPart, number: int, record: str
) -> tuple[BackupPart, int]:
    """Write the file of a part without a record, beside the old one."""
    if not part.file:
        return part, 0
    path = place / part.file
    if hash_of(path, size_bytes=part.size_bytes) != part.sha256:
        msg = f"{path} is not as its manifest says"
        raise VaultError(msg, hint="delete the backups of this run, if they are not needed")
    # What an interrupted backup tore is behind that.
    os.truncate(path, part.size_bytes)
    erased = sum(_id_of(line) == record for line in _lines(path))
    if not erased:
        return part, 0
    is_second = part.file == file_name(backup.call, number)
    name = file_name(backup.call, number + _SECOND if is_second else number)
    target, digest, size = place / name, hashlib.sha256(), 0
    with os.fdopen(
        os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, PRIVATE_FILE),
        "wb",
    ) as stream:
        for data in _compressed(_lines(path), record):
            stream.write(data)
            digest.update(data)
            size += len(data)
        stream.flush()
        os.fsync(stream.fileno())
    held = sum(1 for _ in read_lines(target)) if backup.is_complete else part.held - erased
    if not size:
        return replace(part, file="", size_bytes=0, sha256="", held=0), erased
    return (
        replace(part, file=name, size_bytes=size, sha256=digest.hexdigest(), held=held),
        erased,
    )


def _compressed(lines: Iterator[bytes], record: str) -> Iterator[bytes]:
    block: list[bytes] = []
    for line in lines:
        if _id_of(line) != record:
            block.append(line)
        if len(block) >= _BLOCK_LINES:
            yield gzip.compress(b"".join(block), mtime=0)
            block = []
    if block:
        yield gzip.compress(b"".join(block), mtime=0)


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as stream:
        yield from stream


def _id_of(line: bytes) -> str:
    found = json.loads(line)
    number = found.get("id") if isinstance(found, dict) else None
    return number if isinstance(number, str) else ""


def _remove_unnamed(place: Path, backups: tuple[Backup, ...]) -> None:
    """Delete files of values that no manifest names: an interrupted erasure left them."""
    named = {part.file for backup in backups for part in backup.parts if part.file}
    try:
        for path in place.glob("*.jsonl.gz"):
            if path.name not in named:
                path.unlink()
    except OSError as error:
        msg = f"{place} cannot be cleaned up: {error.strerror or error}"
        raise VaultError(msg) from error
