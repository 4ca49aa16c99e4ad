"""The other kinds of records that are served, with what the vendor's API does to each.

Numbers, paths and methods are from a table in the vendor's documentation, as clients quote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NOTE = 12
SEQUENCE = 5
ALL = ("GET", "PUT", "POST", "DELETE")


class Kind(NamedTuple):
    """One kind of records.

    Attributes:
        number: Its `objectID`.
        singular: Its path for one record, in lower case; empty if it has none of its own.
        plural: Its path for several.
        methods: What can be done to its records.
        key: What identifies a record in an answer.
    """

    number: int
    singular: str
    plural: str
    methods: tuple[str, ...]
    key: str = "id"


KINDS: Mapping[int, Kind] = MappingProxyType(
    {
        kind.number: kind
        for kind in (
            Kind(1, "task", "tasks", ("GET", "PUT")),
            Kind(3, "group", "groups", ("GET", "DELETE")),
            Kind(SEQUENCE, "", "", ("GET",), "drip_id"),
            Kind(6, "rule", "rules", ALL),
            Kind(7, "message", "messages", ALL),
            Kind(NOTE, "note", "notes", ALL),
            Kind(122, "form", "forms", ("GET",), "form_id"),
            Kind(140, "campaignbuilderitem", "campaignbuilderitems", ("GET",)),
        )
    }
)


def kind_of_path(head: str) -> tuple[Kind, bool] | None:
    """Return the kind that a path begins with, and whether the path is for one record."""
    for kind in KINDS.values():
        if head and head in {kind.singular, kind.plural}:
            return kind, head == kind.singular
    return None
