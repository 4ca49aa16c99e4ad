"""What the answer to a writing request says.

The server also reports success where nothing was done, so only a read proves anything.
"""

from __future__ import annotations

from typing import TypeAlias

from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The server reported success; a read must prove it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The server reported a failure; `text` is its reason, redacted and in one line."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """The answer says neither; a read must decide. `text` says what came, redacted."""

    text: str


WriteAnswer: TypeAlias = Accepted | Refused | Unclear
