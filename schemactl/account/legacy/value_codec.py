"""Values of fields in the form of the Contacts API: options by their labels.

A value that was read cannot always be written back: a date is sent in Unix seconds and comes as
`m-d-Y` (seen by clients), in UTC, without the time of day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from schemactl.account.http.expressible import checked_text
from schemactl.account.value_forms import (
    DAY_S,
    holds_separator,
    is_empty,
    is_same_value,
    list_of_parts,
    number_of,
    parts_of_list,
)
from schemactl.errors import AccountError, InexpressibleError
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, OPTION_TYPES, FieldType
from schemactl.model.record_update import Value

_DATE_FORMS: Final = ("%m-%d-%Y", "%Y-%m-%d")
_SECONDS: Final = re.compile(r"-?[0-9]{1,12}")
_CHECKED: Final = frozenset({"1", "on", "yes", "true"})


def read_value(text: str | None, kind: str, options: Sequence[str]) -> Value:
    """Return a value that was read.

    Raises:
        AccountError: It cannot be understood with certainty.
    """
    if text is None or is_empty(kind, text):
        return () if kind in OPTION_TYPES else ""
    if kind in OPTION_TYPES:
        return _options(text, kind, options)
    match kind:
        case FieldType.FULLDATE:
            return str(_day_of(text) * DAY_S)
        case FieldType.CHECK:
            return "1" if text.strip().casefold() in _CHECKED else ""
        case FieldType.PRICE:
            number = number_of(text)
            return text if number is None else str(number)
        case _:
            return text


def written_value(value: Value, kind: str) -> str:
    """Return a value as it is sent.

    Raises:
        InexpressibleError: No request can carry it.
    """
    if isinstance(value, str):
        return checked_text(value)
    if any(map(holds_separator, value)):
        msg = "an option holds the separator of options"
        raise InexpressibleError(msg)
    if kind in MULTIPLE_CHOICE_TYPES:
        return checked_text(list_of_parts(value))
    return checked_text(next(iter(value), ""))


def is_as_written(text: str | None, value: Value, kind: str, options: Sequence[str]) -> bool:
    """Whether a text that was read shows a value that was written; of a date, its day."""
    return is_same_value(kind, read_value(text, kind, options), value)


def _options(text: str, kind: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return labels; a number in their place could be the number of any option."""
    is_list = kind in MULTIPLE_CHOICE_TYPES
    if is_list and any(map(holds_separator, options)):
        msg = (
            "an option of the field holds the separator of options, so a value can mean several"
        )
        raise AccountError(msg)
    parts = parts_of_list(text) if is_list else (text,)
    # Of a list, a server may return numbers even if an option is a number itself.
    if any((is_list or part not in options) and part.strip().isdigit() for part in parts):
        msg = "the account returns numbers in place of options, and they could mean any option"
        raise AccountError(msg)
    return parts


def _day_of(text: str) -> int:
    """Return the number of days since 1970 (UTC)."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return int(text) // DAY_S
    for form in _DATE_FORMS:
        with suppress(ValueError):
            moment = datetime.strptime(text, form).replace(tzinfo=UTC)
            return int(moment.timestamp()) // DAY_S
    msg = "the account returns a date in an unknown form"
    raise AccountError(msg)
