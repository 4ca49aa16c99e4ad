"""Convert a field's value between its forms: as sent, as stored and as shown.

Known from clients and recorded answers: dates are sent as Unix time and shown as
month-day-year, prices are shown as `$0.00`. Switches set the forms of which nothing is known.
Everything else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

from schemactl.emulator.field_types import CHECK, DATE, PRICE
from schemactl.emulator.value_choices import LegacyCheckValue, LegacyDateOut
from schemactl.emulator.value_switches import ValueSwitches

LIST_SEPARATOR = "*/*"
RAW_OPTION = "\ue000"
"""Marks a label that was sent where a number belongs, and stored as it is."""
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_ID = re.compile(r"[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


def parse_id(text: str) -> int | None:
    """Read an id; None if the text is not one."""
    text = text.strip()
    return int(text) if _ID.fullmatch(text) else None


def split_names(text: str) -> tuple[str, ...]:
    """Split a list in the vendor's notation, without empty parts."""
    return tuple(part for part in text.split(LIST_SEPARATOR) if part.strip())


def split_ids(text: str) -> tuple[int, ...]:
    """Split a list of ids, which may be separated by semicolons too; ignore all else."""
    parts = text.replace(LIST_SEPARATOR, ";").split(";")
    return tuple(found for part in parts if (found := parse_id(part)) is not None)


def parse_number(text: str) -> Decimal | None:
    """Read a number or an amount of money; None if the text is neither."""
    bare = text.strip().replace("$", "").replace(",", "")
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


def folded_text(text: str) -> str:
    """Return a text for comparisons without case and surrounding spaces (a guess)."""
    return text.strip().casefold()


def size_of(text: str) -> float | None:
    """Return the number in a text for comparisons by size; None if it is none."""
    number = parse_number(text)
    return None if number is None else float(number)


def parse_time(text: str) -> int | None:
    """Read Unix time in seconds; None if the text is not one, or beyond any calendar."""
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        return None
    seconds = int(text)
    return seconds if _moment(seconds) is not None else None


def stored_check(text: str) -> str:
    """Return the text to store for a checkbox: 1 or 0 for any word that clients use."""
    word = text.strip().casefold()
    if word in {"1", "on", "yes", "true"}:
        return "1"
    return "0" if word in {"0", "off", "no", "false"} else text


def stored_value(type_name: str, text: str) -> str:
    """Return the text to store for a sent text; empty for an invalid date or price."""
    if type_name == DATE:
        seconds = parse_time(text)
        return "" if seconds is None else str(seconds)
    if type_name == PRICE:
        amount = parse_number(text)
        return "" if amount is None else str(amount)
    return stored_check(text) if type_name == CHECK else text


def shown_value(type_name: str, stored: str, switches: ValueSwitches) -> str:
    """Return the text that a fetch shows for a stored text."""
    if type_name == DATE:
        moment = _moment(int(stored)) if _WHOLE.fullmatch(stored) else None
        return "" if moment is None else _shown_date(moment, stored, switches)
    if type_name == PRICE:
        amount = parse_number(stored)
        return f"${amount or Decimal(0):.2f}"
    if type_name == CHECK:
        return _CHECKS[switches.legacy_check_value].get(stored, stored)
    return stored.replace(RAW_OPTION, "")


def _shown_date(moment: datetime, stored: str, switches: ValueSwitches) -> str:
    match switches.legacy_date_out:
        case LegacyDateOut.MONTH_DAY_YEAR:
            return f"{moment:%m-%d}-{moment.year:04}"
        case LegacyDateOut.YEAR_MONTH_DAY:
            return f"{moment.year:04}-{moment:%m-%d}"
        case LegacyDateOut.UNIX:
            return stored


_CHECKS: Mapping[LegacyCheckValue, Mapping[str, str]] = MappingProxyType(
    {
        LegacyCheckValue.ONE: {},
        LegacyCheckValue.ON: {"1": "On", "0": "Off"},
        LegacyCheckValue.YES: {"1": "Yes", "0": "No"},
    }
)


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
