"""The calls of a plan that give records other values before what they hold is removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Final, TypeGuard

from schemactl.account.batch_sizes import count_write_requests
from schemactl.account.interface import Dialect
from schemactl.model.call_word import DESTROYING_CALLS
from schemactl.model.change import Change, ChangeOptions, FillField
from schemactl.model.count import Counted, CountSubject, ValueCount, is_guarded_zero
from schemactl.model.plan import Call, CallDraft, Plan
from schemactl.model.value_call import MoveOptions, fill_draft, fills

READS: Final = 2
"""How often all records are read: to move the holders, and to prove that none is left."""

COUNTING: Final = 1
"""Requests that find out whether all records came."""


def with_moves(
    drafts: Sequence[CallDraft], changes: Mapping[str, Change]
) -> tuple[CallDraft, ...]:
    """Add the calls that fill fields, and that move holders before their option is removed."""
    found: list[CallDraft] = []
    fills = [fill_draft(one) for one in changes.values() if isinstance(one, FillField)]
    fills += [_move_draft(one) for one in changes.values() if _only_moves(one)]
    for draft in drafts:
        if draft.request in DESTROYING_CALLS:
            # Behind the backup, which takes long: what others write meanwhile is copied too.
            found += fills
            fills = []
            found += _moves_before(draft, changes)
        found.append(draft)
    return (*found, *fills)


def _moves_before(draft: CallDraft, changes: Mapping[str, Change]) -> Iterator[CallDraft]:
    for each in dict.fromkeys(draft.serves):
        change = changes[each]
        if isinstance(change, ChangeOptions) and change.renamed:
            yield _move_draft(change)


def _only_moves(change: Change) -> TypeGuard[ChangeOptions]:
    """Whether holders of options are moved, and no option is removed."""
    return isinstance(change, ChangeOptions) and bool(change.renamed) and not change.removed


def _move_draft(change: ChangeOptions) -> CallDraft:
    move = MoveOptions(
        custom_object=change.custom_object,
        section=change.section,
        name=change.name,
        type=change.before.type,
        options=change.renamed,
    )
    return move.draft([change.id])


def count_move_requests(plan: Plan, call: Call, dialect: Dialect) -> int:
    """Return how many requests a move takes, by what the plan counted.

    Nothing is read where nobody holds what is moved. What was not counted takes a page.
    """
    if fills(call):
        change = fill_of(plan, call)
        held = change.records or 0
        pages = ceil((change.total + 1) / dialect.page_records)
        return READS * (pages + COUNTING) + count_write_requests(dialect.name, held)
    if is_moved_by_nobody(plan, call):
        return 0
    counts = [one.count for one in _counts_about(plan, call)]
    numbers = [count for count in counts if isinstance(count, Counted)]
    total = max((count.total for count in numbers), default=0)
    held = sum(count.held for count in numbers)
    pages = ceil((total + 1) / dialect.page_records)
    return READS * (pages + COUNTING) + count_write_requests(dialect.name, held)


def fill_of(plan: Plan, call: Call) -> FillField:
    """Return the change that a call makes.

    Raises:
        ValueError: The plan has no such change.
    """
    served = frozenset(call.serves)
    for change in plan.changes:
        if isinstance(change, FillField) and change.id in served:
            return change
    msg = f"call {call.number} fills no field of its plan"
    raise ValueError(msg)


def is_moved_by_nobody(plan: Plan, call: Call) -> bool:
    """Whether a plan counted that no record holds what a call moves."""
    counts = _counts_about(plan, call)
    return bool(counts) and all(is_guarded_zero(one.count) for one in counts)


def _counts_about(plan: Plan, call: Call) -> list[ValueCount]:
    serves = frozenset(call.serves)
    return [
        one
        for one in plan.counts
        if one.key.change in serves and one.key.subject is CountSubject.MOVED
    ]
