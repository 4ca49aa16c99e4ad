"""Write backed-up values page by page; what a killed process finished is never read again.

Every so many pages is a checkpoint: the lines since the last one become one member of each gzip
file, the files are synced, and then the manifest is replaced by one that says how long they are
and what their hash is. Whatever is behind that in a file was torn, and is cut off.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from schemactl.errors import OutputError
from schemactl.model.backup import Backup, BackupPart, BackupState
from schemactl.model.held_values import HeldRecord
from schemactl.store.files import write_file
from schemactl.store.vault.folders import (
    PRIVATE_FILE,
    file_name,
    make_private_folder,
    manifest_path,
)
from schemactl.store.vault.manifest import VaultError, manifest_text
from schemactl.store.vault.reading import Digest, SavedValues, hash_of, read_lines, update_with
from schemactl.values import replace

RECORDS_BETWEEN: Final = 2_000
"""Records between two checkpoints."""


class Changed(NamedTuple):
    """How many values changed since a backup was made.

    Attributes:
        values: How many are other than in the backup.
        held: Those among them that are destroyed, and not only changed.
    """

    values: int
    held: int


class BackupWriter:
    """Writes one backup.

    Attributes:
        backup: What is in the files, as of the last checkpoint.
        is_taken_up: Whether an earlier run started it.
    """

    def __init__(self, run_folder: Path, backup: Backup) -> None:
        """Start a backup, or go on with one that was interrupted.

        Args:
            run_folder: Where it is.
            backup: Without files if it is new.

        Raises:
            VaultError: A file cannot be made, or is not as the manifest says.
        """
        self.backup = backup
        self._folder = run_folder
        self._lines: list[list[bytes]] = [[] for _ in backup.parts]
        self._digests = [hashlib.sha256() for _ in backup.parts]
        self._records = 0
        self._cursor = backup.cursor
        self.is_taken_up = bool(backup.cursor)
        try:
            make_private_folder(run_folder)
            for part, digest in zip(backup.parts, self._digests, strict=True):
                if part.file:
                    _cut(run_folder / part.file, part, digest)
            self._write_manifest(backup)
        except (OSError, OutputError) as error:
            raise _unwritable(run_folder, error) from error

    @property
    def cursor(self) -> str:
        """Id of the last record that was added; empty for none."""
        return self._cursor

    @property
    def records(self) -> int:
        """How many records were added, in earlier runs too."""
        return self.backup.records + self._records

    def add(self, page: Sequence[HeldRecord]) -> None:
        """Add the next records; a checkpoint follows once there are enough.

        Raises:
            VaultError: They cannot be written.
        """
        for record in page:
            self._add_values(record)
        self._records += len(page)
        self._cursor = page[-1].id if page else self._cursor
        if self._records >= RECORDS_BETWEEN:
            self.checkpoint()

    def add_holders(self, place: int, page: Sequence[HeldRecord]) -> None:
        """Add contacts that have the tag of one part."""
        for record in page:
            self._lines[place].append(_line({"id": record.id}))
        self._records += len(page)
        if self._records >= RECORDS_BETWEEN:
            self.checkpoint()

    def add_changed(
        self, pages: Iterable[Sequence[HeldRecord]], places: Sequence[int]
    ) -> Changed:
        """Add what records hold now and did not hold when they were read.

        Args:
            pages: Records in the order of their ids, with the values of some parts.
            places: Which parts those are.

        Raises:
            VaultError: It cannot be written, or what was written cannot be read.
        """
        self.checkpoint()
        changed = held = 0
        known = [self._known(self.backup.parts[place]) for place in places]
        for page in pages:
            for record in page:
                for place, saved, value in zip(places, known, record.values, strict=True):
                    kept = (value if self.backup.parts[place].keeps(value) else "") or ""
                    if saved.of(record.id) != kept:
                        line = _line({"id": record.id, "value": kept, "again": True})
                        self._lines[place].append(line)
                        changed += 1
                        held += self.backup.parts[place].loses(kept)
        return Changed(values=changed, held=held)

    def _known(self, part: BackupPart) -> SavedValues:
        path = self._folder / part.file if part.file else None
        return SavedValues(path, size_bytes=part.size_bytes)

    def known_ids(self, place: int) -> frozenset[str]:
        """Return who is in the file of a part of a tag."""
        part = self.backup.parts[place]
        lines = read_lines(self._folder / part.file) if part.file else ()
        return frozenset(one.id for one in lines)

    def _add_values(self, record: HeldRecord) -> None:
        pairs = zip(self.backup.parts, record.values, strict=True)
        for place, (part, value) in enumerate(pairs):
            if part.keeps(value):
                self._lines[place].append(_line({"id": record.id, "value": value}))

    def checkpoint(self) -> None:
        """Write all that was added, so that it stays; then say so in the manifest.

        Raises:
            VaultError: It cannot be written.
        """
        try:
            parts = tuple(
                self._written(place, part, lines)
                for place, (part, lines) in enumerate(
                    zip(self.backup.parts, self._lines, strict=True), start=1
                )
            )
            backup = replace(
                self.backup, parts=parts, records=self.records, cursor=self._cursor
            )
            self._write_manifest(backup)
        except (OSError, OutputError) as error:
            raise _unwritable(self._folder, error) from error
        self.backup, self._records = backup, 0
        self._lines = [[] for _ in parts]

    def finish(self, *, total: int | None, at: str) -> Backup:
        """Write the rest, read every file again, and call the backup complete.

        Args:
            total: How many records the account says that it has.
            at: When, as ISO 8601 writes it.

        Raises:
            VaultError: A file does not have what was written into it.
        """
        self.checkpoint()
        parts = tuple(map(self._read_back, self.backup.parts))
        backup = replace(
            self.backup,
            parts=parts,
            total=total,
            state=BackupState.COMPLETE,
            finished_at=at,
        )
        try:
            self._write_manifest(backup)
        except (OSError, OutputError) as error:
            raise _unwritable(self._folder, error) from error
        self.backup = backup
        return backup

    def _written(self, place: int, part: BackupPart, lines: list[bytes]) -> BackupPart:
        if not lines:
            return part
        name = part.file or file_name(self.backup.call, place)
        path = self._folder / name
        data = gzip.compress(b"".join(lines), mtime=0)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE), "wb"
        ) as stream:
            stream.seek(part.size_bytes)
            stream.truncate()
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _sync(self._folder)
        digest = self._digests[place - 1]
        digest.update(data)
        return replace(
            part,
            file=name,
            size_bytes=part.size_bytes + len(data),
            sha256=digest.hexdigest(),
            held=part.held + len(lines),
        )

    def _read_back(self, part: BackupPart) -> BackupPart:
        """Return a part with the number of records that its file has, read from the disk."""
        if not part.file:
            return part
        path = self._folder / part.file
        if hash_of(path, size_bytes=part.size_bytes + 1) != part.sha256:
            msg = f"{path} was written, and reads as something else"
            raise VaultError(msg, hint="check the disk; nothing was destroyed")
        return replace(part, held=sum(1 for _ in read_lines(path)))

    def _write_manifest(self, backup: Backup) -> None:
        path = manifest_path(self._folder, backup.call)
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE))
        write_file(path, manifest_text(backup))
        _sync(self._folder)


def _line(members: Mapping[str, str | bool | None]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _cut(path: Path, part: BackupPart, digest: Digest) -> None:
    """Cut off what was torn, if the rest is as the manifest says; `digest` takes the rest.

    Raises:
        VaultError: It is not.
    """
    update_with(digest, path, size_bytes=part.size_bytes)
    if digest.hexdigest() != part.sha256:
        msg = f"{path} is not as its manifest says"
        raise VaultError(msg)
    os.truncate(path, part.size_bytes)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(folder: Path, error: OSError | OutputError) -> VaultError:
    reason = (error.strerror if isinstance(error, OSError) else None) or error
    msg = f"the values cannot be backed up in {folder}: {reason}"
    return VaultError(msg, hint="make room or make the folder writable; nothing was destroyed")
