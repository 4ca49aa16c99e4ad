"""What tests ask of a vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemactl.model.backup import Backup
from schemactl.store.vault.folders import find_backups


def backups_in(folder: Path) -> Iterator[Backup]:
    """Yield all backups of an account, oldest first.

    Raises:
        VaultError: A manifest cannot be trusted.
    """
    found = find_backups(folder)
    for error in found.unreadable.values():
        raise error
    for backups in found.backups.values():
        yield from backups
