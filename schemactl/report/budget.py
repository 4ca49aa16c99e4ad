"""The field budget of a plan in words: the limit, its origin, and the share of each object."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.model.field_limits import FieldUse, LimitUnit
from schemactl.model.plan import Budget
from schemactl.model.schema import CONTACTS
from schemactl.text import and_list, counted, named


def budget_part(budget: Budget) -> str:
    """Return what contacts' fields take of the limit, for the summary."""
    facts = budget.field_limit.facts
    origin = "" if budget.field_limit.stated else " (assumed from an undated vendor page)"
    taken = budget.contacts.after(facts.unit)
    return f"field budget {taken:,} of {facts.maximum:,} {facts.unit}{origin}"


def budget_notes(budget: Budget, *, full: bool) -> Iterator[str]:
    """Yield the sentences that the part in the summary needs beside it.

    Args:
        budget: Of a plan that has something to do.
        full: Whether to say where the limit is from although nothing depends on it.
    """
    unit = budget.field_limit.facts.unit
    if budget.custom_objects:
        yield _by_object(budget, unit)
    unknown = budget.all_objects.field_bytes_unknown
    if unknown and unit is LimitUnit.BYTES:
        yield (
            f"The budget leaves out {counted(unknown, 'field')} of a type whose size the "
            "vendor does not state."
        )
    if full:
        yield _origin(budget)


def _by_object(budget: Budget, unit: LimitUnit) -> str:
    parts = and_list([f"{_name(use)} {use.after(unit):,}" for use in budget.objects])
    total = budget.all_objects.after(unit)
    return f"Field budget by object, in {unit}: {parts}; {total:,} in all."


def _name(use: FieldUse) -> str:
    return "contacts" if use.custom_object == CONTACTS else named(use.custom_object)


def _origin(budget: Budget) -> str:
    limit = budget.field_limit
    known = f"known from: {limit.facts.known_from}"
    if limit.stated:
        return f"Field limit {limit.limit}, as schemactl.yaml states; {known}."
    return (
        f"Field limit {limit.limit}, assumed; {known}. State the account's with field_limit in "
        "schemactl.yaml."
    )
