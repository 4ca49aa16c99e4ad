"""Which contacts a search finds: the manual's nine operators, as SQL.

A value with commas means any of its parts (only a sample of the vendor suggests this). Text
is compared without case, numbers and dates by size. An empty value finds what is blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum, unique
from functools import reduce
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from schemactl.emulator.choices import NameMatching
from schemactl.emulator.clauses import (
    EVERY,
    NONE,
    Clause,
    any_of,
    both,
    constant,
    either,
    holding,
    negate,
    on_sequence,
    tagged,
    without_value,
)
from schemactl.emulator.errors import Refusal, RefusalError
from schemactl.emulator.field_types import CHECK, DATE, LIST, NUMBER, PRICE
from schemactl.emulator.labels import Labels
from schemactl.emulator.layout import Layout
from schemactl.emulator.names import Names
from schemactl.emulator.schema_rules import is_tags_field
from schemactl.emulator.section_content import FieldRow
from schemactl.emulator.shown_contacts import SEQUENCE
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import LegacyContactId
from schemactl.emulator.values import LIST_SEPARATOR, folded_text, parse_number, stored_check

PAGE_SIZE = 500


@unique
class Operator(StrEnum):
    """The manual's letters for comparisons."""

    EQUAL = "e"
    NOT_EQUAL = "n"
    STARTS_WITH = "s"
    LIKE = "c"
    NOT_LIKE = "k"
    LESS = "l"
    GREATER = "g"
    LESS_OR_EQUAL = "m"
    GREATER_OR_EQUAL = "h"


class Equation(NamedTuple):
    """One condition as a call sends it."""

    field: str
    operator: str
    value: str


_NEGATIVE = {Operator.NOT_EQUAL: Operator.EQUAL, Operator.NOT_LIKE: Operator.LIKE}
_BY_SIZE = frozenset(Operator) - {Operator.STARTS_WITH, Operator.LIKE, Operator.NOT_LIKE}
_SIGNS: Mapping[Operator, str] = MappingProxyType(
    {
        Operator.LESS: "<",
        Operator.GREATER: ">",
        Operator.LESS_OR_EQUAL: "<=",
        Operator.GREATER_OR_EQUAL: ">=",
        Operator.EQUAL: "=",
    }
)
CONTACT_ID = "contact id"
SYSTEM_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        CONTACT_ID: "c.id",
        "date added": "c.added",
        "date modified": "c.modified",
        "last activity": "c.modified",
    }
)
"""System fields of newer accounts that the server itself fills."""

Comparable = TypeVar("Comparable", str, Decimal)


class Search:
    """Searches of one account, within one transaction."""

    def __init__(self, *, layout: Layout, labels: Labels, switches: Switches) -> None:
        self._layout = layout
        self._labels = labels
        self._names = Names(switches)
        self._knows_email = switches.name_matching is NameMatching.IGNORE_CASE
        self._knows_id = switches.legacy_contact_id is LegacyContactId.SEARCHABLE

    def clause(self, equations: Iterable[Equation]) -> Clause:
        """Return the condition on contacts that meet every equation.

        Raises:
            RefusalError: An equation names no field or no operator.
        """
        return reduce(both, map(self._equation, equations), EVERY)

    def _equation(self, equation: Equation) -> Clause:
        if equation.operator not in set(Operator):
            raise RefusalError(Refusal.OPERATOR)
        operator = Operator(equation.operator)
        positive = _NEGATIVE.get(operator, operator)
        met = self._met(equation.field, positive, _wanted(equation.value))
        return met if positive is operator else negate(met)

    def _met(self, name: str, operator: Operator, wanted: tuple[str, ...]) -> Clause:
        field = self._find_field(name)
        column = _column(name, field)
        if column is not None and (field is not None or self._knows_id):
            return any_of(_column_clause(column, operator, one) for one in wanted)
        if field is None:
            raise RefusalError(Refusal.FIELD)
        if is_tags_field(field):
            tags = {tag.id: (tag.name, str(tag.id)) for tag in self._labels.tags()}
            return _linked(tags, operator, wanted, tagged)
        if field.type == SEQUENCE:
            rows = {row.id: (str(row.id),) for row in self._labels.sequences()}
            return _linked(rows, operator, wanted, on_sequence)
        if field.type == CHECK:
            wanted = tuple(map(stored_check, wanted))
        blank = constant(
            is_true=any(_meets_text(field.type, "", operator, one) for one in wanted)
        )
        held = any_of(_value_clause(field, operator, one) for one in wanted)
        return either(held, both(blank, without_value(field.id)))

    def _find_field(self, name: str) -> FieldRow | None:
        fields = self._layout.fields()
        found = self._names.find(fields, name) or self._names.find(fields, name.strip())
        other = {"email": "E-Mail", "e-mail": "Email"}.get(name.strip().casefold())
        if found is None and other is not None and self._knows_email:
            found = self._names.find(fields, other)
        return found


def _wanted(value: str) -> tuple[str, ...]:
    """Return a value and each of its parts between commas."""
    value = value.strip()
    parts = (part.strip() for part in value.split(","))
    return (value, *(part for part in parts if part))


def _column(name: str, field: FieldRow | None) -> str | None:
    """Return the column of a system field that the server fills; else None."""
    key = name.strip().casefold()
    if field is not None:
        return None if field.custom else SYSTEM_COLUMNS.get(key)
    return SYSTEM_COLUMNS[CONTACT_ID] if key == CONTACT_ID else None


def _column_clause(column: str, operator: Operator, wanted: str) -> Clause:
    number = parse_number(wanted)
    if number is None or operator not in _BY_SIZE:
        return NONE
    return Clause(f"{column} {_SIGNS[operator]} ?", (float(number),))


def _linked(
    rows: Mapping[int, tuple[str, ...]],
    operator: Operator,
    wanted: tuple[str, ...],
    linked: Callable[[Iterable[int]], Clause],
) -> Clause:
    """Return a clause for contacts with a tag or sequence of which any text compares so."""
    meeting = [
        id_
        for id_, texts in rows.items()
        if any(_compare_text(text, operator, one) for text in texts for one in wanted)
    ]
    blank = any(_compare_text("", operator, one) for one in wanted)
    found = linked(meeting)
    return either(found, negate(linked(rows))) if blank else found


def _value_clause(field: FieldRow, operator: Operator, wanted: str) -> Clause:
    """Return a clause for contacts whose stored value compares so."""
    if field.type in {NUMBER, PRICE, DATE} and operator in _BY_SIZE:
        number = parse_number(wanted)
        if number is not None:
            return holding(field.id, f"number {_SIGNS[operator]} ?", float(number))
        is_equal = operator is Operator.EQUAL
        return holding(field.id, "trim(text) = ?", wanted) if is_equal else NONE
    folded = folded_text(wanted)
    if operator is Operator.LIKE:
        return holding(field.id, "instr(folded, ?)", folded)
    if operator is Operator.STARTS_WITH:
        return holding(field.id, "substr(folded, 1, ?) = ?", len(folded), folded)
    whole = holding(field.id, f"folded {_SIGNS[operator]} ?", folded)
    if field.type != LIST or operator is not Operator.EQUAL or not folded:
        return whole
    item = f"{LIST_SEPARATOR}{folded}{LIST_SEPARATOR}"
    return either(whole, holding(field.id, "instr('*/*' || folded || '*/*', ?)", item))


def _meets_text(type_name: str, held: str, operator: Operator, wanted: str) -> bool:
    by_size = type_name in {NUMBER, PRICE, DATE} and operator in _BY_SIZE
    compare = _compare_size if by_size else _compare_text
    return compare(held, operator, wanted)


def _compare_size(held: str, operator: Operator, wanted: str) -> bool:
    left, right = parse_number(held), parse_number(wanted)
    if left is None or right is None:
        return operator is Operator.EQUAL and held.strip() == wanted
    return _compare(left, operator, right)


def _compare_text(held: str, operator: Operator, wanted: str) -> bool:
    left, right = held.strip().casefold(), wanted.casefold()
    if operator is Operator.STARTS_WITH:
        return left.startswith(right)
    if operator is Operator.LIKE:
        return right in left
    return _compare(left, operator, right)


def _compare(left: Comparable, operator: Operator, right: Comparable) -> bool:
    """Compare by size for operators of order, and for equality for all others."""
    match operator:
        case Operator.LESS:
            return left < right
        case Operator.GREATER:
            return left > right
        case Operator.LESS_OR_EQUAL:
            return left <= right
        case Operator.GREATER_OR_EQUAL:
            return left >= right
        case (
            Operator.EQUAL
            | Operator.NOT_EQUAL
            | Operator.STARTS_WITH
            | Operator.LIKE
            | Operator.NOT_LIKE
        ):
            return left == right
