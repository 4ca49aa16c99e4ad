"""Write backed-up values page by page; what a killed process finished is never read again.

After some pages comes a checkpoint: the lines since the last one become one new file for each
part, the files are synced, and then the manifest is replaced by one that names them, with their
sizes and hashes. A file that no manifest names was torn, and nobody reads it. So memory does
not grow with the number of records, and nothing has to be read again to go on.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from schemactl.errors import OutputError
from schemactl.model.backup import Backup, BackupFile, BackupPart, BackupState, SavedValue
from schemactl.model.held_values import HeldRecord
from schemactl.store.state.interface import StateFolder
from schemactl.store.vault.encryption import RunEncryption
from schemactl.store.vault.folders import (
    file_name,
    make_private_folder,
    manifest_file,
    sync_folder,
)
from schemactl.store.vault.manifest import VaultError, manifest_text
from schemactl.store.vault.reading import SavedValues, check_files, read_part
from schemactl.values import NamedTuple, replace

RECORDS_BETWEEN: Final = 2_000
"""Records between two checkpoints."""
BYTES_BETWEEN: Final = 8_000_000
"""Bytes of lines between two checkpoints, where they are long."""


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
    """

    def __init__(
        self, run_folder: StateFolder, backup: Backup, encryption: RunEncryption | None = None
    ) -> None:
        """Start a backup, or go on with one that was interrupted.

        Args:
            run_folder: Where it is.
            backup: Without files if it is new.
            encryption: Encrypts the files; None where nothing is encrypted.

        Raises:
            VaultError: A file cannot be made, or is not as the manifest says.
        """
        recipients = () if encryption is None else encryption.recipients
        self.backup = replace(backup, encrypted_to=recipients)
        self._folder = run_folder
        self._encryption = encryption
        self._lines: list[list[bytes]] = [[] for _ in backup.parts]
        self._verified: list[BackupPart | None] = [None for _ in backup.parts]
        self._size_bytes = 0
        self._records = 0
        self._cursor = backup.cursor
        for part in backup.parts:
            check_files(run_folder, part)
        try:
            make_private_folder(run_folder)
            self._write_manifest(self.backup)
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
        self._write_if_many()

    def add_holders(self, place: int, page: Sequence[HeldRecord]) -> None:
        """Add contacts that have the tag of one part."""
        for record in page:
            self._add_line(place, {"id": record.id})
        self._records += len(page)
        self._write_if_many()

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
        parts = [self.backup.parts[place] for place in places]
        known = [SavedValues(self._folder, part, self._encryption) for part in parts]
        for page in pages:
            for record in page:
                for place, part, saved, value in zip(
                    places, parts, known, record.values, strict=True
                ):
                    kept = (value if part.keeps(value) else "") or ""
                    if saved.of(record.id) != kept:
                        self._add_line(place, {"id": record.id, "value": kept, "again": True})
                        changed += 1
                        held += part.loses(kept)
            self._write_if_many()
        return Changed(values=changed, held=held)

    def saved(self, place: int) -> Iterator[SavedValue]:
        """Yield what the files of a part have of each record, each record once.

        Raises:
            VaultError: A file is not as it was written.
        """
        return read_part(self._folder, self.backup.parts[place], self._encryption)

    def _add_values(self, record: HeldRecord) -> None:
        pairs = zip(self.backup.parts, record.values, strict=True)
        for place, (part, value) in enumerate(pairs):
            if part.keeps(value):
                self._add_line(place, {"id": record.id, "value": value})

    def _add_line(self, place: int, members: Mapping[str, str | bool | None]) -> None:
        text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
        line = text.encode() + b"\n"
        self._lines[place].append(line)
        self._size_bytes += len(line)

    def _write_if_many(self) -> None:
        if self._records >= RECORDS_BETWEEN or self._size_bytes >= BYTES_BETWEEN:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Write all that was added, so that it stays; then say so in the manifest.

        Raises:
            VaultError: It cannot be written.
        """
        try:
            parts = tuple(
                self._with_file(place, part, lines)
                for place, (part, lines) in enumerate(
                    zip(self.backup.parts, self._lines, strict=True), start=1
                )
            )
            backup = replace(
                self.backup, parts=parts, records=self.records, cursor=self._cursor
            )
            # The names of the files reach the disk before the manifest that has them.
            sync_folder(self._folder)
            self._write_manifest(backup)
        except (OSError, OutputError) as error:
            raise _unwritable(self._folder, error) from error
        self.backup, self._records, self._size_bytes = backup, 0, 0
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
        parts = tuple(map(self._read_back, range(len(self.backup.parts))))
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

    def _with_file(self, place: int, part: BackupPart, lines: list[bytes]) -> BackupPart:
        """Write some lines into a new file; return the part with it."""
        if not lines:
            return part
        data, is_encrypted = gzip.compress(b"".join(lines), mtime=0), False
        if self._encryption is not None:
            data, is_encrypted = self._encryption.encrypt(data), True
        number = len(part.files) + 1
        name = file_name(self.backup.call, place, number, is_encrypted=is_encrypted)
        self._folder.file(name).write_private(data)
        digest = hashlib.sha256(data).hexdigest()
        file = BackupFile(name=name, size_bytes=len(data), sha256=digest)
        return replace(part, files=(*part.files, file), held=part.held + len(lines))

    def _read_back(self, place: int) -> BackupPart:
        """Return a part with the number of records that its files have, read from the disk.

        Raises:
            VaultError: A file does not have what was written into it.
        """
        part = self.backup.parts[place]
        if part != self._verified[place]:
            part = replace(part, held=sum(1 for _ in self.saved(place)))
            self._verified[place] = part
        return part

    def _write_manifest(self, backup: Backup) -> None:
        file, text = manifest_file(self._folder, backup.call), manifest_text(backup)
        if not file.exists():
            file.write_private(b"")
        file.write(text)
        sync_folder(self._folder)


def _unwritable(folder: StateFolder, error: OSError | OutputError) -> VaultError:
    reason = (error.strerror if isinstance(error, OSError) else None) or error
    msg = f"the values cannot be backed up in {folder}: {reason}"
    return VaultError(msg, hint="make room or make the folder writable; nothing was destroyed")
