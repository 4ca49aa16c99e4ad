"""A field that gets its values from others: which, and how each value is converted.

Pure. A value that nothing is stated for is `UNMAPPED`: no plan guesses what it becomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from typing import Final, TypeAlias

from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, OPTION_TYPES, FieldType
from schemactl.model.record_update import Value
from schemactl.model.schema import Field
from schemactl.values import dataclass

KEEP: Final = "keep"
"""In `others:`, to keep a text as it is."""
EMPTY: Final = "empty"
"""In `others:`, to leave the new field without a value."""
TEXT_TYPES: Final = frozenset(
    {FieldType.TEXT, FieldType.LONGTEXT, FieldType.PHONE, FieldType.ADDRESS}
)
"""Types that hold any text."""
_JOINT: Final = ", "


class Unmapped(Enum):
    """The files do not say what a value becomes."""

    UNMAPPED = auto()


UNMAPPED: Final = Unmapped.UNMAPPED
Converted: TypeAlias = Value | Unmapped


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSource:
    """Where a field gets values from, and how.

    Attributes:
        section: Section of the source.
        name: Name of the source.
        map: What texts or options of the source become.
        others: What all other values become: `keep`, `empty`, or an option. Empty where the
            file does not say so.
        format: How dates are written in a text, such as `%d.%m.%Y`; empty for none.
    """

    section: str
    name: str
    map: tuple[tuple[str, str], ...] = ()
    others: str = ""
    format: str = ""

    @property
    def title(self) -> str:
        """The source, as messages name it."""
        return f"{self.section} / {self.name}"


def convert(value: Value, source: FillSource, kind: str, target: Field) -> Converted:
    """Return what a value of a source becomes in the target field.

    Args:
        value: Not empty.
        source: Where it is from.
        kind: Type of the source.
        target: The field that gets it.
    """
    texts = value if isinstance(value, tuple) else (value,)
    mapping = dict(source.map)
    found: list[str] = []
    for text in texts:
        one = mapping.get(text)
        if one is None:
            one = _as_it_is(text, source, kind, target)
        if one is None:
            one = _other(text, source)
        if one is None:
            return UNMAPPED
        found += [one] if one else []
    return _joined(tuple(dict.fromkeys(found)), target)


def first_value(values: Sequence[Value]) -> tuple[int, Value] | None:
    """Return the first source that has a value, and the value; None if none has one."""
    return next(((place, one) for place, one in enumerate(values) if one), None)


def _as_it_is(text: str, source: FillSource, kind: str, target: Field) -> str | None:
    """Return a text that needs no map; None if the target cannot hold it."""
    if target.type in OPTION_TYPES:
        return text if text in (target.options or ()) else None
    match target.type:
        case FieldType.FULLDATE:
            return text if kind == FieldType.FULLDATE else _seconds(text, source.format)
        case FieldType.NUMERIC | FieldType.PRICE:
            return _number(text)
        case FieldType.CHECK:
            return text if kind == FieldType.CHECK else None
        case _ if kind == FieldType.FULLDATE and kind != target.type:
            return _date(text, source.format)
        case _ if target.type == kind or target.type in TEXT_TYPES:
            return text
        case _:
            return None


def _other(text: str, source: FillSource) -> str | None:
    match source.others:
        case "":
            return None
        case others if others == EMPTY:
            return ""
        case others if others == KEEP:
            return text
        case option:
            return option


def _joined(texts: tuple[str, ...], target: Field) -> Converted:
    if target.type in MULTIPLE_CHOICE_TYPES:
        return texts
    if target.type in OPTION_TYPES:
        return texts if len(texts) <= 1 else UNMAPPED
    return _JOINT.join(texts)


def _seconds(text: str, pattern: str) -> str | None:
    """Return a written date in Unix seconds (UTC)."""
    try:
        moment = datetime.strptime(text.strip(), pattern).replace(tzinfo=UTC)
    except ValueError:
        return None
    return str(int(moment.timestamp())) if pattern else None


def _date(text: str, pattern: str) -> str | None:
    """Return a date in Unix seconds as it is written."""
    try:
        moment = datetime.fromtimestamp(int(text), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime(pattern) if pattern else None


def _number(text: str) -> str | None:
    try:
        number = Decimal(text.strip().replace(",", "").lstrip("$"))
    except InvalidOperation:
        return None
    return str(number) if number.is_finite() else None
