"""Where the backups of an account are: their names, which exist, and which are too old.

Names are made of validated ids of runs and of numbers, never of what a file holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from schemactl.errors import SchemactlError
from schemactl.model.backup import Backup
from schemactl.model.run_id import is_run_id
from schemactl.store.git import GitUnavailableError
from schemactl.store.state.interface import StateFile, StateFolder
from schemactl.store.vault.manifest import ENCRYPTED_SUFFIX, VaultError, read_manifest
from schemactl.values import dataclass, replace

_SUFFIX: Final = ".json"
_MANIFEST: Final = re.compile(r"[0-9]{4,}\.json")


def folder_of_run(folder: StateFolder, run_id: str) -> StateFolder:
    """Return where the backups of a run are.

    Raises:
        ValueError: The id is none, and could lead out of the folder.
        LinkedStateError: A link leads there.
    """
    if not is_run_id(run_id):
        msg = f"{run_id!r} is not the id of a run"
        raise ValueError(msg)
    place = folder.folder(run_id)
    place.store.check(place.parts)
    return place


def manifest_file(run_folder: StateFolder, call: int) -> StateFile:
    """Return where the manifest of a call is."""
    return run_folder.file(f"{call:04d}{_SUFFIX}")


def file_name(call: int, place: int, number: int, *, is_encrypted: bool) -> str:
    """Return the name of a file, by its call, the place of its part and its own number."""
    suffix = ENCRYPTED_SUFFIX if is_encrypted else ""
    return f"{call:04d}-{place:03d}-{number:04d}.jsonl.gz{suffix}"


def make_private_folder(run_folder: StateFolder) -> None:
    """Make the folder of a run, readable by its owner alone, and keep git out of all of it.

    Raises:
        OSError: It cannot be made.
    """
    run_folder.store.make_private(run_folder.parts)


def sync_folder(run_folder: StateFolder) -> None:
    """Sync a folder, so that new names in it survive a power failure.

    Raises:
        OSError: That failed.
    """
    run_folder.store.sync(run_folder.parts)


def prepare_folder(run_folder: StateFolder, *, environ: Mapping[str, str]) -> None:
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
        is_exposed = run_folder.store.is_exposed(run_folder.parts, environ=environ)
    except OSError as error:
        msg = f"the vault {vault} cannot be made: {error.strerror or error}"
        raise VaultError(msg, hint="make the folder writable; nothing was destroyed") from error
    if is_exposed:
        msg = f"git does not ignore {vault}: values of contacts do not belong into git"
        raise VaultError(msg, hint="add .schemactl/vault/ to .gitignore")
    refuse_tracked(run_folder.parent, environ=environ)


def refuse_tracked(folder: StateFolder, *, environ: Mapping[str, str]) -> None:
    """Stop where git tracks anything of the vault.

    Args:
        folder: Where the backups of an account are.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        VaultError: It does, or does not answer.
    """
    vault = folder.parent
    try:
        tracked = vault.tracked(environ=environ) if vault.store.names(vault.parts) else ()
    except GitUnavailableError as error:
        msg = f"the vault {vault} is not used: it may be in git, and {error}"
        raise VaultError(msg, hint=error.hint) from error
    except OSError as error:
        msg = f"the vault {vault} cannot be read: {error.strerror or error}"
        raise VaultError(msg) from error
    if tracked:
        msg = f"git tracks {vault.file(tracked[0])}: values of contacts do not belong into git"
        hint = "git rm -r --cached .schemactl/vault, and remove it from the history too"
        raise VaultError(msg, hint=hint)


def runs_in(folder: StateFolder) -> tuple[str, ...]:
    """Return the ids of the runs with backups, oldest first.

    Raises:
        VaultError: They cannot be listed.
    """
    return tuple(name for name in _names(folder) if is_run_id(name))


def _names(folder: StateFolder) -> tuple[str, ...]:
    try:
        return folder.store.names(folder.parts)
    except OSError as error:
        msg = f"the vault {folder} cannot be read: {error.strerror or error}"
        raise VaultError(msg) from error


def backups_of_run(folder: StateFolder, run_id: str) -> Iterator[Backup]:
    """Yield the backups of a run, in the order of its calls.

    Raises:
        VaultError: A manifest cannot be trusted.
    """
    place = folder_of_run(folder, run_id)
    for name in _names(place):
        if _MANIFEST.fullmatch(name):
            backup = read_manifest(place.file(name))
            if backup is not None:
                yield backup


def move_backup(
    source: StateFolder, target: StateFolder, backup: Backup, *, call: int
) -> Backup:
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
        manifest_file(source, backup.call).delete()
        parts = []
        for place, part in enumerate(backup.parts, start=1):
            files = []
            for number, file in enumerate(part.files, start=1):
                name = file_name(call, place, number, is_encrypted=bool(backup.encrypted_to))
                old, new = source.file(file.name), target.file(name)
                source.store.move(old.parts, new.parts)
                files.append(replace(file, name=name))
            parts.append(replace(part, files=tuple(files)))
        if not source.store.names(source.parts):
            source.store.delete_folder(source.parts)
    except OSError as error:
        msg = f"the backup in {source} cannot be taken up: {error.strerror or error}"
        raise VaultError(msg) from error
    return replace(backup, run=target.name, call=call, parts=tuple(parts))


def delete_run(folder: StateFolder, run_id: str) -> None:
    """Delete all backups of a run.

    Raises:
        VaultError: A file cannot be deleted.
    """
    place = folder_of_run(folder, run_id)
    try:
        place.store.delete_folder(place.parts)
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


def find_backups(folder: StateFolder) -> FoundBackups:
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
