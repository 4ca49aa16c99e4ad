"""Bring a backup up to date right before the call that destroys what it is of.

People change values while a run works. Over the REST API the records that changed since the
last look are read; over the Contacts API, which cannot say which those are, all records are.
What is other than in the backup is added to it. Only what changes between this look and the
call is lost, and the guard's count of holders narrows that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Final

from schemactl.account.interface import Backend, LiveState
from schemactl.errors import AccountError, NotSelectedError
from schemactl.host import Host
from schemactl.model.held_values import FieldPlace, HeldRecord
from schemactl.model.plan import Call
from schemactl.store.vault.writing import BackupWriter, Changed
from schemactl.values import dataclass

SLACK_S: Final = 600
"""How far the times of an account may differ among themselves."""
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


class ReadingTime:
    """Finds out when a walk over all records began, by the account's clock.

    Nothing compares that clock with the computer's. But whoever changed last did it before the
    walk ended, and how long the walk took is known.

    Args:
        host: The outside world.
        started_at: When the first record was read, perhaps by an earlier process.
    """

    def __init__(self, host: Host, started_at: str) -> None:
        self._host = host
        self._started_at = datetime.fromisoformat(started_at)
        self._since_s = host.clock()
        self._newest_s: int | None = None

    def note(self, page: Iterable[HeldRecord]) -> None:
        """Remember when records of a page changed last."""
        times = [one.changed_s for one in page if one.changed_s is not None]
        if self._newest_s is not None:
            times.append(self._newest_s)
        self._newest_s = max(times, default=None)

    def began_s(self) -> int | None:
        """Return a time not after the first read of a record; None if nothing shows one."""
        if self._newest_s is None:
            return None
        by_date_s = (self._host.now() - self._started_at).total_seconds()
        took_s = max(self._host.clock() - self._since_s, by_date_s)
        return self._newest_s - ceil(took_s)


@dataclass(slots=True, kw_only=True)
class OpenBackup:
    """A complete backup of this run, which is added to until nothing of it is left to destroy.

    Attributes:
        writer: Adds to it.
        places: The field of each part; empty for tags.
        looked_at: When the records were looked at last by the computer's clock, as ISO 8601
            writes it.
        read_from_s: By the account's clock, a time at which none of the records was read yet;
            None if the account names no times.
    """

    writer: BackupWriter
    places: Sequence[FieldPlace]
    looked_at: str
    read_from_s: int | None = None

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
        if backend.dialect.finds_changed_records and self.read_from_s is not None:
            looked_at_s = int(datetime.fromisoformat(self.looked_at).timestamp())
            # The computer's clock may be hours ahead of the account's.
            since_s = min(looked_at_s, self.read_from_s)
            try:
                return list(
                    backend.records.read_changed(fields, live, since_s=since_s - SLACK_S)
                )
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
