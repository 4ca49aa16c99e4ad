"""One count as members of a JSON document, and back: of a plan, or of an account's usage."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from schemactl.model.count import Contradicting, Count, Counted, NotCounted, NotCountedReason
from schemactl.model.plan import JsonObject


class CountDocument(TypedDict):
    """Two numbers, three that contradict each other, or why there is none."""

    held: NotRequired[int]
    other: NotRequired[int]
    total: NotRequired[int]
    by_reading: NotRequired[bool]
    not_counted: NotRequired[str]


def count_members(count: Count) -> JsonObject:
    """Return a count as members."""
    match count:
        case Counted(held=held, total=total, by_reading=by_reading):
            how = {"by_reading": True} if by_reading else {}
            return {"held": held, "total": total, **how}
        case Contradicting(held=held, other=other, total=total):
            return {"held": held, "other": other, "total": total}
        case NotCounted(why=why):
            return {"not_counted": why}


def count_of(document: CountDocument) -> Count:
    """Return the count that members describe."""
    if "not_counted" in document:
        return NotCounted(why=NotCountedReason(document["not_counted"]))
    held, total = document["held"], document["total"]
    if "other" in document:
        return Contradicting(held=held, other=document["other"], total=total)
    return Counted(held=held, total=total, by_reading=document.get("by_reading", False))
