"""A request to `/1/…` as clients send it: path, method, query, a body as JSON or form.

What it asks for has a word of its own, for faults and the log; the API has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TypeAlias
from urllib.parse import parse_qsl

from werkzeug import Request

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

PREFIX = "/1/"
MOST_DIGITS = 15
CONTACT = 0
TAG = 14


class RestError(Exception):
    """The account refuses a request with a status and a plain text; nothing was changed."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@unique
class RestWord(StrEnum):
    """What a request asks for."""

    FIELDEDITOR_GET = "fieldeditor_get"
    FIELDEDITOR_POST = "fieldeditor_post"
    FIELDEDITOR_PUT = "fieldeditor_put"
    FIELDEDITOR_DELETE = "fieldeditor_delete"
    META_GET = "meta_get"
    OBJECTS_GET = "objects_get"
    TAGS_GET = "tags_get"
    TAGS_INFO = "tags_info"
    TAG_CREATE = "tag_create"
    TAG_SAVE = "tag_save"
    TAG_RENAME = "tag_rename"
    TAG_DELETE = "tag_delete"
    TAGS_DELETE = "tags_delete"
    CONTACTS_GET = "contacts_get"
    CONTACTS_INFO = "contacts_info"
    CONTACT_GET = "contact_get"
    CONTACT_CREATE = "contact_create"
    CONTACT_SAVE = "contact_save"
    CONTACT_UPDATE = "contact_update"
    CONTACT_DELETE = "contact_delete"


_FIELDEDITOR = {
    "GET": RestWord.FIELDEDITOR_GET,
    "POST": RestWord.FIELDEDITOR_POST,
    "PUT": RestWord.FIELDEDITOR_PUT,
    "DELETE": RestWord.FIELDEDITOR_DELETE,
}
_TAGS = {
    "GET": RestWord.TAGS_GET,
    "POST": RestWord.TAG_CREATE,
    "PUT": RestWord.TAG_RENAME,
    "DELETE": RestWord.TAGS_DELETE,
}
_CONTACTS = {
    "GET": RestWord.CONTACTS_GET,
    "POST": RestWord.CONTACT_CREATE,
    "PUT": RestWord.CONTACT_UPDATE,
}
# Paths are compared without case: clients write both `Tag` and `tag`.
_WORDS: Mapping[str, Mapping[str, RestWord]] = {
    "objects/fieldeditor": _FIELDEDITOR,
    "contacts/fieldeditor": _FIELDEDITOR,
    "objects/meta": {"GET": RestWord.META_GET},
    "contacts/meta": {"GET": RestWord.META_GET},
    "tags/meta": {"GET": RestWord.META_GET},
    "customobjects": {"GET": RestWord.OBJECTS_GET},
    "tags": _TAGS,
    "tags/getinfo": {"GET": RestWord.TAGS_INFO},
    "tags/saveorupdate": {"POST": RestWord.TAG_SAVE},
    "tag": {"GET": RestWord.TAGS_GET, "DELETE": RestWord.TAG_DELETE},
    "contacts": _CONTACTS,
    "contacts/getinfo": {"GET": RestWord.CONTACTS_INFO},
    "contacts/saveorupdate": {"POST": RestWord.CONTACT_SAVE},
    "contact": {"GET": RestWord.CONTACT_GET, "DELETE": RestWord.CONTACT_DELETE},
}
# The general forms, which name the kind of object by its number.
_GENERAL: Mapping[int, str] = {CONTACT: "contact", TAG: "tag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRequest:
    """One request.

    Attributes:
        word: What it asks for; None where nothing answers there.
        path: Below the prefix, as the client wrote it.
        app_id: Empty where none was sent.
        key: Empty where none was sent; never shown, logged or stored.
        arguments: Of query and body together, the body's first; as JSON or form gave them.
        is_readable: Whether the body could be read.
    """

    word: RestWord | None
    path: str
    app_id: str
    key: str = field(repr=False)
    arguments: Mapping[str, Json]
    is_readable: bool = True

    def text(self, name: str) -> str | None:
        """Give an argument as text; None where it is missing or null."""
        value = self.arguments.get(name)
        if value is None or isinstance(value, dict | list):
            return None
        return str(int(value)) if isinstance(value, bool) else str(value)

    def number(self, name: str) -> int | None:
        """Give an argument as a whole number, however it was sent; None where it is none."""
        text = (self.text(name) or "").strip()
        is_whole = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
        return int(text) if is_whole else None


def read_rest_request(http: Request) -> RestRequest:
    """Read a request; what nothing answers has no word."""
    path = http.path[len(PREFIX) :].strip("/")
    query = dict(parse_qsl(http.query_string.decode("latin-1"), keep_blank_values=True))
    body = _body(http)
    arguments: dict[str, Json] = {**query, **(body or {})}
    request = RestRequest(
        word=None,
        path=path,
        app_id=http.headers.get("Api-Appid", ""),
        key=http.headers.get("Api-Key", ""),
        arguments=arguments,
        is_readable=body is not None,
    )
    return _with_word(request, http.method)


def _with_word(request: RestRequest, method: str) -> RestRequest:
    path = request.path.lower()
    for general in ("objects", "object"):
        kind = _GENERAL.get(request.number("objectID") or CONTACT)
        if kind and (path == general or path.startswith(f"{general}/")):
            rest = path[len(general) :]
            if rest not in {"/fieldeditor", "/meta"}:
                path = (f"{kind}s" if general == "objects" else kind) + rest
    word = _WORDS.get(path, {}).get(method)
    return RestRequest(
        word=word,
        path=request.path,
        app_id=request.app_id,
        key=request.key,
        arguments=request.arguments,
        is_readable=request.is_readable,
    )


def _body(http: Request) -> dict[str, Json] | None:
    """Read the body by what it is; None where it says JSON and is none."""
    data = http.get_data(cache=False)
    if not data.strip():
        return {}
    text = data.decode("utf-8", errors="replace")
    if "json" in (http.content_type or "") or text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None
    return dict(parse_qsl(text, keep_blank_values=True))
