"""Conditions of searches over records, as values; `encoder` writes them as JSON.

A condition has one kind of connector: how the server groups a mixed one is unknown.
"""

from __future__ import annotations

from enum import StrEnum, unique

from schemactl.account.rest.values import LIST_SEPARATOR
from schemactl.model.field_types import empty_forms
from schemactl.values import dataclass


@unique
class Operator(StrEnum):
    """How a clause compares (the vendor's clients send each of them)."""

    EQUAL = "="
    NOT_EQUAL = "<>"
    GREATER = ">"
    IS = "IS"
    LIKE = "LIKE"
    CONTAINS = "CONTAINS"


@unique
class Connector(StrEnum):
    """What joins the clauses of a condition."""

    AND = "AND"
    OR = "OR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One comparison; `value` is None for NULL, which only `IS` compares with."""

    field: str
    operator: Operator
    value: str | None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.operator is Operator.IS):
            msg = f"{self.field}: only IS compares with NULL, and with nothing else"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Clauses, joined by one connector."""

    clauses: tuple[Clause, ...]
    connector: Connector = Connector.AND


def any_of(*clauses: Clause) -> Condition:
    """Return the condition that one of the clauses holds."""
    return Condition(clauses=clauses, connector=Connector.OR)


def all_of(*clauses: Clause) -> Condition:
    """Return the condition that every clause holds."""
    return Condition(clauses=clauses, connector=Connector.AND)


def has_value(field: str, kind: str) -> Condition:
    """Ask who holds a value; null is neither equal nor unequal to a text."""
    return all_of(
        *(
            Clause(field=field, operator=Operator.NOT_EQUAL, value=form)
            for form in empty_forms(kind)
        )
    )


def has_no_value(field: str, kind: str) -> Condition:
    """Ask who holds no value, in any of the forms that clients saw."""
    return any_of(
        *(
            Clause(field=field, operator=Operator.EQUAL, value=form)
            for form in empty_forms(kind)
        ),
        Clause(field=field, operator=Operator.IS, value=None),
    )


def has_option(field: str, option: str) -> Condition:
    """Ask who holds an option, by its number."""
    return all_of(Clause(field=field, operator=Operator.EQUAL, value=option))


def contains_option(field: str, option: str) -> Condition:
    """Ask who holds an option of a list (the vendor's description of the operator)."""
    return all_of(Clause(field=field, operator=Operator.CONTAINS, value=option))


def is_like_option(field: str, option: str, *, in_list: bool) -> Condition:
    """Ask who holds an option by a pattern; in a list, separators distinguish 39 from 398."""
    pattern = f"%{LIST_SEPARATOR}{option}{LIST_SEPARATOR}%" if in_list else option
    return all_of(Clause(field=field, operator=Operator.LIKE, value=pattern))


def everything(field: str) -> Condition:
    """Ask for every record, by the operator of `is_like_option`."""
    return all_of(Clause(field=field, operator=Operator.LIKE, value="%"))
