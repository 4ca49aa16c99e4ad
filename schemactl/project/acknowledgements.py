"""Read what the file of an account acknowledges of its drift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence
from schemactl.errors import Problem
from schemactl.model.acknowledged import Acknowledgement
from schemactl.text import quoted_short


def check_acknowledged(account: Mapping, *, file: str) -> Iterator[Problem]:
    """Yield days that do not exist, and items that are acknowledged twice."""
    seen: set[str] = set()
    for entry in _entries(account):
        day, item = entry.get("until"), entry.get("item")
        if isinstance(day, str) and _day(day) is None:
            location = entry.value_location("until", file=file)
            message = f'"until" is {quoted_short(day)}, which no calendar has'
            hint = "write a day such as 2026-12-31"
            yield Problem(location, ProblemCode.WRONG_VALUE, message, hint)
        if isinstance(item, str) and item in seen:
            location = entry.value_location("item", file=file)
            message = f"{quoted_short(item)} is acknowledged twice"
            yield Problem(
                location, ProblemCode.ACKNOWLEDGED_TWICE, message, "delete one of the two"
            )
        seen.add(str(item))


def read_acknowledged(account: Mapping, *, file: str) -> tuple[Acknowledgement, ...]:
    """Read the entries of an account that broke no rule."""
    return tuple(
        Acknowledgement(
            item=str(entry.get("item")),
            reason=str(entry.get("reason")),
            owner=str(entry.get("owner")),
            until=day,
            location=entry.value_location("item", file=file),
            seen=str(entry.get("seen") or ""),
        )
        for entry in _entries(account)
        if (day := _day(str(entry.get("until")))) is not None
    )


def _entries(account: Mapping) -> Iterator[Mapping]:
    entries = account.get("acknowledged")
    for entry in entries if isinstance(entries, Sequence) else ():
        if isinstance(entry, Mapping):
            yield entry


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
