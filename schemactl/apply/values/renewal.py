"""Bring a backup up to date right before the call that destroys what it is of.

People change values while a run works. Over the REST API the records that changed since the
last look are read; over the Contacts API, which cannot say which those are, all records are.
What is other than in the backup is added to it. Only what changes between this look and the
call is lost, and the guard's count of holders narrows that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from schemactl.account.interface import Backend, LiveState
from schemactl.errors import AccountError, NotSelectedError
from schemactl.host import Host
from schemactl.model.held_values import FieldPlace, HeldRecord
from schemactl.model.plan import Call
from schemactl.store.vault.writing import BackupWriter, Changed
from schemactl.values import dataclass

CLOCK_SLACK_S: Final = 600
"""How far the clocks of account and computer may differ."""
MAX_WALKS: Final = 3
"""How often the contacts with a tag are read until nobody is new."""


class OvertakenError(AccountError):
    """Somebody changed values so that the reviewed call must not be sent."""


class UncopiedError(OvertakenError):
    """Values changed after a call of the plan copied the others.

    Attributes:
        copy: That call.
    """

    def __init__(self, message: str, copy: Call) -> None:
        super().__init__(message)
        self.copy = copy


@dataclass(slots=True, kw_only=True)
class OpenBackup:
    """A complete backup of this run, which is added to until nothing of it is left to destroy.

    Attributes:
        writer: Adds to it.
        places: The field of each part; empty for tags.
        looked_at: When the records were looked at last, as ISO 8601 writes it.
    """

    writer: BackupWriter
    places: Sequence[FieldPlace]
    looked_at: str

    def parts_of(self, changes: Iterable[str]) -> tuple[int, ...]:
        """Return the places of the parts that some changes destroy."""
        wanted = frozenset(changes)
        parts = enumerate(self.writer.backup.parts)
        return tuple(place for place, part in parts if part.change in wanted)

    def renew(
        self, parts: Sequence[int], *, backend: Backend, host: Host, live: LiveState
    ) -> Changed:
        """Add what changed in some parts.

        Raises:
            AccountError: The records could not be read.
            VaultError: They could not be written.
        """
        now = host.now_in_utc()
        if self.places:
            pages = self._pages(parts, backend, live)
            changed = self.writer.add_changed(pages, parts)
        else:
            added = sum(self._add_holders(part, backend, live) for part in parts)
            changed = Changed(values=added, held=added)
        self.looked_at = now
        if changed.values:
            self.writer.finish(total=self.writer.backup.total, at=host.now_in_utc())
        return changed

    def _pages(
        self, parts: Sequence[int], backend: Backend, live: LiveState
    ) -> Iterable[Sequence[HeldRecord]]:
        """Return what may have changed, in the order of the ids."""
        fields = [self.places[part] for part in parts]
        if backend.dialect.finds_changed_records:
            since_s = int(datetime.fromisoformat(self.looked_at).timestamp()) - CLOCK_SLACK_S
            try:
                return list(backend.records.read_changed(fields, live, since_s=since_s))
            except NotSelectedError:
                # The server does not select by time, so all records are read.
                pass
        return backend.records.read_values(fields, live)

    def _add_holders(self, part: int, backend: Backend, live: LiveState) -> int:
        """Add the contacts that have a tag by now; return how many they are.

        Pages follow each other by an offset, so whoever loses the tag meanwhile hides another
        contact: a walk has to find nobody new.

        Raises:
            AccountError: Each walk finds somebody new.
        """
        known = {one.id for one in self.writer.saved(part)}
        tag = self.writer.backup.parts[part].tag
        first = len(known)
        for _ in range(MAX_WALKS):
            new = 0
            for page in backend.records.read_tagged(tag, live):
                unknown = [one for one in page if one.id not in known]
                self.writer.add_holders(part, unknown)
                known.update(one.id for one in unknown)
                new += len(unknown)
            if not new:
                return len(known) - first
        msg = f'contacts get and lose the tag "{tag}" meanwhile; apply again'
        raise AccountError(msg)
