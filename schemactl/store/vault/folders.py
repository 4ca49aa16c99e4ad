"""Where the backups of an account are: their names, which exist, and which are too old.

Names are made of validated ids of runs and of numbers, never of what a file holds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from schemactl.errors import SchemactlError
from schemactl.model.backup import Backup
from schemactl.model.run_id import is_run_id
from schemactl.store.files import own_path
from schemactl.store.git import GitUnavailableError, tracked_files, would_be_committed
from schemactl.store.vault.manifest import ENCRYPTED_SUFFIX, VaultError, read_manifest
from schemactl.values import dataclass, replace

PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
_IGNORE: Final = ".gitignore"
_IGNORE_ALL: Final = b"*\n"
_SUFFIX: Final = ".json"


def folder_of_run(folder: Path, run_id: str) -> Path:
    """Return where the backups of a run are.

    Raises:
        ValueError: The id is none, and could lead out of the folder.
        LinkedStateError: A link leads there.
    """
    if not is_run_id(run_id):
        msg = f"{run_id!r} is not the id of a run"
        raise ValueError(msg)
    # `.schemactl`, `vault` and the account's: a link could lead to anybody's files.
    return own_path(Path(*folder.parts[:-3]), *folder.parts[-3:], run_id)


def manifest_path(run_folder: Path, call: int) -> Path:
    """Return where the manifest of a call is."""
    return run_folder / f"{call:04d}{_SUFFIX}"


def file_name(call: int, place: int, number: int, *, is_encrypted: bool) -> str:
    """Return the name of a file, by its call, the place of its part and its own number."""
    suffix = ENCRYPTED_SUFFIX if is_encrypted else ""
    return f"{call:04d}-{place:03d}-{number:04d}.jsonl.gz{suffix}"


def make_private_folder(run_folder: Path) -> None:
    """Make the folder of a run, readable by its owner alone, and keep git out of all of it.

    Raises:
        OSError: It cannot be made.
    """
    vault = run_folder.parent.parent
    vault.parent.mkdir(parents=True, exist_ok=True)
    sync_folder(vault.parent.parent)
    for place in (vault, run_folder.parent, run_folder):
        with suppress(FileExistsError):
            place.mkdir(mode=PRIVATE_FOLDER)
        place.chmod(PRIVATE_FOLDER)
        # A backup whose folder is lost in a power failure would be lost with it.
        sync_folder(place.parent)
    _write_ignore(vault / _IGNORE)


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that new names in it survive a power failure.

    Raises:
        OSError: That failed.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_ignore(path: Path) -> None:
    """Write the file that keeps git out, in place of whatever is there."""
    if path.is_symlink() or not path.is_file() or path.read_bytes() != _IGNORE_ALL:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_IGNORE_ALL)


def prepare_folder(run_folder: Path, *, environ: Mapping[str, str]) -> None:
    """Make the folder of a run; stop where git has the vault, or would take it.

    Args:
        run_folder: Where the backups of a run are to be.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        VaultError: Git has it, would take it or does not answer, or it cannot be made.
    """
    vault = run_folder.parent.parent
    try:
        make_private_folder(run_folder)
        is_exposed = would_be_committed(run_folder, environ=environ)
    except OSError as error:
        msg = f"the vault {vault} cannot be made: {error.strerror or error}"
        raise VaultError(msg, hint="make the folder writable; nothing was destroyed") from error
    if is_exposed:
        msg = f"git does not ignore {vault}: values of contacts do not belong into git"
        raise VaultError(msg, hint="add .schemactl/vault/ to .gitignore")
    refuse_tracked(run_folder.parent, environ=environ)


def refuse_tracked(folder: Path, *, environ: Mapping[str, str]) -> None:
    """Stop where git tracks anything of the vault.

    Args:
        folder: Where the backups of an account are.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        VaultError: It does, or does not answer.
    """
    vault = folder.parent
    try:
        tracked = tracked_files(vault, environ=environ) if vault.exists() else ()
    except GitUnavailableError as error:
        msg = f"the vault {vault} is not used: it may be in git, and {error}"
        raise VaultError(msg, hint=error.hint) from error
    if tracked:
        msg = f"git tracks {vault / tracked[0]}: values of contacts do not belong into git"
        hint = "git rm -r --cached .schemactl/vault, and remove it from the history too"
        raise VaultError(msg, hint=hint)


def runs_in(folder: Path) -> tuple[str, ...]:
    """Return the ids of the runs with backups, oldest first."""
    try:
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(sorted(name for name in names if is_run_id(name)))


def backups_of_run(folder: Path, run_id: str) -> Iterator[Backup]:
    """Yield the backups of a run, in the order of its calls.

    Raises:
        VaultError: A manifest cannot be trusted.
    """
    place = folder_of_run(folder, run_id)
    if not place.is_dir():
        return
    for path in sorted(place.glob(f"[0-9][0-9][0-9][0-9]*{_SUFFIX}")):
        backup = read_manifest(path)
        if backup is not None:
            yield backup


def move_backup(source: Path, target: Path, backup: Backup, *, call: int) -> Backup:
    """Move an interrupted backup into the folder of the run that goes on with it.

    A process killed here leaves files without a manifest, which nobody reads.

    Args:
        source: Folder of the interrupted run.
        target: Folder of the run that goes on.
        backup: As the interrupted run left it.
        call: Number of the call in the new run.

    Returns:
        The backup as the new run has it; its manifest is still to be written.

    Raises:
        VaultError: A file cannot be moved.
    """
    try:
        make_private_folder(target)
        manifest_path(source, backup.call).unlink()
        parts = []
        for place, part in enumerate(backup.parts, start=1):
            files = []
            for number, file in enumerate(part.files, start=1):
                name = file_name(call, place, number, is_encrypted=bool(backup.encrypted_to))
                (source / file.name).replace(target / name)
                files.append(replace(file, name=name))
            parts.append(replace(part, files=tuple(files)))
        with suppress(OSError):
            source.rmdir()
    except OSError as error:
        msg = f"the backup in {source} cannot be taken up: {error.strerror or error}"
        raise VaultError(msg) from error
    return replace(backup, run=target.name, call=call, parts=tuple(parts))


def delete_run(folder: Path, run_id: str) -> None:
    """Delete all backups of a run.

    Raises:
        VaultError: A file cannot be deleted.
    """
    place = folder_of_run(folder, run_id)
    try:
        shutil.rmtree(place)
    except OSError as error:
        msg = f"{place} cannot be deleted: {error.strerror or error}"
        raise VaultError(msg) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBackups:
    """The backups of an account, as far as their manifests can be read.

    Attributes:
        backups: Of each run, oldest first.
        unreadable: Why a run has none that can be trusted, by its id.
    """

    backups: Mapping[str, tuple[Backup, ...]]
    unreadable: Mapping[str, SchemactlError]


def find_backups(folder: Path) -> FoundBackups:
    """Read all manifests of an account; a damaged one does not hide the others."""
    backups: dict[str, tuple[Backup, ...]] = {}
    unreadable: dict[str, SchemactlError] = {}
    for run_id in runs_in(folder):
        try:
            backups[run_id] = tuple(backups_of_run(folder, run_id))
        except SchemactlError as error:
            unreadable[run_id] = error
    return FoundBackups(backups=backups, unreadable=unreadable)


def too_old(found: FoundBackups, *, days: int, now: datetime) -> tuple[str, ...]:
    """Return the runs whose backups were all finished longer ago than some days."""
    limit = now - timedelta(days=days)
    return tuple(
        run_id
        for run_id, backups in found.backups.items()
        if backups
        and all(
            datetime.fromisoformat(one.finished_at or one.started_at) < limit for one in backups
        )
    )
