"""The table of field types that files may declare: every fact about a type is stated here once.

The JSON Schema of schema files, `docs/field-types.md`, the words of both APIs, the synonyms in
hints, the names in reports and the sizes all follow from it. The emulator has its own table.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto, unique
from types import MappingProxyType
from typing import Final

from schemactl.values import dataclass


@unique
class FieldType(StrEnum):
    """Field types that a file may declare, in the words of the vendor's manual."""

    TEXT = "text"
    LONGTEXT = "longtext"
    NUMERIC = "numeric"
    PRICE = "price"
    FULLDATE = "fulldate"
    CHECK = "check"
    TDROP = "tdrop"
    LIST = "list"
    PHONE = "phone"
    STATE = "state"
    COUNTRY = "country"
    FUNNEL = "funnel"
    EMAIL = "email"
    SMS = "sms"
    ADDRESS = "address"


@unique
class Choice(Enum):
    """How many of its options a record may have in a field."""

    NONE = auto()
    """The type has no options."""
    ONE = auto()
    MANY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTypeFacts:
    """What is known of one field type.

    Attributes:
        label: Name for people, in the data dictionary and the documentation.
        holds: What a field of the type holds, as a phrase.
        in_legacy: Whether the Contacts API can make it. Its word is the word of the files.
        rest_word: Word of the REST API; None if that API cannot make the type.
        size_bytes: What a custom field takes of the limit (the vendor's page on field limits);
            None if no copy of the page lists it.
        choice: Whether it has options, and how many of them a record may have.
        nearest: The most similar type of the API that does not have this one; None if no type
            is. An address is a text by the manual of the Contacts API; others are inferred.
        widens_to: The only type that a field of this type can be changed to in place, over the
            REST API (the vendor's client). Nothing changes it back.
        synonyms: Words of other form builders and of the vendor's help pages, in lower case.
        empty_as: What the REST API reads where a record has no value, besides null. It differs
            between accounts, so every form that clients saw is listed (seen by clients).
    """

    label: str
    holds: str
    in_legacy: bool = True
    rest_word: str | None
    size_bytes: int | None
    choice: Choice = Choice.NONE
    nearest: FieldType | None = None
    widens_to: FieldType | None = None
    synonyms: tuple[str, ...] = ()
    empty_as: tuple[str, ...] = ("",)


FIELD_TYPES: Final[Mapping[FieldType, FieldTypeFacts]] = MappingProxyType(
    {
        FieldType.TEXT: FieldTypeFacts(
            label="Text",
            holds="one line",
            rest_word="text",
            size_bytes=768,
            widens_to=FieldType.LONGTEXT,
            synonyms=("string", "url"),
        ),
        FieldType.LONGTEXT: FieldTypeFacts(
            label="Long text",
            holds="many lines",
            rest_word="longtext",
            size_bytes=8,
            synonyms=("long", "textarea"),
        ),
        FieldType.NUMERIC: FieldTypeFacts(
            label="Number",
            holds="a number",
            rest_word="numeric",
            size_bytes=20,
            synonyms=("decimal", "double", "float", "int", "integer", "number"),
            empty_as=("", "0"),
        ),
        FieldType.PRICE: FieldTypeFacts(
            label="Price",
            holds="an amount of money",
            rest_word="price",
            size_bytes=64,
            synonyms=("amount", "currency", "money"),
            empty_as=("", "0"),
        ),
        FieldType.FULLDATE: FieldTypeFacts(
            label="Date",
            holds="a date",
            rest_word="fulldate",
            size_bytes=20,
            synonyms=("date", "datetime"),
            empty_as=("", "0"),
        ),
        FieldType.CHECK: FieldTypeFacts(
            label="Checkbox",
            holds="yes or no",
            rest_word="check",
            size_bytes=1,
            synonyms=("bool", "boolean", "checkbox", "toggle"),
            empty_as=("", "0"),
        ),
        FieldType.TDROP: FieldTypeFacts(
            label="Dropdown (one option)",
            holds="one of its options",
            rest_word="drop",
            size_bytes=20,
            choice=Choice.ONE,
            synonyms=("dropdown", "enum", "picklist", "select"),
            empty_as=("", "0"),
        ),
        FieldType.LIST: FieldTypeFacts(
            label="List (several options)",
            holds="any of its options",
            rest_word="list",
            size_bytes=20,
            choice=Choice.MANY,
            synonyms=("listselection", "multiselect"),
            empty_as=("", "0", "*/*", "*/**/*"),
        ),
        FieldType.PHONE: FieldTypeFacts(
            label="Phone number",
            holds="a phone number",
            rest_word="phone",
            size_bytes=768,
            synonyms=("tel", "telephone"),
        ),
        FieldType.STATE: FieldTypeFacts(
            label="State", holds="a state", rest_word="state", size_bytes=768
        ),
        FieldType.COUNTRY: FieldTypeFacts(
            label="Country", holds="a country", rest_word="country", size_bytes=5
        ),
        FieldType.FUNNEL: FieldTypeFacts(
            label="Funnel", holds="a sales funnel", rest_word=None, size_bytes=None
        ),
        FieldType.EMAIL: FieldTypeFacts(
            label="Email address",
            holds="an email address",
            in_legacy=False,
            rest_word="email",
            size_bytes=768,
            nearest=FieldType.TEXT,
            synonyms=("e-mail",),
        ),
        FieldType.SMS: FieldTypeFacts(
            label="Mobile number",
            holds="a mobile number",
            in_legacy=False,
            rest_word="sms",
            size_bytes=768,
            nearest=FieldType.PHONE,
            synonyms=("mobile",),
        ),
        FieldType.ADDRESS: FieldTypeFacts(
            label="Address",
            holds="an address",
            in_legacy=False,
            rest_word="address",
            size_bytes=768,
            nearest=FieldType.TEXT,
        ),
    }
)

DECLARABLE_TYPES: Final = frozenset(map(str, FIELD_TYPES))
OPTION_TYPES: Final = frozenset(
    str(kind) for kind, facts in FIELD_TYPES.items() if facts.choice is not Choice.NONE
)
"""Types whose fields have options."""
MULTIPLE_CHOICE_TYPES: Final = frozenset(
    str(kind) for kind, facts in FIELD_TYPES.items() if facts.choice is Choice.MANY
)
"""Types that can have several of their options in one record."""
LEGACY_TYPES: Final = frozenset(
    str(kind) for kind, facts in FIELD_TYPES.items() if facts.in_legacy
)
"""Types that the Contacts API can make (the vendor's manual)."""
REST_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {str(kind): facts.rest_word for kind, facts in FIELD_TYPES.items() if facts.rest_word}
)
"""Word of the REST API for each type that it can make (the vendor's client)."""
REST_TYPES: Final = frozenset(REST_WORDS)
WIDENINGS: Final = frozenset(
    (str(kind), str(facts.widens_to)) for kind, facts in FIELD_TYPES.items() if facts.widens_to
)
"""Pairs of types: a field of the first can get the second in place, permanently."""


def is_finer(kind: str, *, than: str) -> bool:
    """Whether one API has the type `kind` and the other has only the type `than` for it."""
    return kind in DECLARABLE_TYPES and FIELD_TYPES[FieldType(kind)].nearest == than


def type_label(word: str) -> str:
    """Return the name of a type for people; a type that no file can declare is unchanged."""
    return FIELD_TYPES[FieldType(word)].label if word in DECLARABLE_TYPES else word


def empty_forms(word: str) -> tuple[str, ...]:
    """Return the texts that a field of a type may read as where it has no value.

    Of a type that no file can declare only the empty text is certain.
    """
    return FIELD_TYPES[FieldType(word)].empty_as if word in DECLARABLE_TYPES else ("",)
