"""A plan in one line, and the size of what it was made on: the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from schemactl.model.change import Change
from schemactl.model.difference import Unmanaged, UnmanagedKind
from schemactl.model.plan import AccountSize, Budget, Hazard, Permission, Plan
from schemactl.report.plan_index import PlanIndex
from schemactl.safety.count_words import count_in_words
from schemactl.text import about_duration, and_list, counted, named, quoted

_KINDS: Final = MappingProxyType(
    {
        Permission.REMOVES_FIELD: "fields",
        Permission.REPLACES_FIELD: "fields",
        Permission.REMOVES_OPTION: "options",
        Permission.REMOVES_TAG: "tags",
    }
)
"""What each loss is about."""


def header(account: str, backend: str, size: AccountSize) -> str:
    """Return which account was read, and how much it has."""
    objects = [counted(size.objects, "custom object")] if size.objects else []
    parts = and_list(
        [
            f"{counted(size.sections, 'section')}, {counted(size.fields, 'field')}",
            counted(size.tags, "tag"),
            *objects,
        ]
    )
    requests = counted(size.calls + size.counting, "request")
    source = f"read in {requests}" if size.calls else "from a snapshot"
    return f"Account {named(account)} · {backend} · {parts}, {source}"


def summary_parts(plan: Plan) -> tuple[str, str]:
    """Return the summary of a plan: changes, and requests with their time."""
    summary = plan.summary
    changes = (
        f"{summary.add:,} to add, {summary.change:,} to change, "
        f"{summary.remove:,} to remove, {summary.by_hand - plan.waiting:,} by hand"
    )
    waiting = f", {plan.waiting:,} waiting" if plan.waiting else ""
    return f"{changes}{waiting}", price_part(plan)


def price_part(plan: Plan) -> str:
    """Return how many calls and requests an apply makes, and how long they take."""
    budget = plan.budget
    if not (budget.calls or plan.first):
        return "no calls"
    parts = [counted(budget.calls, "call")] if budget.calls else []
    parts += [counted(len(plan.first), "cleanup")] if plan.first else []
    calls = and_list(parts)
    if budget.backups:
        calls += f", of them {_backups(budget)}"
    requests = f"{counted(budget.requests, 'request')} in all"
    return f"{calls}, {requests}, {about_duration(budget.seconds)}"


def _backups(budget: Budget) -> str:
    """Return how many calls back up values, and what they take."""
    words = f"{counted(budget.backups, 'backup')} of values"
    if not budget.backup_requests:
        return f"{words} (nobody holds any)"
    requests = counted(budget.backup_requests, "request")
    return f"{words} ({requests}, {about_duration(budget.backup_seconds)})"


def losses_in_words(index: PlanIndex) -> str:
    """Return how many changes destroy something, and how many of them what nobody holds.

    Empty for a plan without such a change.
    """
    carried = counted(len(index.carried), "change removes a field", "changes remove a field")
    if not index.carried:
        return _lost_in_words(index)
    after = f"{carried} once another one has its values."
    return f"{lost} {after}" if (lost := _lost_in_words(index)) else after


def _lost_in_words(index: PlanIndex) -> str:
    all_of_them = len(index.losses()) - len(index.carried)
    some = len(index.destroying)
    nobody = f"no {index.holders.removesuffix('s')} holds"
    if not some:
        words = counted(all_of_them, "change removes", "changes remove")
        what = f"{_kinds_of(index.losses())} that {nobody}"
        return f"{words} {what}, permanently." if all_of_them else ""
    words = counted(some, "change destroys", "changes destroy")
    hold = "hold" if index.is_counted else "may hold (not counted)"
    after = "permanently: nothing brings it back."
    if index.plan.budget.backups:
        after = "permanently; it is backed up first."
    lost = f"{words} what {index.holders} {hold}, {after}"
    if some == all_of_them:
        return lost
    more = counted(all_of_them - some, "change removes", "changes remove")
    others = [one for one in index.losses() if one not in {*index.carried, *index.destroying}]
    return f"{lost} {more} {_kinds_of(others)} that {nobody}."


def _kinds_of(losses: Iterable[Hazard]) -> str:
    """Return what kinds of objects the losses are about: `fields and options`."""
    return and_list(dict.fromkeys(_KINDS[hazard.code] for hazard in losses))


def counts_in_words(index: PlanIndex, change: Change) -> str:
    """Return who holds what a change destroys, to follow its name; empty if not asked."""
    label, counts = change.custom_object, index.counts_of(change.id)
    if len(counts) == 1:
        return count_in_words(counts[0].count, label)
    parts = (f"{quoted(one.key.option)} {count_in_words(one.count, label)}" for one in counts)
    return "; ".join(parts)


def unmanaged_in_words(unmanaged: Iterable[Unmanaged]) -> str:
    """Return how much the files leave alone, as a sentence without its full stop."""
    counts = Counter(thing.kind for thing in unmanaged)
    parts = [counted(counts[kind], str(kind)) for kind in UnmanagedKind if counts[kind]]
    return f"Not in the files and left alone: {and_list(parts)}"
