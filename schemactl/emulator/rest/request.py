"""Read a request to `/1/…` as clients send it: path, method, query, a body as JSON or form.

Each request has a word of its own, for faults and the log; the API has none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TypeAlias

from werkzeug import Request

from schemactl.emulator.errors import NotServedError
from schemactl.emulator.multipart import read_multipart
from schemactl.emulator.rest.form import nest_values, read_form
from schemactl.emulator.rest.json_values import Json, number_of, text_of
from schemactl.emulator.rest.kinds import KINDS, Kind, kind_of_path
from schemactl.emulator.rest.words import RestText

PREFIX = "/1/"
CONTACT = 0
TAG = 14
CUSTOM_OBJECT = 99
TAG_SUBSCRIBER = 138
FIRST_CUSTOM_OBJECT = 10_000


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
    TAG_GET = "tag_get"
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
    CONTACTS_DELETE = "contacts_delete"
    EMAIL_GET = "email_get"
    TAGGED_GET = "tagged_get"
    TAGGED_PUT = "tagged_put"
    TAGGED_DELETE = "tagged_delete"
    TAG_NAMES_PUT = "tag_names_put"
    TAG_NAMES_DELETE = "tag_names_delete"
    SUBSCRIBERS_GET = "subscribers_get"
    SUBSCRIBERS_INFO = "subscribers_info"
    SEQUENCE_PUT = "sequence_put"
    SEQUENCE_DELETE = "sequence_delete"
    SUBSCRIBE_PUT = "subscribe_put"
    SUBSCRIBE_DELETE = "subscribe_delete"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    RECORDS_GET = "records_get"
    RECORDS_INFO = "records_info"
    RECORD_GET = "record_get"
    RECORD_CREATE = "record_create"
    RECORD_UPDATE = "record_update"
    RECORD_DELETE = "record_delete"


_RECORDS: Mapping[tuple[bool, str], Mapping[str, RestWord]] = {
    (False, ""): {
        "GET": RestWord.RECORDS_GET,
        "POST": RestWord.RECORD_CREATE,
        "PUT": RestWord.RECORD_UPDATE,
    },
    (False, "getinfo"): {"GET": RestWord.RECORDS_INFO},
    (True, ""): {"GET": RestWord.RECORD_GET, "DELETE": RestWord.RECORD_DELETE},
}
"""The words for records of other kinds: whether the path is for one of them, and its rest."""
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
    "DELETE": RestWord.CONTACTS_DELETE,
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
    "tag": {"GET": RestWord.TAG_GET, "DELETE": RestWord.TAG_DELETE},
    "contacts": _CONTACTS,
    "contacts/getinfo": {"GET": RestWord.CONTACTS_INFO},
    "contacts/saveorupdate": {"POST": RestWord.CONTACT_SAVE},
    "contact/getbyemail": {"GET": RestWord.EMAIL_GET},
    "contacts/tag": {
        "GET": RestWord.TAGGED_GET,
        "PUT": RestWord.TAGGED_PUT,
        "DELETE": RestWord.TAGGED_DELETE,
    },
    "contacts/tagbyname": {
        "PUT": RestWord.TAG_NAMES_PUT,
        "DELETE": RestWord.TAG_NAMES_DELETE,
    },
    "contacts/sequence": {
        "PUT": RestWord.SEQUENCE_PUT,
        "DELETE": RestWord.SEQUENCE_DELETE,
    },
    "contacts/subscribe": {
        "PUT": RestWord.SUBSCRIBE_PUT,
        "DELETE": RestWord.SUBSCRIBE_DELETE,
    },
    "contacts/pause": {"POST": RestWord.PAUSE},
    "contacts/unpause": {"POST": RestWord.UNPAUSE},
    "tagsubscribers": {"GET": RestWord.SUBSCRIBERS_GET},
    "tagsubscribers/getinfo": {"GET": RestWord.SUBSCRIBERS_INFO},
    "contact": {"GET": RestWord.CONTACT_GET, "DELETE": RestWord.CONTACT_DELETE},
}
RECORD_PATHS = frozenset(
    {
        *("contacts", "contact", "contacts/getinfo", "contacts/saveorupdate"),
        *("contacts/tag", "contacts/tagbyname"),
    }
)
"""What the records of custom objects have of these, under general paths and their own."""
# More kinds of records that the vendor has, by their names in paths.
_OTHER_KINDS = frozenset(
    {
        *("task", "user", "group", "sequence", "rule", "message", "note", "product", "offer"),
        *("landingpage", "creditcard", "transaction", "log", "form", "webhook"),
        *("campaignbuilderitem", "purchase", "order", "openorder", "productpurchase"),
    }
)
_HEADS = (
    frozenset(path.partition("/")[0] for path in _WORDS)
    | _OTHER_KINDS
    | {kind.plural for kind in KINDS.values()}
)
FindObject: TypeAlias = Callable[[str], tuple[str, int] | None]
"""Returns the general form and the number of the object that a path is named after."""
# The general forms, which name the kind of object by its number: for several, and for one.
_GENERAL: Mapping[tuple[str, int], str] = {
    ("objects", CONTACT): "contacts",
    ("object", CONTACT): "contact",
    ("objects", TAG): "tags",
    ("object", TAG): "tag",
    ("objects", CUSTOM_OBJECT): "customobjects",
    ("objects", TAG_SUBSCRIBER): "tagsubscribers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRequest:
    """One request.

    Attributes:
        word: What it asks for; None where it is not served.
        method: As the client wrote it.
        path: Below the prefix, as the client wrote it.
        app_id: Empty where none was sent.
        key: Empty where none was sent; never shown, logged or stored.
        arguments: Of query and body together; the body's take precedence.
        is_readable: Whether the body could be read.
        needs_object: Whether it is not served because it names no object.
        object_id: The custom object whose records it is about; None for all other requests.
        kind_id: The number of the other kind of records that it is about.
        is_path: Whether the vendor has the path and method, even if this does not serve them.
    """

    word: RestWord | None
    method: str
    path: str
    app_id: str
    key: str = field(repr=False)
    arguments: Mapping[str, Json]
    is_readable: bool = True
    needs_object: bool = False
    object_id: int | None = None
    kind_id: int | None = None
    is_path: bool = True

    def text(self, name: str) -> str | None:
        """Return an argument as text; None where it is missing or null."""
        return text_of(self.arguments.get(name))

    def number(self, name: str) -> int | None:
        """Return an argument as a whole number, however it was sent; None where it is none."""
        return number_of(self.arguments.get(name))


def missing_object(number: int) -> Exception:
    """Return the error about the number of an object that the account does not have."""
    if number >= FIRST_CUSTOM_OBJECT:
        return RestError(404, RestText.NOT_FOUND)
    return NotServedError(f"requests about the object {number}")


def read_rest_request(http: Request, find_object: FindObject = lambda _: None) -> RestRequest:
    """Read a request; one that is not served has no word.

    `find_object` is asked for a path that begins with no name of the vendor's.
    """
    path = http.path[len(PREFIX) :].strip("/")
    query = read_form(http.query_string.decode("latin-1"))
    body = _body(http)
    arguments: dict[str, Json] = {**query, **(body or {})}
    head, slash, rest = path.lower().partition("/")
    named = None if head in _HEADS else find_object(head)
    if named is not None:
        head, arguments["objectID"] = named
    wanted = f"{head}{slash}{rest}"
    words, object_id = _words(wanted, arguments)
    kind = None
    if not words:
        kind, words = _words_of_kind(wanted, arguments)
    return RestRequest(
        word=words.get(http.method),
        method=http.method,
        path=path,
        app_id=_header(http, "Api-Appid").strip(),
        key=_header(http, "Api-Key").strip(),
        arguments=arguments,
        is_readable=body is not None,
        needs_object=not words and _needs_object(wanted, arguments),
        object_id=object_id,
        kind_id=None if kind is None else kind.number,
        is_path=not words and _is_of_another_kind(wanted, arguments),
    )


def _words(
    path: str, arguments: Mapping[str, Json]
) -> tuple[Mapping[str, RestWord], int | None]:
    """Return the words for a path, by method, and the custom object that it is about."""
    if path in _WORDS:
        return _WORDS[path], None
    form, slash, rest = path.partition("/")
    number = number_of(arguments.get("objectID"))
    if number is None:
        return {}, None
    is_custom = number >= FIRST_CUSTOM_OBJECT
    named = _GENERAL.get((form, CONTACT if is_custom else number))
    wanted = f"{named}{slash}{rest}"
    if named is None or (is_custom and wanted not in RECORD_PATHS):
        return {}, None
    return _WORDS.get(wanted, {}), number if is_custom else None


def _words_of_kind(
    path: str, arguments: Mapping[str, Json]
) -> tuple[Kind | None, Mapping[str, RestWord]]:
    """Return the other kind of records that a path is about, and its words by method."""
    head, _, rest = path.partition("/")
    found = kind_of_path(head)
    if found is None and head in {"object", "objects"}:
        kind = KINDS.get(number_of(arguments.get("objectID")) or 0)
        found = None if kind is None else (kind, head == "object")
    if found is None:
        return None, {}
    kind, is_single = found
    words = _RECORDS.get((is_single, rest), {})
    return kind, {method: word for method, word in words.items() if method in kind.methods}


def _needs_object(path: str, arguments: Mapping[str, Json]) -> bool:
    """Whether a path is served for some objects, and the request names none."""
    form, slash, rest = path.partition("/")
    kinds = [kind for (general, _), kind in _GENERAL.items() if general == form]
    is_general = any(f"{kind}{slash}{rest}" in _WORDS for kind in kinds)
    return is_general and number_of(arguments.get("objectID")) is None


def _is_of_another_kind(path: str, arguments: Mapping[str, Json]) -> bool:
    """Whether the vendor is known to have a path that is not served here."""
    form, slash, rest = path.partition("/")
    if form in {"object", "objects"}:
        has_form = any(f"{kind}{slash}{rest}" in _WORDS for kind in _GENERAL.values())
        return has_form and number_of(arguments.get("objectID")) is not None
    return form.removesuffix("s") in _OTHER_KINDS


def _header(http: Request, name: str) -> str:
    """Read a header as UTF-8 if it is: HTTP itself has only ASCII."""
    text = http.headers.get(name, "")
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _body(http: Request) -> dict[str, Json] | None:
    """Read the body by its content; None where it should be JSON and is not."""
    data = http.get_data(cache=False)
    kind = http.content_type or ""
    if kind.strip().lower().startswith("multipart/form-data"):
        return nest_values(read_multipart(data, kind))
    text = data.decode("utf-8", errors="replace")
    if not text.strip():
        return {}
    if "json" not in kind and not text.lstrip().startswith("{"):
        return read_form(text)
    try:
        found: Json = json.loads(text)
        # JSON can hold half a pair of surrogates, which is invalid text everywhere else.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
