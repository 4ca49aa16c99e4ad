"""One request and its result, as values for both APIs.

The result says whether the server acted on the request, as far as that can be known: it is
certain that nothing was done only if no byte of the request was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final, TypeAlias

from schemactl.values import dataclass, field

_PATH: Final = re.compile(r"[A-Za-z]+(?:/[A-Za-z]+)*")
_COLLECTIONS: Final = frozenset({"objects", "tags", "contacts", "customobjects"})
"""Paths where DELETE without a filter deletes every record, as authors of clients warn."""


@unique
class HttpMethod(StrEnum):
    """What a REST request does; a form is always posted."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequest:
    """A form to post, still without app id and key.

    Attributes:
        word: The API's word for it, for messages and the journal.
        is_read: Whether it changes nothing, so that it may be sent again.
        needs_guard: Whether it removes something, so that it is sent only right after a
            check of the account.
        is_private: Whether request or answer holds values of contacts, which no message shows.
        fields: Names and values in the order to send; one form encoding makes them the
            body.
    """

    word: str
    is_read: bool
    needs_guard: bool = False
    is_private: bool = False
    fields: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRequest:
    """A call of the REST API, still without app id and key.

    Attributes:
        word: The name that messages and the journal have for it.
        method: What to do there.
        path: Below the account's url, such as `objects/fieldeditor`.
        query: Names and values in the order to send, not yet encoded.
        body: JSON as bytes; None where nothing is sent.
        is_private: Whether request or answer holds values of contacts, which no message shows.

    Raises:
        ValueError: The path could lead elsewhere, or the request would delete all records of
            a kind at once.
    """

    word: str
    method: HttpMethod
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    is_private: bool = False

    def __post_init__(self) -> None:
        if not _PATH.fullmatch(self.path):
            msg = f"{self.word}: no request goes to such a path"
            raise ValueError(msg)
        is_collection = self.path.lower() in _COLLECTIONS
        if self.method is HttpMethod.DELETE and (is_collection or not self.query):
            msg = f"{self.word}: nothing is deleted but what is named"
            raise ValueError(msg)

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing: GET reads, and no other method does."""
        return self.method is HttpMethod.GET

    @property
    def needs_guard(self) -> bool:
        """Whether it may remove something: a deletion, and an update of what exists."""
        return self.method in {HttpMethod.PUT, HttpMethod.DELETE}


Request: TypeAlias = FormRequest | RestRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRequest:
    """What is sent, with app id and key; its `repr` shows nothing, even to a debugger.

    Attributes:
        url: Complete, with the query.
        headers: Names and values in addition to those that every request has.
        body: As it is sent; None for none.
    """

    method: HttpMethod = field(repr=False)
    url: str = field(repr=False)
    headers: tuple[tuple[str, bytes], ...] = field(repr=False)
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how large one exchange may become.

    Attributes:
        connect_s: To reach the server, and to agree on TLS.
        silence_s: Between two bytes of the answer.
        total_s: From start to end, however steadily the answer drips.
        body_bytes: Of the answer, after it was unpacked.
    """

    connect_s: float = 10.0
    silence_s: float = 60.0
    total_s: float = 120.0
    body_bytes: int = 32 * 1024 * 1024


@unique
class FailureKind(StrEnum):
    """Why there is no usable answer.

    `PROXY` means that the environment names a proxy that cannot be used, and `LOCK` that
    another apply may have the account. `OUTAGE` is a status
    of 500 or more, `STATUS` any other status without a kind of its own, and `CONTENT` an answer
    of status 200 with another content type than the API uses.
    """

    CONNECTION = "connection"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    CUT = "cut"
    TOO_LONG = "too-long"
    REDIRECT = "redirect"
    LOCK = "lock"
    RATE_LIMIT = "rate-limit"
    OUTAGE = "outage"
    STATUS = "status"
    CONTENT = "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """An answer as received, whatever its status; header names are in lower case.

    Attributes:
        took_s: How long it took from sending the request to the last byte.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    took_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why no complete answer came; `detail` may still hold secrets.

    Attributes:
        bytes_left: Whether any byte of the request was handed to the network.
    """

    kind: FailureKind
    detail: str = field(repr=False)
    bytes_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer came with status 200; its decoder finds out what it says."""

    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """No byte of the request was sent: nothing was done.

    Attributes:
        kind: Why.
        detail: The same in words, without secrets.
    """

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The request was sent, and whether the server acted on it is unknown.

    Attributes:
        kind: Why there is no answer.
        detail: The same in words, without secrets.
        retry_after_s: What the server asks to wait; None where it does not say.
    """

    kind: FailureKind
    detail: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedByStatus:
    """The REST API understood the request and did nothing; never the result of a form.

    Attributes:
        status: 400, 401, 403, 404 or 422.
        detail: The server's own text, without secrets, in one line.
    """

    status: int
    detail: str


Exchange: TypeAlias = Answered | RefusedByStatus | NotSent | NoAnswer
