"""Compare values of one field, whatever form a server returns them in."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, FieldType, empty_forms
from schemactl.model.record_update import Value

DAY_S: Final = 86_400
_NUMBERS: Final = frozenset({FieldType.NUMERIC, FieldType.PRICE})
_OPTION_SEPARATOR: Final = "*/*"


def parts_of_list(text: str) -> tuple[str, ...]:
    """Return the options in the value of a list, as the server calls them."""
    return tuple(part for part in text.split(_OPTION_SEPARATOR) if part)


def list_of_parts(parts: tuple[str, ...]) -> str:
    """Write options as the value of a list; empty for none (empty in recorded answers)."""
    joined = _OPTION_SEPARATOR.join(parts)
    return f"{_OPTION_SEPARATOR}{joined}{_OPTION_SEPARATOR}" if parts else ""


def holds_separator(option: str) -> bool:
    """Whether an option cannot be in the value of a list."""
    return _OPTION_SEPARATOR in option


def is_empty(kind: str, text: str | None) -> bool:
    """Whether a text that was read means no value. In a field of numbers 0 is a value."""
    if kind in _NUMBERS:
        return not (text or "").strip()
    return text is None or text in empty_forms(kind)


def is_same_text(kind: str, one: str | None, other: str | None) -> bool:
    """Whether two texts that were read of a field mean the same value."""
    if one == other or (is_empty(kind, one) and is_empty(kind, other)):
        return True
    if one is None or other is None:
        return False
    if kind in MULTIPLE_CHOICE_TYPES:
        return set(parts_of_list(one)) == set(parts_of_list(other))
    if kind in _NUMBERS:
        number = number_of(one)
        return number is not None and number == number_of(other)
    return _lines(one) == _lines(other)


def may_be_empty(kind: str, value: Value) -> bool:
    """Whether a value can mean none: a field of numbers may show 0 where it has no value."""
    if not value or isinstance(value, tuple):
        return not value
    return kind in _NUMBERS and number_of(value) == 0


def is_same_value(kind: str, one: Value, other: Value) -> bool:
    """Whether two values mean the same; of dates, the day: one API shows no time."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return set(one) == set(other)
    if kind == FieldType.FULLDATE and one and other:
        return int(one) // DAY_S == int(other) // DAY_S
    return is_same_text(kind, one, other)


def canonical(kind: str, value: Value) -> str:
    """Return a value in one form, equal for all that mean the same (`is_same_value`)."""
    if isinstance(value, tuple):
        return "\0".join(sorted(set(value)))
    if is_empty(kind, value):
        return ""
    if kind == FieldType.FULLDATE:
        return str(int(value) // DAY_S)
    number = number_of(value) if kind in _NUMBERS else None
    return _lines(value) if number is None else str(number.normalize())


def number_of(text: str) -> Decimal | None:
    """Return a number, or an amount as `$1,234.50`; None if the text is neither."""
    try:
        number = Decimal(text.strip().replace("$", "").replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _lines(text: str) -> str:
    """Return a text with one form of line breaks: servers store what browsers send."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
