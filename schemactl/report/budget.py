"""The field budget of a plan in words: the limit, its origin, and the share of each object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemactl.model.field_limits import FieldUse, LimitUnit
from schemactl.model.plan import Budget
from schemactl.model.schema import CONTACTS
from schemactl.text import and_list, counted, named

NEAR_PERCENT: Final = 90
"""Share of the limit from which on a report shows what fields take of it."""


def budget_notes(budget: Budget, *, full: bool) -> Iterator[str]:
    """Yield sentences on what fields take of the limit; none if they are far below it.

    Args:
        budget: Of a plan that has something to do.
        full: Whether to yield all, and where the limit is from.
    """
    facts = budget.field_limit.facts
    unit = facts.unit
    most = max(use.after(unit) for use in budget.objects)
    if not full and 100 * most < NEAR_PERCENT * facts.maximum:
        return
    yield _taken(budget)
    if budget.custom_objects:
        yield _by_object(budget, unit)
    unknown = budget.all_objects.field_bytes_unknown
    if unknown and unit is LimitUnit.BYTES:
        yield (
            f"This does not count {counted(unknown, 'field')} of a type whose size Ontraport "
            "does not state."
        )
    if full:
        yield _origin(budget)


def _taken(budget: Budget) -> str:
    facts = budget.field_limit.facts
    taken = budget.contacts.after(facts.unit)
    used = f"{taken:,} of {facts.maximum:,} {facts.unit} used"
    if budget.field_limit.stated:
        return f"Limit for fields of contacts: {used}."
    return (
        f"Ontraport's limit for fields of contacts: {used} (the real limit of your account is "
        "unknown: schemactl explain maybe-exceeds-field-budget)."
    )


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
