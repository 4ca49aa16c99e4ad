"""The two sides of a comparison: accounts or snapshots."""

from __future__ import annotations

from pathlib import Path

from schemactl.account.target import Target
from schemactl.model.schema import Schema
from schemactl.store.snapshot import read_snapshot
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two that are compared.

    Attributes:
        name: What the user calls it.
        source: An account, or the path of a snapshot.
    """

    name: str
    source: Target | Path

    @property
    def api(self) -> str:
        """The API that an account is read over; empty for a snapshot."""
        return "" if isinstance(self.source, Path) else self.source.dialect.name


def read_side(side: Side) -> Schema:
    """Return the schema of one side, with every custom object of an account.

    Raises:
        AccountError: The account could not be read.
        SnapshotError: The file holds no snapshot.
    """
    if isinstance(side.source, Path):
        return read_snapshot(side.source)
    with side.source.open_for_reading(None) as account:
        return account.read().schema
