"""What tests ask of a vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemactl.model.backup import Backup
from schemactl.store.state.interface import StateFolder
from schemactl.store.state.local import LocalState
from schemactl.store.vault.folders import find_backups


def vault_in(path: Path) -> StateFolder:
    """Return the folder `.schemactl/vault/ACCOUNT` of a project as a folder of documents."""
    store = LocalState(folder=path.parents[2], inside=(path.parts[-3],))
    return StateFolder.at(store, path.parts[-2:])


def backups_in(folder: StateFolder) -> Iterator[Backup]:
    """Yield all backups of an account, oldest first.

    Raises:
        VaultError: A manifest cannot be trusted.
    """
    found = find_backups(folder)
    for error in found.unreadable.values():
        raise error
    for backups in found.backups.values():
        yield from backups
