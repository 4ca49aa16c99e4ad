"""Acknowledgement: a person knows of a drift and has postponed the decision on it."""

from __future__ import annotations

from datetime import date

from schemactl.errors import Location
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """One entry of the project file.

    Attributes:
        item: The item, by its title in drift reports.
        reason: Why it is not resolved now.
        owner: Who is responsible for it.
        until: The last day on which drift does not report it.
        location: Where the entry is.
        seen: Short form of what the account had. If empty, the entry applies to any state.
    """

    item: str
    reason: str
    owner: str
    until: date
    location: Location
    seen: str = ""
