"""One request and what came of it, as values that any wire can use.

Whether a request was acted on is told apart as far as can be known: only where no
byte of it left is it certain that nothing was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequest:
    """A form to post, still without app id and key.

    Attributes:
        word: The wire's word for it, for messages and the journal.
        is_read: Whether it changes nothing, so that it may be sent again.
        fields: Names and values in the order to send; they become the body as they are
            after one form encoding.
    """

    word: str
    is_read: bool
    fields: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedForm:
    """A form with app id and key in it; shows nothing of itself, be it in a debugger's list."""

    fields: tuple[tuple[str, str], ...] = field(repr=False)


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

    `OUTAGE` is a status from 500 on, `STATUS` any other that is not told by its own name.
    """

    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    CUT = "cut"
    TOO_LONG = "too-long"
    REDIRECT = "redirect"
    RATE_LIMIT = "rate-limit"
    OUTAGE = "outage"
    STATUS = "status"


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


Exchange: TypeAlias = Answered | NotSent | NoAnswer
