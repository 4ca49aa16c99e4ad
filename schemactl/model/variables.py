"""A variable of an account, for texts in its schema files."""

from __future__ import annotations

from schemactl.errors import Location
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable.

    Attributes:
        value: Its text.
        location: Where it is written.
    """

    value: str
    location: Location
