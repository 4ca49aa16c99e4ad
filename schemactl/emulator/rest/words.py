"""Shown types of fields and texts of refusals as the REST API has them.

All texts except CREDENTIALS, NOT_FOUND, PATH, FORBIDDEN and RATE are made up: the vendor's are
not public.
"""

from __future__ import annotations

from enum import StrEnum, unique
from types import MappingProxyType

from schemactl.emulator.field_types import rest_word

TAGS_FIELD = "contact_cat"
_BY_NAME = MappingProxyType({"email": "email", TAGS_FIELD: "subscription"})
"""Two system fields whose type this API has by their names."""


@unique
class RestText(StrEnum):
    """Text of an error."""

    CREDENTIALS = "Your App ID and API Key do not authenticate."
    NOT_FOUND = "Object not found"
    PATH = "Invalid path and/or method"
    RATE = "You have exceeded your maximum rate limit of 180 requests per minute"
    FORBIDDEN = "Not Authorized"
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
    OPTION = "Invalid option"
    IDS = "Invalid ids"
    REQUIRED = "Missing required value"
    NOT_UNIQUE = "Value must be unique"
    TOO_LONG = "Value is too long"
    TAG = "Invalid tag"
    TAG_EXISTS = "A tag of this name exists"
    UPDATE = "Server error"


def shown_type(stored: str, api_name: str) -> str:
    """Return the type as this API shows it; two system fields are known by their names."""
    return _BY_NAME.get(api_name) or rest_word(stored)
