"""What a plan costs: calls, seconds, bytes of the field budget; and its summary in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from schemactl.backend.interface import Dialect, LiveState
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeType,
    RemoveField,
    RemoveSection,
    RemoveTag,
    by_object,
)
from schemactl.model.field_bytes import count_unknown, known_bytes
from schemactl.model.plan import Budget, Call, Summary
from schemactl.model.schema import CONTACTS, Field

SECONDS_PER_CALL: Final = 0.5
"""What one call over the network takes: an assumption for the estimate."""
EMBEDDED_SECONDS_PER_CALL: Final = 0.005
"""What one call to the embedded account takes: measured, 2 to 4 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast calls can be made.

    Attributes:
        calls_per_minute: The account's rate; None where there is none.
        seconds_per_call: What one takes where no rate slows it.
    """

    calls_per_minute: int | None = None
    seconds_per_call: float = SECONDS_PER_CALL


def summarise(changes: Sequence[Change], by_hand: frozenset[str]) -> Summary:
    """Count changes; one that needs a person counts as by hand and as nothing else."""
    add = change_count = remove = 0
    for change in changes:
        if change.id in by_hand:
            continue
        match change:
            case AddObject() | AddSection() | AddField() | AddTag():
                add += 1
            case RemoveSection() | RemoveField() | RemoveTag():
                remove += 1
            case _:
                change_count += 1
    return Summary(add=add, change=change_count, remove=remove, by_hand=len(by_hand))


def price_plan(
    calls: Sequence[Call],
    changes: Sequence[Change],
    live: LiveState,
    dialect: Dialect,
    *,
    by_hand: frozenset[str],
    pace: Pace,
) -> Budget:
    """Work out what `calls` take, and what all `changes`, by hand too, leave of the budget.

    The vendor's limit is on the fields of contacts; whether custom objects have one of their
    own is not known, so their fields are not counted.
    """
    changes = by_object(changes)[CONTACTS]
    fields = [field for _, field in live.schema.all_fields()]
    gone, come = list(_lost_fields(changes)), list(_made_fields(changes))
    before = known_bytes(fields)
    return Budget(
        calls=len(calls),
        seconds=seconds_for(dialect.count_requests(calls, live), pace),
        field_bytes_before=before,
        field_bytes_peak=before + _most_on_the_way(changes, by_hand),
        field_bytes_after=before - known_bytes(gone) + known_bytes(come),
        field_bytes_unknown=count_unknown(fields) - count_unknown(gone) + count_unknown(come),
    )


def seconds_for(calls: int, pace: Pace) -> float:
    """Estimate how long so many calls take; a full minute's share goes at once."""
    if calls <= 0:
        return 0.0
    unhindered = calls * pace.seconds_per_call
    if pace.calls_per_minute is None:
        return round(unhindered, 3)
    full_minutes, rest = divmod(calls - 1, pace.calls_per_minute)
    return round(max(unhindered, 60.0 * full_minutes + (rest + 1) * pace.seconds_per_call), 3)


def _most_on_the_way(changes: Sequence[Change], by_hand: frozenset[str]) -> int:
    """Give the bytes to add to today's before anything but replaced fields has gone.

    Calls remove a field before they make it anew; a person makes the new one first.
    """
    replaced = [
        change
        for change in changes
        if isinstance(change, ChangeType) and change.before.custom and change.id not in by_hand
    ]
    gone = known_bytes(change.before for change in replaced)
    new = known_bytes(change.after for change in replaced)
    return known_bytes(_made_fields(changes)) - new + max(0, new - gone)


def _lost_fields(changes: Sequence[Change]) -> Iterator[Field]:
    for change in changes:
        if isinstance(change, RemoveField | ChangeType):
            yield change.before


def _made_fields(changes: Sequence[Change]) -> Iterator[Field]:
    """Give the fields that the account will have; the vendor's own cost nothing."""
    for change in changes:
        if isinstance(change, AddField) or (
            isinstance(change, ChangeType) and change.before.custom
        ):
            yield change.after
