"""The emulator's table of field types: its own, so that no mistake of the client's is repeated.

Sizes are from the vendor's page on limits of custom fields. Country, email, sms and address are
in a later copy of it only; a type that no copy lists takes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

DROPDOWN = "tdrop"
LIST = "list"
DATE = "fulldate"
PRICE = "price"
NUMBER = "numeric"
CHECK = "check"
SHORT_TEXT_BYTES = 768
MERGEFIELD = "mergefield"
"""A field made of others. Only the REST API shows it, and no client can make one."""
WIDENING = ("text", "longtext")
"""The one change of type that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredType:
    """A type that the account keeps.

    Attributes:
        word: As it is kept, and as the Contacts API shows it if `legacy_word` is empty.
        legacy_word: What the Contacts API shows in its place. The manual calls an address a
            text; that email and sms are shown as they are is a guess.
        rest_word: What the REST API shows in its place, if anything. All but the first, of the
            dropdown, are guesses.
        size_bytes: What a custom field takes of the limit.
        has_options: Whether its fields offer options.
        in_legacy: Whether the Contacts API makes it (the manual's list).
        in_rest: Whether the REST API makes it (the vendor's client's own list).
    """

    word: str
    legacy_word: str = ""
    rest_word: str = ""
    size_bytes: int = 0
    has_options: bool = False
    in_legacy: bool = True
    in_rest: bool = True


_TYPES = (
    StoredType(word="text", size_bytes=SHORT_TEXT_BYTES),
    StoredType(word="longtext", size_bytes=8),
    StoredType(word=NUMBER, size_bytes=20),
    StoredType(word=PRICE, size_bytes=64),
    StoredType(word=DATE, size_bytes=20),
    StoredType(word=CHECK, size_bytes=1),
    StoredType(word=DROPDOWN, rest_word="drop", size_bytes=20, has_options=True),
    StoredType(word=LIST, size_bytes=20, has_options=True),
    StoredType(word="phone", size_bytes=SHORT_TEXT_BYTES),
    StoredType(word="state", size_bytes=SHORT_TEXT_BYTES),
    StoredType(word="country", size_bytes=5),
    StoredType(word="funnel", rest_word="parent", in_rest=False),
    StoredType(word="email", size_bytes=SHORT_TEXT_BYTES, in_legacy=False),
    StoredType(word="sms", size_bytes=SHORT_TEXT_BYTES, in_legacy=False),
    StoredType(
        word="address", legacy_word="text", size_bytes=SHORT_TEXT_BYTES, in_legacy=False
    ),
    # Types of system fields, which no client can make.
    StoredType(word="", rest_word="parent", in_legacy=False, in_rest=False),
    StoredType(word="ndrop", rest_word="parent", in_legacy=False, in_rest=False),
    StoredType(word="aff_program", rest_word="parent", in_legacy=False, in_rest=False),
    StoredType(word="sequence", rest_word="subscription", in_legacy=False, in_rest=False),
    StoredType(word="Payment Center Link", rest_word="url", in_legacy=False, in_rest=False),
)
_BY_WORD = MappingProxyType({each.word: each for each in _TYPES})
_BY_REST_WORD = MappingProxyType(
    {each.rest_word or each.word: each.word for each in _TYPES if each.in_rest}
)

MANUAL_TYPES = frozenset(each.word for each in _TYPES if each.in_legacy)
_WITHOUT_BLANK = frozenset({NUMBER, PRICE, DATE, CHECK, DROPDOWN, LIST})
OPTION_TYPES = tuple(each.word for each in _TYPES if each.has_options)
CREATABLE_WORDS = frozenset(_BY_REST_WORD)
"""Types that the REST API makes, in its own words."""
OPTION_WORDS = frozenset(
    word for word, stored in _BY_REST_WORD.items() if stored in OPTION_TYPES
)
"""Types with options, in the words of the REST API."""


def keeps_no_blank(word: str) -> bool:
    """Whether an empty value of a type is the same as one that was never set."""
    return word in _WITHOUT_BLANK


def is_short_text(word: str) -> bool:
    """Whether a type holds text of limited length."""
    return field_bytes(word) == SHORT_TEXT_BYTES


def field_bytes(word: str) -> int:
    """Return the bytes of a custom field of a type; 0 for a type that no copy lists."""
    found = _BY_WORD.get(word)
    return 0 if found is None else found.size_bytes


def legacy_word(word: str) -> str:
    """Return a type as the Contacts API shows it."""
    found = _BY_WORD.get(word)
    return word if found is None else found.legacy_word or word


def rest_word(word: str) -> str:
    """Return a type as the REST API shows it."""
    found = _BY_WORD.get(word)
    return word if found is None else found.rest_word or word


def stored_word(shown: str) -> str:
    """Return a type as the account keeps it, for a word of the REST API."""
    return _BY_REST_WORD.get(shown, shown)
