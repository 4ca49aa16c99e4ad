"""Read members of a JSON answer into one form, whichever of its forms PHP wrote.

Recorded answers hold one flag as `"0"`, `0` and null, and one number as text and as number. PHP
writes an empty map as `[]`, and a map whose keys count up from 0 as a list (the latter is not
recorded).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from schemactl.account.http.json_body import Json, JsonBody, as_text

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_FLAGS: Final[Mapping[object, bool]] = MappingProxyType(
    {
        None: False,
        0: False,
        1: True,
        "0": False,
        "1": True,
        "": False,
        "false": False,
        "true": True,
    }
)
"""The forms of yes and no; in Python, JSON's true and false equal 1 and 0."""
_LIMIT: Final = 10**18


def members(value: Json, what: str, answer: JsonBody) -> dict[str, Json]:
    """Return the members of a map.

    Raises:
        AnswerError: It is not a map.
    """
    if not isinstance(value, dict):
        answer.reject(f"{what} is {_shown(value, answer)}, not a map")
    return value


def entries(value: Json, what: str, answer: JsonBody) -> Iterator[tuple[str, Json]]:
    """Yield keys and values of a map, or of the list that PHP makes of one.

    Raises:
        AnswerError: It is neither.
    """
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(number), each) for number, each in enumerate(value))
    else:
        answer.reject(f"{what} is {_shown(value, answer)}, neither a map nor a list")


def flag(value: Json, what: str, answer: JsonBody) -> bool:
    """Return a flag; null and absent are false.

    Raises:
        AnswerError: It is neither yes nor no.
    """
    found = None if isinstance(value, list | dict) else _FLAGS.get(value)
    if found is None:
        answer.reject(f"{what} is {_shown(value, answer)}, neither 0 nor 1")
    return found


def number(value: Json, what: str, answer: JsonBody) -> int:
    """Return a whole number of at least 0.

    Raises:
        AnswerError: It is not such a number.
    """
    found = maybe_number(value)
    if found is None or found < 0:
        answer.reject(f"{what} is {_shown(value, answer)}, not a whole number from 0 up")
    return found


def maybe_number(value: Json) -> int | None:
    """Return a whole number, with or without a sign; None if it is not one."""
    if type(value) is int:
        return value if -_LIMIT < value < _LIMIT else None
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return None


def text(value: Json, what: str, answer: JsonBody) -> str:
    """Return a text as it is; null is empty, and a whole number is its digits.

    Raises:
        AnswerError: It is none of these.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | float | list | dict):
        answer.reject(f"{what} is {_shown(value, answer)}, not a text")
    return "" if value is None else str(value)


def required(row: Mapping[str, Json], key: str, what: str, answer: JsonBody) -> Json:
    """Return a member that every answer of this kind has; it may be null.

    Required members distinguish one kind of answer from another: another answer of the
    server, or of a proxy in front of it, must not be read as an account.

    Raises:
        AnswerError: There is no such member.
    """
    if key not in row:
        answer.reject(f'{what} has no "{key}"')
    return row[key]


def known_text(row: Mapping[str, Json], key: str, what: str, answer: JsonBody) -> str:
    """Return a text that every answer of this kind has; it may be empty, but never null.

    Raises:
        AnswerError: It is missing, null, or not a text.
    """
    if row.get(key) is None:
        answer.reject(f"{what} is missing")
    return text(row[key], what, answer)


def name(value: Json, what: str, answer: JsonBody) -> str:
    """Return a text that is not empty.

    Raises:
        AnswerError: It is empty, or not a text.
    """
    found = text(value, what, answer)
    if not found:
        answer.reject(f"{what} is missing")
    return found


def _shown(value: Json, answer: JsonBody) -> str:
    """Quote a complete value: a cut before secrets are redacted could leave half of one.

    Of a value that may be a contact's only the type is shown.
    """
    is_hidden = answer.is_private or isinstance(value, dict | list)
    return f'"{type(value).__name__ if is_hidden else as_text(value)}"'
