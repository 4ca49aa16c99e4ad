"""Turn a condition on contacts into SQL, by what each kind of field stores and shows.

A condition sees a value as a read shows it: options by number, and what is unset in the form
that a switch sets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import reduce

from schemactl.emulator.account import Account
from schemactl.emulator.clauses import (
    EVERY,
    NONE,
    Clause,
    any_of,
    both,
    constant,
    either,
    holding,
    holding_one_of,
    negate,
    on_sequence,
    tagged,
    without_value,
)
from schemactl.emulator.contacts import Order
from schemactl.emulator.rest.column_clauses import (
    compare_expression,
    each_wanted,
    join_clauses,
    test_of,
)
from schemactl.emulator.rest.comparing import is_like, meets
from schemactl.emulator.rest.conditions import Comparison, Condition, Operator, permit
from schemactl.emulator.rest.contact_fields import (
    COLUMNS,
    ContactFields,
    Kind,
    kind_of,
    unset_value,
)
from schemactl.emulator.rest.shown import FULL_NAME
from schemactl.emulator.section_content import EditorField
from schemactl.emulator.switches import Switches
from schemactl.emulator.values import LIST_SEPARATOR, folded_text, split_ids

_ITEM = re.compile(r"\*/\*([0-9]{1,15})(?=\*/\*)")
_NAME_PART = (
    "coalesce((SELECT text FROM value WHERE contact_id = c.id AND field_id = {id}), '')"
)


class ContactClauses:
    """Conditions on the contacts of one account."""

    def __init__(self, account: Account, fields: ContactFields, switches: Switches) -> None:
        self._account = account
        self._fields = fields
        self._switches = switches

    def clause(self, condition: Condition) -> Clause:
        """Return the clause of a condition.

        Raises:
            RestError: A switch refuses what it is about.
        """
        return join_clauses(condition, self._clause)

    def order(self, name: str, *, is_backwards: bool) -> Order:
        """Return the order by a field; one that does not exist leaves that by id."""
        if name in COLUMNS:
            return Order(COLUMNS[name], (), is_backwards)
        if name == FULL_NAME:
            return Order(f"folded_text({self._full_name()})", (), is_backwards)
        field = self._fields.named(name)
        if field is None:
            return Order(is_backwards=is_backwards)
        column = "number" if kind_of(field) in {Kind.NUMBER, Kind.DATE} else "folded"
        sql = f"(SELECT {column} FROM value WHERE contact_id = c.id AND field_id = ?)"  # noqa: S608 - ours
        return Order(sql, (field.id,), is_backwards)

    def _clause(self, comparison: Comparison) -> Clause:
        if comparison.operator is Operator.ANYTHING:
            return EVERY
        if comparison.field in COLUMNS:
            return compare_expression(COLUMNS[comparison.field], comparison, is_number=True)
        if comparison.field == FULL_NAME:
            return compare_expression(
                f"folded_text({self._full_name()})", comparison, is_number=False
            )
        field = self._fields.named(comparison.field)
        if field is None:
            known = permit(self._switches.condition_unknown_field)
            return NONE if known else EVERY
        return self._of_field(field, comparison)

    def _of_field(self, field: EditorField, comparison: Comparison) -> Clause:
        kind = kind_of(field)
        if kind is Kind.LONG_TEXT and not permit(self._switches.condition_longtext):
            return EVERY
        if kind in {Kind.TAGS, Kind.SEQUENCES}:
            return self._linked(kind, comparison)
        held = self._held(field, kind, comparison)
        unset = unset_value(kind, self._switches)
        is_met = comparison.operator is not Operator.NOT_EMPTY and meets(unset, comparison)
        return either(held, both(constant(is_true=is_met), without_value(field.id)))

    def _held(self, field: EditorField, kind: Kind, comparison: Comparison) -> Clause:
        """Return the clause for contacts that store a value, and so hold one that meets."""
        match comparison.operator:
            case Operator.NULL:
                return NONE
            case Operator.NOT_NULL:
                return holding(field.id, "1")
            case Operator.NOT_EMPTY:
                zero = "0" if kind is Kind.CHECK else ""
                return holding(field.id, "folded NOT IN ('', ?)", zero)
            case (
                Operator.EQUAL
                | Operator.DIFFERENT
                | Operator.GREATER
                | Operator.LESS
                | Operator.GREATER_OR_EQUAL
                | Operator.LESS_OR_EQUAL
                | Operator.IN
                | Operator.NOT_IN
                | Operator.LIKE
                | Operator.NOT_LIKE
                | Operator.CONTAINS
                | Operator.DOES_NOT_CONTAIN
                | Operator.ANYTHING
            ):
                pass
        labels = self._fields.labels(field)
        if kind is Kind.LIST:
            return _in_list(field, labels, comparison)
        if kind is Kind.DROPDOWN:
            meeting = [text for id_, text in labels.items() if meets(str(id_), comparison)]
            return holding_one_of(field.id, meeting)
        is_number = kind in {Kind.NUMBER, Kind.DATE, Kind.CHECK}
        stored = holding(field.id, "1")
        return each_wanted(
            comparison,
            lambda operator, one: _stored(field.id, operator, one, is_number),
            of_held=stored,
        )

    def _linked(self, kind: Kind, comparison: Comparison) -> Clause:
        """Return the clause for tags or sequences, which are shown as a list of numbers."""
        is_tags = kind is Kind.TAGS
        labels = self._account.labels
        known = labels.tags() if is_tags else labels.sequences()
        link = tagged if is_tags else on_sequence
        every = link(row.id for row in known)
        unset = unset_value(kind, self._switches)
        blank = constant(
            is_true=comparison.operator is not Operator.NOT_EMPTY and meets(unset, comparison)
        )
        if comparison.operator in {Operator.NOT_NULL, Operator.NOT_EMPTY, Operator.NULL}:
            held = NONE if comparison.operator is Operator.NULL else EVERY
        else:
            held = each_wanted(comparison, lambda _, one: _has_all(link, one), of_held=every)
        return either(both(held, every), both(blank, negate(every)))

    def _full_name(self) -> str:
        parts = (self._fields.named(name) for name in ("firstname", "lastname"))
        return " || ' ' || ".join(
            "''" if field is None else _NAME_PART.format(id=field.id) for field in parts
        )


def _stored(field_id: int, operator: Operator, wanted: str, is_number: bool) -> Clause:  # noqa: FBT001 - bound once
    """Return the clause for contacts that hold a text or number that compares so."""
    test, values = test_of("folded", "number", operator, wanted, is_number=is_number)
    return holding(field_id, test, *values)


def _in_list(field: EditorField, labels: Mapping[int, str], comparison: Comparison) -> Clause:
    """Return the clause for a list of options, of which the account keeps the labels."""

    def has(label: str) -> Clause:
        item = f"{LIST_SEPARATOR}{folded_text(label)}{LIST_SEPARATOR}"
        return holding(field.id, "instr('*/*' || folded || '*/*', ?)", item)

    def compare(operator: Operator, wanted: str) -> Clause:
        if operator is Operator.LIKE and not _ITEM.search(f"{wanted}{LIST_SEPARATOR}"):
            near = (text for id_, text in labels.items() if is_like(f"*/*{id_}*/*", wanted))
            return any_of(map(has, near))
        ids = split_ids(wanted.replace("%", LIST_SEPARATOR))
        texts = [labels[one] for one in ids if one in labels]
        if not ids or len(texts) < len(ids):
            return NONE
        held = reduce(both, map(has, texts), EVERY)
        if operator in {Operator.CONTAINS, Operator.LIKE}:
            return held
        whole = LIST_SEPARATOR.join(texts)
        return holding_one_of(field.id, (whole, f"{LIST_SEPARATOR}{whole}{LIST_SEPARATOR}"))

    return each_wanted(comparison, compare, of_held=holding(field.id, "1"))


def _has_all(link: Callable[[tuple[int, ...]], Clause], wanted: str) -> Clause:
    """Return the clause for contacts with all tags of a list of numbers."""
    ids = split_ids(wanted.replace("%", LIST_SEPARATOR))
    if not ids:
        return NONE
    return reduce(both, (link((one,)) for one in ids), EVERY)
