"""Which value a run wrote into each record, in little memory whatever the number of records.

Kept in a temporary file of SQLite, which is deleted with the run: only checksums with a random
key, so that nobody reads a value from it.
"""

from __future__ import annotations

import secrets
import sqlite3
import weakref
from hashlib import blake2b
from typing import Final

from schemactl.account.value_forms import canonical
from schemactl.model.record_update import Value

_BYTES: Final = 16


class WrittenValues:
    """What was written into one field.

    Args:
        kind: Type of the field.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._key = secrets.token_bytes(_BYTES)
        # An empty name is a temporary file, of which little is in memory. It may be closed in
        # another thread than that of its account: by whichever collects garbage.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._file.close)
        self._file.execute("CREATE TABLE written (id TEXT PRIMARY KEY, sum BLOB) WITHOUT ROWID")

    def note(self, record: str, value: Value) -> None:
        """Remember what was written into a record."""
        self._file.execute(
            "INSERT OR REPLACE INTO written VALUES (?, ?)", (record, self._sum(value))
        )

    def has(self, record: str, value: Value) -> bool:
        """Whether a value means what was written into a record last."""
        found = self._file.execute("SELECT sum FROM written WHERE id = ?", (record,)).fetchone()
        return found is not None and found[0] == self._sum(value)

    def _sum(self, value: Value) -> bytes:
        text = canonical(self._kind, value).encode("utf-8", "surrogatepass")
        return blake2b(text, key=self._key, digest_size=_BYTES).digest()
