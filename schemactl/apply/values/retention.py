"""Delete backups that are older than the project keeps them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from schemactl.errors import SchemactlError
from schemactl.host import Host
from schemactl.model.event import BackupsDeleted
from schemactl.store.vault.folders import delete_run, too_old

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest


def forget_old_backups(request: ApplyRequest, host: Host) -> None:
    """Delete what was finished too long ago; what stays is no failure of the apply."""
    days = request.values.retain_days
    if request.vault is None or days is None:
        return
    deleted = []
    with suppress(SchemactlError):
        for run in too_old(request.vault, days=days, now=host.now()):
            delete_run(request.vault, run)
            deleted.append(run)
    if deleted:
        host.listener(BackupsDeleted(runs=tuple(deleted), days=days))
