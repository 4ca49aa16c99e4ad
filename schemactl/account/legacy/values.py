"""What the legacy API's requests are made of: contact values, notes, search conditions.

The words and letters are those of the vendor's manual. Which request carries what
is told by `legacy_requests`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum, unique
from typing import Final, TypeAlias

TAG_SECTION: Final = "Sequences and Tags"
TAG_FIELD: Final = "Contact Tags"
SEQUENCE_FIELD: Final = "Sequences"
"""System section and fields that hold a contact's tags and sequences (recorded answers)."""

TAG_SEPARATOR: Final = "*/*"
"""Stands between tags or sequences in one value (vendor's manual), so no name can hold it."""


@unique
class ReturnId(IntEnum):
    """What a writing request answers besides its success."""

    RECORD = 1
    ID_AND_CHANGE_TIME = 2


@unique
class BulkMail(IntEnum):
    """Whether a contact gets bulk mail; the manual lets only `NO` be set."""

    HARD_BOUNCED = -1
    NO = 0
    SINGLE_OPT_IN = 1
    DOUBLE_OPT_IN = 2


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


@unique
class SearchReturn(StrEnum):
    """What a search answers; the server lets a count override ids, so it is one choice."""

    CONTACTS = "contacts"
    COUNT = "count"
    IDS = "ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A field to make; `type` is a word of the manual, such as `tdrop`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextValue:
    """What one field of a contact shall hold, as text."""

    section: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateValue:
    """What one date field of a contact shall hold; sent as whole Unix seconds.

    Dates come back in another form (`m-d-Y`), so a value read is not one to write.
    """

    section: str
    field: str
    moment: datetime

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            msg = f"{self.section} / {self.field}: a moment without time zone has no Unix time"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsByName:
    """Tags to put on a contact, or to take off; unknown ones come into being when put on."""

    names: tuple[str, ...]
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsById:
    """Tags to put on a contact, or to take off, by the server's ids."""

    ids: tuple[str, ...]
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencesById:
    """Sequences to put a contact on, or to take it off; there are no names for them."""

    ids: tuple[str, ...]
    remove: bool = False


ContactValue: TypeAlias = TextValue | DateValue | TagsByName | TagsById | SequencesById


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """Values of a contact that has no id yet."""

    values: tuple[ContactValue, ...]
    bulk_mail: BulkMail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUpdate:
    """Values to set on one contact; what is not named stays."""

    id: str
    values: tuple[ContactValue, ...] = ()
    bulk_mail: BulkMail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """A note for one contact; `moment` None leaves the time to the server."""

    contact_id: str
    text: str
    moment: datetime | None = None

    def __post_init__(self) -> None:
        if self.moment is not None and self.moment.tzinfo is None:
            msg = f"contact {self.contact_id}: a moment without time zone has no Unix time"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One condition of a search; all of them must hold."""

    field: str
    operator: Operator
    value: str
