"""Find which drift items somebody has acknowledged, and which entries no longer hold."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Final

from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.drift import DriftItem, Suppression
from schemactl.model.json_text import compact_json
from schemactl.values import replace

_SEEN_LENGTH: Final = 8


def with_acknowledgements(
    items: Sequence[DriftItem], acknowledged: Sequence[Acknowledgement], today: date
) -> tuple[DriftItem, ...]:
    """Return the same items, each with a digest of its state and its acknowledgement.

    An entry whose title several items share acknowledges none of them, unless its `seen` picks
    one.
    """
    by_item = {entry.item: entry for entry in acknowledged}
    shared = Counter(item.title for item in items)
    return tuple(
        _with_acknowledgement(
            item, by_item.get(item.title), today, is_shared=shared[item.title] > 1
        )
        for item in items
    )


def notice_unused(
    items: Sequence[DriftItem], acknowledged: Sequence[Acknowledgement]
) -> Iterator[Notice]:
    """Yield a notice for each entry that acknowledges no item, or more than one."""
    drifted = Counter(item.title for item in items)
    for entry in acknowledged:
        kinds = [str(item.object) for item in items if item.title == entry.item]
        if len(kinds) > 1 and not entry.seen:
            yield Notice(
                code=NoticeCode.NEEDLESS_ACKNOWLEDGEMENT,
                about=entry.item,
                message=f"names {len(kinds)} items ({', '.join(kinds)}), so none of them is "
                "acknowledged: add the seen: of the one that is meant",
                location=entry.location,
            )
        if entry.item not in drifted:
            yield Notice(
                code=NoticeCode.NEEDLESS_ACKNOWLEDGEMENT,
                about=entry.item,
                message="is acknowledged, and nothing of that name differs: delete the entry, "
                "or name the item as drift does",
                location=entry.location,
            )


def _with_acknowledgement(
    item: DriftItem, entry: Acknowledgement | None, today: date, *, is_shared: bool
) -> DriftItem:
    seen = _state_in_short(item)
    if entry is None or (is_shared and entry.seen != seen):
        return replace(item, seen=seen)
    suppression = Suppression(
        by=entry,
        is_overdue=today > entry.until,
        is_outdated=bool(entry.seen) and entry.seen != seen,
    )
    return replace(item, seen=seen, suppression=suppression)


def _state_in_short(item: DriftItem) -> str:
    """Return a digest of what the account has; short, because people copy it into a file."""
    document = {"status": item.status, "found": [asdict(state) for state in item.found]}
    digest = hashlib.sha256(compact_json(document).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:_SEEN_LENGTH]
