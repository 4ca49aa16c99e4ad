"""What the answer to a writing request says, where it says no more than that.

The server says success for nothing too, so none of these proves anything: reading does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The server said success; reading must prove it, because it says so for nothing too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The server said that it failed; `text` is its reason, fit to show."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """The answer says neither; reading must tell. `text` says what came, fit to show."""

    text: str


WriteAnswer: TypeAlias = Accepted | Refused | Unclear
