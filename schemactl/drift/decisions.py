"""Decide which drift items a person must decide about, and which a report only lists."""

from __future__ import annotations

from typing import Final

from schemactl.model.drift import Cause, Drift, DriftItem, DriftStatus

MAX_DETAILED: Final = 3
"""Items whose ways out a report shows in full; more are shown as NAME."""
_ACCOUNT_CHANGED: Final = frozenset({Cause.CONFLICT, Cause.DRIFT, Cause.UNKNOWN})


def items_to_decide(drift: Drift, *, strict: bool) -> tuple[DriftItem, ...]:
    """Return what differs on the account's side and needs a decision, in the drift's order."""
    return tuple(item for item in drift.items if needs_decision(item, strict=strict))


def needs_decision(item: DriftItem, *, strict: bool) -> bool:
    """Whether the account differs in an item and somebody must decide what to do.

    An item that is in no file counts if `strict`, even if it was there at the last apply.
    """
    if item.status is DriftStatus.ORPHAN or not is_reported(item, strict=strict):
        return False
    return item.cause in _ACCOUNT_CHANGED or not differs(item)


def is_reported(item: DriftItem, *, strict: bool) -> bool:
    """Whether a report lists an item; `strict` lists what the files do not name, too."""
    return not item.is_acknowledged and (strict or differs(item))


def differs(item: DriftItem) -> bool:
    """Whether files and account disagree; if the files say nothing, they do not."""
    is_undeclared = item.status in {DriftStatus.UNMANAGED, DriftStatus.ORPHAN}
    return not is_undeclared or item.is_difference
