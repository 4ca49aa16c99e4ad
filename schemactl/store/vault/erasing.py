"""Take one record out of all backups of an account; nothing of it stays on the disk.

An encrypted backup is searched with the private key of a recipient, and what is left of it is
encrypted again: to the recipients that the project names, never to those of a manifest, which
somebody else could have written.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from io import BytesIO
from typing import Final

from schemactl.errors import OutputError, SchemactlError
from schemactl.model.backup import Backup, BackupFile, BackupPart
from schemactl.store.state.interface import StateFolder
from schemactl.store.vault.encryption import Decryptor, RunEncryption
from schemactl.store.vault.folders import (
    backups_of_run,
    file_name,
    folder_of_run,
    manifest_file,
    runs_in,
    sync_folder,
)
from schemactl.store.vault.manifest import VaultError, manifest_text
from schemactl.store.vault.reading import id_in, needed_key, raw_lines, read_file, read_part
from schemactl.values import dataclass, replace

_SUFFIX: Final = ".jsonl.gz"
_SECOND: Final = 100_000
"""Added to the number of a file that is written again, so that the old one can go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What came of taking a record out of all backups.

    Attributes:
        values: How many of its values went.
        failed: Why a run could not be searched, by its id.
    """

    values: int
    failed: dict[str, SchemactlError]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """Takes one record out of the backups of an account.

    Attributes:
        folder: Where the backups of the account are.
        record: Its id.
        custom_object: Label of its object; empty for contacts.
        key: Reads encrypted backups; None where there is no identity.
        recipients: To whom what is left is encrypted.
    """

    folder: StateFolder
    record: str
    custom_object: str
    key: Decryptor | None = None
    recipients: tuple[str, ...] = ()

    def run(self) -> Erasure:
        """Take the record out of every backup that can be read."""
        erased, failed = 0, {}
        for run_id in runs_in(self.folder):
            try:
                erased += self._erase_in_run(run_id)
            except SchemactlError as error:
                failed[run_id] = error
        return Erasure(values=erased, failed=failed)

    def _erase_in_run(self, run_id: str) -> int:
        place = folder_of_run(self.folder, run_id)
        backups = tuple(backups_of_run(self.folder, run_id))
        _remove_unnamed(place, backups)
        own = [one for one in backups if one.custom_object == self.custom_object]
        return sum(self._erase_in(place, backup) for backup in own)

    def _erase_in(self, place: StateFolder, backup: Backup) -> int:
        """Write the files that have lines of the record again, then the manifest.

        Raises:
            VaultError: A file cannot be read, or written.
        """
        key = needed_key(backup, self.key)
        files = [file for part in backup.parts for file in part.files]
        found = {file: self._lines_in(place, file, key) for file in files}
        if not any(found.values()):
            return 0
        encryption = self._encryption(backup)
        recipients = () if encryption is None else encryption.recipients
        # After a change of the recipients, all of it is for the new ones.
        again = {
            file
            for file, lines in found.items()
            if lines or set(recipients) != set(backup.encrypted_to)
        }
        try:
            parts = tuple(
                replace(
                    part,
                    held=self._held(place, backup, part, key),
                    files=tuple(self._rewritten(place, part.files, again, key, encryption)),
                )
                for part in backup.parts
            )
            sync_folder(place)
            new = replace(backup, parts=parts, encrypted_to=recipients)
            manifest_file(place, backup.call).write(manifest_text(new))
            _remove_unnamed(place, tuple(backups_of_run(place.parent, place.name)))
        except (OSError, OutputError) as error:
            msg = f"{place} cannot be written: {error}"
            raise VaultError(msg) from error
        return sum(found.values())

    def _encryption(self, backup: Backup) -> RunEncryption | None:
        if not backup.encrypted_to:
            return None
        if not self.recipients:
            msg = f"the backup of the run {backup.run} is encrypted, and schemactl.yaml names "
            msg += "nobody to encrypt the rest of it to"
            raise VaultError(msg, hint="name the recipients again: values: {encrypt_to: […]}")
        return RunEncryption(self.recipients)

    def _lines_in(self, place: StateFolder, file: BackupFile, key: Decryptor | None) -> int:
        """Return how many lines of a file are of the record."""
        lines = raw_lines(_decrypted(place, file, key), file)
        return sum(id_in(line, file) == self.record for line in lines)

    def _held(
        self, place: StateFolder, backup: Backup, part: BackupPart, key: Decryptor | None
    ) -> int:
        """Return how many other records are in the files of a part."""
        if backup.is_complete:
            return sum(one.id != self.record for one in read_part(place, part, key))
        return part.held - sum(self._lines_in(place, file, key) for file in part.files)

    def _rewritten(
        self,
        place: StateFolder,
        files: Iterable[BackupFile],
        again: set[BackupFile],
        key: Decryptor | None,
        encryption: RunEncryption | None,
    ) -> Iterable[BackupFile]:
        """Yield the files of a part, some of them written again without the record."""
        for file in files:
            if file not in again:
                yield file
                continue
            data = self._left(_decrypted(place, file, key), file)
            if data:
                data = data if encryption is None else encryption.encrypt(data)
                name = _other_name(file.name)
                place.file(name).write_private(data)
                digest = hashlib.sha256(data).hexdigest()
                yield BackupFile(name=name, size_bytes=len(data), sha256=digest)

    def _left(self, data: bytes, file: BackupFile) -> bytes:
        """Return a file without the record, compressed; empty where nothing else is in it."""
        left, is_empty = BytesIO(), True
        with gzip.GzipFile(fileobj=left, mode="wb", mtime=0) as stream:
            for line in raw_lines(data, file):
                if id_in(line, file) != self.record:
                    stream.write(line)
                    is_empty = False
        return b"" if is_empty else left.getvalue()


def _decrypted(place: StateFolder, file: BackupFile, key: Decryptor | None) -> bytes:
    data = read_file(place, file)
    return data if key is None else key.decrypt(data)


def _other_name(name: str) -> str:
    """Return another name for the same lines, so that the old file is there until the end."""
    numbers, _, rest = name.partition(".")
    call, place, number = map(int, numbers.split("-"))
    other = number - _SECOND if number > _SECOND else number + _SECOND
    return file_name(call, place, other, is_encrypted=rest.endswith(".age"))


def _remove_unnamed(place: StateFolder, backups: tuple[Backup, ...]) -> None:
    """Delete files of values that no manifest names: an interrupted erasure left them."""
    named = {file.name for one in backups for part in one.parts for file in part.files}
    try:
        for file in place.files(""):
            if _SUFFIX in file.name and file.name not in named:
                file.delete()
    except OSError as error:
        msg = f"{place} cannot be cleaned up: {error.strerror or error}"
        raise VaultError(msg) from error
