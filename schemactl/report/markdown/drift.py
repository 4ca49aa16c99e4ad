"""Drift as Markdown, for the summary of a scheduled job or for an issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.model.drift import Drift, DriftItem, ObjectKind
from schemactl.model.schema import in_object
from schemactl.report.drift_details import drift_details, drift_totals
from schemactl.report.drift_groups import (
    DriftGroup,
    calm_words,
    groups_of,
    origin_words,
    other_notices,
    remedies,
    standing,
)
from schemactl.report.locations import place
from schemactl.report.markdown.syntax import (
    COMMENT_MAX,
    capped,
    code,
    detail,
    document,
    notices_block,
    prose,
    row,
    sentence,
)
from schemactl.text import named

_ITEMS_MAX: Final = COMMENT_MAX * 3 // 4
_BLOCK_MAX: Final = COMMENT_MAX // 10


def drift_markdown(drift: Drift, *, strict: bool = False) -> str:
    """Write drift as Markdown that fits into a comment; what does not fit is counted.

    Args:
        drift: What was found.
        strict: Whether unmanaged objects count, and so are listed.
    """
    differs = drift.differs(strict=strict)
    return document(
        [_title(drift)],
        [] if differs else [calm_words(drift)],
        [prose(origin_words(drift))] if drift.items and not drift.other else [],
        *_tables(drift, groups_of(drift, strict=strict)),
        notices_block(other_notices(drift, strict=strict), room=_BLOCK_MAX),
        _remedies(drift, strict=strict),
        [f"**{drift_totals(drift)}**"] if drift.items else [],
    )


def _title(drift: Drift) -> str:
    if drift.other:
        return f"### schemactl compare {code(drift.account)} {code(drift.other)}"
    return f"### schemactl drift of {code(drift.account)}"


def _tables(drift: Drift, groups: Sequence[DriftGroup]) -> Iterator[list[str]]:
    """Yield one table per group; the first, which need a decision, get the room they need."""
    room = _ITEMS_MAX
    for group in groups:
        if group.heading:
            yield [f"**{group.heading} ({len(group.items):,})**"]
        rows = [item_row(item, drift) for item in group.items]
        table = capped(rows, room=room, more=row("", "… and {} more", "", ""))
        room = max(0, room - sum(map(len, table)))
        yield [row("status", "what", "details", "declared in"), row(*["---"] * 4), *table]


def item_row(item: DriftItem, drift: Drift) -> str:
    """Return the row of an item: status, name, details and place."""
    where = place(item.location)
    details = "; ".join(map(detail, drift_details(item, drift)))
    standing_words = code(standing(item, drift)) if drift.other else item.status
    return row(standing_words, code(_object(item)), details, code(where) if where else "")


def _remedies(drift: Drift, *, strict: bool) -> list[str]:
    ways = [
        f"- {one.purpose}: {code(one.action) if one.is_code else sentence(one.action)}"
        for one in remedies(drift, strict=strict)
    ]
    return ["**What you can do**", "", *ways] if ways else []


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
