"""Compare a shown value with those of a condition, as a database compares.

Null meets only `IS NULL`, and contains nothing. Numbers compare by size, texts without case
(a guess).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from schemactl.emulator.rest.conditions import Comparison, Condition, Operator
from schemactl.emulator.values import folded_text, parse_number


def meets_condition(values: Mapping[str, str | None], condition: Condition) -> bool:
    """Whether a row of values meets a condition."""
    results = [meets(values.get(one.field), one) for one in condition.comparisons]
    if not results:
        return True
    result = results[0]
    for is_and, one in zip(condition.joins, results[1:], strict=True):
        result = (result and one) if is_and else (result or one)
    return result


def meets(held: str | None, comparison: Comparison) -> bool:
    """Whether a value meets one comparison."""
    operator, wanted = comparison.operator, comparison.wanted
    if operator is Operator.ANYTHING:
        return True
    if held is None:
        return operator in {Operator.NULL, Operator.DOES_NOT_CONTAIN}
    if operator is Operator.NULL:
        return False
    if operator is Operator.NOT_NULL:
        return True
    if operator is Operator.NOT_EMPTY:
        return held != ""
    positive = NEGATIVE.get(operator)
    compare = _COMPARES[operator if positive is None else positive]
    return any(compare(held, one) for one in wanted) is (positive is None)


def is_like(held: str, pattern: str) -> bool:
    """Whether a text matches a pattern of `LIKE`."""
    parts = re.escape(pattern.casefold()).replace("%", ".*").replace("_", ".")
    return re.fullmatch(parts, held.casefold(), re.DOTALL) is not None


def _order(held: str, wanted: str) -> int:
    """Compare by size if both are numbers, else as text without case."""
    left, right = parse_number(held), parse_number(wanted)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    near, far = folded_text(held), folded_text(wanted)
    return (near > far) - (near < far)


NEGATIVE: Mapping[Operator, Operator] = MappingProxyType(
    {
        Operator.DIFFERENT: Operator.EQUAL,
        Operator.NOT_IN: Operator.IN,
        Operator.NOT_LIKE: Operator.LIKE,
        Operator.DOES_NOT_CONTAIN: Operator.CONTAINS,
    }
)
_COMPARES: Mapping[Operator, Callable[[str, str], bool]] = MappingProxyType(
    {
        Operator.EQUAL: lambda held, wanted: _order(held, wanted) == 0,
        Operator.IN: lambda held, wanted: _order(held, wanted) == 0,
        Operator.LIKE: is_like,
        Operator.CONTAINS: lambda held, wanted: f"*/*{wanted.strip('*/')}*/*" in held,
        Operator.GREATER: lambda held, wanted: _order(held, wanted) > 0,
        Operator.LESS: lambda held, wanted: _order(held, wanted) < 0,
        Operator.GREATER_OR_EQUAL: lambda held, wanted: _order(held, wanted) >= 0,
        Operator.LESS_OR_EQUAL: lambda held, wanted: _order(held, wanted) <= 0,
    }
)
