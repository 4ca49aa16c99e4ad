"""What a project says about rules: how bad a breach is, and where one is meant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from schemactl.errors import Location


@unique
class RuleSeverity(StrEnum):
    """What becomes of a breach: it fails, it is told, or it is not looked at."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Somebody says that a breach is meant, beside what breaks the rule.

    Attributes:
        rule: Code of the rule.
        reason: Why it is meant.
        location: Where the waiver stands.
        covers: Line and column of all that stands beside it, in its file.
    """

    rule: str
    reason: str
    location: Location
    covers: frozenset[tuple[int, int]]
