"""The counts of a plan as JSON, and back; after the JSON Schema `plan`."""

from __future__ import annotations

from typing import NotRequired

from schemactl.model.count import CountKey, CountSubject, ValueCount
from schemactl.model.plan import JsonObject
from schemactl.store.count_document import CountDocument, count_members, count_of


class ValueCountDocument(CountDocument):
    """One count, and what it is about."""

    change: str
    subject: str
    option: NotRequired[str]


def count_json(one: ValueCount) -> JsonObject:
    """Write a count; `option` is there only where an option was counted."""
    option = {"option": one.key.option} if one.key.option else {}
    return {
        "change": one.key.change,
        "subject": one.key.subject,
        **option,
        **count_members(one.count),
    }


def count_from(document: ValueCountDocument) -> ValueCount:
    """Return the count that a document describes."""
    key = CountKey(
        change=document["change"],
        subject=CountSubject(document["subject"]),
        option=document.get("option", ""),
    )
    return ValueCount(key=key, count=count_of(document))
