"""Acknowledgement: somebody knows of a drift, answers for it, and wants to hear of it later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemactl.errors import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """One entry of the project file.

    Attributes:
        item: What it is about, as drift names it.
        reason: Why it is left so.
        owner: Who will see to it.
        until: The last day on which drift is silent about it.
        location: Where it stands.
        seen: What the account had of it, in short; empty for whatever that is.
    """

    item: str
    reason: str
    owner: str
    until: date
    location: Location
    seen: str = ""
