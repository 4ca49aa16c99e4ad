"""New values of records, what they are based on, and what became of them.

Values are in one form for both APIs. Their texts are not shown in a `repr`, and no outcome
holds one: an outcome may be reported, a value may not.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TypeAlias

from schemactl.model.held_values import HeldRecord
from schemactl.values import dataclass, field

Value: TypeAlias = str | tuple[str, ...]
"""The value of a field: labels of options for a `tdrop` or `list`, Unix seconds for a
`fulldate`, `1` or `0` for a `check`, and otherwise a text. An empty one means no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUpdate:
    """New values of one record.

    Attributes:
        seen: The record on which they are based: it is written only while it holds the same.
        values: In the order of the requested fields; None leaves a field as it is.
    """

    seen: HeldRecord
    values: tuple[Value | None, ...] = field(repr=False)

    @property
    def id(self) -> str:
        """Id of the record."""
        return self.seen.id


@unique
class WriteStatus(StrEnum):
    """What became of the update of one record."""

    WRITTEN = "written"
    """The record holds the new values: they were written, or were there before."""
    CHANGED = "changed"
    """It holds other values than those that were seen, so nothing was written."""
    GONE = "gone"
    """There is no such record any more."""
    REFUSED = "refused"
    """The account, or this program, refuses a value of this record."""
    UNCONFIRMED = "unconfirmed"
    """It was sent several times, and the record does not show it."""


@unique
class Obstacle(StrEnum):
    """Why a record does not hold its new values. The server's own words may quote a value."""

    NONE = ""
    INVALID = "the account rejects a value"
    DUPLICATE_OR_INVALID = "the account rejects a value: invalid, or not unique"
    REJECTED = "the account rejects the request"
    NO_OPTION = "the field does not have the option"
    INEXPRESSIBLE = "no request can carry a character of the value"
    ALTERED = "the account stores the value in another form"
    IGNORED = "the account reports success, and ignores the value"
    OTHER_VALUE = "somebody else changed the record meanwhile"
    DELETED = "the record was deleted meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOutcome:
    """What became of the update of one record, and why it holds other values."""

    id: str
    status: WriteStatus
    why: Obstacle = Obstacle.NONE
