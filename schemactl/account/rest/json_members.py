"""Members of a JSON answer brought to one form, whichever of its forms PHP gave them.

Recorded answers hold one flag as `"0"`, `0` and null, and one number as text and as
number. An empty map comes as `[]`, and so does one whose keys count up from 0 (known
of PHP; the latter not recorded here).
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
"""What says yes and no; Python takes JSON's true and false for 1 and 0 here."""
_MOST: Final = 10**18


def members(value: Json, what: str, answer: JsonBody) -> dict[str, Json]:
    """Give the members of a map.

    Raises:
        AnswerError: It is none.
    """
    if not isinstance(value, dict):
        answer.reject(f"{what} is {_shown(value)}, not a map")
    return value


def entries(value: Json, what: str, answer: JsonBody) -> Iterator[tuple[str, Json]]:
    """Give keys and values of a map, or of the list that PHP makes of one.

    Raises:
        AnswerError: It is neither.
    """
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(number), each) for number, each in enumerate(value))
    else:
        answer.reject(f"{what} is {_shown(value)}, neither a map nor a list")


def flag(value: Json, what: str, answer: JsonBody) -> bool:
    """Give a flag; null and absent are false.

    Raises:
        AnswerError: It says neither yes nor no.
    """
    found = None if isinstance(value, list | dict) else _FLAGS.get(value)
    if found is None:
        answer.reject(f"{what} is {_shown(value)}, neither 0 nor 1")
    return found


def number(value: Json, what: str, answer: JsonBody) -> int:
    """Give a whole number from 0 up.

    Raises:
        AnswerError: It is none.
    """
    found = maybe_number(value)
    if found is None or found < 0:
        answer.reject(f"{what} is {_shown(value)}, not a whole number from 0 up")
    return found


def maybe_number(value: Json) -> int | None:
    """Give a whole number, with a sign or not; None where it is none."""
    if type(value) is int:
        return value if -_MOST < value < _MOST else None
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return None


def text(value: Json, what: str, answer: JsonBody) -> str:
    """Give a text as it is; null is empty, and a whole number is its digits.

    Raises:
        AnswerError: It is none of these.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | float | list | dict):
        answer.reject(f"{what} is {_shown(value)}, not a text")
    return "" if value is None else str(value)


def required(row: Mapping[str, Json], key: str, what: str, answer: JsonBody) -> Json:
    """Return a member that every answer of this kind has; it may be null.

    The members that are required tell one kind of answer from another: a server, or a
    proxy before it, that answers with something else must not be read as an account.

    Raises:
        AnswerError: There is no such member.
    """
    if key not in row:
        answer.reject(f'{what} has no "{key}"')
    return row[key]


def known_text(row: Mapping[str, Json], key: str, what: str, answer: JsonBody) -> str:
    """Return a text that every answer of this kind has; it may be empty, but never null.

    Raises:
        AnswerError: It is missing, null, or no text.
    """
    if row.get(key) is None:
        answer.reject(f"{what} is missing")
    return text(row[key], what, answer)


def name(value: Json, what: str, answer: JsonBody) -> str:
    """Give a text that is not empty.

    Raises:
        AnswerError: It is empty, or no text.
    """
    found = text(value, what, answer)
    if not found:
        answer.reject(f"{what} is missing")
    return found


def _shown(value: Json) -> str:
    """Quote a value whole: what is cut off before secrets are looked for could hide half."""
    return f'"{type(value).__name__ if isinstance(value, dict | list) else as_text(value)}"'
