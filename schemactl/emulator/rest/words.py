"""Types of fields and texts of refusals as the REST API has them.

The types that can be made are the vendor's client's own list. All texts but the first two
are made up, since nothing public tells the vendor's.
"""

from __future__ import annotations

from enum import StrEnum, unique
from types import MappingProxyType

CREATABLE = frozenset(
    {
        *("address", "check", "country", "drop", "email", "fulldate", "list", "longtext"),
        *("numeric", "phone", "price", "sms", "state", "text"),
    }
)
TAGS_FIELD = "contact_cat"
OPTION_TYPES = frozenset({"drop", "list"})
_SHOWN = MappingProxyType(
    {
        "tdrop": "drop",
        "ndrop": "parent",
        "funnel": "parent",
        "": "parent",
        "aff_program": "parent",
        "sequence": "subscription",
        "Payment Center Link": "url",
    }
)
"""Words of the older API for which this one has another; but for the first they are guesses."""
_BY_NAME = MappingProxyType({"email": "email", TAGS_FIELD: "subscription"})
_STORED = MappingProxyType({"drop": "tdrop"})


@unique
class RestText(StrEnum):
    """Text of an error."""

    CREDENTIALS = "Your App ID and API Key do not authenticate."
    NOT_FOUND = "Object not found"
    RATE = "You have exceeded your maximum rate limit of 180 requests per minute"
    FORBIDDEN = "Not Authorized"
    METHOD = "Method not allowed"
    BODY = "Invalid JSON"
    PARAMETER = "Missing required parameter"
    COLUMNS = "Invalid fields"
    FIELD = "Invalid field"
    TYPE = "Invalid field type"
    NAME = "Invalid field name"
    EXISTS = "Field already exists"
    READ_ONLY = "Field cannot be edited"
    SYSTEM = "Field cannot be deleted"
    SECTION = "Section not found"
    SECTION_FULL = "Section must be empty"
    LIMIT = "Field limit reached"
    CONDITION = "Invalid condition"
    EMAIL = "Invalid email address"
    TAG = "Invalid tag"
    TAG_EXISTS = "A tag of this name exists"
    UPDATE = "Server error"


def shown_type(stored: str, api_name: str) -> str:
    """Give the type as this API says it; two system fields are known by their names."""
    return _BY_NAME.get(api_name) or _SHOWN.get(stored, stored)


def stored_type(shown: str) -> str:
    """Give the type as the account keeps it."""
    return _STORED.get(shown, shown)
