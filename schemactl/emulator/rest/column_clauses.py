"""Turn comparisons with a column into SQL, as a database compares.

Numbers compare by size, texts without case and surrounding spaces (a guess).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemactl.emulator.clauses import EVERY, NONE, Bound, Clause, any_of, both, negate
from schemactl.emulator.rest.comparing import NEGATIVE
from schemactl.emulator.rest.conditions import Comparison, Condition, Operator, permit
from schemactl.emulator.switches import Switches
from schemactl.emulator.values import folded_text, parse_number

MAX_PATTERN = 10_000
"""SQLite refuses much longer patterns."""
_SIGNS = frozenset({"=", "<>", ">", "<", ">=", "<="})


def join_clauses(condition: Condition, clause: Callable[[Comparison], Clause]) -> Clause:
    """Return the clause of a condition from those of its comparisons, left to right."""
    clauses = [clause(one) for one in condition.comparisons]
    if not clauses:
        return EVERY
    is_mixed = len(set(condition.joins)) > 1
    # SQLite evaluates `&` and `|` from left to right, and limits nested brackets.
    words = {True: "&", False: "|"} if is_mixed else {True: "AND", False: "OR"}
    sql = f"({clauses[0].sql})"
    for is_and, one in zip(condition.joins, clauses[1:], strict=True):
        sql = f"{sql} {words[is_and]} ({one.sql})"
    return Clause(f"({sql})", tuple(value for one in clauses for value in one.values))


def number_columns(
    condition: Condition, columns: Mapping[str, str], switches: Switches
) -> Clause:
    """Return the clause of a condition on columns of numbers.

    Raises:
        RestError: It names another field, and a switch refuses that.
    """

    def clause(comparison: Comparison) -> Clause:
        sql = columns.get(comparison.field)
        if sql is None:
            return NONE if permit(switches.condition_unknown_field) else EVERY
        return compare_expression(sql, comparison, is_number=True)

    return join_clauses(condition, clause)


def each_wanted(
    comparison: Comparison,
    clause: Callable[[Operator, str], Clause],
    *,
    of_held: Clause | None = None,
) -> Clause:
    """Return the clause for any of the wanted values, or for none of them."""
    positive = NEGATIVE.get(comparison.operator, comparison.operator)
    found = any_of(clause(positive, one) for one in comparison.wanted)
    if positive is comparison.operator:
        return found
    return negate(found) if of_held is None else both(of_held, negate(found))


def test_of(
    folded: str, number: str, operator: Operator, wanted: str, *, is_number: bool
) -> tuple[str, tuple[Bound, ...]]:
    """Return the SQL that compares a text without case, or a number, and its values."""
    size = parse_number(wanted) if is_number else None
    text = folded_text(wanted)
    match operator:
        case Operator.LIKE:
            return f"{folded} LIKE ?", (wanted.casefold()[:MAX_PATTERN],)
        case Operator.CONTAINS:
            return f"instr({folded}, ?)", (text,)
        case (
            Operator.IN
            | Operator.EQUAL
            | Operator.DIFFERENT
            | Operator.GREATER
            | Operator.LESS
            | Operator.GREATER_OR_EQUAL
            | Operator.LESS_OR_EQUAL
            | Operator.NOT_IN
            | Operator.NOT_LIKE
            | Operator.DOES_NOT_CONTAIN
            | Operator.NULL
            | Operator.NOT_NULL
            | Operator.NOT_EMPTY
            | Operator.ANYTHING
        ):
            sign = "=" if operator is Operator.IN else str(operator)
            if size is not None:
                return f"{number} {sign} ?", (float(size),)
            return f"{folded} {sign} ?", (text,)


def compare_expression(sql: str, comparison: Comparison, *, is_number: bool) -> Clause:
    """Return the clause for a value that is never null."""
    match comparison.operator:
        case Operator.NULL:
            return NONE
        case Operator.NOT_NULL | Operator.NOT_EMPTY | Operator.ANYTHING:
            return EVERY
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
        ):
            pass

    def compare(operator: Operator, wanted: str) -> Clause:
        if is_number and parse_number(wanted) is None and str(operator) in _SIGNS:
            return NONE
        return Clause(*test_of(sql, sql, operator, wanted, is_number=is_number))

    return each_wanted(comparison, compare)
