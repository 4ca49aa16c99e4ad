"""Drift as Markdown, for the summary of a scheduled job or for an issue."""

from __future__ import annotations

from typing import Final

from schemactl.model.drift import Drift, DriftItem, DriftStatus, ObjectKind
from schemactl.model.schema import in_object
from schemactl.report.drift_text import drift_details, drift_totals
from schemactl.report.markdown import (
    COMMENT_MAX,
    capped,
    code,
    detail,
    document,
    notices_block,
    row,
)
from schemactl.report.notices_text import place
from schemactl.report.wording import named

_ITEMS_MAX: Final = COMMENT_MAX * 3 // 4
_BLOCK_MAX: Final = COMMENT_MAX // 10


def drift_markdown(drift: Drift, *, strict: bool = False) -> str:
    """Write drift as Markdown that fits into a comment; what it leaves out is counted.

    Args:
        drift: What was found.
        strict: Whether what is unmanaged counts, and so is listed.
    """
    told = [item for item in drift.items if strict or item.status is not DriftStatus.UNMANAGED]
    differs = drift.differs(strict=strict)
    verdict = [] if differs else ["No drift: the account is as the files say."]
    return document(
        [f"### schemactl drift of {code(drift.account)}"],
        verdict,
        _table(told),
        notices_block(drift.notices, room=_BLOCK_MAX),
        [f"**{drift_totals(drift.counts())}**"] if drift.items else [],
    )


def _table(items: list[DriftItem]) -> list[str]:
    if not items:
        return []
    heading = [row("status", "what", "details", "declared in"), row(*["---"] * 4)]
    more = row("", "… and {} more", "", "")
    return [*heading, *capped(list(map(_item, items)), room=_ITEMS_MAX, more=more)]


def _item(item: DriftItem) -> str:
    where = place(item.location)
    details = "; ".join(map(detail, drift_details(item)))
    return row(item.status, code(_object(item)), details, code(where) if where else "")


def _object(item: DriftItem) -> str:
    label = item.custom_object
    match item.object:
        case ObjectKind.FIELD:
            return f"{named(in_object(label, item.section or ''))} / {named(item.name)}"
        case ObjectKind.SECTION:
            return f"section {named(in_object(label, item.name))}"
        case ObjectKind.TAG:
            return f"tag {named(item.name)}"
        case ObjectKind.CUSTOM_OBJECT:
            return f"custom object {named(item.name)}"
