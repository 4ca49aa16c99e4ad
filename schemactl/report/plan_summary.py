"""A plan in one line, and the size of what it was made on: the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schemactl.model.difference import Unmanaged, UnmanagedKind
from schemactl.model.plan import AccountSize, Plan
from schemactl.report.budget import budget_part
from schemactl.text import about_duration, and_list, counted, named


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
    source = f"read in {counted(size.calls, 'call')}" if size.calls else "from a snapshot"
    return f"Account {named(account)} · {backend} · {parts}, {source}"


def summary_parts(plan: Plan) -> tuple[str, str, str]:
    """Return the summary of a plan: changes, calls with their time, field budget."""
    summary, budget = plan.summary, plan.budget
    changes = (
        f"{summary.add:,} to add, {summary.change:,} to change, "
        f"{summary.remove:,} to remove, {summary.by_hand:,} by hand"
    )
    price = f"{counted(budget.calls, 'call')}, {about_duration(budget.seconds)}"
    if not budget.calls:
        price = "no calls"
    return changes, price, budget_part(budget)


def unmanaged_in_words(unmanaged: Iterable[Unmanaged]) -> str:
    """Return how much the files leave alone, as a sentence without its full stop."""
    counts = Counter(thing.kind for thing in unmanaged)
    parts = [counted(counts[kind], str(kind)) for kind in UnmanagedKind if counts[kind]]
    return f"Left alone, for the files do not name them: {and_list(parts)}"
