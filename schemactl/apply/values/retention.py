"""Delete backups that are older than the project keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.errors import SchemactlError
from schemactl.host import Host
from schemactl.model.event import BackupsDeleted, BackupsKept
from schemactl.store.vault.folders import delete_run, find_backups, too_old

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest


def forget_old_backups(request: ApplyRequest, host: Host) -> None:
    """Delete what was finished too long ago; what stays is no failure of the apply."""
    days = request.values.retain_days
    if request.vault is None or days is None:
        return
    found = find_backups(request.vault)
    deleted, kept = [], list(found.unreadable)
    for run in too_old(found, days=days, now=host.now()):
        try:
            delete_run(request.vault, run)
            deleted.append(run)
        except SchemactlError:
            kept.append(run)
    if deleted:
        host.listener(BackupsDeleted(runs=tuple(deleted), days=days))
    if kept:
        host.listener(BackupsKept(runs=tuple(kept)))
