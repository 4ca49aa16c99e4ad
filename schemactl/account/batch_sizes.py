"""How many records a request writes, and how many requests that takes."""

from __future__ import annotations

from math import ceil
from typing import Final

from schemactl.project.settings import BackendName

REST_RECORDS: Final = 10
"""Records that are read together before they are written one by one, within a few seconds."""
LEGACY_CONTACTS: Final = 50
"""Contacts of one request: two were seen, and how many a server takes is unknown."""
TAGGED_AT_ONCE: Final = 50
"""Contacts of one request that get a tag: nothing says how many a server takes."""


def count_write_requests(backend: str, records: int) -> int:
    """Return how many requests it takes to write records of which none is refused."""
    match BackendName(backend):
        case BackendName.REST:
            return records + 2 * ceil(records / REST_RECORDS)
        case BackendName.LEGACY:
            return 3 * ceil(records / LEGACY_CONTACTS)
