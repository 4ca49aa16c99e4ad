"""Shards: parts of the chosen accounts, each for a process or machine of its own.

Which shard an account is in depends on its name and the number of shards alone. So each account
is in exactly one, every machine finds the same one, and an account that is added, removed or
moved in the project changes the shard of no other.
"""

from __future__ import annotations

import hashlib
from typing import Final

from schemactl.values import dataclass

MAX_SHARDS: Final = 10_000
_HASHED_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One of several shards; the first has the number 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def has(self, name: str) -> bool:
        """Whether the account of that name is in this shard."""
        return shard_number(name, self.count) == self.number


def shard_number(name: str, count: int) -> int:
    """Return the number of the shard that an account is in: the same in every version.

    Python's own hash differs from process to process. The remainder of a cryptographic hash
    spreads names evenly, also those that differ only in a number.
    """
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    return int.from_bytes(digest[:_HASHED_BYTES], "big") % count + 1
