"""Settings of a project for lint rules: severities and waivers."""

from __future__ import annotations

from enum import StrEnum, unique

from schemactl.errors import Location
from schemactl.values import dataclass


@unique
class RuleSeverity(StrEnum):
    """Effect of a finding: it fails, it is a warning, or the rule is off."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A statement in a file that a finding is intended.

    Attributes:
        rule: Code of the rule.
        reason: Why it is intended.
        location: Position of the waiver.
        covers: Line and column of everything that it applies to, in its file.
    """

    rule: str
    reason: str
    location: Location
    covers: frozenset[tuple[int, int]]
