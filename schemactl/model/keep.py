"""Whether values are backed up before they are destroyed."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class KeepValues(StrEnum):
    """Whether an apply backs up values before it destroys them, as the project file says."""

    REQUIRED = "required"
    """Nothing is destroyed without a backup."""
    WHEN_POSSIBLE = "when-possible"
    """What cannot be backed up is destroyed all the same."""
    NEVER = "never"
