"""Convert a field's value between its forms: as sent, as stored and as shown.

Known from clients and recorded answers: dates are sent as Unix time and shown as
month-day-year, prices are shown as `$0.00`. Everything else stays as it is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from schemactl.emulator.field_types import DATE, PRICE

_WHOLE = re.compile(r"-?[0-9]{1,12}")
_ID = re.compile(r"[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


def parse_id(text: str) -> int | None:
    """Read an id; None if the text is not one."""
    text = text.strip()
    return int(text) if _ID.fullmatch(text) else None


def parse_number(text: str) -> Decimal | None:
    """Read a number or an amount of money; None if the text is neither."""
    bare = text.strip().replace("$", "").replace(",", "")
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


def parse_time(text: str) -> int | None:
    """Read Unix time in seconds; None if the text is not one, or beyond any calendar."""
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        return None
    seconds = int(text)
    return seconds if _moment(seconds) is not None else None


def stored_value(type_name: str, text: str) -> str:
    """Return the text to store for a sent text; empty for an invalid date or price."""
    if type_name == DATE:
        seconds = parse_time(text)
        return "" if seconds is None else str(seconds)
    if type_name == PRICE:
        amount = parse_number(text)
        return "" if amount is None else str(amount)
    return text


def shown_value(type_name: str, stored: str) -> str:
    """Return the text that a fetch shows for a stored text."""
    if type_name == DATE:
        moment = _moment(int(stored)) if _WHOLE.fullmatch(stored) else None
        return "" if moment is None else f"{moment:%m-%d}-{moment.year:04}"
    if type_name == PRICE:
        amount = parse_number(stored)
        return f"${amount or Decimal(0):.2f}"
    return stored


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
