"""Parse JSON strictly: a text that two readers could take for two documents is refused."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from schemactl.text import quoted_short


def parse_json(text: str) -> object:
    """Return the document that a text holds.

    Raises:
        ValueError: It is not JSON (then a `json.JSONDecodeError`), has a member twice in one
            object, or a number that is out of bounds.
        RecursionError: It is nested too deep.
    """
    document: object = json.loads(
        text,
        object_pairs_hook=_object,
        parse_constant=_refuse_constant,
        parse_float=_finite,
    )
    return document


def refuse_lone_surrogates(document: object, text: str) -> None:
    """Raise where a document contains a lone surrogate: it could not be written again.

    Args:
        document: What `parse_json` returned.
        text: The text that it returned it for.

    Raises:
        UnicodeEncodeError: It holds one, raw or escaped.
    """
    text.encode()
    if "\\u" in text:
        json.dumps(document, ensure_ascii=False).encode()


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(members)
    if len(document) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"{quoted_short(twice)} appears twice in one object"
        raise ValueError(msg)
    return document


def _refuse_constant(word: str) -> NoReturn:
    msg = f"{word} is not a JSON number"
    raise ValueError(msg)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        msg = "a number is out of range"
        raise ValueError(msg)
    return number
