"""Which contacts a search finds: the manual's nine operators.

A value with commas means any of its parts (only a sample of the vendor suggests this). Text
is compared without case, numbers and dates by size.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum, unique
from typing import NamedTuple, TypeVar

from schemactl.emulator.contact_rules import SEQUENCE, split_names
from schemactl.emulator.contacts import LIST_SEPARATOR, Contacts
from schemactl.emulator.errors import Refusal, RefusalError
from schemactl.emulator.field_types import DATE, NUMBER, PRICE
from schemactl.emulator.labels import Labels
from schemactl.emulator.layout import FieldRow, Layout
from schemactl.emulator.names import Names
from schemactl.emulator.schema_rules import is_tags_field
from schemactl.emulator.switches import Switches
from schemactl.emulator.values import parse_number

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

Comparable = TypeVar("Comparable", str, Decimal)


class Search:
    """Searches of one account, within one transaction."""

    def __init__(
        self, *, layout: Layout, contacts: Contacts, labels: Labels, switches: Switches
    ) -> None:
        self._layout = layout
        self._contacts = contacts
        self._labels = labels
        self._names = Names(switches)

    def find(self, equations: Iterable[Equation]) -> tuple[int, ...]:
        """Return the ids of the contacts that meet every equation, on all pages.

        Raises:
            RefusalError: An equation names no field or no operator.
        """
        hits = self._contacts.ids()
        for equation in equations:
            if equation.operator not in set(Operator):
                raise RefusalError(Refusal.OPERATOR)
            field = self._field(equation.field)
            operator = Operator(equation.operator)
            positive = _NEGATIVE.get(operator, operator)
            held = self._held(field)
            hits = tuple(
                one
                for one in hits
                if _meets(field.type, held.get(one, ("",)), positive, equation.value)
                == (positive is operator)
            )
        return hits

    def _field(self, name: str) -> FieldRow:
        fields = self._layout.fields()
        found = self._names.find(fields, name) or self._names.find(fields, name.strip())
        if found is None and name.casefold() in {"email", "e-mail"}:
            other = {"email": "E-Mail", "e-mail": "Email"}[name.casefold()]
            found = self._names.find(fields, other)
        if found is None:
            raise RefusalError(Refusal.FIELD)
        return found

    def _held(self, field: FieldRow) -> dict[int, tuple[str, ...]]:
        """Return what each contact holds in a field; of a tag, its name and its id."""
        ids = self._contacts.ids()
        if is_tags_field(field):
            return {
                one: tuple(
                    text
                    for tag in self._labels.tags_of(one)
                    for text in (tag.name, str(tag.id))
                )
                for one in ids
            }
        if field.type == SEQUENCE:
            return {one: tuple(map(str, self._labels.sequences_of(one))) for one in ids}
        return {
            one: (text, *split_names(text)) if LIST_SEPARATOR in text else (text,)
            for one, text in self._contacts.values_in(field.id).items()
        }


def _meets(type_name: str, held: tuple[str, ...], operator: Operator, value: str) -> bool:
    """Whether any held text compares so with the value, or with any of its parts."""
    value = value.strip()
    parts = (part.strip() for part in value.split(","))
    wanted = (value, *(part for part in parts if part))
    by_size = type_name in {NUMBER, PRICE, DATE}
    compare = _compare_size if by_size and operator in _BY_SIZE else _compare_text
    return any(compare(text, operator, one) for text in held for one in wanted)


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
