"""The counts of a plan as JSON, and back; after the JSON Schema `plan`."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from schemactl.model.count import (
    Contradicting,
    Count,
    Counted,
    CountKey,
    CountSubject,
    NotCounted,
    NotCountedReason,
    ValueCount,
)
from schemactl.model.plan import JsonObject


class CountDocument(TypedDict):
    """One count: two numbers, three that contradict each other, or why there is none."""

    change: str
    subject: str
    option: NotRequired[str]
    held: NotRequired[int]
    other: NotRequired[int]
    total: NotRequired[int]
    by_reading: NotRequired[bool]
    not_counted: NotRequired[str]


def count_json(one: ValueCount) -> JsonObject:
    """Write a count; `option` is there only where an option was counted."""
    option = {"option": one.key.option} if one.key.subject is CountSubject.OPTION else {}
    key = {"change": one.key.change, "subject": one.key.subject, **option}
    match one.count:
        case Counted(held=held, total=total, by_reading=by_reading):
            how = {"by_reading": True} if by_reading else {}
            return {**key, "held": held, "total": total, **how}
        case Contradicting(held=held, other=other, total=total):
            return {**key, "held": held, "other": other, "total": total}
        case NotCounted(why=why):
            return {**key, "not_counted": why}


def count_from(document: CountDocument) -> ValueCount:
    """Return the count that a document describes."""
    key = CountKey(
        change=document["change"],
        subject=CountSubject(document["subject"]),
        option=document.get("option", ""),
    )
    return ValueCount(key=key, count=_count(document))


def _count(document: CountDocument) -> Count:
    if "not_counted" in document:
        return NotCounted(why=NotCountedReason(document["not_counted"]))
    held, total = document["held"], document["total"]
    if "other" in document:
        return Contradicting(held=held, other=document["other"], total=total)
    return Counted(held=held, total=total, by_reading=document.get("by_reading", False))
