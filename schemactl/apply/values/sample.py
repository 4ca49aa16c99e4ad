"""A few records of a backup, to compare its files with the account."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from schemactl.model.backup import Backup
from schemactl.model.held_values import HeldRecord
from schemactl.model.schema import CONTACTS
from schemactl.store.vault.reading import read_lines
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
    def of(cls, run_folder: Path, backup: Backup) -> Self:
        """Choose records from all files, and read what these have of them."""
        files = [run_folder / part.file if part.file else None for part in backup.parts]
        chosen: dict[str, None] = {}
        for path in files:
            chosen.update(dict.fromkeys(_some_ids(path) if path else ()))
        ids = tuple(chosen)[:MAX_IDS]
        wanted = frozenset(ids)
        values = tuple(
            {one.id: one.value for one in read_lines(path) if one.id in wanted} if path else {}
            for path in files
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


def _some_ids(path: Path) -> tuple[str, ...]:
    first: list[str] = []
    last: deque[str] = deque(maxlen=MAX_EACH)
    for one in read_lines(path):
        if len(first) < MAX_EACH:
            first.append(one.id)
        else:
            last.append(one.id)
    return (*first, *last)
