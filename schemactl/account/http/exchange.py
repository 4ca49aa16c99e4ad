"""One request and what came of it, as values that both wires use.

Whether a request was acted on is told apart as far as can be known: only where no
byte of it left is it certain that nothing was done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, TypeAlias

_PATH: Final = re.compile(r"[A-Za-z]+(?:/[A-Za-z]+)*")
_COLLECTIONS: Final = frozenset({"objects", "tags", "contacts", "customobjects"})
"""Paths where DELETE without a filter takes every record, as the makers of clients warn."""


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
        word: The wire's word for it, for messages and the journal.
        is_read: Whether it changes nothing, so that it may be sent again.
        needs_guard: Whether it takes something away, so that it leaves only right after a
            check of the account.
        fields: Names and values in the order to send; they become the body as they are
            after one form encoding.
    """

    word: str
    is_read: bool
    needs_guard: bool = False
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

    Raises:
        ValueError: The path could lead elsewhere, or the request would delete all records of
            a kind at once.
    """

    word: str
    method: HttpMethod
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)

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
        """Whether it may take something away: a deletion, and an update of what is there."""
        return self.method in {HttpMethod.PUT, HttpMethod.DELETE}


Request: TypeAlias = FormRequest | RestRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRequest:
    """What leaves, with app id and key in it; shows nothing of itself, even to a debugger.

    Attributes:
        url: Whole, with the query.
        headers: Names and values beside those that every request has.
        body: As it goes over the wire; None for none.
    """

    method: HttpMethod = field(repr=False)
    url: str = field(repr=False)
    headers: tuple[tuple[str, bytes], ...] = field(repr=False)
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how large one exchange may get.

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
    """Why there is no answer to work with.

    `PROXY` means that the environment names a proxy that cannot be used.
    `OUTAGE` is a status from 500 on, `STATUS` any other that is not told by its own name,
    `CONTENT` an answer of status 200 that is of another kind than the wire speaks.
    """

    CONNECTION = "connection"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    CUT = "cut"
    TOO_LONG = "too-long"
    REDIRECT = "redirect"
    RATE_LIMIT = "rate-limit"
    OUTAGE = "outage"
    STATUS = "status"
    CONTENT = "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What came, whatever its status; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why no whole answer came; `detail` may still hold secrets.

    Attributes:
        bytes_left: Whether any byte of the request was handed to the network.
    """

    kind: FailureKind
    detail: str = field(repr=False)
    bytes_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer came with status 200; what it says is the codec's to find."""

    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """No byte of the request left: nothing was done.

    Attributes:
        kind: Why.
        detail: The same in words, without secrets.
    """

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The request left, and whether it was acted on is unknown.

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
    """The REST API understood the request and did nothing; a form never gets this.

    Attributes:
        status: 400, 401, 403, 404 or 422.
        detail: The server's own text, without secrets and fit to show.
    """

    status: int
    detail: str


Exchange: TypeAlias = Answered | RefusedByStatus | NotSent | NoAnswer
