"""A few records of a backup, to compare its files with the account."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self

from schemactl.model.backup import Backup, SavedValue
from schemactl.model.held_values import HeldRecord
from schemactl.model.schema import CONTACTS
from schemactl.store.vault.writing import BackupWriter
from schemactl.values import dataclass

MAX_EACH: Final = 8
"""Records from the start and from the end of each file."""
MAX_IDS: Final = 50
"""Records in all: no more than one request returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some records.

    Attributes:
        ids: Their ids.
        values: What the file of each part has of them.
    """

    ids: tuple[str, ...]
    values: tuple[Mapping[str, str | None], ...]

    @classmethod
    def of(cls, writer: BackupWriter) -> Self:
        """Choose records from all files, and read what these have of them."""
        parts = range(len(writer.backup.parts))
        chosen: dict[str, None] = {}
        for part in parts:
            chosen.update(dict.fromkeys(_some_ids(writer.saved(part))))
        ids = tuple(chosen)[:MAX_IDS]
        wanted = frozenset(ids)
        values = tuple(
            {one.id: one.value for one in writer.saved(part) if one.id in wanted}
            for part in parts
        )
        return cls(ids=ids, values=values)

    def find_difference(self, backup: Backup, records: Sequence[HeldRecord]) -> str:
        """Return which record the account has otherwise; empty for none.

        A record that was deleted meanwhile has nothing that could be lost.
        """
        for record in records:
            for part, saved, value in zip(
                backup.parts, self.values, record.values, strict=True
            ):
                now = value if part.keeps(value) else None
                if now != saved.get(record.id):
                    noun = "contact" if backup.custom_object == CONTACTS else "record"
                    return f"{noun} {record.id}"
        return ""


def _some_ids(saved: Iterable[SavedValue]) -> tuple[str, ...]:
    first: list[str] = []
    last: deque[str] = deque(maxlen=MAX_EACH)
    for one in saved:
        if len(first) < MAX_EACH:
            first.append(one.id)
        else:
            last.append(one.id)
    return (*first, *last)
