"""Parse a JSON answer as untrusted input: one value, no key twice, bounded size.

An answer that is not understood is an error that shows its start, never an empty value. The
decoders know what the members mean.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Final, NoReturn, TypeAlias

from schemactl.account.http.excerpt import Redact, excerpt, shown
from schemactl.errors import AnswerError
from schemactl.values import dataclass, field, replace

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_BODY_BYTES: Final = 32 * 1024 * 1024
"""Several times the answer of an account that is full of fields."""
MAX_PARTS: Final = 1_000_000
"""Values of an answer; each takes up to 100 bytes when parsed."""

_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class _FaultyError(ValueError):
    """Something that `json` accepts and no server should write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonBody:
    """One answer, with what its error messages need.

    Attributes:
        content: As received.
        word: The request that it answers.
        redact: Removes app id and key from error messages.
        is_private: Whether it can hold values of contacts, which no message shows.
    """

    content: bytes = field(repr=False)
    word: str
    redact: Redact = field(repr=False)
    is_private: bool = False

    def parse(self) -> Json:
        """Return the value.

        Raises:
            AnswerError: It is empty, not JSON or not complete, not UTF-8, too long or too
                deep, has a key twice, or holds NaN, a number of thousands of digits or half a
                character.
        """
        text = self.checked_text()
        try:
            return _parsed(text)
        except (_FaultyError, RecursionError, UnicodeEncodeError) as error:
            # A name that comes twice may be a value of a contact.
            self.reject("it contradicts the rules of JSON" if self.is_private else _why(error))
        except json.JSONDecodeError as error:
            self.reject("it is not whole JSON", cause=error)
        except ValueError as error:
            self.reject("it has a number of thousands of digits", cause=error)

    def checked_text(self) -> str:
        """Decode, and refuse early what is not JSON or would take too much memory.

        Raises:
            AnswerError: As for `parse`; not all of what it refuses is found.
        """
        if len(self.content) > MAX_BODY_BYTES:
            self.reject(f"it has more than {MAX_BODY_BYTES} bytes")
        try:
            text = self.content.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            self.reject("it is not UTF-8 throughout", cause=error)
        if not text:
            self.reject("it is empty")
        if text[0] not in "{[":
            self.reject("it is not JSON")
        if text.count(",") + text.count("[") + text.count("{") > MAX_PARTS:
            self.reject(f"it has more than {MAX_PARTS} values")
        return text

    def with_text(self, text: str) -> JsonBody:
        """Return an answer to the same request with another text."""
        return replace(self, content=text.encode())

    def not_understood(self, why: str) -> AnswerError:
        """Return the error about this answer; `why` completes its first sentence."""
        # `why` may quote the server.
        start = "" if self.is_private else excerpt(self.content, redact=self.redact)
        about = f'the response to the request "{self.word}" is invalid'
        msg = f"{about}: {shown(why, redact=self.redact)}."
        is_page = self.content.lstrip()[:1] == b"<"
        hint = (
            "that is a web page: check the url of the account, or try again later"
            if is_page
            else None
        )
        return AnswerError(f"{msg} It starts: {start}" if start else msg, hint=hint)

    def reject(self, why: str, *, cause: Exception | None = None) -> NoReturn:
        """Raise the error about this answer.

        Raises:
            AnswerError: Always.
        """
        raise self.not_understood(why) from cause


def as_text(value: Json) -> str:
    """Return a value of an answer in one line; a text stays as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def parsed_part(text: str) -> Json:
    """Return the value of a text that is a part of an answer, and was parsed before."""
    return _parsed(text)


def holds_surrogate(text: str) -> bool:
    """Whether a text has a lone surrogate, written as an escape; pairs of them are one."""
    return _SURROGATE.search(text) is not None


def _parsed(text: str) -> Json:
    value: Json = JSON_DECODER.decode(text)
    if holds_surrogate(text):
        # Pairs are joined by now; only a half cannot be encoded.
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _why(error: _FaultyError | RecursionError | UnicodeEncodeError) -> str:
    match error:
        case RecursionError():
            return "it is too deep"
        case UnicodeEncodeError():
            return "it contains a lone surrogate"
        case _FaultyError():
            return str(error)


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        msg = f'"{twice}" appears twice in one object'
        raise _FaultyError(msg)
    return members


def _no_number(constant: str) -> NoReturn:
    msg = f"it has {constant}, which is not a number"
    raise _FaultyError(msg)


JSON_DECODER: Final = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_no_number)
"""Parses any value of an answer, and refuses a key that is there twice."""
