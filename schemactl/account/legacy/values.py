"""The parts of the Contacts API's requests: new fields, contact values, search conditions.

The words and letters are those of the vendor's manual.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum, unique
from typing import Final, TypeAlias

from schemactl.values import dataclass

TAG_FIELD: Final = "Contact Tags"
"""The system field that holds a contact's tags (recorded answers)."""

PAGE_CONTACTS: Final = 500
"""Contacts of a page of a search (the vendor's manual)."""

TAG_SEPARATOR: Final = "*/*"
"""Separates tags in one value (vendor's manual), so no tag can contain it."""


@unique
class ReturnId(IntEnum):
    """What a writing request answers besides its success."""

    RECORD = 1
    ID_AND_CHANGE_TIME = 2


@unique
class Operator(StrEnum):
    """How a search compares; the letters are the manual's."""

    EQUAL = "e"
    NOT_EQUAL = "n"
    STARTS_WITH = "s"
    LIKE = "c"
    NOT_LIKE = "k"
    LESS = "l"
    GREATER = "g"
    AT_MOST = "m"
    AT_LEAST = "h"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A field to create; `type` is a word of the manual, such as `tdrop`.

    Whether the server keeps `options` that come with a new field is unknown (`probe`).
    """

    name: str
    type: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextValue:
    """The new value of one field of a contact, as text."""

    section: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateValue:
    """The new value of one date field of a contact; sent as whole Unix seconds.

    The server returns dates in another form (`m-d-Y`), so a value that was read cannot be
    written back as it is.
    """

    section: str
    field: str
    moment: datetime

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            msg = f"{self.section} / {self.field}: a moment without time zone has no Unix time"
            raise ValueError(msg)


ContactValue: TypeAlias = TextValue | DateValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUpdate:
    """Values to set on one contact; its other values stay."""

    id: str
    values: tuple[ContactValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One condition of a search; a contact must meet all conditions."""

    field: str
    operator: Operator
    value: str
