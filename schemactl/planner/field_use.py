"""How much of the limits the fields of each object use, before, during and after a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from schemactl.model.change import AddField, Change, ChangeType, RemoveField
from schemactl.model.change_groups import by_object
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.field_limits import (
    AppliedLimit,
    FieldUse,
    LimitFacts,
    LimitUnit,
    count_fields,
    count_unknown,
    known_bytes,
    sum_uses,
)
from schemactl.model.schema import CONTACTS, Field, Schema

_Counter: TypeAlias = Callable[[Iterable[Field]], int]
_STATE_IT = "state the account's limit with field_limit in schemactl.yaml"


def use_by_object(
    changes: Sequence[Change], live: Schema, by_hand: AbstractSet[str]
) -> tuple[FieldUse, ...]:
    """Return what the fields of every object use, read or new; contacts come first."""
    grouped = by_object(changes)
    labels = dict.fromkeys((CONTACTS, *(each.label for each in live.objects), *grouped))
    return tuple(
        _use_of(label, grouped.get(label, ()), live.of(label), by_hand) for label in labels
    )


def _use_of(
    label: str, changes: Sequence[Change], live: Schema, by_hand: AbstractSet[str]
) -> FieldUse:
    fields = [field for section in live.sections for field in section.fields]
    gone, new = list(_lost_fields(changes)), list(_made_fields(changes))

    def at_peak(count: _Counter) -> int:
        return _added_at_peak(changes, by_hand, count)

    def afterwards(count: _Counter) -> int:
        return count(new) - count(gone)

    bytes_before, number_before = known_bytes(fields), len(fields)
    return FieldUse(
        custom_object=label,
        field_bytes_before=bytes_before,
        field_bytes_peak=bytes_before + at_peak(known_bytes),
        field_bytes_after=bytes_before + afterwards(known_bytes),
        field_bytes_unknown=count_unknown(fields) + afterwards(count_unknown),
        fields_before=number_before,
        fields_peak=number_before + at_peak(count_fields),
        fields_after=number_before + afterwards(count_fields),
    )


def _added_at_peak(
    changes: Sequence[Change], by_hand: AbstractSet[str], count: _Counter
) -> int:
    """Return how much the sum grows before any removals except those of replaced fields.

    Calls remove a field before they create it again; a person creates the new one first.
    """
    replaced = [
        change
        for change in changes
        if isinstance(change, ChangeType) and change.before.custom and change.id not in by_hand
    ]
    gone = count(change.before for change in replaced)
    new = count(change.after for change in replaced)
    return count(_made_fields(changes)) - new + max(0, new - gone)


def _lost_fields(changes: Sequence[Change]) -> Iterator[Field]:
    """Yield the fields that the account will lose; system fields stay."""
    for change in changes:
        if isinstance(change, RemoveField | ChangeType) and change.before.custom:
            yield change.before


def _made_fields(changes: Sequence[Change]) -> Iterator[Field]:
    """Yield the fields that the account will get; system fields do not count."""
    for change in changes:
        if isinstance(change, AddField) or (
            isinstance(change, ChangeType) and change.before.custom
        ):
            yield change.after


def notice_possible_excess(
    uses: Sequence[FieldUse], changes: Sequence[Change], limit: AppliedLimit
) -> Iterator[Notice]:
    """Yield a notice for each limit that may be exceeded, and that the account may have.

    That is any limit for an account that states none, and the bytes of all objects together:
    the vendor's page says that an account shares them, but the number fits one object.
    """
    growing = {
        change.custom_object for change in changes if isinstance(change, AddField | ChangeType)
    }
    for facts in () if limit.stated else limit.possible:
        for use in uses:
            if use.custom_object in growing and use.peak(facts.unit) > facts.maximum:
                yield _notice(_name(use.custom_object), use, facts, _unstated(facts))
    yield from _possible_excess_of_all(uses, growing, limit)


def _possible_excess_of_all(
    uses: Sequence[FieldUse], growing: AbstractSet[str], limit: AppliedLimit
) -> Iterator[Notice]:
    whole = sum_uses(uses)
    for facts in limit.possible:
        if (
            facts.unit is LimitUnit.BYTES
            and growing
            and whole.peak(facts.unit) > facts.maximum
            and all(
                use.peak(facts.unit) <= facts.maximum
                for use in uses
                if use.custom_object in growing
            )
        ):
            why = "it is unknown whether objects share this limit or each has its own"
            yield _notice("all objects together", whole, facts, why)


def _name(label: str) -> str:
    return label or "contacts"


def _unstated(facts: LimitFacts) -> str:
    return f"the limit is assumed ({facts.known_from}): {_STATE_IT}"


def _notice(about: str, use: FieldUse, facts: LimitFacts, why: str) -> Notice:
    return Notice(
        code=NoticeCode.MAYBE_EXCEEDS_FIELD_BUDGET,
        about=about,
        message=f"fields would take {use.peak(facts.unit):,} of {facts.maximum:,} "
        f"{facts.unit}, and the account may refuse new ones; {why}",
    )
